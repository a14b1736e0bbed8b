"""What a buyer's button asks of the engine, and where the buyer finds the answer."""

from msgspec import Struct

from gotovo.order.values.actor import Role
from gotovo.order.values.order import Order
from gotovo.web.answer import Answer
from gotovo.web.customer.order.order_page import refused_page
from gotovo.web.site.visit import Visit


async def ask_engine(
    visit: Visit,
    order: Order,
    command: Struct,
    once: str,
    *,
    role: Role = Role.BUYER,
    address: str = "",
    leads_to: str = "",
) -> Answer:
    """Hand the command over and lead to the order, or to a page below it.

    A refusal is told on the order's page.
    """
    outcome = await visit.submit(order.number, command, once, role, address)
    if outcome.refusal is not None:
        return await refused_page(visit, outcome.order or order, outcome.refusal)
    return visit.go(f"/orders/{order.number}{leads_to}")
