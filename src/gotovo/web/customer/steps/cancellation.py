"""Cancellation: its consequences are shown first, then it is confirmed."""

from msgspec import structs
from starlette.responses import Response

from gotovo.order.account.cancellation_terms import cancellation_terms
from gotovo.order.account.handover_place import handover_place
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.values.order import Order
from gotovo.web.customer.steps.action_unavailable import ActionUnavailable
from gotovo.web.customer.steps.permissions import may
from gotovo.web.customer.steps.submit_action import submit_action
from gotovo.web.site.responses import render
from gotovo.web.site.visit import Visit


async def cancellation_page(visit: Visit, order: Order) -> Response:
    """Show the consequences of a cancellation; where none is possible, show the order."""
    place = handover_place(order, visit.dependencies.places())
    if not may(visit, order, "cancellation"):
        raise ActionUnavailable(order)
    terms = cancellation_terms(order, visit.dependencies.terms, place.time_zone, visit.now)
    return render(
        visit,
        "customer/steps/cancellation.html",
        order=order,
        place=place,
        zone=place.time_zone,
        **structs.asdict(terms),
    )


async def cancel(visit: Visit, order: Order) -> Response:
    """Cancel at the buyer's request."""
    return await submit_action(visit, order, Cancel())
