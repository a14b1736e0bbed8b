"""The pick-up codes that the buyer's account shows now (rule 4.3)."""

from datetime import datetime

from gotovo.keyring.keyring import Keys
from gotovo.order.values.order import Order, Stage, place_of
from gotovo.order.values.pickup_codes import pickup_code, qr_text, trusted_code

_SHOWN = frozenset({Stage.SHELVED, Stage.HANDING_OVER, Stage.OUT_FOR_DELIVERY})
_AT_POINT = frozenset({Stage.SHELVED, Stage.HANDING_OVER})


def shown_pickup_code(order: Order, keys: Keys) -> str:
    """Return the buyer's code of an order that can be handed over, else an empty text."""
    if order.stage not in _SHOWN:
        return ""
    codes = order.codes
    return pickup_code(keys.of(codes.key), order.number, place_of(order), codes.counter)


def shown_trusted_code(order: Order, keys: Keys) -> str:
    """Return the trusted person's code while it is valid, else an empty text."""
    codes = order.codes
    if order.outcome is not None or codes.trusted == codes.trusted_used:
        return ""
    secret = keys.of(codes.trusted_key)
    return trusted_code(secret, order.number, place_of(order), codes.trusted)


def shown_qr_text(order: Order, keys: Keys, now: datetime) -> str:
    """Return the content of this minute's QR code of an order at a point, else an empty text."""
    if order.stage not in _AT_POINT:
        return ""
    codes = order.codes
    return qr_text(keys.of(codes.key), order.number, place_of(order), codes.counter, now)
