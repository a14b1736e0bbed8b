"""Messages: everything that is told about an order, through which channel, and its delivery."""

from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from gotovo.notices.rules import ChannelName, Purpose
from gotovo.order.values.order import Order
from gotovo.store.tables.messages.messages import MessageState
from gotovo.web.customer.steps.own_order import handover_place
from gotovo.web.site.responses import render
from gotovo.web.site.visit import Visit
from gotovo.words.translations import msgid

CHANNELS: Final[dict[str, str]] = {
    ChannelName.TELEGRAM: msgid("Telegram"),
    ChannelName.PUSH: msgid("Notification"),
    ChannelName.SMS: msgid("SMS"),
    ChannelName.MAIL: msgid("E-mail"),
}
"""Labels of the channels."""

STATES: Final[dict[str, str]] = {
    MessageState.WAITING: msgid("waiting"),
    MessageState.SENDING: msgid("being sent"),
    MessageState.SENT: msgid("sent"),
    MessageState.DELIVERED: msgid("delivered"),
    MessageState.FAILED: msgid("not delivered"),
    MessageState.DROPPED: msgid("no longer needed"),
}

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
    Purpose.PLACE_CHANGED: msgid("Another place of delivery"),
    Purpose.LATE: msgid("Order is late"),
    Purpose.COURIER_LEFT: msgid("Courier on the way"),
    Purpose.NOT_DELIVERED: msgid("Not delivered"),
    Purpose.CANCELLED: msgid("Order cancelled"),
    Purpose.REFUND_STARTED: msgid("Refund started"),
    Purpose.REFUNDED: msgid("Refund completed"),
    Purpose.ANSWERED: msgid("Support has answered"),
    Purpose.NEW_DEVICE: msgid("Sign-in on a new device"),
    Purpose.PHONE_CHANGED: msgid("Phone number changed"),
}


async def messages_page(visit: Visit, order: Order) -> Response:
    """List the messages, oldest first."""
    messages = await visit.dependencies.messages.of_order(order.number, order.customer)
    return render(
        visit,
        "customer/contact/messages.html",
        order=order,
        zone=handover_place(order, visit.dependencies.places()).time_zone,
        messages=messages,
        channels=labels(visit, CHANNELS),
        states=labels(visit, STATES),
        purposes=labels(visit, PURPOSES),
    )


def labels(visit: Visit, of: Mapping[str, str]) -> Mapping[str, str]:
    """Return labels in the visitor's language."""
    return {each: visit.translate(label) for each, label in of.items()}
