"""Storage extension: once, by the days that the point grants."""

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from gotovo.order.order import Order
from gotovo.order.steps.storage import ExtendStorage
from gotovo.web.customer.asking import ask_engine
from gotovo.web.customer.owned import own_order
from gotovo.web.visit import Visit


@post("/orders/{number:str}/storage-extension")
async def storage_extension(visit: NamedDependency[Visit], number: FromPath[str]) -> Response[str]:
    """Keep the parcels longer."""
    form = await visit.form()
    order = await own_order(visit, number)
    if not isinstance(order, Order):
        return order
    return await ask_engine(visit, order, ExtendStorage(), form.get("once", ""))
