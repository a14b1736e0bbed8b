"""Counts of notifications by what they ended as, of one process since its start."""

from collections import Counter
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final


class RefusedAs(StrEnum):
    """What notifications are that are counted and not stored."""

    FORGED = "forged"  # signed by nobody who may, or about a payment that its provider never had
    STALE = "stale"
    MALFORMED = "malformed"
    LIMITED = "limited"  # of an address that has sent too many about nothing known
    IGNORED = "ignored"  # genuine, and about nothing that concerns payments


SUSPICIOUS: Final = frozenset({RefusedAs.FORGED, RefusedAs.STALE, RefusedAs.MALFORMED})


class NotificationCounts:
    """Counts notifications, and passes on what the security log has to tell."""

    def __init__(
        self,
        on_suspicious: Callable[[str, RefusedAs, str], None] = lambda _provider, _as, _from: None,
    ) -> None:
        """`on_suspicious` gets the provider, what it is, and the address if it is known."""
        self._on_suspicious = on_suspicious
        self._counts: Counter[str] = Counter()

    @property
    def by_outcome(self) -> Mapping[str, int]:
        """Return how many there were of each outcome; a replay is counted as `replayed`."""
        return self._counts

    def count(self, outcome: str) -> None:
        """Count a notification that was stored, under what it is or ended as."""
        self._counts[outcome] += 1

    def refuse(self, provider: str, refused_as: RefusedAs, address: str = "") -> None:
        """Count a notification that is not stored."""
        self._counts[refused_as] += 1
        if refused_as in SUSPICIOUS:
            self._on_suspicious(provider, refused_as, address)
