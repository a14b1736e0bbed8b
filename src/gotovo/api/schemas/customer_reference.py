"""References to a buyer: the id that orders carry, or a phone."""

import re

from gotovo.access.buyer.phone_accounts import PhoneAccounts
from gotovo.access.phones import parse_phone

_ID = re.compile(r"[0-9a-f]{32}")


async def customer_id_of(
    accounts: PhoneAccounts, text: str, *, by_phone: bool = True
) -> str | None:
    """Return the customer's id; a plus in a query may arrive as a space.

    A reader that sees only half of a phone may not find it by guessing the rest: not `by_phone`.
    """
    if _ID.fullmatch(text.lower()):
        return text.lower()
    if not by_phone:
        return None
    phone = parse_phone(f"+{text[1:]}" if text.startswith(" ") else text)
    return None if phone is None else await accounts.customer_of(phone)
