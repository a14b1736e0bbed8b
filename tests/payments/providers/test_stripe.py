"""Stripe as localstripe stands for it, over HTTP: pay, look up, call off, give back, list."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from msgspec import structs

from gotovo.order.values.money import Money
from gotovo.outbound.exchange import open_client
from gotovo.payments.providers.port import (
    AttemptName,
    PaymentMethod,
    PaymentProvider,
    ProviderPayment,
    ProviderPaymentState,
    ProviderRefundState,
    ProviderRefused,
    ProviderUnavailable,
    RefundRequest,
)
from gotovo.payments.providers.stripe import PAGE_MAX, Stripe
from tests.support.payments.localstripe import (
    DECLINED_CARD,
    LocalStripe,
    running_localstripe,
)
from tests.support.payments.requests import BASKET, basket
from tests.support.payments.yookassa import all_of

HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def server() -> Iterator[LocalStripe]:
    """Give a Stripe to all tests here; each begins attempts of its own."""
    with running_localstripe() as running:
        yield running


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """Give the client of a process."""
    async with open_client() as opened:
        yield opened


@pytest.fixture
def stripe(server: LocalStripe, client: httpx.AsyncClient) -> Stripe:
    """Give the adapter of one process."""
    return server.provider(client)


@pytest.fixture
async def nobody_pays(server: LocalStripe) -> AsyncIterator[None]:
    """Leave no fault behind."""
    yield
    await server.loses_answers(0)
    await server.forgets_keys()


pytestmark = pytest.mark.usefixtures("nobody_pays")


async def test_it_is_a_provider_that_can_be_reached(stripe: Stripe) -> None:
    provider: PaymentProvider = stripe
    assert (provider.name, provider.account) == ("stripe", "")
    assert provider.methods("EUR") == (PaymentMethod.CARD,)
    assert provider.methods("IRR") == provider.methods("XAU") == ()
    assert (await provider.health()).reachable


async def test_a_buyer_pays_on_a_page_and_the_payment_has_its_money(
    stripe: Stripe, server: LocalStripe
) -> None:
    begun = await stripe.create(BASKET)
    assert begun.reference.startswith("cs_")
    assert (begun.payment_id, begun.state) == ("", ProviderPaymentState.PENDING)
    assert begun.url.startswith(server.url)
    assert (begun.amount, begun.attempt, begun.is_test) == (BASKET.amount, BASKET.attempt, True)
    assert await stripe.payment(begun.reference) == begun
    assert await server.pays(begun.reference) == "paid"
    paid = await stripe.payment(begun.reference)
    assert (paid.state, paid.amount, paid.url) == (
        ProviderPaymentState.SUCCEEDED,
        BASKET.amount,
        "",
    )
    assert paid.payment_id.startswith("pi_")
    assert paid.captured_at is not None
    assert (paid.method, paid.refunded, paid.reason) == ("card", 0, "")
    money = await stripe.payment(paid.payment_id)
    assert money == structs.replace(paid, reference=paid.payment_id, created_at=money.created_at)


async def test_an_attempt_has_one_page_however_often_it_is_asked_for(
    stripe: Stripe, server: LocalStripe
) -> None:
    await server.loses_answers(1)
    with pytest.raises(ProviderUnavailable):
        await stripe.create(BASKET)
    first = await stripe.create(BASKET)
    assert (await stripe.create(BASKET)).reference == first.reference
    second = await stripe.create(basket(attempt=AttemptName(BASKET.attempt.number, 2)))
    assert second.reference != first.reference


async def test_one_key_for_two_sums_is_refused(stripe: Stripe) -> None:
    await stripe.create(BASKET)
    with pytest.raises(ProviderRefused) as refused:
        await stripe.create(basket(amount=Money(1, "RUB")))
    assert refused.value.code == "idempotency_error"


async def test_two_that_begin_one_attempt_at_once_get_one_page(stripe: Stripe) -> None:
    results = await asyncio.gather(
        *(stripe.create(BASKET) for _ in range(5)), return_exceptions=True
    )
    made = {each.reference for each in results if isinstance(each, ProviderPayment)}
    assert len(made) == 1
    others = [each for each in results if not isinstance(each, ProviderPayment)]
    assert all(isinstance(each, ProviderUnavailable) for each in others)


async def test_a_card_that_is_declined_leaves_the_page_open_for_another(
    stripe: Stripe, server: LocalStripe
) -> None:
    begun = await stripe.create(BASKET)
    assert await server.pays(begun.reference, DECLINED_CARD) == "declined"
    declined = await stripe.payment(begun.reference)
    assert (declined.state, declined.reason) == (ProviderPaymentState.PENDING, "card_declined")
    assert declined.url
    assert await server.pays(begun.reference) == "paid"
    assert (await stripe.payment(begun.reference)).state is ProviderPaymentState.SUCCEEDED


async def test_what_was_taken_counts_and_not_what_was_asked_for(
    stripe: Stripe, server: LocalStripe
) -> None:
    begun = await stripe.create(BASKET)
    await server.pays(begun.reference, amount=100)
    assert (await stripe.payment(begun.reference)).amount == Money(100, "RUB")


async def test_a_page_that_is_called_off_takes_no_money(
    stripe: Stripe, server: LocalStripe
) -> None:
    begun = await stripe.create(BASKET)
    called_off = await stripe.cancel(begun.reference)
    assert (called_off.state, called_off.reason) == (ProviderPaymentState.CANCELLED, "expired")
    assert called_off.url == ""
    assert await stripe.cancel(begun.reference) == called_off
    with pytest.raises(httpx.HTTPStatusError):
        await server.pays(begun.reference)


async def test_a_payment_can_be_called_off_by_the_id_of_its_money(
    stripe: Stripe, server: LocalStripe
) -> None:
    begun = await stripe.create(BASKET)
    await server.pays(begun.reference, DECLINED_CARD)
    money = (await stripe.payment(begun.reference)).payment_id
    await stripe.cancel(money)
    assert (await stripe.payment(begun.reference)).state is ProviderPaymentState.CANCELLED


async def test_money_that_was_taken_is_not_called_off(stripe: Stripe, server: LocalStripe) -> None:
    paid = await _paid(stripe, server)
    assert (await stripe.cancel(paid.reference)).state is ProviderPaymentState.SUCCEEDED
    assert (await stripe.cancel(paid.payment_id)).state is ProviderPaymentState.SUCCEEDED


async def test_a_page_that_nobody_used_expires_after_a_day(
    stripe: Stripe, server: LocalStripe
) -> None:
    begun = await stripe.create(BASKET)
    await server.ages(begun.reference, 24 * 3600)
    expired = await stripe.payment(begun.reference)
    assert (expired.state, expired.reason) == (ProviderPaymentState.CANCELLED, "expired")


async def test_a_refund_is_made_once_for_its_key_whatever_was_lost(
    stripe: Stripe, server: LocalStripe
) -> None:
    paid = await _paid(stripe, server)
    request = _refund(paid, 1_000)
    await server.loses_answers(1)
    with pytest.raises(ProviderUnavailable):
        await stripe.refund(request)
    made = await stripe.refund(request)
    assert (made.state, made.amount, made.key) == (
        ProviderRefundState.SUCCEEDED,
        Money(1_000, "RUB"),
        request.key,
    )
    assert made.payment_id == paid.payment_id
    assert await stripe.refund_of(made.refund_id) == made
    assert (await stripe.payment(paid.reference)).refunded == 1_000


async def test_a_refund_is_made_once_also_when_its_key_is_long_forgotten(
    stripe: Stripe, server: LocalStripe
) -> None:
    """Stripe forgets keys after a day, and the search for a lost answer may go on for longer."""
    paid = await _paid(stripe, server)
    made = await stripe.refund(_refund(paid, 1_000))
    await server.forgets_keys()
    assert (await stripe.refund(_refund(paid, 1_000))).refund_id == made.refund_id
    assert (await stripe.payment(paid.reference)).refunded == 1_000


async def test_parts_are_given_back_until_nothing_is_left(
    stripe: Stripe, server: LocalStripe
) -> None:
    paid = await _paid(stripe, server)
    await stripe.refund(_refund(paid, 23_450, "first"))
    with pytest.raises(ProviderRefused):
        await stripe.refund(_refund(paid, 100_001, "too-much"))
    await stripe.refund(_refund(paid, 100_000, "rest"))
    with pytest.raises(ProviderRefused) as refused:
        await stripe.refund(_refund(paid, 1, "more"))
    assert refused.value.code == "charge_already_refunded"


async def test_a_refund_may_fail_for_good_days_later(stripe: Stripe, server: LocalStripe) -> None:
    paid = await _paid(stripe, server)
    made = await stripe.refund(_refund(paid, 1_000))
    await server.refund_fails(made.refund_id, "expired_or_canceled_card")
    failed = await stripe.refund_of(made.refund_id)
    assert failed.state is ProviderRefundState.FAILED
    assert failed.reason == "expired_or_canceled_card"
    assert (await stripe.payment(paid.reference)).refunded == 0


@pytest.mark.parametrize("reference", ["cs_test_nothing", "pi_nothing", "../balance", "", "a/b"])
async def test_what_is_not_there_is_refused(stripe: Stripe, reference: str) -> None:
    for asking in (stripe.payment(reference), stripe.cancel(reference)):
        with pytest.raises(ProviderRefused):
            await asking


@pytest.mark.parametrize("refund_id", ["re_nothing", "../balance", ""])
async def test_a_refund_that_is_not_there_is_refused(stripe: Stripe, refund_id: str) -> None:
    with pytest.raises(ProviderRefused):
        await stripe.refund_of(refund_id)
    with pytest.raises(ProviderRefused):
        await stripe.refund(
            RefundRequest(key="k", payment_id=refund_id, amount=Money(1, "RUB"), description="")
        )


@pytest.mark.parametrize(
    ("amount", "currency"), [(500, "JPY"), (7, "ISK"), (5_120, "KWD"), (1_050, "HUF")]
)
async def test_sums_of_every_number_of_digits_come_back_as_they_were(
    stripe: Stripe, server: LocalStripe, amount: int, currency: str
) -> None:
    begun = await stripe.create(basket(amount=Money(amount, currency)))
    await server.pays(begun.reference)
    paid = await stripe.payment(begun.reference)
    assert paid.amount == Money(amount, currency)
    refund = await stripe.refund(_refund(paid, amount))
    assert refund.amount == Money(amount, currency)


async def test_a_sum_that_stripe_cannot_write_is_refused_before_it_is_asked_for(
    stripe: Stripe,
) -> None:
    with pytest.raises(ProviderRefused) as refused:
        await stripe.create(basket(amount=Money(5_124, "KWD")))
    assert refused.value.code == "amount_not_payable"


async def test_lists_have_everything_of_a_period_once_over_many_pages(
    stripe: Stripe, server: LocalStripe
) -> None:
    """Those of other hours are in lists of other hours."""
    paid = await _paid(stripe, server)
    some = PAGE_MAX + 5
    made = [await stripe.refund(_refund(paid, 1, f"{n}")) for n in range(some)]
    old = await _paid(stripe, server, 2)
    await server.ages(old.payment_id, 2 * 3600)
    now = datetime.now(UTC)
    refunds = [x.refund_id for x in await all_of(stripe.refunds(now - HOUR, now + HOUR))]
    assert len(refunds) == len(set(refunds)) >= some
    assert {each.refund_id for each in made} <= set(refunds)
    lately = await all_of(stripe.payments(now - HOUR, now + HOUR))
    assert paid.payment_id in {each.payment_id for each in lately}
    assert old.payment_id not in {each.payment_id for each in lately}
    earlier = await all_of(stripe.payments(now - 3 * HOUR, now - HOUR))
    assert [(each.payment_id, each.attempt) for each in earlier] == [
        (old.payment_id, AttemptName(BASKET.attempt.number, 2))
    ]


async def _paid(stripe: Stripe, server: LocalStripe, attempt: int = 1) -> ProviderPayment:
    name = AttemptName(BASKET.attempt.number, attempt)
    begun = await stripe.create(basket(attempt=name))
    assert await server.pays(begun.reference) == "paid"
    return await stripe.payment(begun.reference)


def _refund(payment: ProviderPayment, amount: int, key: str = "refund-1") -> RefundRequest:
    return RefundRequest(
        key=f"{payment.payment_id}-{key}",
        payment_id=payment.payment_id,
        amount=Money(amount, payment.amount.currency),
        description="Возврат",
    )
