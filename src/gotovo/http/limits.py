"""Limits on how much is served at once: open streams and running uploads."""

import re
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

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


class OpenStreams:
    """The number of open streams of this process, by customer."""

    def __init__(self) -> None:
        self._by_customer: Counter[str] = Counter()
        self._count = 0

    @property
    def is_full(self) -> bool:
        """Tell whether this process has as many as it can."""
        return self._count >= STREAMS_MAX

    def is_full_for(self, customer: str) -> bool:
        """Tell whether a customer has as many as one may have."""
        return self._by_customer[customer] >= STREAMS_PER_CUSTOMER_MAX

    @contextmanager
    def slot(self, customer: str) -> Generator[None]:
        """Hold a slot while a stream is open."""
        self._count += 1
        self._by_customer[customer] += 1
        try:
            yield
        finally:
            self._count -= 1
            self._by_customer[customer] -= 1
            if not self._by_customer[customer]:
                del self._by_customer[customer]


class RunningUploads:
    """The customers whose uploads this process is reading."""

    def __init__(self) -> None:
        self._customers: set[str] = set()

    @contextmanager
    def slot(self, customer: str, content_length: str) -> Generator[None]:
        """Hold a slot, one for each customer; raise TooManyRequests when there is none."""
        if _is_small(content_length):
            yield
            return
        if customer in self._customers or len(self._customers) >= UPLOADS_MAX:
            raise TooManyRequests(_RETRY_AFTER)
        self._customers.add(customer)
        try:
            yield
        finally:
            self._customers.remove(customer)


def _is_small(content_length: str) -> bool:
    return bool(_LENGTH.fullmatch(content_length)) and (
        int(content_length) <= SMALL_UPLOAD_BYTES_MAX
    )
