"""The queue of help: what is due first is found without looking at all that was ever answered."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from gotovo.order.values.help.help_clock import HelpChannel
from gotovo.order.values.number import home_of
from gotovo.store.postgres.statements import load_statements
from gotovo.store.tables.orders.help_threads import (
    LONGEST,
    HelpAssignment,
    HelpThreads,
    QueueFilter,
)
from tests.support.store.sound_rows import ORDER

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
NUMBER, OTHER = "200785804776", "200785804784"
SETTLED = 5_000


async def place(pool: "asyncpg.Pool[Any]", number: str, **changes: object) -> None:
    """Put a row of an order."""
    row = {**ORDER, "home": home_of(number), "number": number, **changes}
    places = ", ".join(f"${n}" for n in range(1, len(row) + 1))
    statement = f"insert into orders ({', '.join(row)}) values ({places})"  # noqa: S608
    await pool.execute(statement, *row.values())


async def numbers(threads: HelpThreads, only: QueueFilter) -> list[str]:
    """Return whose questions are found."""
    return [each.number for each in await threads.open_threads(LONGEST, 10, only)]


async def test_the_queue_reads_only_what_is_open(pool: "asyncpg.Pool[Any]") -> None:
    threads = HelpThreads(pool)
    await place(pool, NUMBER)
    await pool.executemany(
        "insert into help_message (home, number, id, author, written_at, said, settled_at)"
        " values ($1, $2, $3, 'buyer', $4, 'x', $4)",
        [(home_of(NUMBER), f"{n:012}", UUID(int=n), NOW) for n in range(SETTLED)],
    )
    for n in range(3):
        await threads.ask(NUMBER, UUID(int=SETTLED + n), "Where?", NOW + timedelta(minutes=n))
    await pool.execute("analyze help_message")
    (found,) = await threads.open_threads(LONGEST, 10)
    assert (found.number, found.waiting_since, found.questions) == (NUMBER, NOW, 3)
    statements = load_statements("tables/orders/help_threads.sql")
    for name, arguments in (
        ("open_threads", (*LONGEST, 10, None, NOW, None)),
        ("count_open", (NOW, 10)),
    ):
        plan = await pool.fetch(f"explain {statements[name]}", *arguments)
        said = "\n".join(row[0] for row in plan)
        assert "help_message_open" in said, name
        assert "Seq Scan on help_message" not in said, name


async def test_a_question_whose_clock_did_not_start_is_due_at_once(
    pool: "asyncpg.Pool[Any]",
) -> None:
    threads = HelpThreads(pool)
    await place(pool, NUMBER)
    await place(pool, OTHER)
    await threads.ask(NUMBER, UUID(int=1), "First?", NOW, HelpChannel.BOT)
    await threads.ask(OTHER, UUID(int=2), "Second?", NOW + HOUR)
    await threads.start_clock(NUMBER, UUID(int=1), NOW + 3 * HOUR)
    found = await threads.open_threads(LONGEST, 10)
    assert [(each.number, each.due_at, each.channel) for each in found] == [
        (OTHER, NOW + HOUR, HelpChannel.PAGE),
        (NUMBER, NOW + 3 * HOUR, HelpChannel.BOT),
    ]
    assert await threads.count_open(NOW + 2 * HOUR, 10) == (2, 1)
    assert await threads.count_open(NOW + 4 * HOUR, 1) == (1, 1)
    late = QueueFilter(due_by=NOW + 2 * HOUR)
    assert await numbers(threads, late) == [OTHER]
    assert await numbers(threads, QueueFilter(shop="bookshop")) == []


async def test_a_thread_is_sorted_by_the_question_that_is_due_first(
    pool: "asyncpg.Pool[Any]",
) -> None:
    threads = HelpThreads(pool)
    await place(pool, NUMBER)
    for n, due in ((1, 5), (2, 4)):
        await threads.ask(NUMBER, UUID(int=n), "Where?", NOW)
        await threads.start_clock(NUMBER, UUID(int=n), NOW + due * HOUR)
    (found,) = await threads.open_threads(LONGEST, 10)
    assert (found.due_at, found.questions) == (NOW + 4 * HOUR, 2)
    assert await threads.open_threads((found.due_at, found.number), 10) == []


async def test_one_person_has_what_is_open_until_it_is_settled(
    pool: "asyncpg.Pool[Any]",
) -> None:
    threads = HelpThreads(pool)
    await place(pool, NUMBER)
    assert await threads.assign(NUMBER, "support:a", NOW) is None
    await threads.ask(NUMBER, UUID(int=1), "Where?", NOW)
    first = HelpAssignment("support:a", NOW)
    assert await threads.assign(NUMBER, "support:a", NOW) == first
    assert await threads.assign(NUMBER, "support:b", NOW + HOUR) == first
    assert await threads.assign(NUMBER, "support:a", NOW + HOUR) == first
    assert await threads.release(NUMBER, "support:b") == first
    second = HelpAssignment("support:b", NOW + HOUR)
    assert await threads.assign(NUMBER, "support:b", NOW + HOUR, "support:a") == second
    assert await numbers(threads, QueueFilter(assignee="support:b")) == [NUMBER]
    assert await numbers(threads, QueueFilter(assignee="support:a")) == []
    assert await threads.settle(NUMBER, NOW, NOW + HOUR, "support:b") == 1
    assert await threads.assignment(NUMBER) is None
