"""A buyer pays on the order's page: to the bank and back, and is told how it stands."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from msgspec import structs

from gotovo.engine.engine import Engine
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Order
from gotovo.payments.checkout import ATTEMPTS_PER_ORDER
from gotovo.payments.intake.judgement import OTHER_ORDER
from gotovo.payments.providers.demo import DemoDecision
from gotovo.payments.providers.port import PaymentMethod
from gotovo.payments.providers.yookassa import YooKassa, YooKassaAccount
from gotovo.store.tables.payments.payment_attempts import (
    AttemptEnd,
    AttemptState,
    PaymentAttempts,
)
from gotovo.web.customer.payment.payment_page import SOON
from gotovo.web.site.dependencies import WebDependencies
from tests.support.payments.checkout import checkout_at
from tests.support.payments.yookassa_ledger import SECRET, SHOP, YooKassaLedger
from tests.support.payments.yookassa_server import YooKassaServer, yookassa_server
from tests.support.web.buyer import Buyer, hidden_fields, text_of
from tests.support.web.cast import ALINA, BORIS, HOUR, NOW, Cast, Clock
from tests.support.web.goods import LAST_ONE
from tests.support.web.paying import bank_address, goes_to_pay, pays
from tests.support.web.sample_orders.open_orders import waiting_for_payment
from tests.support.web.stage import browser_of


def buttons_of(html: str) -> list[str]:
    """Return the ways to pay that a page offers, with the sum."""
    return sorted(re.findall(r"Pay [^<]*(?:SBP|card)", html))


@pytest.fixture
async def order(buyer: Buyer, cast: Cast) -> Order:
    """Give an order of the buyer, who is signed in, that waits for payment."""
    order = await waiting_for_payment(cast)
    await buyer.signs_in(ALINA)
    return order


@pytest.fixture
def attempts(pool: "asyncpg.Pool[Any]") -> PaymentAttempts:
    """Give the attempts as they are stored."""
    return PaymentAttempts(pool)


@pytest.fixture
async def bank(clock: Clock) -> AsyncIterator[YooKassaServer]:
    """Give a YooKassa whose clock is the test's."""
    async with yookassa_server(YooKassaLedger(clock)) as server:
        yield server


@pytest.fixture
async def shopper(
    dependencies: WebDependencies,
    pool: "asyncpg.Pool[Any]",
    engine: Engine,
    clock: Clock,
    bank: YooKassaServer,
) -> AsyncIterator[Buyer]:
    """Give a buyer of a shop that has an account at YooKassa."""
    async with httpx.AsyncClient() as client:
        account = YooKassa(YooKassaAccount(SHOP, SECRET, bank.url), client)
        checkout = checkout_at(pool, engine, clock, account)
        shop = structs.replace(dependencies, checkout=checkout, demo_bank=None)
        async with browser_of(shop) as browser:
            yield Buyer(browser)


def paths(order: Order) -> tuple[str, str]:
    """Return the page of an order, and the form of its payment."""
    path = f"/orders/{order.number}"
    return path, f"{path}/payment"


async def test_paying_begins_processing_at_once(buyer: Buyer, order: Order) -> None:
    path, form = paths(order)
    page = await pays(buyer, await buyer.opens(path), form)
    assert page.url.path == path
    assert "In processing" in text_of(page.text)
    assert "Promised by 21:00 tomorrow, 23 November" in text_of(page.text)


async def test_paying_for_what_is_gone_is_told_with_the_refund(buyer: Buyer, cast: Cast) -> None:
    order = await cast.place(ALINA, NOW - HOUR, LAST_ONE)
    await cast.pay(await cast.place(BORIS, NOW - HOUR, LAST_ONE), NOW - HOUR / 2)
    await buyer.signs_in(ALINA)
    path, form = paths(order)
    text = text_of((await pays(buyer, await buyer.opens(path), form)).text)
    assert "Cancelled: out of stock" in text
    assert "990 ₽ is on its way back to you" in text


