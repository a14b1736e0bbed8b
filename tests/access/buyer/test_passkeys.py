"""A passkey signs its owner in, on this site, in this browser, once a challenge."""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from msgspec import Struct, structs

from gotovo.access.buyer import passkeys
from gotovo.access.buyer.passkey_values import PasskeyCreation, PasskeyProof, RelyingParty
from gotovo.access.buyer.passkeys import site_of
from gotovo.access.buyer.user_agent import Device
from gotovo.store.tables.access.passkeys import PasskeyStore
from gotovo.store.tables.access.sign_in import Session
from tests.support.access.authenticator import Authenticator, text
from tests.support.store.retention import remove_due

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
ALINA = Session("a1" * 16, "+7 9** ***-**-67", NOW, NOW + timedelta(days=30))
BORIS = structs.replace(ALINA, customer="b0" * 16)
SITE = RelyingParty("my.shop.ru", "https://my.shop.ru")
TOKEN = "the token of a session"
BROWSER = "the token of a browser"
DEVICE = Device("Safari", "iPhone")


class Door(Struct):
    """The site's side, as a browser reaches it."""

    store: PasskeyStore
    now: datetime = NOW

    async def asks_to_make(self, session: Session = ALINA) -> bytes:
        return await passkeys.creation_options(
            self.store, SITE, TOKEN, session, self.now, random_bytes=os.urandom
        )

    async def keeps(
        self, made: PasskeyCreation, session: Session = ALINA, token: str = TOKEN
    ) -> bool:
        return await passkeys.create(
            self.store, SITE, token, session, made, device=DEVICE, now=self.now
        )

    async def asks_to_sign(self, browser: str = BROWSER) -> bytes:
        return await passkeys.request_options(
            self.store, SITE, browser, self.now, random_bytes=os.urandom
        )

    async def lets_in(self, proof: PasskeyProof, browser: str = BROWSER) -> str:
        passkey = await passkeys.prove(self.store, SITE, browser, proof, self.now)
        return passkey.customer if passkey else ""


@pytest.fixture
def door(pool: "asyncpg.Pool[Any]") -> Door:
    """Give the site over the test's own database."""
    return Door(PasskeyStore(pool))


@pytest.fixture
def key() -> Authenticator:
    """Give a device that belongs to nobody yet."""
    return Authenticator(SITE.host, SITE.origin)


@pytest.fixture
async def registered(door: Door, key: Authenticator) -> Authenticator:
    """Give Alina's device, whose passkey the site knows."""
    assert await door.keeps(key.make(await door.asks_to_make()))
    return key


async def test_a_passkey_signs_in_whoever_made_it(door: Door, registered: Authenticator) -> None:
    assert await door.lets_in(registered.sign(await door.asks_to_sign())) == ALINA.customer


async def test_a_challenge_is_answered_once(door: Door, registered: Authenticator) -> None:
    proof = registered.sign(await door.asks_to_sign())
    answers = await asyncio.gather(*(door.lets_in(proof) for _ in range(10)))
    assert sorted(answers) == [""] * 9 + [ALINA.customer]


async def test_a_challenge_is_of_no_use_in_another_browser(
    door: Door, registered: Authenticator
) -> None:
    proof = registered.sign(await door.asks_to_sign())
    await door.asks_to_sign("another browser")
    assert await door.lets_in(proof, "another browser") == ""
    assert await door.lets_in(proof, "a third one") == ""


async def test_a_challenge_lives_five_minutes(door: Door, registered: Authenticator) -> None:
    proof = registered.sign(await door.asks_to_sign())
    door.now += timedelta(minutes=5)
    assert await door.lets_in(proof) == ""


async def test_a_passkey_works_for_180_days(door: Door, registered: Authenticator) -> None:
    door.now += timedelta(days=180) - timedelta(seconds=1)
    assert await door.lets_in(registered.sign(await door.asks_to_sign()))
    door.now += timedelta(seconds=1)
    assert await door.lets_in(registered.sign(await door.asks_to_sign())) == ""


@pytest.mark.parametrize(
    ("lie", "value"),
    [("origin", "https://my-shop.ru"), ("host", "my-shop.ru"), ("is_verified", False)],
)
async def test_what_was_signed_elsewhere_or_by_nobody_in_particular_is_refused(
    door: Door, registered: Authenticator, lie: str, value: object
) -> None:
    setattr(registered, lie, value)
    assert await door.lets_in(registered.sign(await door.asks_to_sign())) == ""
    other = Authenticator(SITE.host, SITE.origin)
    setattr(other, lie, value)
    assert not await door.keeps(other.make(await door.asks_to_make()))


