"""Help threads in PostgreSQL: what buyers ask about their orders, and what support answers.

None of it is history: it decides nothing, and it is deleted when its buyer is erased.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final, Literal
from uuid import UUID

import asyncpg
from msgspec import Struct

from gotovo.order.values.number import home_of
from gotovo.store.postgres.statements import load_statements

_sql = load_statements("tables/orders/help_threads.sql")

MESSAGES_MAX: Final = 200
"""Of either side: longer conversations belong on the telephone."""

LONGEST: Final = (datetime(1, 1, 1, tzinfo=UTC), "")
"""The cursor before every unanswered thread."""

Author = Literal["buyer", "support"]


class HelpMessage(Struct, frozen=True):
    """One message of an order's thread.

    `settled_at` is None while something is left to do: to answer a buyer, or to read an answer.
    """

    id: UUID
    author: Author
    written_at: datetime
    said: str
    settled_at: datetime | None = None


class UnansweredThread(Struct, frozen=True):
    """An order with unanswered messages of its buyer: since when, and how many."""

    number: str
    waiting_since: datetime
    questions: int


class HelpThreads:
    """Reads and writes the thread of one order at a time, and lists the unanswered ones."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is a statement or two."""
        self._pool = pool

    async def ask(self, number: str, id_: UUID, text: str, at: datetime) -> bool:
        """Store a buyer's message under its id, once; return False when the thread is full."""
        where = (home_of(number), number, id_)
        await self._pool.execute(_sql["put_question"], *where, at, text, MESSAGES_MAX)
        return await self.message(number, id_) is not None

    async def answer(self, number: str, id_: UUID, text: str, at: datetime) -> bool:
        """Store an answer under its id, once; return whether it is new.

        Nothing is stored where nothing was asked, or the thread is full.
        """
        row = (home_of(number), number, id_, at, text, MESSAGES_MAX)
        return await self._pool.fetchval(_sql["put_answer"], *row) is not None

    async def take_back(self, number: str, id_: UUID) -> None:
        """Delete an answer of which no message was sent."""
        await self._pool.execute(_sql["take_back_answer"], home_of(number), number, id_)

    async def settle(self, number: str, until: datetime, at: datetime, by: str) -> int:
        """Mark the messages up to an instant as answered; return how many were open."""
        row = (home_of(number), number, at, by, until)
        return len(await self._pool.fetch(_sql["settle_questions"], *row))

    async def read_until(self, number: str, until: datetime, at: datetime) -> None:
        """Mark the answers up to an instant as read by the buyer."""
        await self._pool.execute(_sql["settle_answers"], home_of(number), number, at, until)

    async def message(self, number: str, id_: UUID) -> HelpMessage | None:
        """Return one message."""
        row = await self._pool.fetchrow(_sql["help_message"], home_of(number), number, id_)
        return None if row is None else HelpMessage(**row)

    async def thread(self, number: str) -> Sequence[HelpMessage]:
        """Return what was asked and answered, oldest first."""
        rows = await self._pool.fetch(_sql["help_messages"], home_of(number), number)
        return [HelpMessage(**row) for row in rows]

    async def has_unread(self, number: str) -> bool:
        """Return whether the buyer has not read an answer."""
        return bool(await self._pool.fetchval(_sql["has_unread_answer"], home_of(number), number))

    async def unanswered(
        self, after: tuple[datetime, str], limit: int, shop: str | None = None
    ) -> Sequence[UnansweredThread]:
        """Return unanswered threads of all homes, or of one shop, the longest waiting first."""
        rows = await self._pool.fetch(_sql["waiting_threads"], *after, limit, shop)
        return [UnansweredThread(**row) for row in rows]

    async def forget_lone_answers(self, number: str) -> None:
        """Delete answers to questions that were erased."""
        await self._pool.execute(_sql["forget_lone_answers"], home_of(number), number)