async def test_the_page_offers_every_way_with_the_sum_on_the_button(
    buyer: Buyer, order: Order
) -> None:
    text = text_of((await buyer.opens(paths(order)[0])).text)
    assert "Pay 4,391 ₽ by card" in text
    assert "Pay 4,391 ₽ with SBP" in text
    assert "Nothing is reserved until you pay" in text


async def test_a_form_that_is_sent_again_leads_to_the_same_page_of_the_bank(
    buyer: Buyer, order: Order, attempts: PaymentAttempts
) -> None:
    path, form = paths(order)
    pages = [await buyer.opens(path) for _ in range(2)]
    addresses = {bank_address(await goes_to_pay(buyer, page, form)) for page in (*pages, pages[0])}
    assert len(addresses) == 1
    assert len(await attempts.of_order(order.number)) == 1


async def test_the_way_to_the_bank_tells_the_bank_nothing_but_the_payment(
    buyer: Buyer, order: Order
) -> None:
    path, form = paths(order)
    page = await goes_to_pay(buyer, await buyer.opens(path), form)
    assert page.url.path == f"{form}/bank"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "Continue to the bank" in text_of(page.text)


async def test_a_declined_payment_says_why_and_can_be_tried_again(
    buyer: Buyer, order: Order
) -> None:
    path, form = paths(order)
    page = await pays(buyer, await buyer.opens(path), form, decision=DemoDecision.DECLINE)
    assert page.url.path == form
    text = text_of(page.text)
    assert "The payment did not go through" in text
    assert "You were not charged" in text
    page = await pays(buyer, page, form, method=PaymentMethod.SBP)
    assert page.url.path == path
    assert "In processing" in text_of(page.text)


async def test_who_was_charged_for_what_does_not_fit_is_told_so(
    buyer: Buyer, order: Order, pool: "asyncpg.Pool[Any]"
) -> None:
    path, form = paths(order)
    await goes_to_pay(buyer, await buyer.opens(path), form)
    (attempt,) = await PaymentAttempts(pool).of_order(order.number)
    end = AttemptEnd(state=AttemptState.CANCELLED, at=NOW, reason=OTHER_ORDER)
    assert await PaymentAttempts(pool).settle(order.number, attempt.attempt, end)
    text = text_of((await buyer.opens(form)).text)
    assert "We are looking into this payment." in text
    assert "You were not charged" not in text
    assert "Try again" not in text


async def test_who_has_paid_a_part_is_told_so_and_asked_for_the_rest(
    buyer: Buyer, order: Order
) -> None:
    path, form = paths(order)
    page = await pays(buyer, await buyer.opens(path), form, decision=DemoDecision.PAY_HALF)
    assert page.url.path == path
    assert "You were not charged" not in text_of(page.text)
    rest = buttons_of(page.text)
    assert rest
    page = await pays(buyer, page, form, decision=DemoDecision.DECLINE)
    assert page.url.path == form
    assert buttons_of(page.text) == rest


async def test_a_payment_of_half_the_sum_leads_to_what_is_left(
    buyer: Buyer, order: Order, attempts: PaymentAttempts
) -> None:
    path, form = paths(order)
    page = await pays(buyer, await buyer.opens(path), form, decision=DemoDecision.PAY_HALF)
    (attempt,) = await attempts.of_order(order.number)
    assert attempt.state is AttemptState.SUCCEEDED
    assert page.url.path == path
    text = text_of(page.text)
    assert "has been paid. Pay the rest to complete the order." in text
    assert "You were not charged" not in text


async def test_attempts_are_listed_where_there_were_several(buyer: Buyer, order: Order) -> None:
    path, form = paths(order)
    await pays(buyer, await buyer.opens(path), form, decision=DemoDecision.DECLINE)
    assert "Attempts to pay" not in text_of((await buyer.opens(path)).text)
    await goes_to_pay(buyer, await buyer.opens(path), form, PaymentMethod.SBP)
    text = text_of((await buyer.opens(path)).text)
    assert "Attempts to pay" in text
    assert "SBP Not confirmed by the bank yet" in text.replace("· ", "")
    assert "Card Not paid" in text.replace("· ", "")
    assert "A payment was begun at 14:05" in text


