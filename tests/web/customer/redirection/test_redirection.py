"""Redirection: another point, or a point instead of the courier, while that is possible."""

import re

import pytest
from msgspec import structs

from gotovo.order.steps.call import LogCall
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.values.order import Courier, Pickup
from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, BORIS, HOUR, NOW, Cast
from tests.support.web.goods import BOOTS
from tests.support.web.network import POINTS
from tests.support.web.sample_orders.closed_orders import partly_issued
from tests.support.web.sample_orders.moved_dates import promised_later
from tests.support.web.sample_orders.open_orders import (
    being_picked,
    on_the_way,
    ready,
    waiting_for_payment,
)
from tests.support.web.stage import browser_of


async def test_points_of_the_same_city_come_first_and_the_present_one_is_not_there(
    buyer: Buyer, cast: Cast
) -> None:
    order = await being_picked(cast)
    await buyer.signs_in(ALINA)
    page = await buyer.opens(f"/orders/{order.number}/redirection")
    offered = re.findall(r"/redirection/([A-Z]+-\d)\"", page.text)
    assert set(offered) == POINTS.keys() - {"KZN-1"}
    assert offered[-1] == "EKB-1"
    assert "Казань, ул. Чистопольская, 20 Today: 10:00–20:00" in text_of(page.text)


