"""Cancellation: what it would lead to is said first, then it is asked for."""

from datetime import timedelta

from gotovo.order.steps.cancellation import Cancel
from gotovo.order.values.order import Order, balance, units_away
from gotovo.order.values.status import status_of
from gotovo.points.local_time import local_date
from gotovo.web.answer import Answer
from gotovo.web.customer.order.order_page import overtaken
from gotovo.web.customer.steps.own_order import own_order, place_of
from gotovo.web.customer.steps.possible import possible
from gotovo.web.customer.steps.submit_action import ask_engine
from gotovo.web.site.visit import Visit


async def cancellation_asked(visit: Visit, number: str) -> Answer:
    """Say what a cancellation would lead to; where none is possible, show the order."""
    order = await own_order(visit, number)
    if not isinstance(order, Order):
        return order
    place = place_of(order, visit.parts.places())
    if not possible(order, place.point, visit.parts.terms, visit.now).cancel:
        return await overtaken(visit, order)
    refund_time = timedelta(days=visit.parts.terms.refund_days)
    return visit.page(
        "customer/steps/cancellation.html",
        order=order,
        status=status_of(order),
        place=place,
        zone=place.time_zone,
        owed=balance(order).owed,
        left_warehouse=any(units_away(order)),
        refund_by=local_date(visit.now + refund_time, place.time_zone),
    )


async def cancellation(visit: Visit, number: str) -> Answer:
    """Cancel at the buyer's request."""
    form = await visit.form()
    order = await own_order(visit, number)
    if not isinstance(order, Order):
        return order
    return await ask_engine(visit, order, Cancel(), form.get("once", ""))
