"""A pay link opens the payment of one order without signing in, and shows nothing of its buyer."""

from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from msgspec import structs

from gotovo.access.buyer_requests.pay_links import PAY_PATH, SHOWN_AFTER, pay_token
from gotovo.engine.engine import Engine
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Order
from gotovo.payments.providers.demo import DemoDecision
from gotovo.store.reads.programs import ProgramReads
from gotovo.web.site.dependencies import WebDependencies
from tests.support.payments.checkout import checkout_at
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, BORIS, KEYRING, NOW, Cast, Clock
from tests.support.web.paying import bank_address, goes_to_pay, pays
from tests.support.web.sample_orders.open_orders import waiting_for_payment
from tests.support.web.stage import browser_of


@pytest.fixture
async def order(cast: Cast) -> Order:
    """Give an order that waits for payment; nobody is signed in."""
    return await waiting_for_payment(cast)


def link_of(order: Order) -> str:
    """Return the path of an order's link."""
    return f"{PAY_PATH}{pay_token(KEYRING.tokens.key, order)}"


async def test_a_link_says_what_is_to_be_paid_until_when_and_nothing_else(
    buyer: Buyer, order: Order
) -> None:
    page = await buyer.opens(link_of(order))
    text = text_of(page.text)
    assert "Amount due: 4,391 ₽" in text
    assert "Order 1945 6611 2558" in text
    assert "Pay by 13:05 tomorrow, 23 November" in text
    assert "Pay 4,391 ₽ by card" in text
    for secret in (ALINA, "Алина", "Bauman", *(line.title for line in order.lines)):
        assert secret not in page.text, secret
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["x-robots-tag"] == "noindex"


async def test_whoever_has_the_link_pays_without_signing_in(
    buyer: Buyer, order: Order, pool: "asyncpg.Pool[Any]"
) -> None:
    link = link_of(order)
    page = await pays(buyer, await buyer.opens(link), link)
    assert page.url.path == link
    assert "This order is paid Order 1945 6611 2558" in text_of(page.text)
    found = await ProgramReads(pool).order(order.number)
    assert found is not None
    assert found.order.paid_at is not None


async def test_who_comes_back_to_another_browser_is_told_how_it_stands(
    buyer: Buyer, order: Order, dependencies: WebDependencies
) -> None:
    await buyer.signs_in(ALINA)
    path = f"/orders/{order.number}"
    await goes_to_pay(buyer, await buyer.opens(path), f"{path}/payment")
    async with browser_of(dependencies) as client:
        other = Buyer(client)
        page = await other.opens(f"{link_of(order)}/return")
        assert page.status_code == 200
        assert "We are asking the bank" in text_of(page.text)
        assert '<meta http-equiv="refresh" content="5">' in page.text
        assert "<noscript>" not in page.text
        assert 'id="live"' not in page.text


async def test_the_owner_comes_back_to_the_order(buyer: Buyer, order: Order) -> None:
    link = link_of(order)
    await goes_to_pay(buyer, await buyer.opens(link), link)
    await buyer.signs_in(ALINA)
    page = await buyer.opens(f"{link}/return")
    assert page.url.path == f"/orders/{order.number}/payment"


async def test_another_account_sees_what_anybody_sees(buyer: Buyer, order: Order) -> None:
    link = link_of(order)
    await goes_to_pay(buyer, await buyer.opens(link), link)
    await buyer.signs_in(BORIS)
    page = await buyer.opens(f"{link}/return")
    assert page.url.path == f"{link}/return"
    assert (await buyer.opens(f"/orders/{order.number}")).status_code == 404


async def test_a_declined_payment_can_be_tried_again_on_the_spot(
    buyer: Buyer, order: Order
) -> None:
    link = link_of(order)
    page = await pays(buyer, await buyer.opens(link), link, decision=DemoDecision.DECLINE)
    assert page.url.path == f"{link}/return"
    assert "The payment did not go through" in text_of(page.text)
    page = await pays(buyer, page, link)
    assert "This order is paid" in text_of(page.text)


async def test_a_payment_that_was_begun_is_told_on_the_link(buyer: Buyer, order: Order) -> None:
    link = link_of(order)
    first = bank_address(await goes_to_pay(buyer, await buyer.opens(link), link))
    page = await buyer.opens(link)
    assert "A payment was begun at 14:05" in text_of(page.text)
    assert bank_address(await goes_to_pay(buyer, page, link)) == first


async def test_a_link_of_an_order_that_closed_takes_no_money(
    buyer: Buyer, order: Order, cast: Cast
) -> None:
    link = link_of(order)
    page = await buyer.opens(link)
    await cast.step(order, Cancel(), NOW, Role.ADMIN)
    for answer in (await buyer.opens(link), await goes_to_pay(buyer, page, link)):
        assert "can't be paid any more" in text_of(answer.text)
        assert f'action="{link}"' not in answer.text


async def test_a_link_whose_time_is_over_takes_no_money(
    buyer: Buyer, order: Order, clock: Clock
) -> None:
    assert order.payment_due_at is not None
    link = link_of(order)
    page = await buyer.opens(link)
    clock.now = order.payment_due_at
    assert "The time to pay is over" in text_of((await buyer.opens(link)).text)
    refused = await goes_to_pay(buyer, page, link)
    assert refused.status_code == 409
    assert "The time to pay is over" in text_of(refused.text)
    clock.now = order.payment_due_at + SHOWN_AFTER + timedelta(seconds=1)
    assert (await buyer.opens(link)).status_code == 404


async def test_a_link_that_is_not_ours_opens_nothing(buyer: Buyer, order: Order) -> None:
    link = link_of(order)
    wrong = link[:-2] + ("AA" if link[-2:] != "AA" else "BB")
    for path in (wrong, f"{PAY_PATH}x", f"{PAY_PATH}{order.number}.0.{'A' * 22}"):
        for page in (path, f"{path}/bank", f"{path}/return"):
            answer = await buyer.opens(page)
            assert answer.status_code == 404
            assert "This link does not work" in text_of(answer.text)
            assert answer.headers["referrer-policy"] == "no-referrer"


async def test_a_link_needs_a_form_of_its_own_browser(buyer: Buyer, order: Order) -> None:
    answer = await buyer.client.post(link_of(order), data={"method": "card"})
    assert answer.status_code == 403


async def test_a_link_without_a_provider_says_where_to_pay(
    dependencies: WebDependencies,
    pool: "asyncpg.Pool[Any]",
    engine: Engine,
    order: Order,
    clock: Clock,
) -> None:
    none = checkout_at(pool, engine, clock)
    async with browser_of(structs.replace(dependencies, checkout=none)) as client:
        page = await client.get(link_of(order))
    assert "Pay in the shop where you placed the order" in text_of(page.text)
