"""A page that a buyer returns to is the one that would be made now, and nobody else's."""

import re
from datetime import timedelta
from typing import Any

import asyncpg
from msgspec import structs

from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.contact_erasure import EraseContact
from gotovo.order.steps.promise import ChangePromise
from gotovo.order.values.actor import Role
from gotovo.order.values.customer import customer_id
from gotovo.order.values.order import Reason
from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.buyer import Buyer, hidden_fields, text_of
from tests.support.web.cast import ALINA, BORIS, DAY, NOW, SECRET, Cast, Clock, code_of
from tests.support.web.helping import answers, asks
from tests.support.web.network import POINT, POINTS, WAREHOUSES
from tests.support.web.sample_orders.courier_orders import with_a_courier
from tests.support.web.sample_orders.open_orders import (
    being_picked,
    late,
    ready,
    waiting_for_payment,
)
from tests.support.web.stage import browser_of

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


def cursor_of(html: str) -> str:
    """Return the cursor of a page, which is sealed anew whenever a page is made."""
    return re.findall(r'data-cursor="([^"]+)"', html)[0]


async def cursors(buyer: Buyer, *paths: str) -> list[str]:
    """Return the cursors of pages that are opened one after the other."""
    return [cursor_of((await buyer.opens(path)).text) for path in paths]


async def test_a_page_is_made_once_a_minute_and_tells_when_it_is_read(
    buyer: Buyer, cast: Cast, clock: Clock
) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    for path in ("/orders", f"/orders/{order.number}"):
        clock.now = NOW
        first = await buyer.opens(path)
        clock.now = NOW + 59 * SECOND
        second = await buyer.opens(path)
        clock.now = NOW + MINUTE
        third = await buyer.opens(path)
        assert 'data-now="2026-11-22T11:05:00Z"' in first.text
        made, mark, end = first.text.partition(" data-now")
        assert second.text == made + mark + end.replace(":05:00Z", ":05:59Z")
        assert second.headers["x-gotovo-account"] == first.headers["x-gotovo-account"]
        assert second.headers["content-type"] == first.headers["content-type"]
        assert "As of 14:06" in text_of(third.text)
        assert cursor_of(third.text) != cursor_of(second.text)


async def test_a_page_shows_what_has_happened_to_the_order_since(buyer: Buyer, cast: Cast) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    code = f"{code_of(order)[:3]} {code_of(order)[3:]}"
    for path in ("/orders", f"/orders/{order.number}"):
        assert code in text_of((await buyer.opens(path)).text)
    await cast.hand_over(order, NOW)
    for path in ("/orders", f"/orders/{order.number}"):
        text = text_of((await buyer.opens(path)).text)
        assert code not in text
        assert "Issued" in text


async def test_nobody_gets_the_page_of_another_buyer_browser_or_language(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies
) -> None:
    order = await being_picked(cast)
    path = f"/orders/{order.number}"
    await buyer.signs_in(ALINA)
    mine = {each: await buyer.opens(each) for each in ("/orders", path)}
    assert "Signed in as" in mine[path].text
    async with browser_of(dependencies) as client:
        stranger = Buyer(client)
        assert "/sign-in-code" in (await stranger.opens(path)).text
        await stranger.signs_in(BORIS)
        assert (await stranger.opens(path)).status_code == 404
        assert order.number not in (await stranger.opens("/orders")).text
    async with browser_of(dependencies) as client:
        phone = Buyer(client)
        await phone.signs_in(ALINA)
        for each, page in mine.items():
            theirs = await phone.opens(each)
            forms = [hidden_fields(x.text, "/sign-out")["form"] for x in (page, theirs)]
            assert forms[0] != forms[1]
    russian = await buyer.client.get(path, headers={"accept-language": "ru"})
    assert '<html lang="ru">' in russian.text
    assert '<html lang="en">' in (await buyer.opens(path)).text


