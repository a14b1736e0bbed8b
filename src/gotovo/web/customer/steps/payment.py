"""Payment in the demo: a provider that captures any sum at once."""

from starlette.responses import Response

from gotovo.order.steps.payment import Pay
from gotovo.order.values.actor import Role
from gotovo.order.values.money import Money
from gotovo.order.values.order import Order, total
from gotovo.order.values.payments.captured import amount_due
from gotovo.web.customer.steps.submit_action import submit_action
from gotovo.web.site.visit import Visit


async def pay(visit: Visit, order: Order) -> Response:
    """Report everything that is due as captured, as a provider would."""
    once = visit.field("once")
    due = amount_due(order) or total(order)
    payment = Pay(Money(due, order.currency), provider="demo", payment_id=f"demo-{once}")
    return await submit_action(visit, order, payment, role=Role.SYSTEM)