async def test_points_are_searched_without_a_script(buyer: Buyer, cast: Cast) -> None:
    order = await being_picked(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/redirection"
    found = await buyer.opens(f"{where}?q=МАЛЫШЕВА екатеринбург")
    assert re.findall(r"/redirection/([A-Z]+-\d)\"", found.text) == ["EKB-1"]
    assert "No pick-up point found" in text_of((await buyer.opens(f"{where}?q=Марс")).text)


async def test_the_promise_is_said_first_and_is_the_one_that_is_made(
    buyer: Buyer, cast: Cast
) -> None:
    order = await being_picked(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/redirection"
    asked = await buyer.opens(f"{where}/EKB-1")
    said = re.search(r"After the change by (.*?) (\d days? later)", text_of(asked.text))
    assert said is not None
    assert said[2] in text_of((await buyer.opens(where)).text)
    page = text_of((await buyer.sends(asked, where)).text)
    assert f"Promised by {said[1]}" in page
    assert "Екатеринбург, ул. Малышева, 51" in page
    assert "Reason: a different delivery place." in page


async def test_an_unpaid_order_goes_elsewhere_without_a_promise(buyer: Buyer, cast: Cast) -> None:
    order = await waiting_for_payment(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/redirection"
    asked = await buyer.opens(f"{where}/KZN-2")
    assert "the date is promised when you pay" in text_of(asked.text)
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


async def test_a_door_that_is_typed_becomes_the_couriers(buyer: Buyer, cast: Cast) -> None:
    order = await being_picked(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/redirection"
    asked = await buyer.opens(f"{where}/courier")
    assert "Казань" in text_of(asked.text), "the city of the point is known"
    typed = {"street": "ул. Баумана, 5", "flat": "12", "comment": "позвоните\r\nдважды"}
    page = text_of((await buyer.sends(asked, where, **typed)).text)
    assert "Courier delivery" in page
    assert "Казань, ул. Баумана, 5, кв. 12 (позвоните дважды)" in page
    again = await buyer.opens(f"{where}/courier")
    assert "Saved address Казань, ул. Баумана, 5, кв. 12" in text_of(again.text)
    other = await buyer.sends(again, where, street="ул. Баумана, 6")
    assert "Казань, ул. Баумана, 6" in text_of(other.text)
    back = await buyer.sends(await buyer.opens(f"{where}/KZN-2"), where)
    assert "Чистопольская" in text_of(back.text)
    known = await buyer.opens(f"{where}/courier")
    kept = await buyer.sends(known, where, known="1")
    assert "Казань, ул. Баумана, 6" in text_of(kept.text)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Enter the street and house."),
        ({"street": "\u200b \u202e"}, "Enter the street and house."),
        ({"street": "ул. Баумана"}, "Enter the house number, too."),
        ({"street": "1" * 151}, "This is too long: 150 characters at most."),
        ({"street": "ул. Баумана, 5", "comment": "x" * 301}, "too long: 300 characters at most."),
    ],
)
async def test_an_incomplete_address_stands_in_the_form_with_what_is_missing(
    buyer: Buyer, cast: Cast, typed: dict[str, str], said: str
) -> None:
    order = await being_picked(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/redirection"
    asked = await buyer.opens(f"{where}/courier")
    page = await buyer.sends(asked, where, **{"street": "", "flat": "7", **typed})
    assert page.status_code == 422
    assert said in text_of(page.text)
    assert 'value="7"' in page.text
    assert "Courier delivery" not in text_of((await buyer.opens(f"/orders/{order.number}")).text)


async def test_a_shop_that_told_no_city_is_asked_for_it(buyer: Buyer, cast: Cast) -> None:
    order = await cast.place(ALINA, NOW - HOUR, BOOTS, delivery=Courier())
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/redirection"
    asked = await buyer.opens(f"{where}/courier")
    page = await buyer.sends(asked, where, street="ул. Победы, 1")
    assert "Enter the city or town." in text_of(page.text)
    page = await buyer.sends(asked, where, city="село Высокая Гора", street="ул. Победы, 1")
    assert "село Высокая Гора, ул. Победы, 1" in text_of(page.text)


async def test_a_full_point_is_said_to_be_full_and_takes_nothing(
    cast: Cast, buyer: Buyer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule 4.17."""
    order = await being_picked(cast)
    await cast.pay(await cast.place(BORIS, NOW - HOUR, BOOTS, delivery=Pickup("KZN-2")), NOW)
    monkeypatch.setitem(POINTS, "KZN-2", structs.replace(POINTS["KZN-2"], capacity=1))
    where = f"/orders/{order.number}/redirection"
    await buyer.signs_in(ALINA)
    assert "KZN-2" not in (await buyer.opens(where)).text
    found = await buyer.opens(f"{where}?q=Чистоп")
    assert "The shelves there are full" in text_of(found.text)
    asked = await buyer.opens(f"{where}/KZN-2")
    assert "The shelves there are full" in text_of(asked.text)
    other = await buyer.opens(f"{where}/EKB-1")
    refused = await buyer.sends(other, where, place="KZN-2")
    assert refused.status_code == 409
    said = text_of(refused.text)
    assert "The shelves of this pick-up point are full. Please choose another one." in said
    near = ", ".join(POINTS[code].title for code in ("KZN-3", "KZN-4", "KZN-5"))
    assert f"The nearest with room: {near}." in said
    assert f'href="{where}">Choose another pick-up point' in refused.text
    taken = await buyer.sends(other, where)
    assert "Малышева" in text_of(taken.text)


async def test_what_is_under_way_or_closed_stays_where_it_goes(buyer: Buyer, cast: Cast) -> None:
    await buyer.signs_in(ALINA)
    for make in (on_the_way, ready, partly_issued):
        order = await make(cast)
        page = await buyer.opens(f"/orders/{order.number}/redirection")
        assert page.status_code == 409, make.__name__
        assert f'href="/orders/{order.number}/redirection"' not in page.text, make.__name__


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


async def test_a_postal_code_is_asked_for_where_it_decides_who_delivers(
    cast: Cast, dependencies: WebDependencies
) -> None:
    order = await being_picked(cast)
    points, warehouses = dependencies.places()
    regions = {c: structs.replace(w, regions=("42",)) for c, w in warehouses.items()}
    regional = structs.replace(dependencies, places=lambda: (points, regions))
    where = f"/orders/{order.number}/redirection"
    async with browser_of(regional) as client:
        buyer = Buyer(client)
        await buyer.signs_in(ALINA)
        asked = await buyer.opens(f"{where}/courier")
        assert "Postal code" in text_of(asked.text)
        blank = await buyer.sends(asked, where, street="ул. Баумана, 5", postcode=" - ")
        assert blank.status_code == 422
        assert "Enter the postal code: it decides who delivers." in text_of(blank.text)
        moved = await buyer.sends(asked, where, street="ул. Баумана, 5", postcode="420 111")
        assert "Казань, ул. Баумана, 5" in text_of(moved.text)
        assert "420" not in text_of(moved.text).partition("ул. Баумана, 5")[0][-20:]
    contact = await dependencies.orders.contact(order.number)
    assert contact is not None
    assert contact.postcode == "420111"


async def test_an_opening_past_midnight_is_not_said_to_be_a_day_earlier(
    buyer: Buyer, cast: Cast
) -> None:
    """Rule 4.2."""
    order = await promised_later(cast)
    await buyer.signs_in(ALINA)
    said = text_of((await buyer.opens(f"/orders/{order.number}/redirection")).text)
    assert "Would be there by 02:00 on Tuesday, 24 November the same day" in said
    assert "Would be there by 24:00 tomorrow, 23 November 1 day earlier" in said
