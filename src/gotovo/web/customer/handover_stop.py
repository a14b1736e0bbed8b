"""Hand-over stop: the buyer says that somebody else stands at the desk."""

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from gotovo.order.order import Order
from gotovo.order.steps.handover import StopHandover
from gotovo.web.customer.asking import ask_engine
from gotovo.web.customer.owned import own_order
from gotovo.web.visit import Visit


@post("/orders/{number:str}/handover-stop")
async def handover_stop(visit: NamedDependency[Visit], number: FromPath[str]) -> Response[str]:
    """Stop the hand-over; the code that somebody knew is dead."""
    form = await visit.form()
    order = await own_order(visit, number)
    if not isinstance(order, Order):
        return order
    return await ask_engine(visit, order, StopHandover(), form.get("once", ""))
