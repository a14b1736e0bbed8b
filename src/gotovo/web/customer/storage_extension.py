"""Storage extension: once, by the days that the point grants."""

from gotovo.order.order import Order
from gotovo.order.steps.storage import ExtendStorage
from gotovo.web.answer import Answer
from gotovo.web.customer.asking import ask_engine
from gotovo.web.customer.owned import own_order
from gotovo.web.visit import Visit


async def storage_extension(visit: Visit, number: str) -> Answer:
    """Keep the parcels longer."""
    form = await visit.form()
    order = await own_order(visit, number)
    if not isinstance(order, Order):
        return order
    return await ask_engine(visit, order, ExtendStorage(), form.get("once", ""))
