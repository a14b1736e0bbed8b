"""Payment in the demo: a provider that captures any sum at once."""

from starlette.responses import Response

from gotovo.order.steps.payment import Pay
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Order, total
from gotovo.web.customer.steps.submit_action import submit_action
from gotovo.web.site.visit import Visit


async def pay(visit: Visit, order: Order) -> Response:
    """Report the whole sum as captured, as a provider would."""
    once = visit.field("once")
    payment = Pay(total(order), order.currency, payment_id=f"demo-{once}", provider="demo")
    return await submit_action(visit, order, payment, role=Role.SYSTEM)