async def test_who_is_signed_out_elsewhere_gets_no_page(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies, clock: Clock
) -> None:
    order = await ready(cast)
    paths = "/orders", f"/orders/{order.number}"
    await buyer.signs_in(ALINA)
    cached = await cursors(buyer, *paths)

    async def is_shut_out() -> bool:
        pages = [(await buyer.client.get(path)) for path in paths]
        return not any(page.status_code == 200 or order.number in page.text for page in pages)

    clock.now = NOW + 31 * DAY
    assert await is_shut_out(), "the session has expired"
    clock.now = NOW
    assert await cursors(buyer, *paths) == cached
    await dependencies.sign_in.end_all_sessions(customer_id(SECRET, ALINA))
    assert await is_shut_out(), "it was ended"


async def test_a_new_day_makes_pages_anew(buyer: Buyer, cast: Cast, clock: Clock) -> None:
    order = await late(cast)
    await buyer.signs_in(ALINA)
    clock.now = NOW.replace(hour=20, minute=59, second=59)
    path = f"/orders/{order.number}"
    before = [text_of((await buyer.opens(x)).text) for x in ("/orders", path)]
    assert all("yesterday, 21 November" in each for each in before)
    clock.now += SECOND
    after = [text_of((await buyer.opens(x)).text) for x in ("/orders", path)]
    assert not any("yesterday, 21 November" in each for each in after)


async def test_an_erased_address_is_gone_at_once(buyer: Buyer, cast: Cast) -> None:
    order = await with_a_courier(cast)
    path = f"/orders/{order.number}"
    await buyer.signs_in(ALINA)
    assert "Лесная, 7" in (await buyer.opens(path)).text
    order = await cast.step(order, Cancel(Reason.CUSTOMER_REQUEST), NOW, Role.BUYER)
    await cast.step(order, EraseContact(), NOW)
    assert "Лесная, 7" not in (await buyer.opens(path)).text


async def test_other_settings_of_a_point_are_shown_at_once(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies
) -> None:
    order = await ready(cast)
    await buyer.signs_in(ALINA)
    renamed = {**POINTS, POINT.code: structs.replace(POINT, title="ПВЗ «Пушкина»")}
    path = f"/orders/{order.number}"
    before = await buyer.opens(path)
    assert "Пушкина" not in before.text
    async with browser_of(
        structs.replace(dependencies, places=lambda: (renamed, WAREHOUSES))
    ) as client:
        client.cookies = buyer.client.cookies
        assert "Пушкина" in (await Buyer(client).opens(path)).text


async def test_erased_words_are_gone_at_once(
    buyer: Buyer, cast: Cast, pool: "asyncpg.Pool[Any]"
) -> None:
    order = await being_picked(cast)
    changed = ChangePromise((NOW + DAY).date(), NOW + DAY, "the van broke down")
    await cast.step(order, changed, NOW)
    path = f"/orders/{order.number}"
    await buyer.signs_in(ALINA)
    assert "the van broke down" in (await buyer.opens(path)).text
    await pool.execute("delete from order_text")
    assert "the van broke down" not in (await buyer.opens(path)).text


async def test_an_answer_that_was_read_is_no_longer_announced(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies
) -> None:
    order = await ready(cast)
    path = f"/orders/{order.number}"
    await asks(dependencies, order, "Is it heavy?", NOW)
    await answers(dependencies, order, "Two kilograms.")
    await buyer.signs_in(ALINA)
    assert "Support has answered" in (await buyer.opens(path)).text
    await buyer.opens(f"{path}/help")
    assert "Support has answered" not in (await buyer.opens(path)).text


async def test_what_is_sent_once_or_asked_for_in_words_is_made_anew(
    buyer: Buyer, cast: Cast
) -> None:
    order = await waiting_for_payment(cast)
    await buyer.signs_in(ALINA)
    path = f"/orders/{order.number}"
    forms = [
        hidden_fields((await buyer.opens(path)).text, f"{path}/payment")["once"] for _ in range(2)
    ]
    assert forms[0] != forms[1]
    for path in ("/orders?status=", "/orders?q=lamp"):
        first, second = await cursors(buyer, path, path)
        assert first != second
