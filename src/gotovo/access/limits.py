"""How often something may be tried: counted in the database, so every process counts together.

The rule is a leaky bucket kept as one instant (the generic cell rate algorithm): each use moves
`free_at` on by the interval, and a use is refused when that instant is more than the burst ahead
of now. One statement decides, so concurrent tries can't slip past each other. Subjects are kept as
keyed digests: the table holds no phone and no address.
"""

import hashlib
import hmac
import ipaddress
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from gotovo.store.sign_in import SignInStore


class Limit(Struct, frozen=True):
    """At most `burst` at once, and one more every `interval`."""

    name: str
    burst: int
    interval: timedelta


CODES_PER_PHONE: Final = Limit("codes per phone", 5, timedelta(minutes=10))
"""With three tries a code, a guesser has about 450 tries a day for a million codes."""

CODES_PER_ADDRESS: Final = Limit("codes per address", 60, timedelta(seconds=10))
"""A mobile operator puts thousands of people behind one address; a text message costs money."""

ANSWERS_PER_ADDRESS: Final = Limit("answers per address", 120, timedelta(seconds=5))
"""People mistype; somebody who goes through codes of many phones is slowed down."""


async def refused_for(
    store: SignInStore, secret: bytes, limit: Limit, subject: str, now: datetime
) -> timedelta | None:
    """Take one use of a limit; return None when granted, else how long to wait."""
    key = hmac.digest(secret, f"limit:{limit.name}:{subject}".encode(), hashlib.sha256)
    free_at = await store.use(limit.name, key, now, limit.interval, limit.burst)
    return None if free_at is None else free_at - now


def network_of(address: str) -> str:
    """Return what counts as one address: an IPv4 address, or the /64 that an IPv6 host owns."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.ip_network((int(parsed), 64), strict=False))
