"""Comparison of a period: the provider's whole list against our books, both ways.

What the provider lists is looked for in our books whenever it was booked, and what our books have
is looked up at the provider one by one where its list lacks it: the edges of a period and late
reports are no differences.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol, TypeVar

from msgspec import Struct

from gotovo.payments.providers.port import (
    PaymentProvider,
    ProviderPayment,
    ProviderRefund,
    ProviderRefused,
    ProviderUnreadable,
    UnreadableEntry,
)
from gotovo.payments.reconciliation.differences import (
    BookedPayment,
    BookedRefund,
    MoneyDifference,
    payment_differences,
    refund_differences,
    unknown_payment,
    unknown_refund,
    unreadable_payment,
    unreadable_refund,
)

PAGE: Final = 500
"""Payments compared at once."""

LOOK_UPS: Final = 4
"""Look-ups at the provider at once."""

SETTLING: Final = timedelta(minutes=30)
"""What is younger may be on its way between the provider and the books."""

T = TypeVar("T")


class Books(Protocol):
    """Our books of one provider."""

    async def payments_under(self, ids: Sequence[str]) -> Sequence[BookedPayment]:
        """Return the payments that have these payment ids."""
        ...

    def payments_between(
        self, since: datetime, until: datetime
    ) -> AsyncIterator[Sequence[BookedPayment]]:
        """Yield the payments captured in a period, page by page."""
        ...

    async def refunds_under(self, ids: Sequence[str]) -> Sequence[BookedRefund]:
        """Return the refunds that have these ids at the provider."""
        ...

    def refunds_between(
        self, since: datetime, until: datetime
    ) -> AsyncIterator[Sequence[BookedRefund]]:
        """Yield the refunds sent in a period that the provider has given an id, page by page."""
        ...


class PeriodResult(Struct, frozen=True):
    """How many payments and refunds were compared, and what differs."""

    payments: int
    refunds: int
    differences: Sequence[MoneyDifference]


async def compare_period(
    provider: PaymentProvider, books: Books, since: datetime, until: datetime
) -> PeriodResult:
    """Compare a period that is over since `SETTLING`; raises ProviderError, and is then repeated.

    The provider's list is by when a payment was created; ours by when it was captured.
    """
    payments, payment_count = await _payments(provider, books, since, until)
    refunds, refund_count = await _refunds(provider, books, since, until)
    return PeriodResult(payment_count, refund_count, [*payments, *refunds])


async def _payments(
    provider: PaymentProvider, books: Books, since: datetime, until: datetime
) -> tuple[Sequence[MoneyDifference], int]:
    found: list[MoneyDifference] = []
    seen: set[str] = set()
    async for page in _pages(provider.payments(since, until)):
        unreadable = [each for each in page if isinstance(each, UnreadableEntry)]
        listed = [each for each in page if not isinstance(each, UnreadableEntry)]
        ids = [each.payment_id for each in listed if each.payment_id]
        here = _by_id(await books.payments_under(ids), lambda each: each.payment_id)
        found += [*payment_differences(listed, here), *map(unreadable_payment, unreadable)]
        seen.update(ids, (each.id for each in unreadable if each.id))
    async for ours in books.payments_between(since, until):
        unseen = [each for each in ours if each.payment_id not in seen]
        seen.update(each.payment_id for each in unseen)
        there = await _all(_payment_or_none(provider, each.payment_id) for each in unseen)
        for each, looked_up in zip(unseen, there, strict=True):
            if looked_up is None:
                found.append(unknown_payment(each))
            elif isinstance(looked_up, UnreadableEntry):
                found.append(unreadable_payment(looked_up))
            else:
                found += payment_differences([looked_up], {looked_up.payment_id: each})
    return found, len(seen)


async def _refunds(
    provider: PaymentProvider, books: Books, since: datetime, until: datetime
) -> tuple[Sequence[MoneyDifference], int]:
    found: list[MoneyDifference] = []
    seen: set[str] = set()
    async for page in _pages(provider.refunds(since, until)):
        unreadable = [each for each in page if isinstance(each, UnreadableEntry)]
        listed = [each for each in page if not isinstance(each, UnreadableEntry)]
        ids = [each.refund_id for each in listed]
        here = _by_id(await books.refunds_under(ids), lambda each: each.refund_id)
        found += [*refund_differences(listed, here), *map(unreadable_refund, unreadable)]
        seen.update(ids, (each.id for each in unreadable if each.id))
    async for ours in books.refunds_between(since, until):
        unseen = [each for each in ours if each.refund_id not in seen]
        seen.update(each.refund_id for each in unseen)
        there = await _all(_refund_or_none(provider, each.refund_id) for each in unseen)
        for each, looked_up in zip(unseen, there, strict=True):
            if looked_up is None:
                found.append(unknown_refund(each))
            elif isinstance(looked_up, UnreadableEntry):
                found.append(unreadable_refund(looked_up))
            else:
                found += refund_differences([looked_up], {looked_up.refund_id: each})
    return found, len(seen)


async def _payment_or_none(
    provider: PaymentProvider, payment_id: str
) -> ProviderPayment | UnreadableEntry | None:
    """Return a payment; one that the provider calls otherwise is not the one that was meant."""
    found = await _known(provider.payment(payment_id), payment_id)
    if isinstance(found, ProviderPayment) and found.payment_id != payment_id:
        return None
    return found


async def _refund_or_none(
    provider: PaymentProvider, refund_id: str
) -> ProviderRefund | UnreadableEntry | None:
    return await _known(provider.refund_of(refund_id), refund_id)


async def _known(answer: Awaitable[T], id_: str) -> T | UnreadableEntry | None:
    """Return what the provider knows, None for what it says there is not."""
    try:
        return await answer
    except ProviderRefused:
        return None
    except ProviderUnreadable as error:
        return UnreadableEntry(id_, str(error))


async def _all(answers: Iterable[Awaitable[T]]) -> Sequence[T]:
    """Await all of them, some at once; raise what the first that failed raised, as it came."""
    turns = asyncio.Semaphore(LOOK_UPS)

    async def one(answer: Awaitable[T]) -> T:
        async with turns:
            return await answer

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(each)) for each in answers]
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return [task.result() for task in tasks]


async def _pages(items: AsyncIterator[T]) -> AsyncIterator[Sequence[T]]:
    page: list[T] = []
    async for each in items:
        page.append(each)
        if len(page) == PAGE:
            yield page
            page = []
    if page:
        yield page


def _by_id(items: Sequence[T], id_of: Callable[[T], str]) -> Mapping[str, T]:
    return {id_of(each): each for each in items}
