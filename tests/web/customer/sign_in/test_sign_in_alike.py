"""Nobody learns from an answer whether a phone has ever ordered here."""

import hashlib
import re
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import pytest
from asyncpg.connection import LoggedQuery
from asyncpg.pool import PoolConnectionProxy
from msgspec import structs

from gotovo.notices.channels.demo_phone import DemoPhoneChannel
from gotovo.store.tables.access.sign_in import SignInStore
from gotovo.store.tables.messages.phone_messages import PhoneMessageStore
from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.buyer import Buyer
from tests.support.web.cast import ALINA, Cast
from tests.support.web.sample_orders.open_orders import ready
from tests.support.web.stage import browser_of

STRANGER = "+79009876567"
"""Has never ordered; masked, the number looks like Alina's."""

SEALED = re.compile(r"(?<=gotovo-phone=)[^;]+")

Told = list[tuple[int, tuple[tuple[str, str], ...], bytes]]


class Same:
    """Chance that says the same again to whoever begins anew, so that answers can be compared."""

    def __init__(self) -> None:
        self._turn = 0

    def __call__(self, size: int) -> bytes:
        self._turn += 1
        return hashlib.shake_128(self._turn.to_bytes(4, "big")).digest(size)


@pytest.fixture
def statements() -> list[str]:
    """Give the list of what the database was asked."""
    return []


@pytest.fixture
async def watched(
    database_url: str, statements: list[str], dependencies: WebDependencies
) -> AsyncIterator[WebDependencies]:
    """Give the pages' dependencies over connections that write down each statement."""

    async def watch(connection: "PoolConnectionProxy[Any]") -> None:
        connection.add_query_logger(note)

    def note(asked: LoggedQuery) -> None:
        if asked.query.startswith(("select", "insert", "update", "delete", "with")):
            statements.append(asked.query)

    async with asyncpg.create_pool(database_url, min_size=1, max_size=1, setup=watch) as pool:
        channel = DemoPhoneChannel(PhoneMessageStore(pool))
        yield structs.replace(dependencies, sign_in=SignInStore(pool), channel=channel)


async def test_answers_are_the_same_to_the_byte_and_cost_the_same_statements(
    watched: WebDependencies, cast: Cast, statements: list[str]
) -> None:
    await ready(cast)
    known = await _asks_and_guesses(watched, ALINA)
    asked = statements[:]
    statements.clear()
    stranger = await _asks_and_guesses(watched, STRANGER)
    assert known == stranger
    assert asked == statements
    assert sum(said.startswith("insert into sign_in_code") for said in asked) == 1
    assert sum(said.startswith("update sign_in_code") for said in asked) == 4


async def test_who_asks_too_often_is_refused_alike(
    watched: WebDependencies, cast: Cast, statements: list[str]
) -> None:
    await ready(cast)
    refused: list[bytes] = []
    for phone in (ALINA, STRANGER):
        for turn in range(6):
            async with browser_of(structs.replace(watched, random_bytes=Same())) as client:
                buyer = Buyer(client)
                page = await buyer.sends(await buyer.opens("/"), "/sign-in-code", phone=phone)
                if turn == 5:
                    assert page.status_code == 429
                    refused.append(page.content)
    assert len(set(refused)) == 1
    assert statements[: len(statements) // 2] == statements[len(statements) // 2 :]


async def _asks_and_guesses(dependencies: WebDependencies, phone: str) -> Told:
    """Ask for a code and guess wrong four times; return all that the browser was told.

    One cookie holds the phone as it was typed, sealed; all of it but its length is left out, for
    the asker knows it.
    """
    told: Told = []

    async def note(answer: httpx.Response) -> None:
        headers = tuple(
            (name, SEALED.sub(_length, said)) for name, said in sorted(answer.headers.items())
        )
        told.append((answer.status_code, headers, await answer.aread()))

    async with browser_of(structs.replace(dependencies, random_bytes=Same())) as client:
        client.event_hooks["response"].append(note)
        buyer = Buyer(client)
        form = await buyer.sends(await buyer.opens("/"), "/sign-in-code", phone=phone)
        for guess in ("000000", "", "12345678", "000000"):
            await buyer.sends(form, "/session", code=guess)
    assert {status for status, _, _ in told} == {200, 303, 422}
    return told


def _length(sealed: re.Match[str]) -> str:
    return str(len(sealed[0]))
