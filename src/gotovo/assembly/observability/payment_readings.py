"""Metrics of the payment providers: what became of requests, and how long they took."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from gotovo.api.metrics import MetricReading
from gotovo.payments.providers.provider_watch import CallOutcome, ProviderWatch

_OUTCOMES: Final[Mapping[CallOutcome, tuple[str, str]]] = {
    CallOutcome.ANSWERED: ("gotovo_provider_requests_answered", "Requests that were answered."),
    CallOutcome.REFUSED: ("gotovo_provider_requests_refused", "Requests refused for good."),
    CallOutcome.FAILED: ("gotovo_provider_requests_failed", "Requests without a usable answer."),
}


def provider_readings(
    watches: Iterable[ProviderWatch], reachable: Mapping[str, bool]
) -> Iterator[MetricReading]:
    """Return what became of this process's requests, by provider and what was asked for."""
    seen = tuple(watches)
    for outcome, (name, text) in _OUTCOMES.items():
        counts = {
            f"{watch.provider} {call}": count
            for watch in seen
            for (call, ended), count in watch.counts.items()
            if ended is outcome
        }
        yield MetricReading(name, text, counts, "request", is_counter=True, of_worker=True)
    yield MetricReading(
        "gotovo_provider_request_seconds",
        "Time that requests have taken together.",
        {
            f"{watch.provider} {call}": spent
            for watch in seen
            for call, spent in watch.seconds.items()
        },
        "request",
        is_counter=True,
        of_worker=True,
    )
    yield MetricReading(
        "gotovo_provider_reachable",
        "1 if the provider answered when asked.",
        {name: float(each) for name, each in reachable.items()},
        "provider",
        of_worker=True,
    )
