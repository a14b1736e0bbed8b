"""Threads that wait are found without looking at all that were ever answered."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from gotovo.order.values.number import home_of
from gotovo.store.postgres.statements import load_statements
from gotovo.store.tables.orders.help_threads import LONGEST, HelpThreads

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
NUMBER = "200785804776"
SETTLED = 5_000


async def test_the_list_of_those_who_wait_reads_only_them(pool: "asyncpg.Pool[Any]") -> None:
    threads = HelpThreads(pool)
    await pool.executemany(
        "insert into help_message (home, number, id, author, written_at, said, settled_at)"
        " values ($1, $2, $3, 'buyer', $4, 'x', $4)",
        [(home_of(NUMBER), f"{n:012}", UUID(int=n), NOW) for n in range(SETTLED)],
    )
    for n in range(3):
        await threads.ask(NUMBER, UUID(int=SETTLED + n), "Where?", NOW + timedelta(minutes=n))
    await pool.execute("analyze help_message")
    (found,) = await threads.unanswered(LONGEST, 10)
    assert (found.number, found.waiting_since, found.questions) == (NUMBER, NOW, 3)
    statement = load_statements("tables/orders/help_threads.sql")["waiting_threads"]
    plan = await pool.fetch(f"explain {statement}", *LONGEST, 10, None)
    said = "\n".join(row[0] for row in plan)
    assert "help_message_waiting" in said
    assert "Seq Scan" not in said
