"""Limits on how much is served at once: requests under way, open streams and running uploads."""

import re
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from msgspec import Struct

from gotovo.http.errors import TooManyRequests

STREAMS_PER_CUSTOMER_MAX: Final = 16
"""Open pages of one buyer that get live updates, on all devices: more than anybody looks at."""

STREAMS_MAX: Final = 2_000
"""Live pages of one process: each holds one of the connections that all others need, too. A page
beyond them shows what was true when it was loaded."""

UPLOADS_MAX: Final = 6
"""Each holds 40 MB at worst; pictures are decoded one after the other."""

SMALL_UPLOAD_BYTES_MAX: Final = 65_536
"""A form without a picture worth the name takes no slot."""

_RETRY_AFTER: Final = timedelta(seconds=10)
_LENGTH: Final = re.compile(r"[0-9]{1,7}")


class ClientLimits(Struct, frozen=True):
    """How much one client may have in each process; the settings of the same names.

    A quarter of the connections of a process: a shop's server or a mobile operator has many people
    behind one address. Two thousand requests a second are six times the peak of a shop with 600,000
    orders a day; the burst is ten of the longest lists of commands.
    """

    connections_per_address: int = 1_024
    requests_per_address: int = 1_024
    rate_per_key: int = 2_000
    burst_per_key: int = 10_000
    requests_per_key: int = 1_024
    streams_per_key: int = 100


class RequestsUnderWay:
    """The number of requests whose response has not been sent completely, by address or key.

    `policy` names the limit in errors.
    """

    def __init__(self, each_max: int, policy: str = "") -> None:
        self._each_max = each_max
        self._policy = policy
        self._by_subject: dict[str, int] = {}
        self._count = 0

    def has_share(self, subject: str) -> bool:
        """Tell whether a subject has fewer requests than each would have, were all alike."""
        return self._by_subject.get(subject, 0) * len(self._by_subject) < self._count

    def count_of(self, subject: str) -> int:
        """Return how many requests of a subject are under way."""
        return self._by_subject.get(subject, 0)

    def enter(self, subject: str, each_max: int | None = None) -> None:
        """Count a request of a subject; raise TooManyRequests when it has as many as it may.

        `each_max` is the limit of a subject that has one of its own.
        """
        count = self._by_subject.get(subject, 0)
        if count >= (self._each_max if each_max is None else each_max):
            raise TooManyRequests(_RETRY_AFTER, self._policy)
        self._by_subject[subject] = count + 1
        self._count += 1

    def leave(self, subject: str) -> None:
        """End a request that was counted."""
        count = self._by_subject[subject] - 1
        self._count -= 1
        if count:
            self._by_subject[subject] = count
        else:
            del self._by_subject[subject]


class OpenStreams:
    """The number of open streams of this process, by customer or key."""

    def __init__(
        self, streams_max: int = STREAMS_MAX, each_max: int = STREAMS_PER_CUSTOMER_MAX
    ) -> None:
        self._streams_max = streams_max
        self._each_max = each_max
        self._by_subject: Counter[str] = Counter()
        self._count = 0

    @property
    def is_full(self) -> bool:
        """Tell whether this process has as many as it can."""
        return self._count >= self._streams_max

    def is_full_for(self, subject: str, each_max: int | None = None) -> bool:
        """Tell whether a customer or a key has as many as one may have, or as its own limit."""
        return self._by_subject[subject] >= (self._each_max if each_max is None else each_max)

    def count_of(self, subject: str) -> int:
        """Return how many streams of a customer or a key are open."""
        return self._by_subject[subject]

    @contextmanager
    def slot(self, subject: str) -> Generator[None]:
        """Hold a slot while a stream is open."""
        self._count += 1
        self._by_subject[subject] += 1
        try:
            yield
        finally:
            self._count -= 1
            self._by_subject[subject] -= 1
            if not self._by_subject[subject]:
                del self._by_subject[subject]


class RunningUploads:
    """The uploads that this process is reading, by customer or by key."""

    def __init__(self, each_max: int = 1) -> None:
        self._each_max = each_max
        self._by_sender: Counter[str] = Counter()

    @contextmanager
    def slot(self, sender: str, content_length: str) -> Generator[None]:
        """Hold a slot of whoever sends; raise TooManyRequests when there is none."""
        if _is_small(content_length):
            yield
            return
        is_full = self._by_sender.total() >= UPLOADS_MAX
        if is_full or self._by_sender[sender] >= self._each_max:
            raise TooManyRequests(_RETRY_AFTER)
        self._by_sender[sender] += 1
        try:
            yield
        finally:
            self._by_sender[sender] -= 1
            if not self._by_sender[sender]:
                del self._by_sender[sender]


def _is_small(content_length: str) -> bool:
    return bool(_LENGTH.fullmatch(content_length)) and (
        int(content_length) <= SMALL_UPLOAD_BYTES_MAX
    )
