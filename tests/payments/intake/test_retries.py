"""Waits grow, are spread, and respect what a provider asks for, within bounds."""

from datetime import timedelta
from random import Random

import pytest

from gotovo.payments.intake.retries import LookUpRetries, wait_after
from gotovo.payments.providers.port import ProviderUnavailable

TERMS = LookUpRetries(first=2.0, longest=900.0)


@pytest.mark.parametrize(("attempts", "longest"), [(0, 2), (1, 2), (2, 4), (5, 32), (99, 900)])
def test_a_wait_doubles_and_is_spread(attempts: int, longest: int) -> None:
    rng = Random(1)
    waits = [wait_after(None, attempts, TERMS, rng).total_seconds() for _ in range(200)]
    assert longest / 2 <= min(waits) < max(waits) <= longest


def test_a_provider_may_ask_for_more_but_not_for_ever() -> None:
    asks = ProviderUnavailable("busy", retry_after=60.0)
    assert wait_after(asks, 1, TERMS, Random(1)) == timedelta(seconds=60)
    for_ever = ProviderUnavailable("busy", retry_after=1e9)
    assert wait_after(for_ever, 1, TERMS, Random(1)) == timedelta(seconds=900)
