"""Attempts to pay in PostgreSQL: what was asked of a provider, and what became of it.

That money was captured is an event of its order; here stands which attempt it came by.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import asyncpg
from msgspec import Struct

from gotovo.order.values.money import Money
from gotovo.order.values.number import home_of
from gotovo.store.postgres.statements import load_statements

ATTEMPTS_MAX: Final = 50
"""Attempts shown of one order; two are many."""

_sql: Final = load_statements("tables/payments/payment_attempts.sql")


class AttemptState(StrEnum):
    """Where an attempt to pay stands."""

    CREATING = "creating"
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    CANCELLED = "cancelled"
    FAILED = "failed"

    @property
    def is_open(self) -> bool:
        """Return whether its end is not known."""
        return self in {AttemptState.CREATING, AttemptState.PENDING}


class NewAttempt(Struct, frozen=True, kw_only=True):
    """An attempt that begins: what is asked of which provider, and until when it can be paid.

    If nothing is heard of it until `check_at`, the provider is asked.
    """

    number: str
    shop: str
    provider: str
    method: str
    amount: Money
    created_at: datetime
    expires_at: datetime
    check_at: datetime


class PaymentAttempt(Struct, frozen=True, kw_only=True):
    """An attempt as it stands; what is not known yet is empty."""

    number: str
    attempt: int
    shop: str
    provider: str
    method: str
    amount: Money
    state: AttemptState
    created_at: datetime
    expires_at: datetime
    reference: str = ""
    payment_id: str = ""
    url: str = ""
    reason: str = ""
    checks: int = 0
    settled_at: datetime | None = None


class AttemptEnd(Struct, frozen=True, kw_only=True):
    """What became of an attempt."""

    state: AttemptState
    at: datetime
    reference: str = ""
    payment_id: str = ""
    reason: str = ""


class PaymentAttempts:
    """Reads and writes attempts."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is one statement, or two where two begin at once."""
        self._pool = pool

    async def begin(self, new: NewAttempt) -> PaymentAttempt:
        """Store an attempt under the next number of its order, before the provider is asked."""
        attempt: int | None = None
        while attempt is None:
            attempt = await self._pool.fetchval(_sql["begin_attempt"], *_row_of(new))
        return _begun(new, attempt)

    async def begin_next(self, new: NewAttempt, last: int) -> PaymentAttempt | None:
        """Store an attempt as the next after the last one that was read, 0 for none.

        None: another one has begun meanwhile, and nothing is stored.
        """
        row = (*_row_of(new), last)
        attempt = await self._pool.fetchval(_sql["begin_next_attempt"], *row)
        return None if attempt is None else _begun(new, attempt)

    async def created(
        self,
        attempt: PaymentAttempt,
        *,
        reference: str,
        payment_id: str,
        url: str,
        check_at: datetime,
    ) -> None:
        """Store how the provider calls an attempt that it took."""
        row = (*_key(attempt), reference, payment_id, url, check_at)
        await self._pool.execute(_sql["attempt_created"], *row)

    async def settle(self, number: str, attempt: int, end: AttemptEnd) -> bool:
        """Store the end of an attempt; return whether that is new.

        Late news changes nothing: what was captured stays captured, and what has ended otherwise
        changes only if it was captured after all.
        """
        key = (home_of(number), number, attempt)
        row = (*key, end.state, end.reference, end.payment_id, end.reason, end.at)
        return await self._pool.fetchval(_sql["settle_attempt"], *row) is not None

    async def attempt(self, number: str, attempt: int) -> PaymentAttempt | None:
        """Return one attempt."""
        row = await self._pool.fetchrow(_sql["attempt"], home_of(number), number, attempt)
        return None if row is None else _attempt_of(row)

    async def of_order(self, number: str) -> Sequence[PaymentAttempt]:
        """Return the attempts of an order, the newest first."""
        row = (home_of(number), number, ATTEMPTS_MAX)
        return [
            _attempt_of(each) for each in await self._pool.fetch(_sql["attempts_of_order"], *row)
        ]

    async def of_provider(self, provider: str, reference: str) -> PaymentAttempt | None:
        """Return the attempt that has this reference or payment id at its provider."""
        row = await self._pool.fetchrow(_sql["attempt_of_provider"], provider, reference)
        return None if row is None else _attempt_of(row)

    async def take_due(
        self, now: datetime, until: datetime, limit: int
    ) -> Sequence[PaymentAttempt]:
        """Take open attempts whose provider is to be asked; until then they are nobody else's."""
        rows = await self._pool.fetch(_sql["take_attempts_to_check"], now, until, limit)
        return [_attempt_of(each) for each in rows]

    async def check_at(self, number: str, attempt: int, at: datetime) -> None:
        """Say when the provider of an open attempt is asked next."""
        await self._pool.execute(_sql["check_attempt_at"], home_of(number), number, attempt, at)


def _key(attempt: PaymentAttempt) -> tuple[int, str, int]:
    return home_of(attempt.number), attempt.number, attempt.attempt


def _row_of(new: NewAttempt) -> tuple[object, ...]:
    return (
        home_of(new.number),
        new.number,
        new.shop,
        new.provider,
        new.method,
        new.amount.amount,
        new.amount.currency,
        new.created_at,
        new.expires_at,
        new.check_at,
    )


def _begun(new: NewAttempt, attempt: int) -> PaymentAttempt:
    return PaymentAttempt(
        number=new.number,
        attempt=attempt,
        shop=new.shop,
        provider=new.provider,
        method=new.method,
        amount=new.amount,
        state=AttemptState.CREATING,
        created_at=new.created_at,
        expires_at=new.expires_at,
    )


def _attempt_of(row: Mapping[str, Any]) -> PaymentAttempt:
    return PaymentAttempt(
        number=row["number"],
        attempt=row["attempt"],
        shop=row["shop"],
        provider=row["provider"],
        method=row["method"],
        amount=Money(row["amount"], row["currency"]),
        state=AttemptState(row["state"]),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        reference=row["reference"] or "",
        payment_id=row["payment_id"] or "",
        url=row["url"] or "",
        reason=row["reason"] or "",
        checks=row["checks"],
        settled_at=row["settled_at"],
    )
