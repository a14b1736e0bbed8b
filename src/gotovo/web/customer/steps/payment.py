"""Payment in the demo: a provider that captures whatever is asked, at once."""

from gotovo.order.steps.payment import Pay
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Order, total
from gotovo.web.answer import Answer
from gotovo.web.customer.steps.own_order import own_order
from gotovo.web.customer.steps.submit_action import ask_engine
from gotovo.web.site.visit import Visit


async def payment(visit: Visit, number: str) -> Answer:
    """Report the whole sum as captured, as a provider would."""
    form = await visit.form()
    order = await own_order(visit, number)
    if not isinstance(order, Order):
        return order
    once = form.get("once", "")
    pay = Pay(total(order), order.currency, payment_id=f"demo-{once}", provider="demo")
    return await ask_engine(visit, order, pay, once, role=Role.SYSTEM)
