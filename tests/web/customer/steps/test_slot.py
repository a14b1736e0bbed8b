"""Slot: the buyer agrees to the courier's time or takes another of those offered."""

import re

from gotovo.order.steps.call import LogCall
from gotovo.order.steps.departure import Depart
from gotovo.order.steps.slot import AgreeSlot
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Courier, Order, Stage
from tests.support.web.buyer import Buyer, hidden_fields, text_of
from tests.support.web.cast import ALINA, DAY, HOUR, NOW, Cast, Clock
from tests.support.web.goods import BOOTS
from tests.support.web.sample_orders.courier_orders import with_a_courier
from tests.support.web.sample_orders.open_orders import ready

OFFERED = re.compile(r'type="radio" name="window" value="([^"]+)"')


async def agreed(cast: Cast) -> Order:
    """Return an order whose courier has agreed a time for tomorrow."""
    order = await cast.place(ALINA, NOW - 28 * HOUR, BOOTS, delivery=Courier())
    order = await cast.send(order, NOW - 27 * HOUR)
    order = await cast.step(order, LogCall(answered=True), NOW - 3 * HOUR)
    return await cast.step(order, AgreeSlot(NOW + DAY, NOW + DAY + 2 * HOUR), NOW - 3 * HOUR)


async def test_the_agreed_time_is_confirmed(buyer: Buyer, cast: Cast) -> None:
    order = await agreed(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/slot"
    asked = await buyer.opens(where)
    text = text_of(asked.text)
    assert "The courier always calls before setting out" in text
    assert "Agreed: tomorrow, 23 November, from 14:05 to 16:05" in text
    window = re.search(r'type="hidden" name="window" value="([^"]+)"', asked.text)
    assert window is not None
    await buyer.sends(asked, where, window=window[1])
    assert "You have confirmed this time" in text_of((await buyer.opens(where)).text)


async def test_a_time_agreed_by_phone_is_confirmed_as_it_is(buyer: Buyer, cast: Cast) -> None:
    begins_at = NOW.replace(hour=6, minute=0) + DAY  # as the first of the offered ones does
    order = await agreed(cast)
    short = AgreeSlot(begins_at, begins_at + HOUR)
    order = await cast.step(order, short, NOW - 2 * HOUR)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/slot"
    asked = await buyer.opens(where)
    confirm = re.search(r'type="hidden" name="window" value="([^"]+)"', asked.text)
    assert confirm is not None
    await buyer.sends(asked, where, window=confirm[1])
    text = text_of((await buyer.opens(where)).text)
    assert "Agreed: tomorrow, 23 November, from 09:00 to 10:00" in text


async def test_a_courier_who_does_not_come_in_time_is_said_to_be_late(
    buyer: Buyer, cast: Cast, clock: Clock
) -> None:
    order = await agreed(cast)
    await buyer.signs_in(ALINA)
    clock.now = NOW + DAY + 3 * HOUR
    for page in (f"/orders/{order.number}", "/orders"):
        text = text_of((await buyer.opens(page)).text)
        assert "The courier was due today, 23 November, from 14:05 to 16:05, and is late" in text
        assert "The courier will come" not in text


async def test_another_time_replaces_it(buyer: Buyer, cast: Cast) -> None:
    order = await agreed(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/slot"
    asked = await buyer.opens(where)
    offered = OFFERED.findall(asked.text)
    assert offered[0] == "2026-11-22T15:00:00+00:00/2026-11-22T18:00:00+00:00", (
        "18:00 in Kazan: two hours' notice is needed"
    )
    page = await buyer.sends(asked, where, window=offered[-1])
    assert "from 18:00 to 21:00" in text_of(page.text)


async def test_a_time_that_was_not_offered_is_not_taken(buyer: Buyer, cast: Cast) -> None:
    order = await agreed(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/slot"
    asked = await buyer.opens(where)
    for said in (
        "2026-11-25T20:30:00Z/2026-11-25T23:30:00Z",
        "2026-11-25T15:00:00/2026-11-25T18:00:00",
        "0001-01-01T00:00:00+23:59/9999-12-31T23:59:59-23:59",
        "2026-11-25T15:00:00Z",
        "tomorrow",
        "<b>",
        "",
    ):
        page = await buyer.sends(asked, where, window=said)
        assert page.status_code == 409
        assert "is no longer available" in text_of(page.text)


async def test_a_courier_who_has_set_out_keeps_the_time(buyer: Buyer, cast: Cast) -> None:
    order = await agreed(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/slot"
    asked = await buyer.opens(where)
    offered = OFFERED.findall(asked.text)
    gone = await cast.step(order, Depart(), NOW, Role.COURIER)
    assert gone.stage is Stage.OUT_FOR_DELIVERY
    refused = await buyer.sends(asked, where, window=offered[-1])
    assert refused.status_code == 409
    assert "Agreed" not in text_of(refused.text)
    assert (await buyer.opens(where)).status_code == 409


async def test_only_a_couriers_order_has_times(buyer: Buyer, cast: Cast) -> None:
    await buyer.signs_in(ALINA)
    for make in (ready, with_a_courier):
        order = await make(cast)
        page = await buyer.opens(f"/orders/{order.number}/slot")
        assert page.status_code == 409
        assert f'href="/orders/{order.number}/slot"' not in page.text


async def test_a_form_without_its_token_agrees_nothing(buyer: Buyer, cast: Cast) -> None:
    order = await agreed(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/slot"
    asked = await buyer.opens(where)
    fields = {**hidden_fields(asked.text, where), "form": "x"}
    assert (await buyer.client.post(where, data=fields)).status_code == 403
