"""Slot: the buyer agrees to the courier's time or takes another of those offered."""

import re

from gotovo.order.actor import Role
from gotovo.order.order import Courier, Order, Stage
from gotovo.order.steps.courier import AgreeSlot, Depart, LogCall
from tests.web.buyer import Buyer, hidden_fields, text_of
from tests.web.cast import ALINA, BOOTS, DAY, HOUR, NOW, Cast, ready, with_a_courier

OFFERED = re.compile(r'type="radio" name="begins_at" value="([^"]+)"')


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
    assert "The courier calls before setting out" in text
    assert "Agreed: tomorrow, 23 November, from 14:05 to 16:05" in text
    begins_at = re.search(r'type="hidden" name="begins_at" value="([^"]+)"', asked.text)
    assert begins_at is not None
    await buyer.sends(asked, where, begins_at=begins_at[1])
    assert "You have confirmed this time" in text_of((await buyer.opens(where)).text)


async def test_another_time_replaces_it(buyer: Buyer, cast: Cast) -> None:
    order = await agreed(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/slot"
    asked = await buyer.opens(where)
    offered = OFFERED.findall(asked.text)
    assert offered[0] == "2026-11-22T15:00:00Z", "18:00 in Kazan: two hours' notice is needed"
    page = await buyer.sends(asked, where, begins_at=offered[-1])
    assert "from 18:00 to 21:00" in text_of(page.text)


async def test_a_time_that_was_not_offered_is_not_taken(buyer: Buyer, cast: Cast) -> None:
    order = await agreed(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/slot"
    asked = await buyer.opens(where)
    for said in ("2026-11-25T23:30:00Z", "tomorrow", "<b>", ""):
        page = await buyer.sends(asked, where, begins_at=said)
        assert page.status_code == 409
        assert "can't be chosen any more" in text_of(page.text)


async def test_a_courier_who_has_set_out_keeps_the_time(buyer: Buyer, cast: Cast) -> None:
    order = await agreed(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/slot"
    asked = await buyer.opens(where)
    offered = OFFERED.findall(asked.text)
    gone = await cast.step(order, Depart(), NOW, Role.COURIER)
    assert gone.stage is Stage.OUT_FOR_DELIVERY
    refused = await buyer.sends(asked, where, begins_at=offered[-1])
    assert refused.status_code == 409
    assert "Agreed" not in text_of(refused.text)
    assert (await buyer.opens(where)).url.path == f"/orders/{order.number}"


async def test_only_a_couriers_order_has_times(buyer: Buyer, cast: Cast) -> None:
    await buyer.signs_in(ALINA)
    for make in (ready, with_a_courier):
        order = await make(cast)
        page = await buyer.opens(f"/orders/{order.number}/slot")
        assert page.url.path == f"/orders/{order.number}"
        assert f"/orders/{order.number}/slot" not in page.text


async def test_a_form_without_its_token_agrees_nothing(buyer: Buyer, cast: Cast) -> None:
    order = await agreed(cast)
    await buyer.signs_in(ALINA)
    where = f"/orders/{order.number}/slot"
    asked = await buyer.opens(where)
    fields = {**hidden_fields(asked.text, where), "form": "x"}
    assert (await buyer.client.post(where, data=fields)).status_code == 403
