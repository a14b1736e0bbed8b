"""Cache of serialized orders by version; the least recently serialized ones are dropped.

A version of an order always has the same bytes for the same kind of reader (see `order_view`), and
most reads find the version that the one before found: lists are reloaded, clerks share a queue.
"""

from collections import OrderedDict

import msgspec

from gotovo.access.permissions import SEES_ADDRESS, SEES_COURIER, SEES_PHONE
from gotovo.api.schemas.order_view import order_view
from gotovo.order.values.actor import Role
from gotovo.order.values.customer import Contact
from gotovo.order.values.order import Order
from gotovo.store.reads.programs import OrderRead
from gotovo.words.language import Language

CACHE_BYTES_MAX = 8 * 2**20
"""Some 4,000 ordinary orders, as many as are read in a busy minute."""

_ENTRY_BYTES = 600
"""What an entry takes besides its bytes: its key, and its place in the mapping."""

_encode = msgspec.json.Encoder().encode

Visibility = tuple[bool, bool, bool, bool, Language]
"""What an order's bytes depend on besides its version."""


class OrderCache:
    """The most recently serialized orders."""

    def __init__(self) -> None:
        # To find the first entry, a plain dict passes all that were dropped before it.
        self._serialized: OrderedDict[tuple[str, int, Visibility], bytes] = OrderedDict()
        self.bytes = 0

    def get(
        self, found: OrderRead, role: Role, language: Language, *, is_nameless: bool = False
    ) -> bytes:
        """Return what this role may see of an order that was read."""
        key = (found.number, found.version, visibility(role, language, is_nameless=is_nameless))
        serialized = self._serialized.get(key)
        if serialized is not None:
            return serialized
        return self.put(found.order, found.contact, role, language, is_nameless=is_nameless)

    def put(
        self,
        order: Order,
        contact: Contact | None,
        role: Role,
        language: Language,
        *,
        is_nameless: bool = False,
    ) -> bytes:
        """Serialize an order for this role and return the bytes."""
        view = order_view(order, contact, role, language, is_nameless=is_nameless)
        serialized = _encode(view)
        key = (order.number, order.version, visibility(role, language, is_nameless=is_nameless))
        old = self._serialized.pop(key, None)
        self.bytes += _size(serialized) - (0 if old is None else _size(old))
        self._serialized[key] = serialized
        while self.bytes > CACHE_BYTES_MAX:
            self.bytes -= _size(self._serialized.popitem(last=False)[1])
        return serialized


def _size(serialized: bytes) -> int:
    return len(serialized) + _ENTRY_BYTES


def visibility(role: Role, language: Language, *, is_nameless: bool = False) -> Visibility:
    """Return what a role and a language make visible of an order."""
    sees = (role in SEES_PHONE, role in SEES_ADDRESS, role in SEES_COURIER)
    return *sees, is_nameless, language
