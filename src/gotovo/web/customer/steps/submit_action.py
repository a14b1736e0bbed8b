"""Submission of a buyer's step: accepted, it leads to a page; refused, to `ActionUnavailable`."""

from msgspec import Struct
from starlette.responses import Response

from gotovo.order.values.actor import Role
from gotovo.order.values.order import Order
from gotovo.web.customer.steps.action_unavailable import ActionUnavailable
from gotovo.web.site.responses import see_other
from gotovo.web.site.submission import submit_command
from gotovo.web.site.visit import Visit


async def submit_action(
    visit: Visit,
    order: Order,
    command: Struct,
    once: str = "",
    *,
    role: Role = Role.BUYER,
    address: str = "",
    postcode: str = "",
    leads_to: str = "",
) -> Response:
    """Submit the step and go back to the order, or to the page that `leads_to` names below it.

    A form is one command however often it is sent, unless `once` tells its submissions apart.
    """
    once = once or visit.field("once")
    await submit_step(
        visit, order, command, once=once, role=role, address=address, postcode=postcode
    )
    return see_other(visit, f"/orders/{order.number}{leads_to}")


async def submit_step(
    visit: Visit,
    order: Order,
    command: Struct,
    *,
    once: str,
    role: Role = Role.BUYER,
    address: str = "",
    postcode: str = "",
) -> Order:
    """Submit the step and return the order after it; a refusal is an ActionUnavailable."""
    result = await submit_command(
        visit,
        order.number,
        command,
        once=once,
        role=role,
        address=address,
        postcode=postcode,
    )
    if result.refusal is not None:
        raise ActionUnavailable(result.order or order, result.refusal)
    return result.order or order
