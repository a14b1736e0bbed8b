"""A provider that fails again and again is noticed, and one that answers at all works."""

import pytest
import structlog

from gotovo.payments.providers.port import ProviderRefused, ProviderUnavailable
from gotovo.payments.providers.provider_watch import (
    FAILURES_MIN,
    CallOutcome,
    ProviderCall,
    ProviderWatch,
)
from tests.support.payments.yookassa import NOW, MovedClock

DOWN = ProviderUnavailable("api.test: no connection")


@pytest.fixture
def watch() -> ProviderWatch:
    """Give what watches a provider."""
    return ProviderWatch("yookassa", MovedClock())


def fails(watch: ProviderWatch) -> None:
    """Let the provider fail until it counts as down."""
    for number in range(FAILURES_MIN):
        assert watch.failing is None, number
        watch.failed(ProviderCall.CREATE, 0.5, DOWN)


def test_failures_in_a_row_are_noticed_with_the_last_reason(watch: ProviderWatch) -> None:
    fails(watch)
    watch.failed(ProviderCall.REFUND, 0.5, KeyError("secret"))
    assert watch.failing is not None
    assert (watch.failing.since, watch.failing.count) == (NOW, FAILURES_MIN + 1)
    assert watch.failing.reason == "KeyError", "what an unknown error says may be anything"


def test_an_answer_or_a_refusal_for_good_ends_them(watch: ProviderWatch) -> None:
    fails(watch)
    watch.answered(ProviderCall.PAYMENT, 0.25)
    assert watch.failing is None
    fails(watch)
    watch.failed(ProviderCall.CREATE, 0.25, ProviderRefused("no", code="invalid_request"))
    assert watch.failing is None
    assert watch.counts[ProviderCall.CREATE, CallOutcome.FAILED] == 2 * FAILURES_MIN
    assert watch.counts[ProviderCall.CREATE, CallOutcome.REFUSED] == 1
    assert watch.counts[ProviderCall.PAYMENT, CallOutcome.ANSWERED] == 1
    assert watch.seconds[ProviderCall.CREATE] == FAILURES_MIN + 0.25


def test_the_log_has_the_beginning_and_the_end(watch: ProviderWatch) -> None:
    with structlog.testing.capture_logs() as logs:
        fails(watch)
        watch.failed(ProviderCall.CREATE, 0.5, DOWN)
        watch.answered(ProviderCall.PAYMENT, 0.25)
    assert [each["event"] for each in logs] == [
        "a payment provider fails",
        "a payment provider works again",
    ]
    assert logs[0]["reason"] == "api.test: no connection"
