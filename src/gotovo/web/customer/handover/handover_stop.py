"""Hand-over stop: the buyer says that somebody else stands at the desk."""

from gotovo.order.steps.handover_stop import StopHandover
from gotovo.order.values.order import Order
from gotovo.web.answer import Answer
from gotovo.web.customer.steps.own_order import own_order
from gotovo.web.customer.steps.submit_action import ask_engine
from gotovo.web.site.visit import Visit


async def handover_stop(visit: Visit, number: str) -> Answer:
    """Stop the hand-over; the code that somebody knew is dead."""
    form = await visit.form()
    order = await own_order(visit, number)
    if not isinstance(order, Order):
        return order
    return await ask_engine(visit, order, StopHandover(), form.get("once", ""))
