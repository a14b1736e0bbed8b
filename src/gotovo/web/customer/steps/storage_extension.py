"""Storage extension: once, by the days that the point grants; the new deadline is shown first."""

from starlette.responses import Response

from gotovo.order.account.handover_place import handover_place
from gotovo.order.allowed import allowed
from gotovo.order.facts import Decision
from gotovo.order.steps.storage_extension import ExtendStorage, extended_deadline
from gotovo.order.values.order import Order
from gotovo.web.customer.steps.action_unavailable import ActionUnavailable
from gotovo.web.customer.steps.permissions import buyer_circumstances
from gotovo.web.customer.steps.submit_action import submit_action
from gotovo.web.site.responses import render
from gotovo.web.site.visit import Visit
from gotovo.words.storage_rule import storage_rule_sentence


async def storage_extension_page(visit: Visit, order: Order) -> Response:
    """Show the new deadline and its rule; where nothing can be extended, show the order."""
    point = handover_place(order, visit.dependencies.places()).point
    deadline = extended_deadline(order, buyer_circumstances(visit, order))
    may = allowed(order, "storage-extension", buyer_circumstances(visit, order))
    if point is None or not may or isinstance(deadline, Decision):
        raise ActionUnavailable(order)
    return render(
        visit,
        "customer/steps/storage_extension.html",
        order=order,
        zone=point.timetable.time_zone,
        deadline=deadline,
        rule=storage_rule_sentence(deadline.rule, visit.language),
        days=point.extension_days,
    )


async def extend_storage(visit: Visit, order: Order) -> Response:
    """Extend the storage."""
    return await submit_action(visit, order, ExtendStorage(), leads_to="#kept")
