"""How programs name a buyer: by the id that orders carry, or by phone."""

import re

from gotovo.access.phones import parse_phone
from gotovo.order.values.customer import customer_id

_ID = re.compile(r"[0-9a-f]{32}")


def customer_named(secret: bytes, told: str, *, by_phone: bool = True) -> str | None:
    """Return the customer's id; a plus in a query may arrive as a space.

    Who sees only half of a phone may not look for it by guessing the rest: not `by_phone`.
    """
    if _ID.fullmatch(told.lower()):
        return told.lower()
    if not by_phone:
        return None
    phone = parse_phone(f"+{told[1:]}" if told.startswith(" ") else told)
    return None if phone is None else customer_id(secret, phone)
