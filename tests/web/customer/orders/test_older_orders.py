"""Orders from before a phone was idle stay closed until the number of one of them is entered."""

from typing import Any

import asyncpg
import httpx
import pytest

from gotovo.access.buyer.accounts import PROOFS_PER_SESSION
from gotovo.order.values.order import Order
from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, BORIS, DAY, HOUR, NOW, Cast
from tests.support.web.goods import HEADPHONES
from tests.support.web.sample_orders.closed_orders import long_ago
from tests.support.web.sample_orders.open_orders import ready
from tests.support.web.stage import browser_of

OLD = 400
"""Days ago: beyond the year of an idle phone."""


async def old_order(cast: Cast, days: int = OLD) -> Order:
    """Return an order of Alina's phone that was issued long ago."""
    return await long_ago(cast, days - 60)


async def shows(buyer: Buyer, order: Order) -> bool:
    """Tell whether the account shows an order: its page, and the list of completed ones."""
    page = await buyer.opens(f"/orders/{order.number}")
    listed = await buyer.opens("/orders?status=closed")
    assert (page.status_code == 200) == (order.number in listed.text)
    return page.status_code == 200


async def test_whoever_has_the_phone_now_sees_only_the_orders_of_the_last_year(
    buyer: Buyer, cast: Cast
) -> None:
    old, new = await old_order(cast), await ready(cast)
    page = await buyer.signs_in(ALINA)
    assert new.number in page.text
    assert "are not shown: why?" in text_of(page.text)
    assert not await shows(buyer, old)
    found = await buyer.opens(f"/orders?q={old.number}")
    assert f"/orders/{old.number}" not in found.text
    for path in ("help", "messages", "return-claim", "rating", "tracking-link"):
        assert (await buyer.opens(f"/orders/{old.number}/{path}")).status_code == 404
    exported = (await buyer.opens("/privacy/data")).text
    assert new.number in exported
    assert old.number not in exported


async def test_the_number_of_an_older_order_opens_them_all_and_for_good(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies
) -> None:
    old, older = await old_order(cast), await old_order(cast, OLD + 50)
    await buyer.signs_in(ALINA)
    page = await opens(buyer, old.number)
    assert page.url.path == "/orders"
    assert "are not shown" not in text_of(page.text)
    assert await shows(buyer, old)
    assert await shows(buyer, older)
    async with browser_of(dependencies) as client:
        await Buyer(client).signs_in(ALINA)
        assert await shows(Buyer(client), older)


async def test_the_number_typed_at_sign_in_is_proof_enough(buyer: Buyer, cast: Cast) -> None:
    old = await old_order(cast)
    front = await buyer.opens(f"/orders/{old.number}")
    page = await buyer.sends(front, "/sign-in-code", phone=ALINA)
    page = await buyer.sends(page, "/session", code=await buyer.reads_code(ALINA))
    assert page.url.path == f"/orders/{old.number}"
    assert page.status_code == 200


async def test_the_number_of_a_recent_order_or_of_somebody_elses_proves_nothing(
    buyer: Buyer, cast: Cast
) -> None:
    old, new = await old_order(cast), await ready(cast)
    foreign = await cast.place(BORIS, NOW - OLD * DAY, HEADPHONES)
    await buyer.signs_in(ALINA)
    for number in (new.number, foreign.number):
        page = await opens(buyer, number)
        assert page.status_code == 422
        assert "No order with this number was placed with your phone" in text_of(page.text)
    page = await opens(buyer, "1234 5678 9013")
    assert "There is a typo in this number" in text_of(page.text)
    assert not await shows(buyer, old)


async def test_numbers_cannot_be_guessed_and_guesses_keep_no_other_browser_waiting(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies
) -> None:
    foreign, old = await cast.place(BORIS, NOW - OLD * DAY, HEADPHONES), await old_order(cast)
    await buyer.signs_in(ALINA)
    for _ in range(PROOFS_PER_SESSION.burst):
        assert (await opens(buyer, foreign.number)).status_code == 422
    for _ in range(PROOFS_PER_SESSION.burst):
        assert (await opens(buyer, old.number)).status_code == 429
    async with browser_of(dependencies) as client:
        await Buyer(client).signs_in(ALINA)
        assert (await opens(Buyer(client), old.number)).url.path == "/orders"


async def test_erasing_leaves_the_closed_orders_of_somebody_else_as_they_are(
    buyer: Buyer, cast: Cast, pool: "asyncpg.Pool[Any]"
) -> None:
    old, recent = await old_order(cast), await long_ago(cast, 1)
    await buyer.signs_in(ALINA)
    page = await buyer.opens("/privacy/erasure")
    page = await buyer.sends(page, "/privacy/erasure", sure="yes")
    assert page.url.path == "/privacy"
    left = await pool.fetch("select number from orders where contact is not null")
    assert [row["number"] for row in left] == [old.number]
    assert recent.number != old.number


async def test_an_owner_who_has_all_orders_open_is_asked_nothing(buyer: Buyer, cast: Cast) -> None:
    old = await old_order(cast)
    await buyer.signs_in(ALINA)
    await opens(buyer, old.number)
    assert (await buyer.opens("/older-orders")).url.path == "/orders"


@pytest.mark.parametrize("hours", [1, 25])
async def test_a_session_from_before_the_upgrade_keeps_its_orders(
    buyer: Buyer, cast: Cast, pool: "asyncpg.Pool[Any]", hours: int
) -> None:
    old = await old_order(cast)
    await buyer.signs_in(ALINA)
    await pool.execute("update session set orders_since = null, seen_at = $1", NOW - hours * HOUR)
    assert await shows(buyer, old)


async def opens(buyer: Buyer, number: str) -> httpx.Response:
    """Enter the number of an order on the page of older orders."""
    return await buyer.sends(await buyer.opens("/older-orders"), "/older-orders", number=number)
