"""Hand-over stop: the buyer says that somebody else stands at the desk."""

from gotovo.order.order import Order
from gotovo.order.steps.handover import StopHandover
from gotovo.web.answer import Answer
from gotovo.web.customer.asking import ask_engine
from gotovo.web.customer.owned import own_order
from gotovo.web.visit import Visit


async def handover_stop(visit: Visit, number: str) -> Answer:
    """Stop the hand-over; the code that somebody knew is dead."""
    form = await visit.form()
    order = await own_order(visit, number)
    if not isinstance(order, Order):
        return order
    return await ask_engine(visit, order, StopHandover(), form.get("once", ""))
