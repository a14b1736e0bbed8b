"""Redirection: another point, or a point instead of the courier, while that is possible."""

import re

from gotovo.order.order import Courier, Pickup
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.courier import LogCall
from tests.web.buyer import Buyer, text_of
from tests.web.cast import (
    ALINA,
    BOOTS,
    HOUR,
    NOW,
    Cast,
    being_picked,
    on_the_way,
    partly_issued,
    ready,
    waiting_for_payment,
)


async def test_points_of_the_same_city_come_first_and_the_present_one_is_not_there(
    buyer: Buyer, cast: Cast
) -> None:
    order = await being_picked(cast)
    await buyer.signs_in(ALINA)
    page = await buyer.opens(f"/orders/{order.number}/redirection")
    assert re.findall(r"/redirection/([A-Z]+-\d)\"", page.text) == ["KZN-2", "EKB-1"]
    assert "Казань, ул. Чистопольская, 20 Today: 10:00–20:00" in text_of(page.text)


async def test_points_are_searched_without_a_script(buyer: Buyer, cast: Cast) -> None:
    order = await being_picked(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/redirection"
    found = await buyer.opens(f"{where}?q=МАЛЫШЕВА екатеринбург")
    assert re.findall(r"/redirection/([A-Z]+-\d)\"", found.text) == ["EKB-1"]
    assert "No point fits" in text_of((await buyer.opens(f"{where}?q=Марс")).text)


async def test_the_promise_is_said_first_and_is_the_one_that_is_made(
    buyer: Buyer, cast: Cast
) -> None:
    order = await being_picked(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/redirection"
    asked = await buyer.opens(f"{where}/EKB-1")
    said = re.search(r"It would be there by (.*?)\. Promised until now", text_of(asked.text))
    assert said is not None
    page = text_of((await buyer.sends(asked, where)).text)
    assert f"Promised by {said[1]}" in page
    assert "Екатеринбург, ул. Малышева, 51" in page
    assert "Reason: another place of hand-over." in page


async def test_an_unpaid_order_goes_elsewhere_without_a_promise(buyer: Buyer, cast: Cast) -> None:
    order = await waiting_for_payment(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/redirection"
    asked = await buyer.opens(f"{where}/KZN-2")
    assert "The promise is made when you pay" in text_of(asked.text)
    assert "Чистопольская" in text_of((await buyer.sends(asked, where)).text)


async def test_a_couriers_parcel_goes_to_a_point_and_not_back(buyer: Buyer, cast: Cast) -> None:
    order = await cast.place(ALINA, NOW - 28 * HOUR, BOOTS, delivery=Courier())
    order = await cast.send(order, NOW - 27 * HOUR)
    order = await cast.step(order, LogCall(answered=True), NOW - 3 * HOUR)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/redirection"
    page = await buyer.sends(await buyer.opens(f"{where}/KZN-1"), where)
    assert "Казань, ул. Баумана, 44" in text_of(page.text)
    assert where not in page.text


async def test_a_courier_is_offered_to_nobody_whose_door_is_not_known(
    buyer: Buyer, cast: Cast
) -> None:
    order = await being_picked(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/redirection"
    asked = await buyer.opens(f"{where}/KZN-2")
    assert "redirection/courier" not in (await buyer.opens(where)).text
    assert (await buyer.opens(f"{where}/courier")).status_code == 404
    assert (await buyer.sends(asked, where, place="courier")).status_code == 404


async def test_what_is_under_way_or_closed_stays_where_it_goes(buyer: Buyer, cast: Cast) -> None:
    await buyer.signs_in(ALINA)
    for make in (on_the_way, ready, partly_issued):
        order = await make(cast)
        page = await buyer.opens(f"/orders/{order.number}/redirection")
        assert page.url.path == f"/orders/{order.number}", make.__name__
        assert f"/orders/{order.number}/redirection" not in page.text, make.__name__


async def test_a_point_that_is_not_there_is_refused_on_the_orders_page(
    buyer: Buyer, cast: Cast
) -> None:
    order = await being_picked(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/redirection"
    assert (await buyer.opens(f"{where}/KZN-99")).status_code == 404
    asked = await buyer.opens(f"{where}/KZN-2")
    refused = await buyer.sends(asked, where, place="KZN-99")
    assert refused.status_code == 409
    assert 'role="alert"' in refused.text


async def test_an_order_cancelled_meanwhile_goes_nowhere(buyer: Buyer, cast: Cast) -> None:
    order = await being_picked(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/redirection"
    asked = await buyer.opens(f"{where}/KZN-2")
    closed = await cast.step(order, Cancel(), NOW)
    refused = await buyer.sends(asked, where)
    assert refused.status_code == 409
    assert closed.delivery == Pickup("KZN-1")
    assert "Чистопольская" not in refused.text
