"""Limits of wrong tries at desks, beside the five that each order has (rule 4.3).

An order's own limit stops who guesses its code, and nothing stops who tries one code after another
on order after order, or on phones whose digits they make up. So wrong tries count against whoever
sits at the desk, against the point, and against the digits of the phone, whether anybody has such
a phone or not. A right code costs nothing.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from gotovo.access.rate_limits import RateLimit, give_back, refused_for_any
from gotovo.order.values.actor import Actor
from gotovo.store.tables.access.rate_limits import RateLimitStore

_PERSON: Final = RateLimit("handover_tries_person", 10, timedelta(minutes=3))
"""Typing errors of a busy morning, then 20 an hour: with 490 a day a code takes years to find."""

_POINT: Final = RateLimit("handover_tries_point", 40, timedelta(minutes=1))
"""What several desks mistype together; whoever changes keys or people goes on at the same point."""

_PHONE: Final = RateLimit("handover_tries_phone", 5, timedelta(minutes=10))
"""As many as one order allows, and then one in ten minutes: 149 a day, for all who have the digits
at this point."""

SHIFT: Final = timedelta(hours=12)


class Tries(Struct, frozen=True):
    """The limits that one try counts against, with whom it counts for."""

    wanted: dict[RateLimit, str]


class TryLimits(Struct, frozen=True):
    """Counts tries in the database, so that no second process gives a second chance."""

    store: RateLimitStore
    key: Callable[[], bytes]

    async def take(self, tries: Tries, now: datetime) -> timedelta | None:
        """Count a try before it is known to be wrong; return the wait where none is left."""
        return await refused_for_any(self.store, self.key(), tries.wanted, now)

    async def was_right(self, tries: Tries, now: datetime) -> None:
        """Take back what was counted for a try that was not wrong."""
        await give_back(self.store, self.key(), tries.wanted, now)

    async def exceeds_shift(self, actor: Actor, point: str, most: int, now: datetime) -> bool:
        """Count a hand-over without a code; tell whether a person does it more often than usual."""
        limit = RateLimit("handover_without_code", most, SHIFT / most)
        wanted = {limit: f"{point}:{actor.role}:{actor.id}"}
        return await refused_for_any(self.store, self.key(), wanted, now) is not None


def tries_of(actor: Actor, point: str, phone_last4: str = "") -> Tries:
    """Return what a try at a desk counts against: who asks first, then whom it concerns."""
    wanted = {_PERSON: f"{actor.role}:{actor.id}", _POINT: point}
    if phone_last4:
        wanted[_PHONE] = f"{point}:{phone_last4}"
    return Tries(wanted)