async def test_who_comes_back_early_is_told_that_the_bank_is_asked(
    buyer: Buyer, order: Order, clock: Clock
) -> None:
    path, form = paths(order)
    await goes_to_pay(buyer, await buyer.opens(path), form)
    page = await buyer.opens(form)
    text = text_of(page.text)
    assert "We are asking the bank" in text
    assert "You can close this page" in text
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in "".join(
        line.strip() for line in page.text.splitlines()
    )
    assert 'id="live"' in page.text
    clock.now += SOON
    page = await buyer.opens(form)
    assert "has not confirmed the payment yet" in text_of(page.text)
    assert 'content="30"' in page.text


async def test_nothing_that_a_browser_says_is_believed(
    buyer: Buyer, order: Order, attempts: PaymentAttempts
) -> None:
    path, form = paths(order)
    await goes_to_pay(buyer, await buyer.opens(path), form)
    for query in ("?status=succeeded", "?payment_id=x&paid=true", "?reference=demo-x"):
        page = await buyer.opens(f"{form}{query}")
        assert "We are asking the bank" in text_of(page.text)
    assert "Awaiting payment" in text_of((await buyer.opens(path)).text)
    (attempt,) = await attempts.of_order(order.number)
    assert attempt.state is AttemptState.PENDING


async def test_the_page_of_a_payment_needs_one(buyer: Buyer, order: Order) -> None:
    path, form = paths(order)
    assert (await buyer.opens(form)).url.path == path
    assert (await buyer.opens(f"{form}/bank")).url.path == path


async def test_an_order_that_closed_meanwhile_is_shown_itself(
    buyer: Buyer, order: Order, cast: Cast
) -> None:
    path, form = paths(order)
    page = await buyer.opens(path)
    await cast.step(order, Cancel(), NOW, Role.ADMIN)
    answer = await goes_to_pay(buyer, page, form)
    assert answer.url.path == path
    assert "Cancelled" in text_of(answer.text)


async def test_an_order_paid_on_another_page_is_shown_itself(
    buyer: Buyer, order: Order, cast: Cast, attempts: PaymentAttempts
) -> None:
    path, form = paths(order)
    page = await buyer.opens(path)
    await cast.pay(order, NOW)
    answer = await goes_to_pay(buyer, page, form)
    assert answer.url.path == path
    assert "In processing" in text_of(answer.text)
    assert not await attempts.of_order(order.number)


async def test_a_way_to_pay_that_there_is_not_is_refused_in_words(
    buyer: Buyer, order: Order
) -> None:
    path, form = paths(order)
    fields = hidden_fields((await buyer.opens(path)).text, form)
    for method in ("", "gold", "card\x00"):
        answer = await buyer.client.post(form, data={**fields, "method": method})
        assert answer.status_code == 400, method


