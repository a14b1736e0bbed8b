"""Messages: everything that is told about an order, through which channel, and its delivery."""

from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from gotovo.notices.rules import Purpose
from gotovo.order.account.handover_place import handover_place
from gotovo.order.values.order import Order
from gotovo.web.customer.contact.message_fate import message_fate
from gotovo.web.site.responses import render
from gotovo.web.site.visit import Visit
from gotovo.words.translations import msgid

PURPOSES: Final[dict[str, str]] = {
    Purpose.PART_PAID: msgid("Part of the sum received"),
    Purpose.PAYMENT_CHECKED: msgid("Payment being checked"),
    Purpose.PAID: msgid("Payment received"),
    Purpose.REVIVED: msgid("Order in processing after all"),
    Purpose.READY: msgid("Ready for pick-up"),
    Purpose.NEW_CODE: msgid("New pick-up code"),
    Purpose.BEING_ISSUED: msgid("Hand-over started"),
    Purpose.EXPIRING: msgid("Storage ends soon"),
    Purpose.STORAGE_MOVED: msgid("Kept longer"),
    Purpose.POINT_CLOSED: msgid("Pick-up point closed or open again"),
    Purpose.PROMISE_MOVED: msgid("New delivery date"),
    Purpose.PLACE_CHANGED: msgid("Another place of delivery"),
    Purpose.LATE: msgid("Order is late"),
    Purpose.NOT_ON_SHELF: msgid("Not on its shelf"),
    Purpose.FOUND_AGAIN: msgid("Parcel found"),
    Purpose.COURIER_LEFT: msgid("Courier on the way"),
    Purpose.NOT_DELIVERED: msgid("Not delivered"),
    Purpose.CANCELLED: msgid("Order cancelled"),
    Purpose.REFUND_STARTED: msgid("Refund started"),
    Purpose.REFUNDED: msgid("Refund completed"),
    Purpose.REFUND_FAILED: msgid("Refund not possible this way"),
    Purpose.ANSWERED: msgid("Support has answered"),
    Purpose.NEW_DEVICE: msgid("Sign-in on a new device"),
    Purpose.PHONE_CHANGED: msgid("Phone number changed"),
}


async def messages_page(visit: Visit, order: Order) -> Response:
    """List the messages, oldest first."""
    messages = await visit.dependencies.messages.of_order(order.number, order.customer)
    zone = handover_place(order, visit.dependencies.places()).time_zone
    return render(
        visit,
        "customer/contact/messages.html",
        order=order,
        zone=zone,
        messages=[(each, message_fate(each, visit.translate, zone)) for each in messages],
        purposes=labels(visit, PURPOSES),
    )


def labels(visit: Visit, of: Mapping[str, str]) -> Mapping[str, str]:
    """Return labels in the visitor's language."""
    return {each: visit.translate(label) for each, label in of.items()}