async def test_a_signature_of_another_key_is_refused(door: Door, registered: Authenticator) -> None:
    thief = Authenticator(SITE.host, SITE.origin)
    assert await door.lets_in(thief.sign(await door.asks_to_sign())) == ""
    thief.id = registered.id
    assert await door.lets_in(thief.sign(await door.asks_to_sign())) == ""


async def test_a_copy_that_counts_behind_is_refused(door: Door, registered: Authenticator) -> None:
    registered.count = 5
    assert await door.lets_in(registered.sign(await door.asks_to_sign()))
    for count in (4, 5):
        registered.count = count
        assert await door.lets_in(registered.sign(await door.asks_to_sign())) == ""


async def test_a_passkey_is_made_for_the_session_that_asked(door: Door, key: Authenticator) -> None:
    made = key.make(await door.asks_to_make())
    assert not await door.keeps(made, token="another session")
    assert await door.keeps(made)
    assert not await door.keeps(made)


async def test_nobody_takes_over_the_passkey_of_somebody_else(
    door: Door, registered: Authenticator
) -> None:
    assert not await door.keeps(registered.make(await door.asks_to_make(BORIS)), BORIS)
    assert await door.lets_in(registered.sign(await door.asks_to_sign())) == ALINA.customer
    await door.store.remove(BORIS.customer, registered.id)
    assert await door.lets_in(registered.sign(await door.asks_to_sign())) == ALINA.customer
    await door.store.remove(ALINA.customer, registered.id)
    assert await door.lets_in(registered.sign(await door.asks_to_sign())) == ""


async def test_nobody_has_more_than_ten(door: Door) -> None:
    made = [
        await door.keeps(Authenticator(SITE.host, SITE.origin).make(await door.asks_to_make()))
        for _ in range(11)
    ]
    assert made == [True] * 10 + [False]


@pytest.mark.parametrize(
    "garbage",
    ["", "x", "\0", "ё", "!!!!", text(b"{}"), text(b"[]"), text(b"\xa0"), text(b"\xff" * 200)],
)
async def test_garbage_is_refused_and_breaks_nothing(
    door: Door, registered: Authenticator, garbage: str
) -> None:
    for field in PasskeyProof.__struct_fields__:
        proof = registered.sign(await door.asks_to_sign())
        assert await door.lets_in(structs.replace(proof, **{field: garbage})) == "", field
    for field in ("client_data", "attestation"):
        made = Authenticator(SITE.host, SITE.origin).make(await door.asks_to_make())
        assert not await door.keeps(structs.replace(made, **{field: garbage})), field


async def test_what_is_cut_anywhere_is_refused(door: Door, registered: Authenticator) -> None:
    for cut in range(1, 240, 8):
        made = Authenticator(SITE.host, SITE.origin).make(await door.asks_to_make())
        whole = made.attestation
        assert not await door.keeps(structs.replace(made, attestation=whole[:-cut])), cut
        proof = registered.sign(await door.asks_to_sign())
        signed = proof.authenticator_data[:-cut]
        assert await door.lets_in(structs.replace(proof, authenticator_data=signed)) == "", cut


async def test_what_is_over_is_swept_away(
    door: Door, registered: Authenticator, pool: "asyncpg.Pool[Any]"
) -> None:
    await door.asks_to_sign()
    await remove_due(pool, "passkey-challenges", NOW + timedelta(minutes=5))
    await remove_due(pool, "passkeys", NOW + timedelta(minutes=5))
    assert await pool.fetchval("select count(*) from passkey_challenge") == 0
    assert await pool.fetchval("select count(*) from passkey") == 1
    await remove_due(pool, "passkeys", NOW + timedelta(days=180))
    assert await pool.fetchval("select count(*) from passkey") == 0
    assert registered.count == 0


@pytest.mark.parametrize(
    ("public_url", "site"),
    [
        ("https://my.shop.ru", RelyingParty("my.shop.ru", "https://my.shop.ru")),
        ("https://my.shop.ru:8443", RelyingParty("my.shop.ru", "https://my.shop.ru:8443")),
        ("http://localhost:8000", RelyingParty("localhost", "http://localhost:8000")),
        ("http://my.shop.ru", None),
        ("https://192.0.2.7", None),
        ("https://[2001:db8::1]", None),
        ("", None),
    ],
)
def test_passkeys_need_https_and_a_name(public_url: str, site: RelyingParty | None) -> None:
    assert site_of(public_url) == site
