"""Who is signed in proves again who they are, and dangerous steps ask for it."""

from typing import Any

import httpx
import msgspec
import pytest
from msgspec import structs
from pyotp.totp import TOTP

from gotovo.access.buyer.passkey_values import RelyingParty
from gotovo.access.buyer.user_agent import Device
from gotovo.access.staff.grants import StaffGrant
from gotovo.access.staff.invitations import ChosenPassword, MadePassword, new_password
from gotovo.access.staff.proofs import passkeys, totp
from gotovo.api.application import api_app
from gotovo.order.values.actor import Role
from gotovo.store.tables.security.entries import PROGRAM
from tests.support.access.authenticator import Authenticator
from tests.support.api.clerks import Clerk, clerk, pass_time
from tests.support.api.network import Api

PASSWORD = "seven blue herons at dawn"
HOST, ORIGIN = "orders.example.ru", "https://orders.example.ru"
GRANT = {"role": "point", "point": "KZN-1"}


class Boss(Clerk):
    """An administrator with a password and one-time codes."""

    secret = ""

    def code(self) -> str:
        return TOTP(self.secret).at(self.api.network.clock())

    async def proves(self, password: str = PASSWORD, code: str = "") -> httpx.Response:
        typed = {"password": password, "code": code or self.code()}
        return await self.posts("/staff/proofs", {"typed": typed})

    async def grants(self) -> httpx.Response:
        """Change what somebody may act as: a dangerous step."""
        return await self.posts(f"/staff/{self.person}/grants", GRANT)


@pytest.fixture
async def boss(api: Api) -> Boss:
    access, now = api.network.dependencies.staff, api.network.clock()
    made = await clerk(api, "boss", StaffGrant(Role.ADMIN))
    found = Boss(api, "boss", made.person)
    found.secret = totp.new_secret()
    chosen = ChosenPassword(PASSWORD, found.secret, found.code())
    password = await new_password(access, found.person, (), chosen, now)
    assert isinstance(password, MadePassword)
    assert await access.credentials.put_password(found.person, password.stored, now, PROGRAM)
    return found


async def test_a_proof_is_asked_for_once_it_is_old_and_renewed(api: Api, boss: Boss) -> None:
    assert (await boss.grants()).status_code == 201
    pass_time(api, minutes=6)
    refused = await boss.grants()
    assert (refused.status_code, refused.json()["code"]) == (403, "proof_required")
    assert (refused.json()["value"], refused.json()["field"]) == ("role_change", "proof")
    proved = await boss.proves()
    assert proved.status_code == 200, proved.text
    assert proved.json() == {
        "proved_at": "2026-11-22T11:11:00Z",
        "fresh_until": "2026-11-22T11:16:00Z",
    }
    assert (await boss.grants()).status_code == 201
    assert (await boss.gets("/staff/me")).json()["proof_age_seconds"] == 0


@pytest.mark.parametrize(
    ("password", "code"), [("wrong horse", ""), (PASSWORD, "000000"), (PASSWORD, "code")]
)
async def test_what_is_wrong_proves_nothing(api: Api, boss: Boss, password: str, code: str) -> None:
    pass_time(api, minutes=6)
    refused = await boss.proves(password, code)
    assert (refused.status_code, refused.json()["code"]) == (403, "not_proved")
    assert (await boss.grants()).json()["code"] == "proof_required"


async def test_a_code_proves_once(api: Api, boss: Boss) -> None:
    pass_time(api, minutes=6)
    code = boss.code()
    assert (await boss.proves(code=code)).status_code == 200
    assert (await boss.proves(code=code)).json()["code"] == "not_proved"


async def test_guesses_are_limited(api: Api, boss: Boss) -> None:
    pass_time(api, minutes=6)
    codes = [(await boss.proves("wrong")).status_code for _ in range(30)]
    assert codes[0] == 403
    assert codes[-1] == 429


async def test_nothing_of_a_proof_is_stored_under_its_idempotency_key(api: Api, boss: Boss) -> None:
    before = await api.network.pool.fetchval("select count(*) from idempotency")
    pass_time(api, minutes=6)
    await boss.proves()
    assert await api.network.pool.fetchval("select count(*) from idempotency") == before


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"typed": {"password": "a", "code": "1"}, "passkey": dict.fromkeys("abcd", "x")},
        {"typed": {"password": "", "code": "1"}},
        {"passkey": {"id": "a", "client_data": "b", "authenticator_data": "c", "signature": "d"}},
    ],
)
async def test_a_wrong_body_is_named(boss: Boss, body: dict[str, Any]) -> None:
    refused = await boss.posts("/staff/proofs", body)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_body")


async def test_a_program_has_nothing_to_prove(api: Api) -> None:
    typed = {"typed": {"password": "a", "code": "1"}}
    for path, body in (("proofs", typed), ("proof-challenges", {})):
        refused = await api.post(f"/staff/{path}", body)
        assert (refused.status_code, refused.json()["code"]) == (403, "person_required")
    made = await api.post("/keys", {"name": "new", "role": "follower"})
    assert made.status_code == 201


async def test_a_passkey_proves_the_person_and_nobody_elses_does(api: Api, boss: Boss) -> None:
    access = structs.replace(api.network.dependencies.staff, site=RelyingParty(HOST, ORIGIN))
    dependencies = structs.replace(api.network.dependencies, staff=access)
    site, now = RelyingParty(HOST, ORIGIN), api.network.clock()
    other = await clerk(api, "other", StaffGrant(Role.ADMIN))
    keys: dict[str, Authenticator] = {}
    for who in (boss, other):
        keys[who.by] = Authenticator(HOST, ORIGIN)
        options = await passkeys.creation_options(
            access, site, "client", who.person, who.by, now=now
        )
        made = await passkeys.verified(
            access,
            site,
            "client",
            who.person,
            keys[who.by].make(options),
            device=Device(),
            now=now,
        )
        assert made is not None
        assert await access.credentials.put_passkey(made, 10, now, PROGRAM)
    transport = httpx.ASGITransport(app=api_app(dependencies))
    async with httpx.AsyncClient(transport=transport, base_url="http://gotovo.test") as client:
        boss.api = Api(client, api.network)
        pass_time(api, minutes=6)
        for key, expected in ((keys["other"], 403), (keys["boss"], 200)):
            challenge = (await boss.posts("/staff/proof-challenges")).json()["public_key"]
            signed = key.sign(msgspec.json.encode(challenge))
            proved = await boss.posts("/staff/proofs", {"passkey": structs.asdict(signed)})
            assert proved.status_code == expected, proved.text
        again = await boss.posts("/staff/proofs", {"passkey": structs.asdict(signed)})
        assert again.json()["code"] == "not_proved"


async def test_a_correction_needs_a_fresh_proof_alone_and_in_a_list(api: Api, boss: Boss) -> None:
    number = (await api.ready())["number"]
    order = await api.step(number, "handover", code=api.code(number))
    pass_time(api, minutes=6)
    body = {"version": order["version"], "note": "The wrong buyer."}
    alone = await boss.posts(f"/orders/{number}/correction", body)
    assert alone.json()["code"] == "proof_required"
    listed = [{"id": "1", "order": number, "step": "correction"} | body]
    assert (await boss.posts("/commands", {"commands": listed})).json()["code"] == "proof_required"
    assert (await boss.proves()).status_code == 200
    corrected = await boss.posts(f"/orders/{number}/correction", body)
    assert corrected.json()["stage"] == "shelved", corrected.text
