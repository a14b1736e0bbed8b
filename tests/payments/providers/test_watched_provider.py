"""Whatever a provider is asked for is passed on, counted and timed."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from itertools import count

import pytest

from gotovo.payments.providers.port import (
    NotificationRequest,
    PaymentProvider,
    ProviderRefused,
    ProviderUnavailable,
)
from gotovo.payments.providers.provider_watch import CallOutcome, ProviderCall, ProviderWatch
from gotovo.payments.providers.watched_provider import WatchedProvider
from tests.support.payments.yookassa import (
    ASKED,
    NOW,
    YooKassaStage,
    all_of,
    refund_asked,
    yookassa_stage,
)

HOUR = timedelta(hours=1)


@pytest.fixture
async def stage() -> AsyncIterator[YooKassaStage]:
    """Give a server and the adapter that asks it."""
    async with yookassa_stage() as opened:
        yield opened


@pytest.fixture
def watch(stage: YooKassaStage) -> ProviderWatch:
    """Give what watches the provider."""
    return ProviderWatch("yookassa", stage.clock)


@pytest.fixture
def provider(stage: YooKassaStage, watch: ProviderWatch) -> PaymentProvider:
    """Give the provider, watched by a clock of which each look is a second later."""
    seconds: Iterator[int] = count()
    return WatchedProvider(stage.provider, watch, lambda: float(next(seconds)))


async def test_what_is_asked_for_is_passed_on_and_counted(
    stage: YooKassaStage, watch: ProviderWatch, provider: PaymentProvider
) -> None:
    assert (provider.name, provider.account) == (stage.provider.name, stage.provider.account)
    assert provider.methods("RUB") == stage.provider.methods("RUB")
    payment = await provider.create(ASKED)
    stage.ledger.pay(payment.reference)
    assert await provider.payment(payment.reference) == await provider.cancel(payment.reference)
    refund = await provider.refund(refund_asked(payment.payment_id, 1))
    assert await provider.refund_of(refund.refund_id) == refund
    listed = await all_of(provider.payments(NOW - HOUR, NOW + HOUR))
    assert [each.reference for each in listed] == [payment.reference]
    assert await all_of(provider.refunds(NOW - HOUR, NOW + HOUR)) == [refund]
    assert (await provider.health()).reachable
    body = b'{"type": "notification", "event": "payment.canceled", "object": {"id": "a"}}'
    assert provider.notification(NotificationRequest({}, body), NOW).reference == "a"
    answered = {
        call: number
        for (call, outcome), number in watch.counts.items()
        if outcome is CallOutcome.ANSWERED
    }
    assert answered == dict.fromkeys(ProviderCall, 1)
    assert sum(watch.counts.values()) == len(ProviderCall)
    assert watch.seconds[ProviderCall.CREATE] == 1
    assert watch.seconds[ProviderCall.PAYMENTS] == 2, "one for the payment, one for the end"


async def test_what_is_raised_goes_on_to_who_asked(
    stage: YooKassaStage, watch: ProviderWatch, provider: PaymentProvider
) -> None:
    with pytest.raises(ProviderRefused):
        await provider.payment("none")
    stage.server.fault("error", times=2)
    with pytest.raises(ProviderUnavailable):
        await provider.create(ASKED)
    with pytest.raises(ProviderUnavailable):
        await all_of(provider.payments(NOW - HOUR, NOW))
    assert watch.counts[ProviderCall.PAYMENT, CallOutcome.REFUSED] == 1
    assert watch.counts[ProviderCall.CREATE, CallOutcome.FAILED] == 1
    assert watch.counts[ProviderCall.PAYMENTS, CallOutcome.FAILED] == 1
