"""Cancellation: its consequences are shown first, then it is confirmed."""

from datetime import timedelta

from starlette.responses import Response

from gotovo.order.steps.cancellation import Cancel, fee_kept
from gotovo.order.values.order import Order, Reason, total, units_away
from gotovo.order.values.settlement.balance import balance
from gotovo.points.local_time import local_date
from gotovo.web.customer.steps.action_unavailable import ActionUnavailable
from gotovo.web.customer.steps.own_order import handover_place
from gotovo.web.customer.steps.permissions import may
from gotovo.web.customer.steps.submit_action import submit_action
from gotovo.web.site.responses import render
from gotovo.web.site.visit import Visit


async def cancellation_page(visit: Visit, order: Order) -> Response:
    """Show the consequences of a cancellation; where none is possible, show the order."""
    place = handover_place(order, visit.dependencies.places())
    if not may(visit, order, "cancellation"):
        raise ActionUnavailable(order)
    kept = fee_kept(order, Reason.CUSTOMER_REQUEST)
    refund_time = timedelta(days=visit.dependencies.terms.refund_days)
    return render(
        visit,
        "customer/steps/cancellation.html",
        order=order,
        place=place,
        zone=place.time_zone,
        total=total(order),
        refund=balance(order).owed - kept,
        fee_kept=kept,
        left_warehouse=any(units_away(order)),
        refund_by=local_date(visit.now + refund_time, place.time_zone),
    )


async def cancel(visit: Visit, order: Order) -> Response:
    """Cancel at the buyer's request."""
    return await submit_action(visit, order, Cancel())
