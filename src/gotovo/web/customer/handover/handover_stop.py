"""Hand-over stop: the buyer says that somebody else stands at the desk."""

from starlette.responses import Response

from gotovo.order.steps.handover_stop import StopHandover
from gotovo.order.values.order import Order
from gotovo.web.customer.steps.submit_action import submit_action
from gotovo.web.site.visit import Visit


async def stop_handover(visit: Visit, order: Order) -> Response:
    """Stop the hand-over; the code that somebody knew is dead."""
    return await submit_action(visit, order, StopHandover())
