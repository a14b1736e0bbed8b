"""How much each API key uses: requests a second, requests under way, event streams at once.

Each limit is a quota policy of the RateLimit header fields (draft-ietf-httpapi-ratelimit-headers):
`RateLimit-Policy` says what the key may, `RateLimit` what is left. All are counted in the memory of
one process, as the connections are that the requests come by.
"""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Final

from gotovo.access.programs.api_keys import KeyHolder
from gotovo.access.rate_limits import LeakyBucket, RateLimit
from gotovo.http.errors import Header, TooManyRequests
from gotovo.http.limits import ClientLimits, OpenStreams, RequestsUnderWay

RATE: Final = "rate"
CONCURRENCY: Final = "concurrency"
STREAMS: Final = "streams"

UNIT_BYTES: Final = 2 * 1024
"""A list of 1,000 commands has two megabytes at most: so many bytes are one command."""

STREAM_RETRY_AFTER: Final = timedelta(seconds=10)
"""A key whose streams are all open opens another when one of them has ended."""

_SECOND: Final = timedelta(seconds=1)
_AT_ONCE: Final = b'"%s";q=%d;qu="concurrent-requests"'


def cost_of(body_bytes: int) -> int:
    """Return how many times a request with such a body counts: what is read has to be paid."""
    return max(1, -(-body_bytes // UNIT_BYTES))


class KeyUsage:
    """What one key has used of its limits; a key without a limit of its own has the setting's."""

    def __init__(
        self,
        holder: KeyHolder,
        defaults: ClientLimits,
        limiter: "KeyLimiter",
        earlier: "KeyUsage | None",
    ) -> None:
        """Go on from what was used before the key's limits were changed."""
        self.own: Final = holder.limits
        own = holder.limits
        self._key_id = holder.key_id
        self._limiter = limiter
        self._requests_max = _first(own.requests, defaults.requests_per_key)
        self._streams_max = _first(own.streams, defaults.streams_per_key)
        rate = _first(own.rate, defaults.rate_per_key)
        self._burst = burst = _first(own.burst, defaults.burst_per_key)
        self.bucket: Final = _bucket(rate, burst, limiter.clock(), earlier) if rate else None
        at_once = ((CONCURRENCY, self._requests_max), (STREAMS, self._streams_max))
        policies = [_AT_ONCE % (name.encode(), count) for name, count in at_once]
        if rate:
            policies.insert(0, b'"%s";q=%d;w=%d' % (RATE.encode(), burst, -(-burst // rate)))
        self._policy: Header = (b"ratelimit-policy", b", ".join(policies))

    def charge(self, count: int, charged: int = 0) -> None:
        """Count a request so many times in all, or raise TooManyRequests.

        `charged` is what it has been counted before. No request counts more than the burst.
        """
        further = min(count, self._burst) - min(charged, self._burst)
        if further > 0 and self.bucket is not None:
            wait = self.bucket.take(self._limiter.clock(), further)
            if wait:
                raise TooManyRequests(timedelta(microseconds=-(-wait // 1_000)), RATE)

    def enter(self) -> None:
        """Count a request as under way, or raise TooManyRequests."""
        self._limiter.requests.enter(self._key_id, self._requests_max)

    def stream_slot(self) -> AbstractContextManager[None]:
        """Return a slot for an event stream, or raise TooManyRequests."""
        streams = self._limiter.streams
        if streams.is_full_for(self._key_id, self._streams_max):
            raise TooManyRequests(STREAM_RETRY_AFTER, STREAMS)
        return streams.slot(self._key_id)

    def headers(self, *, streams: bool) -> tuple[Header, Header]:
        """Return the headers of a response; `streams` tells of the streams that are left, too.

        The window of the rate is a second: after it there is always more.
        """
        requests = max(self._requests_max - self._limiter.requests.count_of(self._key_id), 0)
        if self.bucket is None:
            left = b'"concurrency";r=%d' % requests
        else:
            uses = self.bucket.left(self._limiter.clock())
            left = b'"rate";r=%d;t=1, "concurrency";r=%d' % (uses, requests)
        if streams:
            opened = self._limiter.streams.count_of(self._key_id)
            left += b', "streams";r=%d' % max(self._streams_max - opened, 0)
        return self._policy, (b"ratelimit", left)


class KeyLimiter:
    """The usage of every key that has sent a request to this process."""

    def __init__(
        self,
        defaults: ClientLimits,
        requests: RequestsUnderWay,
        streams: OpenStreams,
        clock: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        self.requests: Final = requests
        self.streams: Final = streams
        self.clock: Final = clock
        self._defaults = defaults
        self._by_key: dict[str, KeyUsage] = {}

    def usage_of(self, holder: KeyHolder) -> KeyUsage:
        """Return the usage of a key; its limits may have changed since the last request."""
        usage = self._by_key.get(holder.key_id)
        if usage is None or usage.own != holder.limits:
            usage = KeyUsage(holder, self._defaults, self, usage)
            self._by_key[holder.key_id] = usage
        return usage


def _bucket(rate: int, burst: int, now: int, earlier: KeyUsage | None) -> LeakyBucket:
    limit = RateLimit(RATE, burst, _SECOND / rate)
    if earlier is None or earlier.bucket is None:
        return LeakyBucket(limit)
    return LeakyBucket(limit, now + earlier.bucket.ahead(now), now)


def _first(own: int | None, default: int) -> int:
    return default if own is None else own
