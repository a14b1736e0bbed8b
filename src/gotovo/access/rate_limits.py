"""Rate limits, counted in the database and so shared by all processes.

A limit is a leaky bucket stored as one instant (the generic cell rate algorithm): each use advances
`free_at` by the interval, and a use is refused when that instant is more than the burst ahead of
now. One statement decides, so concurrent uses can't slip past each other. Subjects are stored as
keyed digests: the table holds no phone and no address.

Short limits stop a program, daily ones a patient one: in any 24 hours a limit grants its burst and
what its interval restores in a day. When one of several limits refuses, the others are still used
up: a client that retries only waits longer. A daily limit is taken after the short one has granted,
so a program can't use up the day of somebody else's phone within seconds.
"""

import hashlib
import hmac
import ipaddress
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from gotovo.store.tables.access.sign_in import RateLimitUse, SignInStore


class RateLimit(Struct, frozen=True):
    """At most `burst` at once, and one more every `interval`."""

    name: str
    burst: int
    interval: timedelta


CODES_PER_PHONE: Final = RateLimit("codes per phone", 5, timedelta(minutes=10))
"""Messages get lost, and people request another code; nobody does so six times in a row."""

CODES_PER_PHONE_A_DAY: Final = RateLimit("codes per phone a day", 10, timedelta(minutes=144))
"""At most 20 in 24 hours: with three attempts per code, 60 guesses a day among a million codes."""

CODES_PER_ADDRESS: Final = RateLimit("codes per address", 60, timedelta(seconds=10))
"""A mobile operator puts thousands of people behind one address; a text message costs money."""

CODES_PER_ADDRESS_A_DAY: Final = RateLimit(
    "codes per address a day", 1_000, timedelta(days=1) / 1_000
)
"""At most 2,000 in 24 hours: what a quarter of a town behind one address needs."""

ANSWERS_PER_ADDRESS: Final = RateLimit("answers per address", 120, timedelta(seconds=5))
"""People mistype; an attacker who tries codes of many phones is slowed down."""

ANSWERS_PER_ADDRESS_A_DAY: Final = RateLimit(
    "answers per address a day", 3_000, timedelta(days=1) / 3_000
)
"""At most 6,000 in 24 hours, three for each code that the address may request."""


async def refused_for(
    store: SignInStore, secret: bytes, limit: RateLimit, subject: str, now: datetime
) -> timedelta | None:
    """Take one use of a limit; return None when granted, else how long to wait."""
    return await refused_for_any(store, secret, {limit: subject}, now)


async def refused_for_any(
    store: SignInStore, secret: bytes, wanted: Mapping[RateLimit, str], now: datetime
) -> timedelta | None:
    """Take one use of each limit; return None when all grant it, else the longest wait."""
    uses = [
        RateLimitUse(
            name=limit.name,
            subject=hmac.digest(secret, f"limit:{limit.name}:{subject}".encode(), hashlib.sha256),
            interval=limit.interval,
            burst=limit.burst,
        )
        for limit, subject in wanted.items()
    ]
    free_at = await store.use(uses, now)
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
