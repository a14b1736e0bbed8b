"""What a buyer can do: cancel, extend, stop a hand-over; each once, and each told plainly."""

from collections.abc import Awaitable, Callable

import pytest

from gotovo.order.values.order import Order
from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.buyer import Buyer, hidden_fields, text_of
from tests.support.web.cast import ALINA, BORIS, NOW, Cast, code_of
from tests.support.web.goods import LAST_ONE
from tests.support.web.sample_orders.closed_orders import cancelled
from tests.support.web.sample_orders.courier_orders import attempted
from tests.support.web.sample_orders.open_orders import (
    being_handed_over,
    on_the_way,
    ready,
    ready_where_it_closes,
    waiting_for_payment,
)


async def presses(buyer: Buyer, order: Order, what: str, page: str = "") -> str:
    """Press a button of the order's page, or of a page of its own; return what is then read."""
    path = f"/orders/{order.number}"
    answer = await buyer.sends(await buyer.opens(path + page), f"{path}/{what}")
    return text_of(answer.text)


async def test_a_form_sent_twice_is_one_step(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies
) -> None:
    order = await waiting_for_payment(cast)
    await buyer.signs_in(ALINA)
    path = f"/orders/{order.number}/cancellation"
    page = await buyer.opens(path)
    for _ in range(2):
        answer = await buyer.sends(page, path)
        assert answer.status_code == 200
    after = await dependencies.orders.order(order.customer, order.number)
    assert after is not None
    assert after.version == order.version + 1


async def test_a_cancellation_says_first_what_it_leads_to(buyer: Buyer, cast: Cast) -> None:
    order = await on_the_way(cast)
    await buyer.signs_in(ALINA)
    page = text_of((await buyer.opens(f"/orders/{order.number}/cancellation")).text)
    assert "This can't be undone" in page
    assert "2,491 ₽, will be refunded the way you paid, by 2 December at the latest" in page
    assert "The items have already left the warehouse" in page
    text = await presses(buyer, order, "cancellation", "/cancellation")
    assert "You cancelled this order" in text
    assert "2,491 ₽ is on its way back to you" in text


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (ready, "The pick-up point sends the items back to the warehouse"),
        (attempted, "The courier takes the items back to the warehouse"),
    ],
)
async def test_a_cancellation_says_who_carries_the_goods_back(
    buyer: Buyer, cast: Cast, make: Callable[[Cast], Awaitable[Order]], said: str
) -> None:
    order = await make(cast)
    await buyer.signs_in(ALINA)
    assert said in text_of((await buyer.opens(f"/orders/{order.number}/cancellation")).text)


ACTS = (
    "cancellation",
    "storage-extension",
    "redirection",
    "redirection/K1",
    "slot",
    "trusted-person",
    "return-claim",
    "rating",
)


@pytest.mark.parametrize("act", ACTS)
async def test_who_comes_too_late_for_an_act_is_told_so(buyer: Buyer, cast: Cast, act: str) -> None:
    order = await cancelled(cast)
    await buyer.signs_in(ALINA)
    page = await buyer.opens(f"/orders/{order.number}/{act}")
    assert page.status_code == 409
    assert "This is not possible at the order's current stage." in text_of(page.text)
    assert "You cancelled this order" in text_of(page.text)


async def test_an_order_that_moved_on_meanwhile_refuses_in_words(buyer: Buyer, cast: Cast) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    page = await buyer.opens(f"/orders/{order.number}/cancellation")
    await cast.hand_over(order, NOW)
    answer = await buyer.sends(page, f"/orders/{order.number}/cancellation")
    assert answer.status_code == 409
    assert "This order has already been handed over" in text_of(answer.text)
    assert "Handed over" in text_of(answer.text)


async def test_storage_can_be_extended_once(buyer: Buyer, cast: Cast) -> None:
    order = await ready_where_it_closes(cast)
    await buyer.signs_in(ALINA)
    path = f"/orders/{order.number}"
    before = await buyer.opens(f"{path}/storage-extension")
    text = text_of((await buyer.sends(before, f"{path}/storage-extension")).text)
    assert "extended by 3 days" in text
    assert "storage-extension" not in (await buyer.opens(path)).text
    fields = hidden_fields(before.text, f"{path}/storage-extension")
    again = await buyer.client.post(
        f"{path}/storage-extension", data={**fields, "once": "another form"}
    )
    assert again.status_code == 409
    assert "already extended" in text_of(again.text)


async def test_a_buyer_who_is_not_at_the_desk_can_stop_the_hand_over(
    buyer: Buyer, cast: Cast
) -> None:
    order = await being_handed_over(cast)
    await buyer.signs_in(ALINA)
    text = await presses(buyer, order, "handover-stop")
    assert "Hand-over is on hold" in text
    assert f"{code_of(order)[:3]} {code_of(order)[3:]}" not in text


async def test_nobody_can_do_anything_to_somebody_elses_order(buyer: Buyer, cast: Cast) -> None:
    theirs = await cast.place(BORIS, NOW, LAST_ONE)
    mine = await waiting_for_payment(cast)
    await buyer.signs_in(ALINA)
    page = await buyer.opens(f"/orders/{mine.number}")
    fields = hidden_fields(page.text, f"/orders/{mine.number}/payment")
    for what in ("payment", "cancellation", "storage-extension", "handover-stop"):
        answer = await buyer.client.post(f"/orders/{theirs.number}/{what}", data=fields)
        assert answer.status_code == 404, what
