"""Pay links: an address that opens the payment of one order, for whoever has it.

It goes out in messages and from shops, and bank pages lead back to it, also to a browser that
nobody has signed in with. It names the order and until when it can be paid, and is signed with a
key for tokens. It shows what is to be paid and how that stands, and nothing about the buyer.
"""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from msgspec import Struct

from gotovo.order.values.number import is_valid
from gotovo.order.values.order import Order
from gotovo.order.values.payments.captured import amount_due

PAY_PATH: Final = "/pay/"
"""What every link begins with, after scheme and host; the token follows."""

SHOWN_AFTER: Final = timedelta(days=1)
"""How long a link shows what became of the payment after the time to pay is over."""

_TOKEN: Final = re.compile(r"([0-9]{12})\.([0-9a-f]{1,10})\.([0-9A-Za-z_-]{22})")
"""The number, seconds since 1970 or 0 without a limit, and 128 bits of a signature: an SMS has to
hold it."""

_SIGNATURE_BYTES: Final = 16
_SECONDS_MAX: Final = 1 << 37
"""Later than the year 6000, and still a date of Python's."""


class PayLink(Struct, frozen=True):
    """The order that a link is about, and until when it can be paid; None: there is no limit."""

    number: str
    until: datetime | None

    def is_over(self, now: datetime) -> bool:
        """Tell whether the time to pay is over."""
        return self.until is not None and self.until <= now

    def is_shown(self, now: datetime) -> bool:
        """Tell whether the link opens at all."""
        return self.until is None or now < self.until + SHOWN_AFTER


def pay_token(key: bytes, order: Order) -> str:
    """Return what an order's link ends with: the same as long as its time to pay is the same."""
    due_at = order.payment_due_at
    seconds = 0 if due_at is None else int(due_at.timestamp())
    return f"{order.number}.{seconds:x}.{_signature(key, order.number, seconds)}"


def pay_url(site: str, key: bytes, order: Order) -> str:
    """Return the link of an order; empty where the site's address is not known."""
    return f"{site.rstrip('/')}{PAY_PATH}{pay_token(key, order)}" if site else ""


def read_pay_token(keys: Sequence[bytes], token: str) -> PayLink | None:
    """Return what a token is about, None for one that is not ours; links of older keys count."""
    match = _TOKEN.fullmatch(token)
    if match is None:
        return None
    number, seconds, signature = match[1], int(match[2], 16), match[3]
    if not is_valid(number) or seconds >= _SECONDS_MAX:
        return None
    known = [hmac.compare_digest(signature, _signature(key, number, seconds)) for key in keys]
    if not any(known):
        return None
    return PayLink(number, datetime.fromtimestamp(seconds, UTC) if seconds else None)


class PayLinks:
    """Makes the links of an installation, for messages, the bot and shops."""

    def __init__(
        self, site: str, key: Callable[[], bytes], takes: Callable[[str], bool] = lambda _: False
    ) -> None:
        """`site` is the address of the buyer's pages, and `takes` which currencies can be paid."""
        self._site = site
        self._key = key
        self._takes = takes

    def url(self, order: Order, now: datetime) -> str:
        """Return the link of an order, empty where it can't be paid now, or not here."""
        is_due = order.outcome is None and amount_due(order) > 0
        is_over = order.payment_due_at is not None and order.payment_due_at <= now
        if not is_due or is_over or not self._takes(order.currency):
            return ""
        return pay_url(self._site, self._key(), order)


def _signature(key: bytes, number: str, seconds: int) -> str:
    about = f"pay: {number}:{seconds}"
    digest = hmac.digest(key, about.encode(), hashlib.sha256)[:_SIGNATURE_BYTES]
    return urlsafe_b64encode(digest).decode().rstrip("=")
