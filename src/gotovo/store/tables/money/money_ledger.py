"""The ledger of money in PostgreSQL: what each event changed in the balance of its order.

It decides nothing: the events do, and the audit compares. A follower writes it, so that commands
do not wait for it; a page of events that is read again writes nothing new.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final

import asyncpg
from msgspec import Struct

from gotovo.engine.ports import FeedEvent
from gotovo.order.ledger.money_entries import MAY_MOVE, MoneyEntry, money_entries
from gotovo.order.values.money import Money
from gotovo.order.values.number import home_of
from gotovo.store.journal.stored_event import recorded_of
from gotovo.store.postgres.statements import load_statements

FOLLOWER: Final = "money"
"""The name of the cursor in the journal."""

PAGE: Final = 1_000
"""Payments read at once."""

_COLUMNS: Final = (
    "number",
    "version",
    "currency",
    "shop",
    "at",
    "captured",
    "issued",
    "refunded",
    "owed",
    "paid_back",
    "provider",
    "payment_id",
)

_sql: Final = load_statements("tables/money/money_ledger.sql")


class DaySums(Struct, frozen=True):
    """What happened to the money of a shop in a day, in minor units of a currency.

    `owed` is the change: what was captured, and is neither issued nor refunded. `paid_back` is the
    part of all refunds that was confirmed in that day.
    """

    shop: str
    day: date
    currency: str
    captured: int
    issued: int
    refunded: int
    owed: int
    paid_back: int


class CapturedPayment(Struct, frozen=True):
    """A payment that the order `number` keeps, by the event that recorded it."""

    number: str
    version: int
    provider: str
    payment_id: str
    amount: Money
    at: datetime


class MoneyLedger:
    """Writes and reads entries."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is a statement or two."""
        self._pool = pool

    async def follow(self, page: Sequence[FeedEvent]) -> None:
        """Write the entries of a page of events, as a follower's handler."""
        moved = {(x.event.number, x.event.version) for x in page if x.event.type in MAY_MOVE}
        numbers = sorted({number for number, _ in moved})
        if not numbers:
            return
        homes = [home_of(number) for number in numbers]
        rows = await self._pool.fetch(_sql["histories"], homes, numbers)
        entries: list[MoneyEntry] = []
        for _, events in groupby(rows, key=lambda row: row["number"]):
            found = money_entries([recorded_of(row) for row in events])
            entries += [each for each in found if (each.number, each.version) in moved]
            await asyncio.sleep(0)  # Replaying a page takes long enough for others to wait.
        if entries:
            await self._pool.execute(_sql["put_entries"], *_columns(entries))

    async def sums_by_day(
        self, since: datetime, until: datetime, time_zone: str, shop: str | None = None
    ) -> Sequence[DaySums]:
        """Return what happened in a period by day and shop; None for all shops."""
        rows = await self._pool.fetch(_sql["sums_by_day"], since, until, time_zone, shop)
        return [DaySums(**row) for row in rows]

    async def captured_under(
        self, provider: str, payment_ids: Sequence[str]
    ) -> Sequence[CapturedPayment]:
        """Return the payments of a provider that have these ids."""
        rows = await self._pool.fetch(_sql["captured_under"], provider, payment_ids)
        return [_captured(row) for row in rows]

    async def captured_between(
        self, provider: str, since: datetime, until: datetime, after: CapturedPayment | None = None
    ) -> Sequence[CapturedPayment]:
        """Return a page of the payments of a provider in a period, after the last one read."""
        last = (since, "", 0) if after is None else (after.at, after.number, after.version)
        row = (provider, since, until, *last, PAGE)
        rows = await self._pool.fetch(_sql["captured_between"], *row)
        return [_captured(each) for each in rows]


def _columns(entries: Sequence[MoneyEntry]) -> list[list[Any]]:
    homes = [home_of(each.number) for each in entries]
    return [homes, *([getattr(each, name) for each in entries] for name in _COLUMNS)]


def _captured(row: Mapping[str, Any]) -> CapturedPayment:
    return CapturedPayment(
        number=row["number"],
        version=row["version"],
        provider=row["provider"],
        payment_id=row["payment_id"],
        amount=Money(row["captured"], row["currency"]),
        at=row["at"],
    )
