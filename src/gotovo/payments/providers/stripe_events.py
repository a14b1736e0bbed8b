"""Notifications of Stripe: which object each is about. Their signature was checked before."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import msgspec

from gotovo.payments.providers.port import (
    DISPUTES,
    NotificationRefused,
    NotifiedOf,
    ProviderNotification,
    RefusedBecause,
)
from gotovo.payments.providers.stripe_messages import StripeEvent, is_stripe_id

EVENT_BYTES_MAX: Final = 256 * 1024
"""A notification has some kilobytes: one object, whose texts are all limited."""

_ABOUT: Final[Mapping[str, NotifiedOf]] = {
    "checkout.session.completed": NotifiedOf.PAYMENT,
    "checkout.session.async_payment_succeeded": NotifiedOf.PAYMENT,
    "checkout.session.async_payment_failed": NotifiedOf.PAYMENT,
    "checkout.session.expired": NotifiedOf.PAYMENT,
    "payment_intent.succeeded": NotifiedOf.PAYMENT,
    "payment_intent.payment_failed": NotifiedOf.PAYMENT,
    "payment_intent.canceled": NotifiedOf.PAYMENT,
    "refund.created": NotifiedOf.REFUND,
    "refund.updated": NotifiedOf.REFUND,
    "refund.failed": NotifiedOf.REFUND,
    "charge.refund.updated": NotifiedOf.REFUND,
}
_OF_CHARGE: Final = "charge.refunded"
"""Its object is a charge, as that of a dispute is none of a payment; their payment is looked up."""


def check_size(body: bytes) -> None:
    """Refuse what is longer than any notification; raises NotificationRefused."""
    if len(body) > EVENT_BYTES_MAX:
        reason = f"a notification of more than {EVENT_BYTES_MAX} bytes"
        raise NotificationRefused(RefusedBecause.MALFORMED, reason)


def read_event(body: bytes, signed_at: datetime) -> ProviderNotification:
    """Read a notification; raises NotificationRefused for one that can't be read."""
    try:
        event = msgspec.json.decode(body, type=StripeEvent)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise _unreadable_event() from None
    names_payment = event.type == _OF_CHARGE or event.type.startswith(DISPUTES)
    about = NotifiedOf.PAYMENT if names_payment else _ABOUT.get(event.type, NotifiedOf.OTHER)
    thing = event.data.object
    reference = thing.payment_intent if names_payment else thing.id
    if names_payment and reference is None:
        about, reference = NotifiedOf.OTHER, thing.id  # A charge that no payment stands behind.
    is_known = isinstance(reference, str) and is_stripe_id(reference)
    if about is not NotifiedOf.OTHER and not is_known:
        raise _unreadable_event()
    return ProviderNotification(
        id=event.id,
        about=about,
        reference=reference if is_known else "",
        kind=event.type,
        sent_at=signed_at,
        is_signed=True,
    )


def _unreadable_event() -> NotificationRefused:
    return NotificationRefused(RefusedBecause.MALFORMED, "a notification that can't be read")
