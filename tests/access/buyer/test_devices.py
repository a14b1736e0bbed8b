"""Whoever is signed in sees where else, and can end it; nobody else's devices are touched."""

import asyncio
import os
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from gotovo.access.buyer import devices, sessions
from gotovo.access.buyer.user_agent import Device
from gotovo.store.tables.access.sign_in import SESSIONS_MAX, Session, SignInStore

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
ALINA = "a" * 32
BORIS = "b" * 32


@pytest.fixture
def store(pool: "asyncpg.Pool[Any]") -> SignInStore:
    """Give the store over the test's own database."""
    return SignInStore(pool)


async def begun(
    store: SignInStore, customer: str = ALINA, at: datetime = NOW, browser: str = "Chrome"
) -> tuple[str, Session]:
    """Return the token of a new session, and the session."""
    token = sessions.new_token(os.urandom)
    device = Device(browser, "Android")
    return token, await sessions.begin(store, token, customer, "+7 ***", at, device)


async def test_of_too_many_devices_those_used_longest_ago_are_out(store: SignInStore) -> None:
    made = [await begun(store, at=NOW + n * MINUTE) for n in range(SESSIONS_MAX + 2)]
    other = await begun(store, BORIS)
    tokens = [token for token, _ in made]
    assert await living(store, *tokens) == [False] * 2 + [True] * SESSIONS_MAX
    assert await living(store, other[0]) == [True]


async def living(store: SignInStore, *tokens: str, at: datetime = NOW) -> list[bool]:
    """Tell of each token whether somebody is signed in with it."""
    return [await sessions.find(store, token, at) is not None for token in tokens]


async def test_devices_are_listed_this_one_first_then_the_latest_used(store: SignInStore) -> None:
    token, session = await begun(store, at=NOW - 3 * MINUTE, browser="Firefox")
    await begun(store, at=NOW - 2 * MINUTE, browser="Safari")
    await begun(store, at=NOW - MINUTE, browser="Opera")
    await begun(store, BORIS)
    listed = await devices.devices_of(store, session, token, NOW)
    assert [(each.browser, each.is_this) for each in listed] == [
        ("Firefox", True),
        ("Opera", False),
        ("Safari", False),
    ]


async def test_a_session_that_is_over_is_no_device(store: SignInStore) -> None:
    token, session = await begun(store)
    await begun(store, at=NOW - sessions.LIFETIME)
    assert len(await devices.devices_of(store, session, token, NOW)) == 1


async def test_one_device_is_signed_out_and_no_other(store: SignInStore) -> None:
    token, session = await begun(store)
    other, _ = await begun(store)
    third, _ = await begun(store)
    handle = (await devices.devices_of(store, session, other, NOW))[0].handle
    await devices.sign_out_one(store, session, handle)
    assert await living(store, token, other, third) == [True, False, True]


async def test_nobody_signs_out_the_device_of_somebody_else(store: SignInStore) -> None:
    _, alina = await begun(store)
    token, boris = await begun(store, BORIS)
    handle = (await devices.devices_of(store, boris, token, NOW))[0].handle
    await devices.sign_out_one(store, alina, handle)
    await devices.sign_out_others(store, alina, "")
    await devices.sign_out_all(store, alina)
    assert await living(store, token) == [True]


async def test_all_others_are_signed_out_or_all(store: SignInStore) -> None:
    token, session = await begun(store)
    other, _ = await begun(store)
    await devices.sign_out_others(store, session, token)
    assert await living(store, token, other) == [True, False]
    await devices.sign_out_all(store, session)
    assert await living(store, token) == [False]


async def test_a_handle_signs_nobody_in(store: SignInStore) -> None:
    token, session = await begun(store)
    handle = (await devices.devices_of(store, session, token, NOW))[0].handle
    assert await living(store, handle, bytes.fromhex(handle).decode("latin-1")) == [False, False]
    assert token not in handle


async def test_a_use_is_written_down_once_an_hour(
    store: SignInStore, pool: "asyncpg.Pool[Any]"
) -> None:
    token, session = await begun(store)
    written: list[datetime | None] = []
    for minutes in (0, 59, 60, 61, 119, 120):
        at = NOW + minutes * MINUTE
        found = await sessions.find(store, token, at)
        assert found is not None
        await devices.note_use(store, token, found, at)
        written.append(await pool.fetchval("select seen_at from session"))
    hour, two = NOW + 60 * MINUTE, NOW + 120 * MINUTE
    assert written == [None, None, hour, hour, hour, two]
    assert session.last_used_at == NOW


async def test_of_uses_at_the_same_moment_one_is_written_down(
    store: SignInStore, pool: "asyncpg.Pool[Any]"
) -> None:
    token, session = await begun(store)
    at = [NOW + timedelta(hours=1, seconds=each) for each in range(10)]
    await asyncio.gather(*(devices.note_use(store, token, session, each) for each in at))
    assert await pool.fetchval("select seen_at from session") in at
    version = await pool.fetchval("select xmin::text from session")
    await asyncio.gather(*(devices.note_use(store, token, session, each) for each in at))
    assert await pool.fetchval("select xmin::text from session") == version


async def test_a_session_of_the_program_before_is_a_device_without_a_name(
    store: SignInStore, pool: "asyncpg.Pool[Any]"
) -> None:
    token = sessions.new_token(os.urandom)
    await pool.execute(
        "insert into session (token, customer, shown_as, began_at, expires_at)"
        " values ($1, $2, '', $3, $4)",
        sessions.key_of(token),
        ALINA,
        NOW,
        NOW + sessions.LIFETIME,
    )
    found = await sessions.find(store, token, NOW)
    assert found is not None
    (listed,) = await devices.devices_of(store, found, token, NOW)
    assert (listed.browser, listed.system, listed.used_at) == ("", "", NOW)
