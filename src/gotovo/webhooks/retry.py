"""Retry schedule: when a message is tried again, over three days (Standard Webhooks 1.0).

The times are those of the specification, with jitter, so that a receiver that was down is not hit
by everything at the same instant.
"""

from datetime import datetime, timedelta
from random import Random
from typing import Final

from gotovo.outbound.retry_after import WAIT_MAX
from gotovo.value import Value

SCHEDULE: Final = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
)
"""5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h after the attempt before: 75 h in all."""

JITTER: Final = 0.1
"""Each time is up to a tenth longer or shorter."""


class RetryTerms(Value, frozen=True):
    """How often a message is tried.

    `schedule` is the time between attempts. A receiver that takes nothing for `failing_max` is
    switched off: as long as all attempts of one message take.
    """

    schedule: tuple[timedelta, ...] = SCHEDULE
    failing_max: timedelta = sum(SCHEDULE, timedelta())


def next_attempt(
    attempts: int,
    now: datetime,
    wait: timedelta | None,
    rng: Random,
    terms: RetryTerms,
) -> datetime | None:
    """Return when to try again after this many attempts, None when there is no time left.

    `wait` is what the receiver asked for; it is never tried sooner, unless it asks for too much.
    """
    if attempts > len(terms.schedule):
        return None
    planned = terms.schedule[attempts - 1] * rng.uniform(1 - JITTER, 1 + JITTER)
    return now + max(planned, min(wait or timedelta(), WAIT_MAX))
