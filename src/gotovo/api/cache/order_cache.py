"""Cache of serialized orders by version; the least recently serialized ones are dropped.

A version of an order always has the same bytes for the same kind of reader (see `order_view`), and
most reads find the version that the one before found: lists are reloaded, clerks share a queue.
"""

import msgspec

from gotovo.access.permissions import SEES_ADDRESS, SEES_PHONE
from gotovo.api.schemas.order_view import order_view
from gotovo.order.values.actor import Role
from gotovo.order.values.customer import Contact
from gotovo.order.values.order import Order
from gotovo.store.reads.programs import OrderRead
from gotovo.words.language import Language

CACHE_BYTES_MAX = 8 * 2**20
"""Some 4,000 ordinary orders, as many as are read in a busy minute."""

_encode = msgspec.json.Encoder().encode

Visibility = tuple[bool, bool, Language]
"""What an order's bytes depend on besides its version."""


class OrderCache:
    """The most recently serialized orders."""

    def __init__(self) -> None:
        self._serialized: dict[tuple[str, int, Visibility], bytes] = {}
        self.bytes = 0

    def get(self, found: OrderRead, role: Role, language: Language) -> bytes:
        """Return what this role may see of an order that was read."""
        serialized = self._serialized.get(_key(found.number, found.version, role, language))
        if serialized is not None:
            return serialized
        return self.put(found.order, found.contact, role, language)

    def put(self, order: Order, contact: Contact | None, role: Role, language: Language) -> bytes:
        """Serialize an order for this role and return the bytes."""
        serialized = _encode(order_view(order, contact, role, language))
        key = _key(order.number, order.version, role, language)
        self.bytes += len(serialized) - len(self._serialized.pop(key, b""))
        self._serialized[key] = serialized
        while self.bytes > CACHE_BYTES_MAX:
            self.bytes -= len(self._serialized.pop(next(iter(self._serialized))))
        return serialized


def visibility(role: Role, language: Language) -> Visibility:
    """Return what a role and a language make visible of an order."""
    return role in SEES_PHONE, role in SEES_ADDRESS, language


def _key(number: str, version: int, role: Role, language: Language) -> tuple[str, int, Visibility]:
    return number, version, visibility(role, language)
