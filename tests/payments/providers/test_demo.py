"""The demo's provider behaves as a provider does, over a bank that is in the database."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import asyncpg
import pytest
from msgspec import structs

from gotovo.order.values.money import Money
from gotovo.payments.providers.demo import (
    PAGE_SIZE,
    PAYABLE,
    REFUND_TAKES,
    DemoDecision,
    DemoProvider,
)
from gotovo.payments.providers.port import (
    AttemptName,
    NotificationRefused,
    NotificationRequest,
    PaymentMethod,
    PaymentProvider,
    ProviderPayment,
    ProviderPaymentState,
    ProviderRefundState,
    ProviderRefused,
    RefundRequest,
)
from gotovo.store.tables.payments.demo_bank import DemoBankStore
from tests.support.payments.requests import BASKET, basket

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Hand:
    """The clock, which a test sets, and what the bank has told."""

    def __init__(self) -> None:
        self.now = NOON
        self.told: list[str] = []

    async def tell(self, reference: str) -> None:
        """Be told of a payment."""
        self.told.append(reference)


@pytest.fixture
def hand() -> Hand:
    """Give the clock and what was told."""
    return Hand()


@pytest.fixture
def bank(pool: "asyncpg.Pool[Any]", hand: Hand) -> DemoProvider:
    """Give the provider of one process."""
    numbers = count(1)
    store = DemoBankStore(pool)
    return DemoProvider(store, lambda: hand.now, lambda: f"{next(numbers)}", hand.tell)


async def test_it_is_a_provider(bank: DemoProvider) -> None:
    provider: PaymentProvider = bank
    assert (provider.name, provider.account) == ("demo", "demo-bank")
    assert provider.methods("RUB") == (PaymentMethod.SBP, PaymentMethod.CARD)
    assert provider.methods("EUR") == (PaymentMethod.CARD,)
    assert (await provider.health()).reachable


async def test_an_attempt_begins_one_payment_however_often_it_is_asked_for(
    bank: DemoProvider,
) -> None:
    first, again = await asyncio.gather(bank.create(BASKET), bank.create(BASKET))
    assert first == again
    assert first.attempt == BASKET.attempt
    assert first.state is ProviderPaymentState.PENDING
    assert first.amount == BASKET.amount
    assert first.url == f"/demo-bank/{first.reference}"
    other = await bank.create(basket(attempt=AttemptName(BASKET.attempt.number, 2)))
    assert other.reference != first.reference


async def test_another_process_knows_the_same(
    bank: DemoProvider, pool: "asyncpg.Pool[Any]", hand: Hand
) -> None:
    begun = await bank.create(BASKET)
    other = DemoProvider(DemoBankStore(pool), lambda: hand.now, str)
    assert await other.payment(begun.reference) == begun


async def test_paying_is_told_once_and_cannot_be_undone(bank: DemoProvider, hand: Hand) -> None:
    begun = await _paid(bank)
    hand.now += timedelta(minutes=1)
    await bank.cancel(begun.reference)
    paid = await bank.payment(begun.payment_id)
    assert paid.state is ProviderPaymentState.SUCCEEDED
    assert (paid.amount, paid.captured_at, paid.url) == (BASKET.amount, NOON, "")
    assert hand.told == [begun.reference]
    shown = await bank.shown(begun.reference)
    assert shown is not None
    assert not await bank.decide(shown, DemoDecision.DECLINE)
    assert hand.told == [begun.reference]


async def test_a_fault_of_the_program_does_not_undo_a_payment(
    pool: "asyncpg.Pool[Any]", hand: Hand
) -> None:
    async def fail(reference: str) -> None:
        raise ConnectionError(reference)

    bank = DemoProvider(DemoBankStore(pool), lambda: hand.now, lambda: "1", fail)
    begun = await _paid(bank)
    assert (await bank.payment(begun.reference)).state is ProviderPaymentState.SUCCEEDED


async def test_a_payment_that_is_called_off_ends(bank: DemoProvider) -> None:
    begun = await bank.create(BASKET)
    called_off = await bank.cancel(begun.reference)
    assert (called_off.state, called_off.reason) == (ProviderPaymentState.CANCELLED, "called_off")
    assert called_off.captured_at is None


async def test_a_payment_expires_after_a_day(bank: DemoProvider, hand: Hand) -> None:
    begun = await bank.create(BASKET)
    shown = await bank.shown(begun.reference)
    assert shown is not None
    hand.now += PAYABLE
    expired = await bank.payment(begun.reference)
    assert (expired.state, expired.reason) == (ProviderPaymentState.CANCELLED, "expired")
    assert not await bank.decide(shown, DemoDecision.PAY)
    assert hand.told == []


async def test_a_refund_succeeds_after_a_moment_and_once_for_its_key(
    bank: DemoProvider, hand: Hand
) -> None:
    paid = await _paid(bank)
    request = _refund(paid, 1_000)
    asked = await bank.refund(request)
    assert asked.state is ProviderRefundState.PENDING
    assert (await bank.payment(paid.reference)).refunded == 0
    hand.now += REFUND_TAKES
    again = await bank.refund(request)
    assert again == await bank.refund_of(asked.refund_id)
    assert again.refund_id == asked.refund_id
    assert (again.state, again.key) == (ProviderRefundState.SUCCEEDED, request.key)
    assert (await bank.payment(paid.reference)).refunded == 1_000


async def test_no_more_is_given_back_than_was_paid_even_by_two_at_once(bank: DemoProvider) -> None:
    paid = await _paid(bank)
    requests = [_refund(paid, 100_000, key=f"r-{each}") for each in range(2)]
    results = await asyncio.gather(*(bank.refund(x) for x in requests), return_exceptions=True)
    refused = [each for each in results if isinstance(each, ProviderRefused)]
    assert [each.code for each in refused] == ["amount_too_large"]
    same = await asyncio.gather(*(bank.refund(_refund(paid, 100, key="s")) for _ in range(3)))
    assert len({each.refund_id for each in same}) == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"payment_id": "demo-nothing"}, "not_found"),
        ({"amount": Money(1, "EUR")}, "amount_too_large"),
        ({"amount": Money(123_451, "RUB")}, "amount_too_large"),
        ({"amount": Money(0, "RUB")}, "amount_too_large"),
    ],
)
async def test_a_refund_that_fits_no_payment_is_refused(
    bank: DemoProvider, changes: dict[str, Any], code: str
) -> None:
    paid = await _paid(bank)
    with pytest.raises(ProviderRefused) as refused:
        await bank.refund(structs.replace(_refund(paid, 1), **changes))
    assert refused.value.code == code


async def test_money_that_was_not_paid_is_not_given_back(bank: DemoProvider) -> None:
    begun = await bank.create(BASKET)
    with pytest.raises(ProviderRefused):
        await bank.refund(_refund(begun, 1))


async def test_a_refund_to_a_closed_card_fails_for_good_and_leaves_the_money(
    bank: DemoProvider, hand: Hand
) -> None:
    paid = await _paid(bank, DemoDecision.PAY_AND_CLOSE_CARD)
    asked = await bank.refund(_refund(paid, paid.amount.amount))
    assert asked.state is ProviderRefundState.PENDING
    hand.now += REFUND_TAKES
    failed = await bank.refund_of(asked.refund_id)
    assert (failed.state, failed.reason) == (ProviderRefundState.FAILED, "card_closed")
    assert (await bank.payment(paid.reference)).refunded == 0
    assert await bank.refund(_refund(paid, paid.amount.amount, key="again"))


@pytest.mark.parametrize("half", [61_725, 2])
async def test_another_sum_is_half_of_it_and_never_nothing(bank: DemoProvider, half: int) -> None:
    request = basket(amount=Money(2 * half - 1, "RUB"))
    begun = await bank.create(request)
    shown = await bank.shown(begun.reference)
    assert shown is not None
    await bank.decide(shown, DemoDecision.PAY_HALF)
    assert (await bank.payment(begun.reference)).amount == Money(half, "RUB")


async def test_what_is_unknown_is_refused(bank: DemoProvider) -> None:
    for asking in (bank.payment("x"), bank.refund_of("x"), bank.cancel("x")):
        with pytest.raises(ProviderRefused) as refused:
            await asking
        assert refused.value.code == "not_found"


async def test_it_sends_no_notifications(bank: DemoProvider) -> None:
    with pytest.raises(NotificationRefused):
        bank.notification(NotificationRequest({}, b"{}"), NOON)


async def test_lists_have_everything_of_a_period_once(bank: DemoProvider, hand: Hand) -> None:
    """Also what was made in one instant, and what fills more than one page."""
    paid = await _paid(bank)
    hand.now += timedelta(hours=1)
    for attempt in range(2, PAGE_SIZE + 5):
        await bank.create(basket(attempt=AttemptName(BASKET.attempt.number, attempt)))
        await bank.refund(_refund(paid, 1, key=f"r-{attempt}"))
    hour = timedelta(hours=1)
    later = [each.reference async for each in bank.payments(NOON + hour, NOON + 2 * hour)]
    assert len(later) == len(set(later)) == PAGE_SIZE + 3
    first = [each.reference async for each in bank.payments(NOON, NOON + hour)]
    assert first == [paid.reference]
    refunds = [each.refund_id async for each in bank.refunds(NOON + hour, NOON + 2 * hour)]
    assert len(refunds) == len(set(refunds)) == PAGE_SIZE + 3
    assert await _none(bank.refunds(NOON, NOON + hour))


async def _none(found: AsyncIterator[object]) -> bool:
    return [each async for each in found] == []


async def _paid(bank: DemoProvider, decision: DemoDecision = DemoDecision.PAY) -> ProviderPayment:
    begun = await bank.create(BASKET)
    shown = await bank.shown(begun.reference)
    assert shown is not None
    assert await bank.decide(shown, decision)
    return await bank.payment(begun.reference)


def _refund(payment: ProviderPayment, amount: int, key: str = "refund-1") -> RefundRequest:
    return RefundRequest(
        key=key,
        payment_id=payment.payment_id,
        amount=Money(amount, payment.amount.currency),
        description="Возврат",
    )
