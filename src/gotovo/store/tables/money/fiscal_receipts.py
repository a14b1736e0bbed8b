"""Fiscal receipts in PostgreSQL, from the event that makes one due to the proof that it was told.

An open one is taken by one process at a time. If the process dies, it is free again after some
time, and the next try sends the same document under the same key.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import asyncpg
from msgspec import Struct

from gotovo.order.values.fiscal.fiscal_codes import FiscalKind
from gotovo.order.values.number import home_of
from gotovo.store.postgres.statements import load_statements

_sql: Final = load_statements("tables/money/fiscal_receipts.sql")


class FiscalState(StrEnum):
    """Where a receipt stands."""

    WAITING = "waiting"
    SENT = "sent"
    REGISTERED = "registered"
    FAILED = "failed"
    ELSEWHERE = "elsewhere"


class DueReceipt(Struct, frozen=True):
    """A receipt that an event makes due; `amount` is in kopecks."""

    version: int
    kind: FiscalKind
    amount: int


class DueReceipts(Struct, frozen=True, kw_only=True):
    """What is due for an order. `is_new`: it was paid since receipts were switched on."""

    number: str
    shop: str
    at: datetime
    receipts: Sequence[DueReceipt]
    is_new: bool


class FiscalRow(Struct, frozen=True, kw_only=True):
    """A receipt as it stands; what is not known yet is empty."""

    number: str
    version: int
    shop: str
    kind: FiscalKind
    amount: int
    state: FiscalState
    created_at: datetime
    try_at: datetime | None = None
    tries: int = 0
    round: int = 1
    document: str = ""
    register: str = ""
    reference: str = ""
    asked_at: datetime | None = None
    fiscal_drive: str = ""
    fiscal_document: str = ""
    fiscal_sign: str = ""
    url: str = ""
    reason: str = ""
    settled_at: datetime | None = None

    @property
    def key(self) -> str:
        """Return the idempotency key of this round."""
        return f"gotovo-{self.number}-{self.version}-{self.round}"


class FiscalOutcome(Struct, frozen=True, kw_only=True):
    """What became of a try. With `again_at` it is tried then, else this is the end."""

    state: FiscalState
    again_at: datetime | None = None
    reference: str = ""
    fiscal_drive: str = ""
    fiscal_document: str = ""
    fiscal_sign: str = ""
    url: str = ""
    reason: str = ""
    settled_at: datetime | None = None


class OpenReceipts(Struct, frozen=True):
    """How many receipts wait, and since when; how many failed; which shops have no terms."""

    waiting: int
    failed: int
    since: datetime | None
    without_terms: Sequence[str]


class FiscalReceipts:
    """Reads and writes receipts."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is one statement."""
        self._pool = pool

    async def begin(self, now: datetime) -> datetime:
        """Return since when receipts are made; from now on if they were off."""
        return await self._pool.fetchval(_sql["begin_fiscal"], now)

    async def end(self) -> None:
        """Say that receipts are off."""
        await self._pool.execute(_sql["end_fiscal"])

    async def put(self, due: DueReceipts) -> Sequence[int]:
        """Store what is due; return the versions that are new."""
        rows = await self._pool.fetch(
            _sql["put_fiscal"],
            home_of(due.number),
            due.number,
            due.shop,
            due.at,
            [each.version for each in due.receipts],
            [each.kind for each in due.receipts],
            [each.amount for each in due.receipts],
            due.is_new,
        )
        return [row["version"] for row in rows]

    async def take(self, now: datetime, until: datetime, limit: int) -> Sequence[FiscalRow]:
        """Take receipts that may be tried by now; until `until` no other process gets them."""
        return [
            _row(each) for each in await self._pool.fetch(_sql["take_fiscal"], now, until, limit)
        ]

    async def asked(self, row: FiscalRow, document: str, register: str, at: datetime) -> bool:
        """Keep a receipt before it is sent; tell whether the try is still this process's."""
        more = (row.tries, document, register, at)
        return await self._pool.fetchval(_sql["fiscal_asked"], *_key(row), *more) is not None

    async def finish(self, row: FiscalRow, outcome: FiscalOutcome) -> bool:
        """Store what became of a try; tell whether it was still this process's."""
        found = await self._pool.fetchval(
            _sql["finish_fiscal"],
            *_key(row),
            row.tries,
            outcome.state,
            outcome.again_at,
            outcome.reference,
            outcome.fiscal_drive,
            outcome.fiscal_document,
            outcome.fiscal_sign,
            outcome.url,
            outcome.reason,
            outcome.settled_at,
        )
        return found is not None

    async def begin_round(
        self, number: str, version: int, at: datetime, tries: int = -1, reason: str = ""
    ) -> bool:
        """Make a receipt anew from then on: one that failed, or that this try finds failed."""
        key = (home_of(number), number, version, at, tries, reason)
        return await self._pool.fetchval(_sql["begin_fiscal_round"], *key) is not None

    async def settle_elsewhere(self, number: str, version: int, at: datetime) -> bool:
        """Say that a person has seen to a receipt that failed; tell whether there is one."""
        key = (home_of(number), number, version, at)
        return await self._pool.fetchval(_sql["settle_fiscal_elsewhere"], *key) is not None

    async def of_order(self, number: str) -> Sequence[FiscalRow]:
        """Return the receipts of an order, oldest first."""
        rows = await self._pool.fetch(_sql["fiscal_of_order"], home_of(number), number)
        return [_row(each) for each in rows]

    async def failed(self, limit: int) -> Sequence[FiscalRow]:
        """Return receipts that a person has to look at, oldest first."""
        return [_row(each) for each in await self._pool.fetch(_sql["fiscal_failed"], limit)]

    async def next_at(self) -> datetime | None:
        """Return when the next receipt may be tried, None where none waits."""
        return await self._pool.fetchval(_sql["next_fiscal"])

    async def open(self, limit: int) -> OpenReceipts:
        """Return how many receipts are not registered, counted up to a limit."""
        (row,) = await self._pool.fetch(_sql["open_fiscal"], limit)
        return OpenReceipts(**row)


def _key(row: FiscalRow) -> tuple[int, str, int]:
    return home_of(row.number), row.number, row.version


def _row(found: Mapping[str, Any]) -> FiscalRow:
    known = {name: value for name, value in found.items() if value is not None}
    kind, state = FiscalKind(known.pop("kind")), FiscalState(known.pop("state"))
    return FiscalRow(**known, kind=kind, state=state)
