"""The office signs one buyer out, or all of them, and the security log says so."""

import json
import os
import pwd
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import pytest

from gotovo.access.buyer import sessions
from gotovo.access.buyer.phone_accounts import PhoneAccounts, move
from gotovo.keyring.keyring import one_key
from gotovo.order.values.customer import customer_id
from gotovo.store.tables.access.accounts import PhoneAccountStore
from gotovo.store.tables.access.sign_in import SignInStore
from tests.support.cli.keys import keys_of
from tests.support.cli.program import Program

WRONG_USAGE = 2
ALINA, BORIS, NEW = "+79001234567", "+79005551111", "+79005550000"


async def signed_in(pool: "asyncpg.Pool", secret: bytes, phone: str, token: str) -> None:
    """Begin a session of a phone's account."""
    now = datetime.now(UTC)
    await sessions.begin(SignInStore(pool), token, customer_id(secret, phone), "+7", now)


async def living(pool: "asyncpg.Pool", *tokens: str) -> list[str]:
    """Return those of these sessions that are known still."""
    now = datetime.now(UTC)
    return [each for each in tokens if await sessions.find(SignInStore(pool), each, now)]


async def test_the_office_ends_the_sessions_of_one_buyer_and_of_all(
    tmp_path: Path, database_url: str, pool: "asyncpg.Pool"
) -> None:
    program = Program(tmp_path, database_url)
    secret = keys_of(tmp_path).identity.key
    for phone, token in ((ALINA, "phone"), (ALINA, "tablet"), (BORIS, "other"), (BORIS, "more")):
        await signed_in(pool, secret, phone, token)

    ended = program.run("sessions", "end", "--phone", "8 900 123-45-67", "--json")
    assert json.loads(ended.stdout) == {"ended": 2}
    assert await living(pool, "phone", "tablet", "other", "more") == ["other", "more"]
    assert program.run("sessions", "end", "--all").returncode == WRONG_USAGE
    assert await living(pool, "other", "more") == ["other", "more"]
    assert "ended: 2." in program.run("sessions", "end", "--all", "--yes").stdout
    assert await living(pool, "other", "more") == []

    log = program.run("security-log", "--json", "--kind", "session.ended").stdout.splitlines()
    entries = [json.loads(line) for line in log]
    account = f"cli:{pwd.getpwuid(os.getuid()).pw_name}"
    assert [(x["actor"], x.get("subject"), x["outcome"], x["details"]) for x in entries] == [
        (account, f"buyer:{customer_id(secret, ALINA)}", "office", {"rows": 2}),
        (account, None, "office", {"rows": 2}),
    ]
    assert ALINA not in "".join(log)


async def test_a_buyer_who_moved_is_found_by_the_phone_of_today(
    tmp_path: Path, database_url: str, pool: "asyncpg.Pool"
) -> None:
    secret = keys_of(tmp_path).identity.key
    await signed_in(pool, secret, ALINA, "phone")
    then = datetime.now(UTC) - timedelta(days=1)
    session = await sessions.find(SignInStore(pool), "phone", then)
    assert session is not None
    accounts = PhoneAccounts(PhoneAccountStore(pool), lambda: one_key(secret), lambda: then)
    assert await move(accounts, session, NEW, then)
    program = Program(tmp_path, database_url)
    program.run("sessions", "end", "--phone", ALINA)
    assert await living(pool, "phone") == ["phone"], "the number is somebody else's now"
    program.run("sessions", "end", "--phone", NEW)
    assert await living(pool, "phone") == []


@pytest.mark.parametrize("typed", [(), ("--phone", "12"), ("--phone", ALINA, "--all"), ("--all",)])
def test_whose_sessions_end_has_to_be_said(
    tmp_path: Path, database_url: str, typed: tuple[str, ...]
) -> None:
    refused = Program(tmp_path, database_url).run("sessions", "end", *typed)
    assert refused.returncode == WRONG_USAGE
    assert "--phone" in refused.stderr or "--all" in refused.stderr
