"""Refund transfers in PostgreSQL: what providers are asked to give back, and what came of it.

A refund goes back to one payment or several; each is a transfer. That a refund is sent, paid or
failed is an event of its order; here stands how far each provider is with its part.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct

from gotovo.order.values.money import Money
from gotovo.order.values.number import home_of, is_valid
from gotovo.store.postgres.statements import load_statements

UNMATCHED: Final = "case-"
"""What the id of a transfer begins with that belongs to a case, and to no refund of an order."""

_KEY_PARTS: Final = 3
"""Refund, source and round."""

_sql: Final = load_statements("tables/payments/refund_transfers.sql")


class TransferState(StrEnum):
    """Where a transfer stands."""

    WAITING = "waiting"
    SENDING = "sending"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        """Return whether its end is not known."""
        return self in {TransferState.WAITING, TransferState.SENDING, TransferState.PENDING}


class NewTransfer(Struct, frozen=True, kw_only=True):
    """A part of a refund that waits to be sent.

    `currency` is empty for the order's. It is sent no sooner than `send_at`.
    """

    refund: str
    source: int
    number: str
    provider: str
    payment_id: str
    amount: int
    currency: str
    created_at: datetime
    send_at: datetime
    round: int = 0


class RefundTransfer(Struct, frozen=True, kw_only=True):
    """A transfer as it stands; what is not known yet is empty."""

    home: int
    refund: str
    source: int
    number: str
    provider: str
    payment_id: str
    amount: Money
    state: TransferState
    round: int
    created_at: datetime
    asked_at: datetime | None = None
    attempts: int = 0
    provider_id: str = ""
    reason: str = ""
    settled_at: datetime | None = None

    @property
    def key(self) -> str:
        """Return the idempotency key under which the provider is asked."""
        return f"{self.refund}-{self.source}-{self.round}"


class TransferEnd(Struct, frozen=True, kw_only=True):
    """What became of a transfer."""

    state: TransferState
    at: datetime
    provider_id: str = ""
    reason: str = ""


class TransferCounts(Struct, frozen=True):
    """How many transfers are open, how many of them too old, and how many refunds have failed."""

    open: int
    old: int
    failed: int


class RefundTransfers:
    """Reads and writes transfers."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is one statement."""
        self._pool = pool

    async def put(self, transfers: Sequence[NewTransfer]) -> None:
        """Store what is to be given back of orders; what is there already stays as it is."""
        rows = [
            {
                "home": home_of(each.number),
                "refund": each.refund,
                "source": each.source,
                "number": each.number,
                "provider": each.provider,
                "payment_id": each.payment_id,
                "amount": each.amount,
                "currency": each.currency,
                "round": each.round,
                "created_at": each.created_at,
                "next_at": each.send_at,
            }
            for each in transfers
        ]
        if rows:
            await self._pool.execute(_sql["put_transfers"], msgspec.json.encode(rows))

    async def put_unmatched(
        self, case: UUID, provider: str, payment_id: str, amount: Money, at: datetime
    ) -> bool:
        """Store that money which fits no order goes back, as its case says; return if it is new."""
        row = (case.bytes[0], unmatched_id(case), provider, payment_id)
        row = (*row, amount.amount, amount.currency, at)
        return await self._pool.fetchval(_sql["put_unmatched"], *row) is not None

    async def of_case(self, case: UUID) -> RefundTransfer | None:
        """Return how far the money is that goes back because of a case."""
        row = await self._pool.fetchrow(_sql["of_refund"], case.bytes[0], unmatched_id(case))
        return None if row is None else _transfer_of(row)

    async def cancel(self, number: str, refund: str, reason: str, at: datetime) -> None:
        """Call off what was not sent of a refund."""
        await self._pool.execute(_sql["cancel_waiting"], home_of(number), refund, reason, at)

    async def send_again(self, number: str, refund: str, round_: int, at: datetime) -> None:
        """Let what has failed wait again, in a new round."""
        await self._pool.execute(_sql["send_again"], home_of(number), refund, round_, at)

    async def take_due(
        self, now: datetime, until: datetime, limit: int
    ) -> Sequence[RefundTransfer]:
        """Take what is due; until then it is nobody else's."""
        rows = await self._pool.fetch(_sql["take_due"], now, until, limit)
        return [_transfer_of(each) for each in rows]

    async def asking(self, transfer: RefundTransfer, since: datetime) -> bool:
        """Store that the provider is being asked; return whether it may still be."""
        row = (*_key(transfer), since)
        return await self._pool.fetchval(_sql["asking"], *row) is not None

    async def later(self, transfer: RefundTransfer, at: datetime, reason: str) -> None:
        """Say when an open transfer is looked at next."""
        await self._pool.execute(_sql["later"], *_key(transfer), at, reason)

    async def pending(self, transfer: RefundTransfer, provider_id: str, at: datetime) -> None:
        """Store that the provider is at it, and when it is asked again."""
        await self._pool.execute(_sql["pending"], *_key(transfer), provider_id, at)

    async def settle(self, transfer: RefundTransfer, end: TransferEnd) -> bool:
        """Store the end of a transfer; return whether that is new."""
        row = (*_key(transfer), end.state, end.provider_id, end.reason, end.at)
        return await self._pool.fetchval(_sql["settle"], *row) is not None

    async def told(self, transfer: RefundTransfer) -> None:
        """Store that the order knows the end of a transfer."""
        await self._pool.execute(_sql["told"], *_key(transfer))

    async def of_refund(self, home: int, refund: str) -> Sequence[RefundTransfer]:
        """Return all parts of a refund."""
        rows = await self._pool.fetch(_sql["of_refund"], home, refund)
        return [_transfer_of(each) for each in rows]

    async def of_provider(self, provider: str, provider_id: str) -> RefundTransfer | None:
        """Return the transfer that a provider calls by this id."""
        row = await self._pool.fetchrow(_sql["of_provider"], provider, provider_id)
        return None if row is None else _transfer_of(row)

    async def of_key(self, key: str) -> RefundTransfer | None:
        """Return the transfer that is under way under this key, None for any other text."""
        parts = key.rsplit("-", 2)
        if len(parts) != _KEY_PARTS:
            return None
        home = _home_of_refund(parts[0])
        if home is None:
            return None
        found = await self.of_refund(home, parts[0])
        return next((each for each in found if each.key == key), None)

    async def counts(self, old_since: datetime) -> TransferCounts:
        """Count what is open, what of it is older than an instant, and what failed."""
        row = await self._pool.fetchrow(_sql["count_open"], old_since)
        assert row is not None
        return TransferCounts(row["open"], row["old"], row["failed"])


