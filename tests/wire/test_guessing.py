"""A thousand guesses at the same moment, at several workers: three are looked at."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any
from urllib.parse import urlencode

import asyncpg
import pytest

from gotovo.access.buyer import sessions, sign_in_codes
from gotovo.bench.load.connection import LoadConnection, allow_connections
from gotovo.bench.load.generator import raw_request
from gotovo.bench.load.response_parser import LoadResponse
from gotovo.order.values.customer import customer_id
from gotovo.store.tables.access.sign_in import SignInStore
from tests.conftest import own_database
from tests.support.cli.keys import keys_of
from tests.support.cli.program import Program

GUESSES = 1_000
ADDRESSES = 20
"""Each address asks 50 times, well within its limit, so that nothing but the tries is left."""

PHONE = "+79001234567"
BROWSER = "the-browser-that-all-guesses-come-from"
WATCH = """
create table if not exists tried (tries_left smallint);
create or replace function note_try() returns trigger language plpgsql as
    'begin insert into tried values (new.tries_left); return null; end';
create or replace trigger note_try after update on sign_in_code
    for each row execute function note_try();
delete from tried;
delete from sign_in_code;
delete from session;
"""

_BLOCKS = count(1)
"""Each crowd of guesses comes from addresses of its own; the limits of the others are theirs."""


@pytest.fixture(scope="module")
def database_url(server_url: str, template: str) -> Iterator[str]:
    """Give the database of that program."""
    yield from own_database(server_url, template)


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Iterator[Program]:
    """Give the running program with four workers on a database of its own."""
    program = Program(tmp_path_factory.mktemp("guessing"), database_url, GOTOVO_WORKERS="4")
    program.start()
    yield program
    assert program.stop() == 0, program.log()


@pytest.fixture
async def watched(pool: "asyncpg.Pool[Any]") -> "asyncpg.Pool[Any]":
    """Give connections to that database, which writes down each guess that is looked at.

    Codes, sessions and guesses of the test before are gone.
    """
    await pool.execute(WATCH)
    return pool


async def test_of_a_thousand_wrong_guesses_three_are_looked_at_and_the_code_is_dead(
    program: Program, watched: "asyncpg.Pool[Any]"
) -> None:
    code = await _sent(program, watched)
    told = await _guess(program, [_wrong(code, by) for by in range(1, GUESSES + 1)])
    assert {answer.status for answer in told} == {422}
    assert await _tried(watched) == [2, 1, 0]
    (last,) = await _guess(program, [code])
    assert last.status == 422
    assert not any(b"gotovo-session" in value for _, value in last.headers)
    assert await watched.fetchval("select count(*) from session") == 0
    assert await _tried(watched) == [2, 1, 0]


async def test_the_right_code_among_a_thousand_guesses_is_one_of_three_or_nothing(
    program: Program, watched: "asyncpg.Pool[Any]"
) -> None:
    code = await _sent(program, watched)
    guesses = [code, *(_wrong(code, by) for by in range(1, GUESSES))]
    random.Random(5).shuffle(guesses)
    statuses = Counter(answer.status for answer in await _guess(program, guesses))
    begun = await watched.fetchval("select count(*) from session")
    assert statuses == Counter({303: begun, 422: GUESSES - begun})
    assert begun <= 1
    assert len(await _tried(watched)) <= sign_in_codes.TRIES_MAX
    (last,) = await _guess(program, [code])
    assert last.status == 422
    assert await watched.fetchval("select count(*) from session") == begun


async def test_the_right_code_sent_a_thousand_times_signs_in_once(
    program: Program, watched: "asyncpg.Pool[Any]"
) -> None:
    code = await _sent(program, watched)
    statuses = Counter(answer.status for answer in await _guess(program, [code] * GUESSES))
    assert statuses == {303: 1, 422: GUESSES - 1}
    assert await watched.fetchval("select count(*) from session") == 1
    assert await _tried(watched) == [0]


async def test_one_address_is_slowed_down_long_before_its_thousandth_guess(
    program: Program, watched: "asyncpg.Pool[Any]"
) -> None:
    code = await _sent(program, watched)
    told = await _guess(program, [_wrong(code, by) for by in range(1, GUESSES + 1)], addresses=1)
    statuses = Counter(answer.status for answer in told)
    assert statuses[422] < GUESSES / 4
    assert statuses[429] == GUESSES - statuses[422]


async def _sent(program: Program, pool: "asyncpg.Pool[Any]") -> str:
    """Return a code that is on its way to a phone, for the browser that guesses."""
    keys, now = keys_of(program.folder), datetime.now(UTC)
    store, customer = SignInStore(pool), customer_id(keys.identity.key, PHONE)
    return await sign_in_codes.ask(
        store, keys.forms, PHONE, BROWSER, now, customer=customer, random_bytes=os.urandom
    )


async def _tried(pool: "asyncpg.Pool[Any]") -> list[int]:
    """Return how many tries were left after each guess that was looked at."""
    return [row["tries_left"] for row in await pool.fetch("select * from tried order by 1 desc")]


async def _guess(
    program: Program, guesses: Sequence[str], addresses: int = ADDRESSES
) -> Sequence[LoadResponse]:
    """Send all guesses at once, each over a connection of its own, and return the responses."""
    keys = keys_of(program.folder)
    headers = {
        "Cookie": f"gotovo-browser={BROWSER}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    form = sessions.form_token(keys.forms, BROWSER)
    requests = [
        raw_request("POST", "/session", headers, urlencode({"form": form, "code": code}).encode())
        for code in guesses
    ]
    allow_connections(len(guesses))
    block = next(_BLOCKS)
    connections = [
        await _connect(program.port, f"127.0.{block}.{2 + turn % addresses}")
        for turn in range(len(guesses))
    ]
    sent = [each.send(request) for each, request in zip(connections, requests, strict=True)]
    responses = await asyncio.gather(*sent)
    for each in connections:
        each.close()
    return responses


async def _connect(port: int, address: str) -> LoadConnection:
    """Return a connection that comes from an address of the loopback."""
    _, connection = await asyncio.get_running_loop().create_connection(
        LoadConnection, "127.0.0.1", port, local_addr=(address, 0)
    )
    return connection


def _wrong(code: str, by: int) -> str:
    return f"{(int(code) + by) % 10**6:06d}"