async def test_an_attempt_too_many_is_asked_to_wait(buyer: Buyer, order: Order) -> None:
    path, form = paths(order)
    page = await buyer.opens(path)
    for _ in range(ATTEMPTS_PER_ORDER.burst // 2):
        for method in PaymentMethod:
            bank_address(await goes_to_pay(buyer, page, form, method))
    answer = await goes_to_pay(buyer, page, form, PaymentMethod.CARD)
    assert answer.status_code == 429
    assert "Try again in" in text_of(answer.text)


async def test_a_stranger_pays_nothing_and_sees_nothing(
    buyer: Buyer, order: Order, cast: Cast, attempts: PaymentAttempts
) -> None:
    theirs = await cast.place(BORIS, NOW, LAST_ONE)
    fields = hidden_fields((await buyer.opens(paths(order)[0])).text, paths(order)[1])
    _, form = paths(theirs)
    answer = await buyer.client.post(form, data={**fields, "method": "card"})
    assert answer.status_code == 404
    for path in (form, f"{form}/bank"):
        assert (await buyer.client.get(path)).status_code == 404
    assert not await attempts.of_order(theirs.number)


async def test_without_a_provider_the_shop_takes_the_payment(
    dependencies: WebDependencies,
    pool: "asyncpg.Pool[Any]",
    engine: Engine,
    cast: Cast,
    clock: Clock,
) -> None:
    order = await waiting_for_payment(cast)
    path, form = paths(order)
    none = checkout_at(pool, engine, clock)
    async with browser_of(structs.replace(dependencies, checkout=none)) as client:
        buyer = Buyer(client)
        await buyer.signs_in(ALINA)
        page = await buyer.opens(path)
        assert "Pay in the shop where you placed the order" in text_of(page.text)
        assert f'action="{form}"' not in page.text
        fields = hidden_fields(page.text, "/sign-out")
        answer = await client.post(form, data={**fields, "method": "card"})
        assert answer.status_code == 409
        assert "You can't pay this way right now" in text_of(answer.text)


async def test_a_payment_at_yookassa_goes_to_its_page_and_back(
    shopper: Buyer, cast: Cast, bank: YooKassaServer
) -> None:
    order = await waiting_for_payment(cast)
    path, form = paths(order)
    await shopper.signs_in(ALINA)
    page = await shopper.opens(path)
    assert page.text.index("with SBP") < page.text.index("by card")
    address = bank_address(await goes_to_pay(shopper, page, form, PaymentMethod.SBP))
    (payment,) = bank.ledger.payments.values()
    assert address == payment["confirmation"]["confirmation_url"]
    back = payment["confirmation"]["return_url"]
    assert back.startswith("http://gotovo.test/pay/")
    bank.ledger.pay(payment["id"])
    page = await shopper.opens(back)
    assert page.url.path == path
    assert "In processing" in text_of(page.text)


async def test_a_bank_that_is_not_there_can_be_asked_again(
    shopper: Buyer, cast: Cast, bank: YooKassaServer
) -> None:
    order = await waiting_for_payment(cast)
    path, form = paths(order)
    await shopper.signs_in(ALINA)
    bank.fault("lost", "POST /payments")
    page = await goes_to_pay(shopper, await shopper.opens(path), form)
    assert page.status_code == 503
    assert "The bank is not answering" in text_of(page.text)
    assert "Nothing was charged" in text_of(page.text)
    lost = await shopper.opens(form)
    assert "The bank is not answering" in text_of(lost.text)
    again = await shopper.sends(page, form, method=PaymentMethod.CARD)
    (payment,) = bank.ledger.payments.values()
    assert bank_address(again) == payment["confirmation"]["confirmation_url"]


async def test_a_bank_that_says_no_is_told_in_words(
    shopper: Buyer, cast: Cast, bank: YooKassaServer
) -> None:
    order = await waiting_for_payment(cast)
    path, form = paths(order)
    await shopper.signs_in(ALINA)
    bank.ledger.currencies = frozenset({"EUR"})
    page = await goes_to_pay(shopper, await shopper.opens(path), form)
    assert page.status_code == 409
    assert "The bank did not accept this payment" in text_of(page.text)
    assert "Nothing was charged" in text_of(page.text)


async def test_a_closed_window_loses_nothing(
    shopper: Buyer, cast: Cast, bank: YooKassaServer, clock: Clock
) -> None:
    order = await waiting_for_payment(cast)
    path, form = paths(order)
    await shopper.signs_in(ALINA)
    await goes_to_pay(shopper, await shopper.opens(path), form)
    (payment,) = bank.ledger.payments.values()
    bank.ledger.pay(payment["id"])
    clock.now += timedelta(minutes=1)
    page = await shopper.opens(path)
    assert "A payment was begun at" in text_of(page.text)
    page = await shopper.opens(form)  # the link of that sentence
    assert page.url.path == path
    assert "In processing" in text_of(page.text)
