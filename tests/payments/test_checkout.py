"""A buyer begins to pay: one attempt however often it is asked for, and never two payments."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from msgspec import structs

from gotovo.engine.engine import Engine
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.values.actor import Role
from gotovo.order.values.money import Money
from gotovo.order.values.order import Order, Stage, total
from gotovo.payments.checkout import (
    LIFETIME,
    LOOKUPS_PER_ORDER,
    NO_OFFER,
    OFFERED_AGAIN,
    Checkout,
    CheckoutPage,
    CheckoutRefusal,
    CheckoutRefused,
    PaymentWish,
    refusal_of,
)
from gotovo.payments.intake.payment_intake import PaymentIntake
from gotovo.payments.providers.port import PaymentMethod
from gotovo.payments.providers.yookassa import YooKassa
from gotovo.store.reads.programs import ProgramReads
from gotovo.store.tables.payments.payment_attempts import (
    AttemptState,
    PaymentAttempt,
    PaymentAttempts,
)
from tests.support.payments.checkout import checkout_at, intake_at
from tests.support.payments.yookassa_server import YooKassaServer
from tests.support.web.cast import ALINA, NOW, Cast, Clock
from tests.support.web.goods import HEADPHONES, MUG

SBP = PaymentWish(PaymentMethod.SBP, "https://orders.example.ru/pay/x/return", "ru")
CARD = structs.replace(SBP, method=PaymentMethod.CARD)


@pytest.fixture
def checkout(
    pool: "asyncpg.Pool[Any]", engine: Engine, clock: Clock, yookassa: YooKassa
) -> Checkout:
    """Give a checkout whose payments go to YooKassa."""
    return checkout_at(pool, engine, clock, yookassa)


@pytest.fixture
def intake(
    pool: "asyncpg.Pool[Any]", engine: Engine, clock: Clock, yookassa: YooKassa
) -> PaymentIntake:
    """Give the path from YooKassa to the ledger, which notifications take."""
    return intake_at(pool, engine, clock, yookassa)


@pytest.fixture
def attempts(pool: "asyncpg.Pool[Any]") -> PaymentAttempts:
    """Give the attempts as they are stored."""
    return PaymentAttempts(pool)


@pytest.fixture
async def order(cast: Cast) -> Order:
    """Give an order that waits for payment."""
    return await cast.place(ALINA, NOW, HEADPHONES)


async def present(pool: "asyncpg.Pool[Any]", order: Order) -> Order:
    """Return an order as it is now."""
    found = await ProgramReads(pool).order(order.number)
    assert found is not None
    return found.order


async def begun(checkout: Checkout, order: Order, wish: PaymentWish = SBP) -> CheckoutPage:
    """Begin to pay, which has to lead to a page."""
    page = await checkout.begin(order, wish)
    assert isinstance(page, CheckoutPage), page
    return page


async def only(attempts: PaymentAttempts, order: Order) -> PaymentAttempt:
    """Return the one attempt of an order."""
    (attempt,) = await attempts.of_order(order.number)
    return attempt


async def test_the_page_of_the_bank_asks_for_what_is_due(
    checkout: Checkout, attempts: PaymentAttempts, order: Order, bank: YooKassaServer
) -> None:
    page = await begun(checkout, order)
    (payment,) = bank.ledger.payments.values()
    assert page.url == payment["confirmation"]["confirmation_url"]
    assert payment["amount"] == {"value": "3490.00", "currency": "RUB"}
    assert payment["payment_method"]["type"] == "sbp"
    assert payment["confirmation"]["return_url"] == SBP.return_url
    attempt = await only(attempts, order)
    assert attempt.state is AttemptState.PENDING
    assert (attempt.reference, attempt.url) == (payment["id"], page.url)
    assert attempt.amount == Money(total(order), "RUB")


async def test_who_presses_twice_gets_the_same_page(
    checkout: Checkout, attempts: PaymentAttempts, order: Order, bank: YooKassaServer
) -> None:
    pages = [await begun(checkout, order) for _ in range(3)]
    assert len({page.url for page in pages}) == 1
    assert len(bank.ledger.payments) == 1
    assert (await only(attempts, order)).attempt == 1


async def test_ten_presses_at_once_are_one_attempt(
    checkout: Checkout, attempts: PaymentAttempts, order: Order, bank: YooKassaServer
) -> None:
    answers = await asyncio.gather(*(checkout.begin(order, SBP) for _ in range(10)))
    pages = [each for each in answers if isinstance(each, CheckoutPage)]
    assert len({page.url for page in pages}) == 1
    assert len(bank.ledger.payments) == 1
    assert (await only(attempts, order)).attempt == 1


@pytest.mark.parametrize("fault", ["lost", "error_after", "processing_after"])
async def test_a_lost_answer_is_asked_for_again_and_is_the_same_payment(
    checkout: Checkout, attempts: PaymentAttempts, order: Order, bank: YooKassaServer, fault: str
) -> None:
    bank.fault(fault, "POST /payments")
    refused = await checkout.begin(order, SBP)
    assert isinstance(refused, CheckoutRefused)
    assert refused.because is CheckoutRefusal.UNAVAILABLE
    assert (await only(attempts, order)).state is AttemptState.CREATING
    page = await begun(checkout, order)
    assert len(bank.ledger.payments) == 1
    assert page.url
    assert (await only(attempts, order)).state is AttemptState.PENDING


async def test_the_attempt_is_stored_before_the_bank_is_asked(
    checkout: Checkout, attempts: PaymentAttempts, order: Order, bank: YooKassaServer
) -> None:
    bank.fault("refused", "POST /payments")
    await checkout.begin(order, SBP)
    assert not bank.ledger.payments
    assert (await only(attempts, order)).state is AttemptState.CREATING


async def test_a_bank_that_says_no_ends_the_attempt_and_the_next_one_is_another(
    checkout: Checkout, attempts: PaymentAttempts, order: Order, bank: YooKassaServer
) -> None:
    bank.ledger.currencies = frozenset({"EUR"})
    refused = await checkout.begin(order, SBP)
    assert refused == CheckoutRefused(CheckoutRefusal.DECLINED)
    attempt = await only(attempts, order)
    assert (attempt.state, attempt.reason != "") == (AttemptState.FAILED, True)
    bank.ledger.currencies = frozenset({"RUB"})
    assert (await begun(checkout, order)).attempt == 2


async def test_another_way_to_pay_is_another_attempt(
    checkout: Checkout, attempts: PaymentAttempts, order: Order
) -> None:
    first, second = await begun(checkout, order), await begun(checkout, order, CARD)
    assert (first.attempt, second.attempt) == (1, 2)
    assert first.url != second.url
    methods = [each.method for each in await attempts.of_order(order.number)]
    assert methods == [PaymentMethod.CARD, PaymentMethod.SBP]
    assert (await begun(checkout, order, SBP)).url == first.url


async def test_what_is_left_of_a_sum_is_another_attempt(
    checkout: Checkout, cast: Cast, order: Order, bank: YooKassaServer, pool: "asyncpg.Pool[Any]"
) -> None:
    await begun(checkout, order)
    await cast.pay(order, NOW, Money(100_00, "RUB"))
    page = await begun(checkout, await present(pool, order))
    assert page.attempt == 2
    sums = [each["amount"]["value"] for each in bank.ledger.payments.values()]
    assert sums == ["3490.00", "3390.00"]


async def test_an_old_page_is_not_gone_on_with(
    checkout: Checkout, order: Order, clock: Clock
) -> None:
    first = await begun(checkout, order)
    clock.now += OFFERED_AGAIN - timedelta(minutes=1)
    assert await begun(checkout, order) == first
    clock.now += timedelta(minutes=1)
    assert (await begun(checkout, order)).attempt == 2


async def test_who_has_paid_already_is_not_sent_to_pay_again(
    checkout: Checkout,
    attempts: PaymentAttempts,
    order: Order,
    bank: YooKassaServer,
    pool: "asyncpg.Pool[Any]",
) -> None:
    await begun(checkout, order)
    bank.ledger.pay((await only(attempts, order)).reference)
    assert await checkout.begin(order, CARD) == CheckoutRefused(CheckoutRefusal.PAID)
    assert (await only(attempts, order)).state is AttemptState.SUCCEEDED
    assert (await present(pool, order)).stage is Stage.PAID


async def test_a_payment_the_bank_has_ended_makes_room_for_another(
    checkout: Checkout, attempts: PaymentAttempts, order: Order, bank: YooKassaServer
) -> None:
    await begun(checkout, order)
    bank.ledger.decline((await only(attempts, order)).reference)
    await begun(checkout, order, CARD)
    newest, oldest = await attempts.of_order(order.number)
    assert (newest.state, oldest.state) == (AttemptState.PENDING, AttemptState.CANCELLED)
    assert oldest.reason == "insufficient_funds"


async def test_a_look_finds_what_became_of_a_payment(
    checkout: Checkout,
    attempts: PaymentAttempts,
    order: Order,
    bank: YooKassaServer,
    pool: "asyncpg.Pool[Any]",
) -> None:
    await begun(checkout, order)
    offer = await checkout.look_up(order)
    assert offer.open is not None
    bank.ledger.pay((await only(attempts, order)).reference)
    offer = await checkout.look_up(order)
    assert offer.newest is not None
    assert offer.newest.state is AttemptState.SUCCEEDED
    assert (await present(pool, order)).stage is Stage.PAID


async def test_the_page_of_an_earlier_attempt_may_have_been_paid_on(
    checkout: Checkout,
    attempts: PaymentAttempts,
    order: Order,
    bank: YooKassaServer,
    pool: "asyncpg.Pool[Any]",
) -> None:
    await begun(checkout, order)
    await begun(checkout, order, CARD)
    oldest = (await attempts.of_order(order.number))[-1]
    bank.ledger.pay(oldest.reference)
    await checkout.look_up(order)
    assert (await present(pool, order)).paid == total(order)


async def test_a_bank_that_is_gone_leaves_the_attempt_open(
    checkout: Checkout, attempts: PaymentAttempts, order: Order, bank: YooKassaServer
) -> None:
    await begun(checkout, order)
    bank.ledger.pay((await only(attempts, order)).reference)
    bank.fault("error", "GET /payments", times=100)
    assert (await checkout.look_up(order)).open is not None


async def test_a_bank_is_not_asked_without_end(
    checkout: Checkout, order: Order, attempts: PaymentAttempts, bank: YooKassaServer
) -> None:
    await begun(checkout, order)
    for _ in range(LOOKUPS_PER_ORDER.burst):
        await checkout.look_up(order)
    bank.ledger.pay((await only(attempts, order)).reference)
    assert (await checkout.look_up(order)).open is not None


async def test_late_news_of_an_old_attempt_changes_nothing(
    checkout: Checkout,
    attempts: PaymentAttempts,
    intake: PaymentIntake,
    order: Order,
    bank: YooKassaServer,
    pool: "asyncpg.Pool[Any]",
) -> None:
    await begun(checkout, order)
    old = await only(attempts, order)
    await begun(checkout, order, CARD)
    new = (await attempts.of_order(order.number))[0]
    bank.ledger.pay(new.reference)
    await intake.check("yookassa", new.reference)
    paid = await present(pool, order)
    bank.ledger.decline(old.reference)
    await intake.check("yookassa", old.reference)
    assert await present(pool, order) == paid
    states = [each.state for each in await attempts.of_order(order.number)]
    assert states == [AttemptState.SUCCEEDED, AttemptState.CANCELLED]


async def test_two_pages_that_are_both_paid_pay_once_and_the_rest_goes_back(
    checkout: Checkout,
    attempts: PaymentAttempts,
    intake: PaymentIntake,
    order: Order,
    bank: YooKassaServer,
    pool: "asyncpg.Pool[Any]",
) -> None:
    await begun(checkout, order)
    await begun(checkout, order, CARD)
    for each in await attempts.of_order(order.number):
        bank.ledger.pay(each.reference)
        await intake.check("yookassa", each.reference)
    paid = await present(pool, order)
    assert paid.paid == 2 * total(order)
    assert [refund.amount for refund in paid.refunds] == [total(order)]


async def test_an_order_has_twenty_attempts_a_day(
    checkout: Checkout, order: Order, clock: Clock, cast: Cast
) -> None:
    wishes, count = (SBP, CARD), 0
    ends_at = clock.now + timedelta(hours=23)
    while clock.now < ends_at:
        answer = await checkout.begin(order, wishes[count % 2])
        if isinstance(answer, CheckoutPage):
            count += 1
            clock.now += OFFERED_AGAIN
        else:
            assert answer.because is CheckoutRefusal.TOO_MANY
            assert answer.wait is not None
            clock.now += answer.wait
    assert 15 <= count <= 20
    other = await cast.place(ALINA, NOW, MUG)
    assert isinstance(await checkout.begin(other, SBP), CheckoutPage)


async def test_an_attempt_ends_no_later_than_the_time_to_pay(
    checkout: Checkout, attempts: PaymentAttempts, order: Order, clock: Clock
) -> None:
    assert order.payment_due_at is not None
    await begun(checkout, order)
    attempt = await only(attempts, order)
    assert attempt.expires_at == attempt.created_at + LIFETIME
    clock.now = order.payment_due_at - timedelta(minutes=10)
    await begun(checkout, order)
    assert (await attempts.of_order(order.number))[0].expires_at == order.payment_due_at
    clock.now = order.payment_due_at
    assert await checkout.begin(order, SBP) == CheckoutRefused(CheckoutRefusal.TOO_LATE)


async def test_nothing_is_begun_where_nothing_is_due(
    checkout: Checkout, order: Order, cast: Cast, attempts: PaymentAttempts
) -> None:
    paid = await cast.pay(order, NOW)
    assert await checkout.begin(paid, SBP) == CheckoutRefused(CheckoutRefusal.PAID)
    assert await checkout.offer(paid) is NO_OFFER
    other = await cast.place(ALINA, NOW, MUG)
    closed = await cast.step(other, Cancel(), NOW, Role.ADMIN)
    assert await checkout.begin(closed, SBP) == CheckoutRefused(CheckoutRefusal.CLOSED)
    assert refusal_of(closed, NOW) is CheckoutRefusal.CLOSED
    assert (await checkout.offer(closed)).methods == ()
    assert not [*await attempts.of_order(order.number), *await attempts.of_order(other.number)]


async def test_what_no_provider_takes_is_not_offered(
    pool: "asyncpg.Pool[Any]",
    engine: Engine,
    clock: Clock,
    checkout: Checkout,
    order: Order,
    attempts: PaymentAttempts,
) -> None:
    without = checkout_at(pool, engine, clock)
    assert await without.offer(order) is NO_OFFER
    not_offered = CheckoutRefused(CheckoutRefusal.NOT_OFFERED)
    assert await without.begin(order, SBP) == not_offered
    dollars = structs.replace(order, currency="USD")
    assert await checkout.begin(dollars, SBP) == not_offered
    assert not await attempts.of_order(order.number)
    assert (await checkout.offer(order)).methods == (PaymentMethod.SBP, PaymentMethod.CARD)
