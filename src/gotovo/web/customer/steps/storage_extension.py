"""Storage extension: once, by the days that the point grants; the new deadline is said first."""

from starlette.responses import Response

from gotovo.order.steps.storage_extension import ExtendStorage
from gotovo.order.values.order import Order
from gotovo.points.storage_term import storage_deadline
from gotovo.web.customer.steps.action_unavailable import ActionUnavailable
from gotovo.web.customer.steps.own_order import place_of
from gotovo.web.customer.steps.possible import possible
from gotovo.web.customer.steps.submit_action import submit_action
from gotovo.web.site.visit import Visit
from gotovo.words.storage_rule import storage_rule_sentence


async def storage_extension_page(visit: Visit, order: Order) -> Response:
    """Say until when it would be kept and why; where nothing can be extended, show the order."""
    point = place_of(order, visit.parts.places()).point
    may = possible(order, point, visit.parts.terms, visit.now).extend
    if point is None or order.storage is None or not may:
        raise ActionUnavailable(order)
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


async def extend_storage(visit: Visit, order: Order) -> Response:
    """Keep the parcels longer."""
    return await submit_action(visit, order, ExtendStorage(), leads_to="#kept")
