"""Retries: when something that failed is tried once more."""

from datetime import timedelta
from random import Random
from typing import Final

from gotovo.payments.providers.port import ProviderUnavailable
from gotovo.value import Value

STEPS_MAX: Final = 20
"""So often a wait is doubled."""


class LookUpRetries(Value, frozen=True, kw_only=True):
    """The first wait, which doubles each time up to the longest, in seconds.

    A provider's break of a moment costs a moment. After a quarter of an hour without it, a buyer
    has been told long ago that the bank is asked; asking more often would not bring it back.
    """

    first: float = 2.0
    longest: float = 900.0


def wait_after(
    error: Exception | None, attempts: int, terms: LookUpRetries, rng: Random
) -> timedelta:
    """Return how long to wait after so many attempts, at least as long as the provider asks for.

    The wait is spread: what failed together is not tried together.
    """
    steps = min(max(attempts - 1, 0), STEPS_MAX)
    seconds = min(terms.longest, terms.first * 2**steps) * rng.uniform(0.5, 1.0)
    if isinstance(error, ProviderUnavailable) and error.retry_after is not None:
        seconds = max(seconds, min(error.retry_after, terms.longest))
    return timedelta(seconds=seconds)
