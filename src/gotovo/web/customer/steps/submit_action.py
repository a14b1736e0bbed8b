"""Submitting what a buyer's button asks for, and where the buyer goes then."""

from msgspec import Struct
from starlette.responses import Response

from gotovo.order.values.actor import Role
from gotovo.order.values.order import Order
from gotovo.web.customer.steps.action_unavailable import ActionUnavailable
from gotovo.web.site.visit import Visit


async def submit_action(
    visit: Visit,
    order: Order,
    command: Struct,
    once: str = "",
    *,
    role: Role = Role.BUYER,
    address: str = "",
    leads_to: str = "",
) -> Response:
    """Submit the command and go back to the order, or to a page below it.

    A form is one command however often it is sent; `once` tells apart those of one form.
    """
    once = once or visit.field("once")
    outcome = await visit.submit(order.number, command, once, role, address)
    if outcome.refusal is not None:
        raise ActionUnavailable(outcome.order or order, outcome.refusal)
    return visit.redirect(f"/orders/{order.number}{leads_to}")
