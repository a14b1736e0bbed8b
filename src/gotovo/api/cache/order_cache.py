"""Orders as the bytes they are told in, kept for who asks next.

The same version of an order gives the same bytes for ever to the same kind of asker (see
`order_view`), and most looks at an order find it as the one before did: lists are drawn again,
pages are reloaded, clerks share a queue.
"""

import msgspec

from gotovo.api.schemas.order_view import SEES_ADDRESS, SEES_PHONE, order_view
from gotovo.order.values.actor import Role
from gotovo.order.values.customer import Contact
from gotovo.order.values.order import Order
from gotovo.store.reads.programs import OrderRead
from gotovo.words.language import Language

TOLD_BYTES_MAX = 8 * 2**20
"""What is kept at most: some 4,000 ordinary orders, as many as a busy minute touches."""

_encode = msgspec.json.Encoder().encode

Seen = tuple[bool, bool, Language]
"""What the bytes of an order depend on beside its version."""


class ToldOrders:
    """The newest of what was told; what was told longest ago goes first."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._told: dict[tuple[str, int, Seen], bytes] = {}
        self.bytes = 0

    def of(self, found: OrderRead, role: Role, language: Language) -> bytes:
        """Return what this role may see of an order that was read."""
        told = self._told.get(_key(found.number, found.version, role, language))
        if told is not None:
            return told
        return self.anew(found.order, found.contact, role, language)

    def anew(self, order: Order, contact: Contact | None, role: Role, language: Language) -> bytes:
        """Return the same for an order that is at hand."""
        told = _encode(order_view(order, contact, role, language))
        key = _key(order.number, order.version, role, language)
        self.bytes += len(told) - len(self._told.pop(key, b""))
        self._told[key] = told
        while self.bytes > TOLD_BYTES_MAX:
            self.bytes -= len(self._told.pop(next(iter(self._told))))
        return told


def seen_by(role: Role, language: Language) -> Seen:
    """Return what an asker's role and language make of an order."""
    return role in SEES_PHONE, role in SEES_ADDRESS, language


def _key(number: str, version: int, role: Role, language: Language) -> tuple[str, int, Seen]:
    return number, version, seen_by(role, language)
