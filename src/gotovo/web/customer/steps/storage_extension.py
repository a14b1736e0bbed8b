"""Storage extension: once, by the days that the point grants; the new deadline is said first."""

from gotovo.order.steps.storage_extension import ExtendStorage
from gotovo.order.values.order import Order
from gotovo.points.storage_term import storage_deadline
from gotovo.web.answer import Answer
from gotovo.web.customer.order.order_page import overtaken
from gotovo.web.customer.steps.own_order import own_order, place_of
from gotovo.web.customer.steps.possible import possible
from gotovo.web.customer.steps.submit_action import ask_engine
from gotovo.web.site.visit import Visit
from gotovo.words.storage_rule import storage_rule_sentence


async def storage_extension_asked(visit: Visit, number: str) -> Answer:
    """Say until when it would be kept and why; where nothing can be extended, show the order."""
    order = await own_order(visit, number)
    if not isinstance(order, Order):
        return order
    point = place_of(order, visit.parts.places()).point
    may = possible(order, point, visit.parts.terms, visit.now).extend
    if point is None or order.storage is None or not may:
        return await overtaken(visit, order)
    rule = order.storage.rule
    days = rule.extended_days + point.extension_days
    deadline = storage_deadline(point, rule.started_at, rule.days, days)
    return visit.page(
        "customer/steps/storage_extension.html",
        order=order,
        zone=point.timetable.time_zone,
        deadline=deadline,
        rule=storage_rule_sentence(deadline.rule, visit.language),
        days=point.extension_days,
    )


async def storage_extension(visit: Visit, number: str) -> Answer:
    """Keep the parcels longer."""
    form = await visit.form()
    order = await own_order(visit, number)
    if not isinstance(order, Order):
        return order
    return await ask_engine(visit, order, ExtendStorage(), form.get("once", ""), leads_to="#kept")
