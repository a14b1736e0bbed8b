"""A change of the schema waits a moment for its lock, lets everybody pass, and tries again.

A lock that is waited for holds up everybody who comes later, readers too. So the wait is shorter
than a command may queue, and the pause between two attempts is longer than the wait.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import asyncpg
from msgspec import Struct

from gotovo.store.postgres.errors import SchemaError
from gotovo.store.postgres.statements import load_statements

OnWait = Callable[[str], None]
"""Told in a sentence who is waited for, once an attempt."""

_NOT_GOT = (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError)

_sql = load_statements("postgres/migrations.sql")


class LockPatience(Struct, frozen=True):
    """How long a change of the schema tries; all attempts together take less than two minutes,
    which is how long a supervisor waits for a worker that starts.
    """

    lock_ms: int = 200
    """Of the half second after which a command is refused, a wait leaves the larger part."""

    attempts: int = 24
    pause_seconds: float = 0.2
    """After the first attempt; each pause is twice the one before, up to the longest."""

    pause_seconds_max: float = 5


def ignore_waiting(_text: str) -> None:
    """Tell nobody."""


async def attempt(
    connection: "asyncpg.Connection[Any]",
    what: str,
    once: Callable[[], Awaitable[None]],
    patience: LockPatience,
    on_wait: OnWait,
) -> None:
    """Run `once` until it gets its locks; raise SchemaError when it never did."""
    pause = patience.pause_seconds
    for number in range(1, patience.attempts + 1):
        try:
            await once()
        except _NOT_GOT as error:
            others = await _open_transactions(connection)
            if number == patience.attempts:
                message = (
                    f"schema file {what} got no lock in {number} attempts, and nothing of it was "
                    f"applied; {others}: end it, or wait for its end, and run gotovo migrate again"
                )
                raise SchemaError(message) from error
            on_wait(f"schema file {what} waits for a lock; {others}")
        else:
            return
        await asyncio.sleep(pause)
        pause = min(pause * 2, patience.pause_seconds_max)


async def _open_transactions(connection: "asyncpg.Connection[Any]") -> str:
    rows = await connection.fetch(_sql["open_transactions"])
    named = [
        f"process {row['pid']} ({row['application_name'] or 'no name'}) for {row['seconds']:.1f} s"
        for row in rows
    ]
    return f"open transactions: {', '.join(named) or 'none any more'}"
