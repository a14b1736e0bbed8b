"""A session is known by a token that only the browser has."""

import os
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg

from gotovo.access.buyer import sessions
from gotovo.keyring.keyring import one_key
from gotovo.store.tables.access.sign_in import SignInStore

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
SECRET = b"a secret that only tests use, 32"
KEYS = one_key(SECRET)


async def test_a_session_is_found_by_its_token_until_it_ends(pool: "asyncpg.Pool[Any]") -> None:
    store = SignInStore(pool)
    token = sessions.new_token(os.urandom)
    began = await sessions.begin(store, token, "c" * 32, "+7 ***", NOW)
    assert await sessions.find(store, token, NOW) == began
    await sessions.end(store, token)
    assert await sessions.find(store, token, NOW) is None


async def test_a_session_ends_by_itself_after_thirty_days(pool: "asyncpg.Pool[Any]") -> None:
    store = SignInStore(pool)
    token = sessions.new_token(os.urandom)
    await sessions.begin(store, token, "c" * 32, "+7 ***", NOW)
    assert await sessions.find(store, token, NOW + timedelta(days=29)) is not None
    assert await sessions.find(store, token, NOW + timedelta(days=30)) is None


async def test_the_database_does_not_hold_the_token(pool: "asyncpg.Pool[Any]") -> None:
    token = sessions.new_token(os.urandom)
    await sessions.begin(SignInStore(pool), token, "c" * 32, "+7 ***", NOW)
    stored = await pool.fetchval("select token from session")
    assert token.encode() not in stored


async def test_no_token_is_no_session(pool: "asyncpg.Pool[Any]") -> None:
    assert await sessions.find(SignInStore(pool), "", NOW) is None


def test_the_token_of_a_form_is_bound_to_its_session_and_to_the_secret() -> None:
    mine = sessions.form_token(KEYS, "mine")
    assert sessions.form_token_is_right(KEYS, "mine", mine)
    assert not sessions.form_token_is_right(KEYS, "yours", mine)
    assert not sessions.form_token_is_right(one_key(b"another secret"), "mine", mine)
    assert not sessions.form_token_is_right(KEYS, "mine", "ё")
