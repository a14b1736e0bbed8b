"""Hand-over stop: the buyer reports that somebody else is at the desk."""

from starlette.responses import Response

from gotovo.order.steps.handover_stop import StopHandover
from gotovo.order.values.order import Order
from gotovo.web.customer.steps.submit_action import submit_action
from gotovo.web.site.visit import Visit


async def stop_handover(visit: Visit, order: Order) -> Response:
    """Stop the hand-over; the present code no longer works."""
    return await submit_action(visit, order, StopHandover())
