"""Payment by the order's owner, signed in."""

from starlette.responses import Response

from gotovo.order.values.order import Order
from gotovo.web.customer.contact.live import live_cursor
from gotovo.web.customer.payment.bank_way import begin_payment, lead_to_bank, show_payment
from gotovo.web.customer.payment.payment_place import place_of_owner
from gotovo.web.customer.steps.own_order import OrderWithHistory
from gotovo.web.site.visit import Visit


async def pay(visit: Visit, order: Order) -> Response:
    """Begin to pay what is due."""
    return await begin_payment(visit, place_of_owner(order))


async def bank_page(visit: Visit, order: Order) -> Response:
    """Lead on to the bank."""
    return await lead_to_bank(visit, place_of_owner(order))


async def payment_page(visit: Visit, read: OrderWithHistory) -> Response:
    """Show how the payment stands; live updates begin where the order was read."""
    return await show_payment(visit, place_of_owner(read.order, live_cursor(visit, read.cursor)))
