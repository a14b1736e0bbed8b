"""The bank of the demo in PostgreSQL: its payments and refunds, the same for all processes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
from msgspec import Struct

from gotovo.order.values.money import Money
from gotovo.store.postgres.statements import load_statements

_sql: Final = load_statements("tables/payments/demo_bank.sql")


class DemoPayment(Struct, frozen=True, kw_only=True):
    """A payment at the bank of the demo; what has not happened yet is empty.

    `amount` is what was asked for, `captured` what was paid, `refunded` what was given back, in
    minor units. `state` is pending, succeeded or cancelled.
    """

    reference: str
    number: str
    attempt: int
    shop: str
    amount: Money
    method: str
    description: str
    return_url: str
    created_at: datetime
    state: str = "pending"
    captured: int = 0
    refunded: int = 0
    reason: str = ""
    ended_at: datetime | None = None


class DemoRefund(Struct, frozen=True, kw_only=True):
    """A refund at the bank of the demo: it is pending until `ends_at`, and then has failed or not.

    `key` is its idempotency key.
    """

    refund_id: str
    key: str
    reference: str
    amount: Money
    fails: bool
    created_at: datetime
    ends_at: datetime


class DemoRefundDraft(Struct, frozen=True, kw_only=True):
    """A refund that is asked for; whether it fails depends on the payment's card."""

    refund_id: str
    key: str
    reference: str
    amount: Money
    created_at: datetime
    ends_at: datetime


class NothingToRefund(Exception):
    """A payment has not been paid, has too little left, or is of another currency."""


class DemoBankStore:
    """Payments and refunds of the demo."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool."""
        self._pool = pool

    async def begin(self, payment: DemoPayment, now: datetime) -> DemoPayment:
        """Store a payment and return it; if its attempt has one, return that."""
        row = (
            payment.reference,
            payment.number,
            payment.attempt,
            payment.shop,
            payment.amount.amount,
            payment.amount.currency,
            payment.method,
            payment.description,
            payment.return_url,
            payment.created_at,
        )
        await self._pool.execute(_sql["put_payment"], *row)
        key = (payment.number, payment.attempt, now)
        return _payment_of(await self._pool.fetchrow(_sql["payment_of_attempt"], *key) or {})

    async def payment(self, reference: str, now: datetime) -> DemoPayment | None:
        """Return a payment, with what had been given back by now."""
        row = await self._pool.fetchrow(_sql["payment"], reference, now)
        return None if row is None else _payment_of(row)

    async def capture(
        self, reference: str, captured: int, now: datetime, *, begun_after: datetime, closes: bool
    ) -> bool:
        """Let a payment succeed with a sum; return whether it could.

        `closes`: the card is closed afterwards, so that refunds fail.
        """
        row = (reference, captured, closes, now, begun_after)
        return await self._pool.execute(_sql["capture"], *row) == "UPDATE 1"

    async def call_off(self, reference: str, reason: str, now: datetime) -> bool:
        """Let a payment end without money; return whether it could."""
        return await self._pool.execute(_sql["call_off"], reference, reason, now) == "UPDATE 1"

    async def payments(
        self,
        since: datetime,
        until: datetime,
        after: tuple[datetime, str],
        now: datetime,
        most: int,
    ) -> Sequence[DemoPayment]:
        """Return the payments begun in a period, in order of time, from after one of them."""
        rows = await self._pool.fetch(_sql["payments"], since, until, *after, most, now)
        return [_payment_of(row) for row in rows]

    async def give_back(self, draft: DemoRefundDraft) -> DemoRefund | None:
        """Store a refund and return it; if its key has one, return that.

        Return None where there is no such payment; raise NothingToRefund where it is too small.
        """
        async with self._pool.acquire() as connection, connection.transaction():
            paid = await connection.fetchrow(_sql["lock_payment"], draft.reference)
            if paid is None:
                return None
            made = await connection.fetchrow(_sql["refund_of_key"], draft.key)
            if made is not None:
                return _refund_of(made)
            given = await connection.fetchval(_sql["given_back"], draft.reference)
            left = Money(paid["captured"] - given, paid["currency"])
            is_same = left.currency == draft.amount.currency
            if not is_same or not 0 < draft.amount.amount <= left.amount:
                raise NothingToRefund
            refund = DemoRefund(
                refund_id=draft.refund_id,
                key=draft.key,
                reference=draft.reference,
                amount=draft.amount,
                fails=paid["closes_card"],
                created_at=draft.created_at,
                ends_at=draft.ends_at,
            )
            await connection.execute(_sql["put_refund"], *_row_of(refund))
            return refund

    async def refund(self, refund_id: str) -> DemoRefund | None:
        """Return a refund."""
        row = await self._pool.fetchrow(_sql["refund"], refund_id)
        return None if row is None else _refund_of(row)

    async def refunds(
        self, since: datetime, until: datetime, after: tuple[datetime, str], most: int
    ) -> Sequence[DemoRefund]:
        """Return the refunds made in a period, in order of time, from after one of them."""
        rows = await self._pool.fetch(_sql["refunds"], since, until, *after, most)
        return [_refund_of(row) for row in rows]


def _payment_of(row: Mapping[str, Any]) -> DemoPayment:
    return DemoPayment(
        reference=row["reference"],
        number=row["number"],
        attempt=row["attempt"],
        shop=row["shop"],
        amount=Money(row["amount"], row["currency"]),
        method=row["method"],
        description=row["description"],
        return_url=row["return_url"],
        created_at=row["created_at"],
        state=row["state"],
        captured=row["captured"],
        refunded=row["refunded"],
        reason=row["reason"] or "",
        ended_at=row["ended_at"],
    )


def _refund_of(row: Mapping[str, Any]) -> DemoRefund:
    return DemoRefund(
        refund_id=row["refund_id"],
        key=row["key"],
        reference=row["reference"],
        amount=Money(row["amount"], row["currency"]),
        fails=row["fails"],
        created_at=row["created_at"],
        ends_at=row["ends_at"],
    )


def _row_of(refund: DemoRefund) -> tuple[object, ...]:
    return (
        refund.refund_id,
        refund.key,
        refund.reference,
        refund.amount.amount,
        refund.amount.currency,
        refund.fails,
        refund.created_at,
        refund.ends_at,
    )
