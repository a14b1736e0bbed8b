"""Messages: everything that was sent about an order, through which channel, and its delivery."""

from typing import Final

from starlette.responses import Response

from gotovo.notices.policy import Purpose
from gotovo.order.values.order import Order
from gotovo.web.customer.steps.own_order import handover_place
from gotovo.web.site.responses import render
from gotovo.web.site.visit import Visit
from gotovo.words.translations import msgid

CHANNELS: Final = {"phone": msgid("To the phone")}
"""Labels of the channels; one without a label is shown by its own name."""

PURPOSES: Final[dict[str, str]] = {
    Purpose.PART_PAID: msgid("Part of the sum received"),
    Purpose.PAYMENT_CHECKED: msgid("Payment being checked"),
    Purpose.REVIVED: msgid("Order in processing after all"),
    Purpose.READY: msgid("Ready for pick-up"),
    Purpose.NEW_CODE: msgid("New pick-up code"),
    Purpose.BEING_ISSUED: msgid("Hand-over started"),
    Purpose.EXPIRING: msgid("Storage ends soon"),
    Purpose.STORAGE_MOVED: msgid("Kept longer"),
    Purpose.PROMISE_MOVED: msgid("New delivery date"),
    Purpose.CANCELLED: msgid("Order cancelled"),
    Purpose.REFUND_STARTED: msgid("Refund started"),
    Purpose.REFUNDED: msgid("Refund completed"),
    Purpose.ANSWERED: msgid("Support has answered"),
}


async def messages_page(visit: Visit, order: Order) -> Response:
    """List the messages, oldest first."""
    contact = await visit.dependencies.orders.contact(order.number)
    messages = (
        await visit.dependencies.sent_messages.of_order(order.number, contact.phone)
        if contact
        else ()
    )
    return render(
        visit,
        "customer/contact/messages.html",
        order=order,
        zone=handover_place(order, visit.dependencies.places()).time_zone,
        messages=messages,
        channels={each: visit.translate(label) for each, label in CHANNELS.items()},
        purposes={each: visit.translate(label) for each, label in PURPOSES.items()},
    )