def unmatched_id(case: UUID) -> str:
    """Return the id under which a case's money goes back."""
    return f"{UNMATCHED}{case}"


def _home_of_refund(refund: str) -> int | None:
    """Return where the transfers of a refund are stored, None for a text that is no refund's id."""
    if refund.startswith(UNMATCHED):
        try:
            return UUID(refund.removeprefix(UNMATCHED)).bytes[0]
        except ValueError:
            return None
    number, _, nth = refund.partition("-R")
    is_of_order = is_valid(number) and nth.isascii() and nth.isdecimal()
    return home_of(number) if is_of_order else None


def _key(transfer: RefundTransfer) -> tuple[int, str, int, int]:
    return transfer.home, transfer.refund, transfer.source, transfer.round


def _transfer_of(row: Mapping[str, Any]) -> RefundTransfer:
    return RefundTransfer(
        home=row["home"],
        refund=row["refund"],
        source=row["source"],
        number=row["number"],
        provider=row["provider"],
        payment_id=row["payment_id"],
        amount=Money(row["amount"], row["currency"]),
        state=TransferState(row["state"]),
        round=row["round"],
        created_at=row["created_at"],
        asked_at=row["asked_at"],
        attempts=row["attempts"],
        provider_id=row["provider_id"] or "",
        reason=row["reason"] or "",
        settled_at=row["settled_at"],
    )
