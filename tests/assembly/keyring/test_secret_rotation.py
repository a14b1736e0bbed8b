"""Rotating the secret: nothing that was valid is refused, and a leaked one ends everything."""

import asyncio
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from gotovo.access.buyer import known_browsers, sessions, sign_in_codes, track_links
from gotovo.access.programs.api_keys import KeyTerms, create_key
from gotovo.assembly.keyring.secret_check import established_secrets
from gotovo.assembly.keyring.secret_rotation import RotationTerms, planned, renew_codes, rotate
from gotovo.assembly.runtime import open_runtime
from gotovo.engine.batch import Rules
from gotovo.engine.engine import Engine
from gotovo.engine.submission import ResultKind, Submission
from gotovo.keyring.live_keyring import LiveKeyring
from gotovo.keyring.sealing import seal, unseal
from gotovo.keyring.sources import CREDENTIAL, SecretFileError, make_secrets, read_secrets
from gotovo.order.account.shown_codes import shown_pickup_code
from gotovo.order.steps.handover import HandOver
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.order import Order
from gotovo.settings_sources import load_settings
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.tables.access.api_keys import ApiKeyStore
from gotovo.store.tables.access.sign_in import SignInStore
from gotovo.store.tables.access.track_links import TrackLinkStore
from gotovo.store.tables.security.entries import Author
from gotovo.store.tables.security.security_log import EntryFilter, SecurityLogStore
from tests.support.web.cast import ALINA, HOUR, NOW, SECRET, Cast, Clock
from tests.support.web.goods import MUG
from tests.support.web.network import POINTS, WAREHOUSES
from tests.support.web.stage import stocked_engine

