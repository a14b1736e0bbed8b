"""What messages cost in a day, by channel and country, counted in PostgreSQL before they go out."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import asyncpg
from msgspec import Struct

from gotovo.store.postgres.statements import load_statements

ROWS_MAX = 1_000
"""Rows of a day that are read: there are some two hundred countries, in one unit or two."""

_sql = load_statements("tables/messages/channel_spending.sql")


class Expense(Struct, frozen=True):
    """What one or several messages to a country cost; `unit` is a currency or `segments`.

    `limit` is what the whole day may cost there, None without a limit.
    """

    country: str
    unit: str
    amount: Decimal
    limit: Decimal | None = None
    messages: int = 1


class Spending(Struct, frozen=True):
    """What a day has cost; `refused_at` is since when its limit is used up."""

    channel: str
    country: str
    unit: str
    spent: Decimal
    messages: int
    refused_at: datetime | None


class SpendingStore:
    """Spending by channel; every call is one statement."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool, or a connection."""
        self._pool = pool

    async def spend(
        self, channel: str, day: date, expenses: Sequence[Expense]
    ) -> frozenset[tuple[str, str]]:
        """Count expenses of different countries or units; return the (country, unit) that fitted.

        What did not fit into its limit is not counted.
        """
        rows = await self._pool.fetch(
            _sql["spend"],
            channel,
            day,
            [each.country for each in expenses],
            [each.unit for each in expenses],
            [each.amount for each in expenses],
            [each.messages for each in expenses],
            [each.limit for each in expenses],
        )
        return frozenset((row["country"], row["unit"]) for row in rows)

    async def correct(self, channel: str, day: date, more: Expense) -> None:
        """Add to what was counted; what is negative was not spent after all."""
        country, unit, amount, messages = more.country, more.unit, more.amount, more.messages
        await self._pool.execute(_sql["correct"], channel, day, country, unit, amount, messages)

    async def refuse(self, channel: str, day: date, country: str, unit: str, now: datetime) -> bool:
        """Remember that a limit is used up; tell whether this is the first to do so."""
        return bool(await self._pool.fetchval(_sql["refuse"], channel, day, country, unit, now))

    async def of_day(self, day: date) -> Sequence[Spending]:
        """Return what a day has cost so far."""
        rows = await self._pool.fetch(_sql["spending_of_day"], day, ROWS_MAX)
        return [Spending(**row) for row in rows]

    async def forget(self, before: date) -> None:
        """Delete older days."""
        await self._pool.execute(_sql["forget_days"], before)

    async def largest_day(self, channel: str, unit: str, first: date, last: date) -> Decimal:
        """Return what the most expensive of some days has cost in a unit, zero for none."""
        return await self._pool.fetchval(_sql["largest_day"], channel, unit, first, last)
