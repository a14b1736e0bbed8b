"""Messages: everything that was sent about an order, by which way, and whether it arrived."""

from typing import Final

from starlette.responses import Response

from gotovo.notices.policy import Purpose
from gotovo.order.values.order import Order
from gotovo.web.customer.steps.own_order import handover_place
from gotovo.web.site.responses import render
from gotovo.web.site.visit import Visit
from gotovo.words.translations import msgid

CHANNELS: Final = {"phone": msgid("To the phone")}
"""How each channel is called; one that is not named here keeps its own name."""

PURPOSES: Final[dict[str, str]] = {
    Purpose.READY: msgid("Ready for pick-up"),
    Purpose.NEW_CODE: msgid("New pick-up code"),
    Purpose.BEING_ISSUED: msgid("Hand-over started"),
    Purpose.EXPIRING: msgid("Storage ends soon"),
    Purpose.CANCELLED: msgid("Order cancelled"),
    Purpose.REFUND_STARTED: msgid("Refund started"),
    Purpose.REFUNDED: msgid("Refund completed"),
    Purpose.ANSWERED: msgid("Support has answered"),
}


async def messages_page(visit: Visit, order: Order) -> Response:
    """List the messages, oldest first."""
    contact = await visit.dependencies.orders.contact(order.number)
    told = (
        await visit.dependencies.sent_messages.of_order(order.number, contact.phone)
        if contact
        else ()
    )
    return render(
        visit,
        "customer/contact/messages.html",
        order=order,
        zone=handover_place(order, visit.dependencies.places()).time_zone,
        told=told,
        channels={each: visit.translate(said) for each, said in CHANNELS.items()},
        purposes={each: visit.translate(said) for each, said in PURPOSES.items()},
    )
