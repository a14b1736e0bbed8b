"""Rate limits: counted in the database and so shared by all processes, or in memory by each.

A limit is a leaky bucket stored as one instant (the generic cell rate algorithm): each use advances
`free_at` by the interval, and a use is refused when that instant is more than the burst ahead of
now. One statement decides, so concurrent uses can't slip past each other. A bucket never reaches
further ahead of now than its own size, burst times interval, also after the clock was set back: a
refused client waits for one interval at most. Subjects are stored as keyed digests: the table holds
no phone and no address. `LeakyBucket` is the same bucket in the memory of one process, for what is
asked with every request; one test holds both to the same decisions.

Limits that are taken together are taken all or none: a refused use costs nothing. Whoever asks is
counted before whomever it concerns, so that no stranger can use up the limit of somebody else;
docs/operating/security.md lists every pair. Short limits stop a program, daily ones a patient one:
in any 24 hours a limit grants its burst and what its interval restores in a day.
"""

import hashlib
import hmac
import ipaddress
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from gotovo.store.tables.access.rate_limits import RateLimitStore, RateLimitUse

WIDE_PREFIXES: Final = {4: 24, 6: 48}
"""One owner's block: hosters rent out /24 cheaply, and a site with IPv6 has 65,536 networks."""

_HOST_PREFIXES: Final = {4: 32, 6: 64}
"""An IPv4 address, or the /64 that every IPv6 host owns."""

_MICROSECOND: Final = timedelta(microseconds=1)


class RateLimit(Struct, frozen=True):
    """At most `burst` at once, and one more every `interval`."""

    name: str
    burst: int
    interval: timedelta


def hourly(name: str, count: int) -> RateLimit:
    """Return a limit of `count` (at least one) an hour, a quarter of them at once."""
    return RateLimit(name, max(1, count // 4), timedelta(hours=1) / count)


class LeakyBucket:
    """One bucket of a limit in memory; instants are nanoseconds of a clock that is never set back.

    A use may count several times. One that counts more than the burst counts as the burst, so that
    it is granted once the bucket is empty.
    """

    __slots__ = ("_burst", "_free_at", "_interval")

    def __init__(self, limit: RateLimit, free_at: int = 0, now: int = 0) -> None:
        """Begin empty, or with what was used of another limit, up to the size of this one."""
        self._burst = limit.burst
        self._interval = limit.interval // _MICROSECOND * 1_000
        self._free_at = min(free_at, now + self._interval * self._burst)

    def take(self, now: int, count: int = 1) -> int:
        """Take a use that counts so many times; return 0, or the nanoseconds until there is room.

        A refused use costs nothing.
        """
        ahead = self.ahead(now)
        count = min(count, self._burst)
        wait = ahead - self._interval * (self._burst - count)
        if wait > 0:
            return wait
        self._free_at = now + ahead + self._interval * count
        return 0

    def left(self, now: int) -> int:
        """Return how many uses are granted at this instant."""
        return self._burst - -(-self.ahead(now) // self._interval)

    def ahead(self, now: int) -> int:
        """Return how long it takes until everything that was used is restored."""
        return max(self._free_at - now, 0)


async def refused_for(
    store: RateLimitStore, secret: bytes, limit: RateLimit, subject: str, now: datetime
) -> timedelta | None:
    """Take one use of a limit; return None when granted, else how long to wait."""
    return await refused_for_any(store, secret, {limit: subject}, now)


async def refused_for_any(
    store: RateLimitStore, secret: bytes, wanted: Mapping[RateLimit, str], now: datetime
) -> timedelta | None:
    """Take one use of each limit, or none; return None when all grant it, else the longest wait."""
    free_at = await store.use(_uses(secret, wanted), now)
    return None if free_at is None else free_at - now


async def give_back(
    store: RateLimitStore, secret: bytes, granted: Mapping[RateLimit, str], now: datetime
) -> None:
    """Undo a use of each limit: what it was granted for did not happen."""
    await store.give_back(_uses(secret, granted), now)


def _uses(secret: bytes, wanted: Mapping[RateLimit, str]) -> list[RateLimitUse]:
    return [
        RateLimitUse(
            name=limit.name,
            subject=hmac.digest(secret, f"limit:{limit.name}:{subject}".encode(), hashlib.sha256),
            interval=limit.interval,
            burst=limit.burst,
        )
        for limit, subject in wanted.items()
    ]


def network_of(address: str) -> str:
    """Return what counts as one address: an IPv4 address, or the /64 that an IPv6 host owns."""
    return _within(address, _HOST_PREFIXES)


def wide_network_of(address: str) -> str:
    """Return the block that an address is rented out with: IPv4 /24, IPv6 /48."""
    return _within(address, WIDE_PREFIXES)


def _within(address: str, prefixes: Mapping[int, int]) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    prefix = prefixes[parsed.version]
    if prefix == parsed.max_prefixlen:
        return str(parsed)
    return str(ipaddress.ip_network((int(parsed), prefix), strict=False))