Pool = "asyncpg.Pool[Any]"
BY = Author("cli:test")
DESK = Actor(Role.POINT, "desk")
AT_ONCE = timedelta(0)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Give the secret of an installation of an earlier version of the program."""
    path = tmp_path / "secret"
    path.touch(0o600)
    path.write_text(SECRET.hex())
    return path


def utc_now() -> datetime:
    """Return the present instant."""
    return datetime.now(UTC)


class Process:
    """A process of the server: its own keyring and engine, as `open_runtime` puts them together."""

    def __init__(self, pool: "asyncpg.Pool[Any]", keyring: LiveKeyring, clock: Clock) -> None:
        self.keyring = keyring
        self.engine = Engine(
            PostgresJournal(pool),
            lambda: (POINTS, WAREHOUSES),
            Rules(SECRET, codes=lambda: keyring().codes),
            clock,
        )

    async def issues(self, order: Order, code: str) -> ResultKind:
        """Hand an order over for a code."""
        submission = Submission(uuid4(), order.number, HandOver(code), DESK, b"desk")
        return (await self.engine.submit(submission)).kind


async def shelved(cast: Cast) -> Order:
    """Return an order that waits for its buyer."""
    sent = await cast.send(await cast.place(ALINA, NOW, MUG), NOW)
    return await cast.shelve(sent, NOW + 4 * HOUR)


async def signs_in(here: Process, there: Process, store: SignInStore) -> None:
    """Check that one process takes the form, the cookies and the code that another has made."""
    keys = here.keyring()
    form = sessions.form_token(keys.forms, "browser")
    sealed = seal(keys.forms, os.urandom, "phone", "browser", ALINA)
    known = known_browsers.remember(keys.tokens, "", "alina", utc_now(), random_bytes=os.urandom)
    code = await sign_in_codes.ask(
        store, keys.forms, ALINA, "browser", NOW, customer="alina", random_bytes=os.urandom
    )
    await asyncio.sleep(0.02)
    other = there.keyring()
    assert sessions.form_token_is_right(other.forms, "browser", form)
    assert unseal(other.forms, "phone", "browser", sealed) == ALINA
    assert known_browsers.find(other.tokens, known, "alina", utc_now())
    attempt = await sign_in_codes.answer(store, other.forms, "browser", code, NOW)
    assert attempt.customer == "alina"


async def follow(process: Process, every: float) -> None:
    """Let a process read its file once."""
    await process.keyring.refresh()
    await asyncio.sleep(every)


async def until(finished: asyncio.Event, step: Callable[[], Any]) -> int:
    """Repeat a step until the event, and return how often it was taken."""
    count = 0
    while not finished.is_set():
        await step()
        count += 1
        await asyncio.sleep(0)
    return count


async def test_what_one_process_makes_no_other_ever_refuses_while_the_secret_is_rotated(
    pool: "asyncpg.Pool[Any]", file: Path
) -> None:
    """Two processes read the file at different instants; the buyer goes from one to the other."""
    secrets = await established_secrets(pool, file, utc_now())
    await (await stocked_engine(pool, PostgresJournal(pool), Clock())).close()
    clock, later = Clock(), Clock()
    later.now = NOW + 6 * HOUR
    here = Process(pool, LiveKeyring(file, secrets, utc_now), clock)
    there = Process(pool, LiveKeyring(file, secrets, utc_now), later)
    cast, store = Cast(here.engine, clock), SignInStore(pool)
    finished, versions = asyncio.Event(), set[int]()
    placed_under = {version: asyncio.Event() for version in (1, 2, 3)}

    async def order_is_issued() -> None:
        order = await shelved(cast)
        code = shown_pickup_code(order, here.keyring().codes)
        versions.add(order.codes.key)
        placed_under[order.codes.key].set()
        await asyncio.sleep(0.05)
        assert code == shown_pickup_code(order, there.keyring().codes), "the account shows another"
        assert await there.issues(order, code) is ResultKind.DONE, order.codes

    async def rotate_twice() -> None:
        for _ in range(2):
            terms = RotationTerms(later=timedelta(milliseconds=300))
            done = await rotate(pool, file, utc_now(), terms, BY)
            await placed_under[done.version].wait()
        finished.set()

    async with asyncio.timeout(60):
        _, orders, visits, *_ = await asyncio.gather(
            rotate_twice(),
            until(finished, order_is_issued),
            until(finished, lambda: signs_in(here, there, store)),
            until(finished, lambda: follow(here, 0.05)),
            until(finished, lambda: follow(there, 0.17)),
        )
    assert versions == {1, 2, 3}
    assert orders >= len(versions)
    assert visits > orders
    assert await pool.fetchval("select count(*) from secret_check") == 3


async def test_a_leaked_secret_takes_tokens_links_and_codes_with_it(
    pool: "asyncpg.Pool[Any]", database_url: str, cast: Cast, clock: Clock, file: Path
) -> None:
    order = await shelved(cast)
    key, _ = await create_key(
        ApiKeyStore(pool), uuid4(), KeyTerms("shop", Role.STOREFRONT), utc_now()
    )
    chosen = load_settings({"HOME": "/nowhere", "GOTOVO_SECRET_FILE": str(file)})
    async with open_runtime(chosen, database_url, clock) as runtime:
        old = runtime.keyring()
        link = await track_links.make(TrackLinkStore(pool), old.tokens, order.number, NOW)
        shown = shown_pickup_code(order, old.codes)
        terms = RotationTerms(leaked=True, later=AT_ONCE)
        plan = await planned(pool, file, NOW, terms)
        assert (plan.codes, plan.links, [x.id for x in plan.api_keys]) == (1, 1, [key.id])
        assert await ApiKeyStore(pool).living(), "a plan changes nothing"
        done = await rotate(pool, file, NOW, terms, BY)
        assert (done.ended, done.version) == ([1], 2)
        clock.now = done.begins_at + 6 * HOUR
        await runtime.keyring.refresh()
        new = runtime.keyring()

        assert await ApiKeyStore(pool).living() == []
        assert await track_links.find(TrackLinkStore(pool), link) is None
        form = sessions.form_token(old.forms, "browser")
        assert not sessions.form_token_is_right(new.forms, "browser", form)
        assert shown_pickup_code(order, new.codes) != shown

        progress: list[int] = []
        assert await renew_codes(runtime, progress.append) == 1
        assert await renew_codes(runtime, progress.append) == 0
        loaded = await runtime.journal.load(0, [order.number], [], [])
        renewed = loaded.orders[order.number].order
        assert renewed.codes.key == 2
        assert shown_pickup_code(renewed, new.codes) not in {shown, ""}
    entries = await SecurityLogStore(pool).after(0, EntryFilter(kind="secret.rotated"), 10)
    assert [(x.actor, x.details) for x in entries] == [
        ("cli:test", b'{"version":2,"names":["leaked","tokens"]}')
    ]


async def test_a_rotation_without_a_leak_ends_nothing(
    pool: "asyncpg.Pool[Any]", file: Path
) -> None:
    await create_key(ApiKeyStore(pool), uuid4(), KeyTerms("shop", Role.STOREFRONT), utc_now())
    done = await rotate(pool, file, NOW, RotationTerms(), BY)
    assert (done.ended, done.api_keys, done.codes, done.links) == ([], [], 0, 0)
    assert len(await ApiKeyStore(pool).living()) == 1


async def test_api_tokens_end_without_a_leak_where_that_is_wanted(
    pool: "asyncpg.Pool[Any]", file: Path
) -> None:
    await create_key(ApiKeyStore(pool), uuid4(), KeyTerms("shop", Role.STOREFRONT), utc_now())
    done = await rotate(pool, file, NOW, RotationTerms(tokens=True), BY)
    assert (len(done.api_keys), done.ended) == (1, [])
    assert await ApiKeyStore(pool).living() == []


async def test_a_program_that_ended_before_the_database_knew_the_version_is_caught_up(
    pool: "asyncpg.Pool[Any]", file: Path
) -> None:
    await rotate(pool, file, NOW, RotationTerms(), BY)
    await pool.execute("delete from secret_check where version = 2")
    await established_secrets(pool, file, NOW)
    assert await pool.fetchval("select max(version) from secret_check") == 2


async def test_a_credential_is_not_written(
    pool: "asyncpg.Pool[Any]", tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = make_secrets(tmp_path / CREDENTIAL, NOW)
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    with pytest.raises(SecretFileError, match="GOTOVO_SECRET_FILE naming the file"):
        await rotate(pool, tmp_path / CREDENTIAL, NOW, RotationTerms(), BY)
    assert read_secrets(tmp_path / CREDENTIAL) == made
