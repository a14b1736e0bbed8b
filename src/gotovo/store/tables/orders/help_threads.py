"""Help threads in PostgreSQL: what buyers ask about their orders, and what support answers.

None of it is history: it decides nothing, and it is deleted when its buyer is erased. What decides,
the clock of the answer, is in the order's state; a copy of it here sorts the queue.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Literal
from uuid import UUID

import asyncpg
from msgspec import Struct

from gotovo.order.values.help.help_clock import HelpChannel
from gotovo.order.values.number import home_of
from gotovo.order.values.order import Outcome
from gotovo.store.postgres.statements import load_statements

_sql = load_statements("tables/orders/help_threads.sql")

MESSAGES_MAX: Final = 200
"""Of either side: longer conversations belong on the telephone."""

LONGEST: Final = (datetime(1, 1, 1, tzinfo=UTC), "")
"""The cursor before every open thread."""

_NEVER: Final = datetime(9999, 12, 31, tzinfo=UTC)

Author = Literal["buyer", "support"]


class HelpMessage(Struct, frozen=True):
    """One message of an order's thread.

    `settled_at` is None while something is left to do: to answer a buyer, or to read an answer.
    `channel` is where a question was asked, `due_at` until when it is to be answered; None for an
    answer.
    """

    id: UUID
    author: Author
    written_at: datetime
    said: str
    settled_at: datetime | None = None
    channel: HelpChannel | None = None
    due_at: datetime | None = None


class HelpAssignment(Struct, frozen=True):
    """Who answers the open questions of an order (`role:id`), and since when."""

    assignee: str
    assigned_at: datetime


class OpenThread(Struct, frozen=True):
    """An order with open questions: since when, how many, and until when to answer the first.

    `channel` is that of the question that is due first.
    """

    number: str
    status: str
    outcome: Outcome | None
    waiting_since: datetime
    due_at: datetime
    questions: int
    channel: HelpChannel
    assignee: str | None
    assigned_at: datetime | None


class QueueFilter(Struct, frozen=True):
    """Which open threads: of one shop, due by an instant, of one assignee; None: of all."""

    shop: str | None = None
    due_by: datetime | None = None
    assignee: str | None = None


_EVERY: Final = QueueFilter()


class HelpThreads:
    """Reads and writes the thread of one order at a time, and lists the unanswered ones."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is a statement or two."""
        self._pool = pool

    async def ask(
        self,
        number: str,
        id_: UUID,
        text: str,
        at: datetime,
        channel: HelpChannel = HelpChannel.PAGE,
    ) -> bool:
        """Store a buyer's message under its id, once; return whether it is new.

        Nothing is stored when the thread is full.
        """
        row = (home_of(number), number, id_, at, text, MESSAGES_MAX, channel)
        return await self._pool.fetchval(_sql["put_question"], *row) is not None

    async def start_clock(self, number: str, id_: UUID, due_at: datetime) -> None:
        """Store until when a question is to be answered."""
        await self._pool.execute(_sql["start_clock"], home_of(number), number, id_, due_at)

    async def answer(self, number: str, id_: UUID, text: str, at: datetime) -> bool:
        """Store an answer under its id, once; return whether it is new.

        Nothing is stored where nothing was asked, or the thread is full.
        """
        row = (home_of(number), number, id_, at, text, MESSAGES_MAX)
        return await self._pool.fetchval(_sql["put_answer"], *row) is not None

    async def take_back(self, number: str, id_: UUID) -> None:
        """Delete a message that no event tells of."""
        await self._pool.execute(_sql["take_back"], home_of(number), number, id_)

    async def settle(self, number: str, until: datetime, at: datetime, by: str) -> int:
        """Mark the messages up to an instant as answered; return how many were open.

        With the last open one it is nobody's any more.
        """
        home = home_of(number)
        settled = await self._pool.fetch(_sql["settle_questions"], home, number, at, by, until)
        await self._pool.execute(_sql["end_assignment"], home, number)
        return len(settled)

    async def assign(
        self, number: str, assignee: str, at: datetime, instead_of: str = ""
    ) -> HelpAssignment | None:
        """Give the open questions to somebody, unless somebody else has them who is not named.

        Return who has them now; None where nothing is open.
        """
        row = (home_of(number), number, assignee, at, instead_of)
        await self._pool.execute(_sql["assign"], *row)
        return await self.assignment(number)

    async def release(self, number: str, assignee: str) -> HelpAssignment | None:
        """Take the open questions from somebody who has them; return who still has them."""
        await self._pool.execute(_sql["release"], home_of(number), number, assignee)
        return await self.assignment(number)

    async def assignment(self, number: str) -> HelpAssignment | None:
        """Return who answers the open questions."""
        row = await self._pool.fetchrow(_sql["assignment"], home_of(number), number)
        return None if row is None else HelpAssignment(**row)

    async def read_until(self, number: str, until: datetime, at: datetime) -> None:
        """Mark the answers up to an instant as read by the buyer."""
        await self._pool.execute(_sql["settle_answers"], home_of(number), number, at, until)

    async def message(self, number: str, id_: UUID) -> HelpMessage | None:
        """Return one message."""
        row = await self._pool.fetchrow(_sql["help_message"], home_of(number), number, id_)
        return None if row is None else message_of(row)

    async def thread(self, number: str) -> Sequence[HelpMessage]:
        """Return what was asked and answered, oldest first."""
        rows = await self._pool.fetch(_sql["help_messages"], home_of(number), number)
        return [message_of(row) for row in rows]

    async def has_unread(self, number: str) -> bool:
        """Return whether the buyer has not read an answer."""
        return bool(await self._pool.fetchval(_sql["has_unread_answer"], home_of(number), number))

    async def open_threads(
        self, after: tuple[datetime, str], limit: int, only: QueueFilter = _EVERY
    ) -> Sequence[OpenThread]:
        """Return open threads of all homes, what is due first before the others.

        The cursor is the `due_at` and the number of the last one.
        """
        before = only.due_by or _NEVER
        row = (*after, limit, only.shop, before, only.assignee)
        return [_thread_of(each) for each in await self._pool.fetch(_sql["open_threads"], *row)]

    async def count_open(self, now: datetime, limit: int) -> tuple[int, int]:
        """Return how many questions are open, and how many of them overdue; each to a limit."""
        row = await self._pool.fetchrow(_sql["count_open"], now, limit)
        assert row is not None
        return row["open"], row["overdue"]

    async def forget_lone_answers(self, number: str) -> None:
        """Delete answers to questions that were erased."""
        await self._pool.execute(_sql["forget_lone_answers"], home_of(number), number)


def message_of(row: Mapping[str, Any]) -> HelpMessage:
    """Return the message of a row."""
    columns: dict[str, Any] = dict(row)
    if columns["channel"] is not None:
        columns["channel"] = HelpChannel(columns["channel"])
    return HelpMessage(**columns)


def _thread_of(row: Mapping[str, Any]) -> OpenThread:
    columns: dict[str, Any] = dict(row)
    columns["channel"] = HelpChannel(columns["channel"] or HelpChannel.PAGE)
    if columns["outcome"] is not None:
        columns["outcome"] = Outcome(columns["outcome"])
    return OpenThread(**columns)
