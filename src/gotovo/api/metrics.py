"""Prometheus metrics: counters of this process, and gauges read at the moment of a scrape."""

import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from typing_extensions import override

from gotovo.api.exposition import OfWorker
from gotovo.api.scrape import Scrape
from gotovo.engine.commit import Counts
from gotovo.engine.submission import SubmissionResult
from gotovo.value import Value

SECONDS_BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""From one commit to a body that arrives at its deadline."""

BATCH_BUCKETS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024)
"""Commands of a batch, up to four times the default of `batch_limit`."""

OPEN_ORDERS_SECONDS = 15.0
"""How old the counts of open orders may be: /metrics is public, and counting takes a while."""


class MetricReading(Value, frozen=True):
    """A metric of this moment: one number, or one for each value of its label.

    `of_worker` is what a process tells of itself; all else is the same whichever of them is asked.
    No number at all means that it is not known: a gap in a chart is more honest than an old one.
    """

    name: str
    text: str
    values: Mapping[str, float]
    label: str = ""
    is_counter: bool = False
    of_worker: bool = False


class WorkerSnapshot(Value, frozen=True):
    """What a process reads of itself; `queued` are commands without an outcome yet."""

    counts: Counts
    queued: int
    readings: Sequence[MetricReading] = ()


class MetricsSnapshot(Value, frozen=True):
    """What is read for the whole program.

    `open_orders` are orders by status, `lag` the events that each follower is behind, and `workers`
    the processes whose own figures are in the same answer.
    """

    open_orders: Mapping[str, int]
    lag: Mapping[str, int]
    readings: Sequence[MetricReading] = ()
    workers: int = 1


class ApiMetrics:
    """The counters of the API; labels are from closed lists, so their number is bounded."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic, worker: str = "1") -> None:
        """Register every counter once; `worker` is the number of this process in the program."""
        self._monotonic = monotonic
        self._worker = worker
        self._open_orders: Mapping[str, int] = {}
        self._counted_at = float("-inf")
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "gotovo_api_requests",
            "Requests answered, by endpoint and status.",
            ("endpoint", "status"),
            registry=self.registry,
        )
        self.seconds = Histogram(
            "gotovo_api_request_seconds",
            "Seconds from the request's head to the answer's end.",
            ("endpoint",),
            buckets=SECONDS_BUCKETS,
            registry=self.registry,
        )
        self.commands = Counter(
            "gotovo_commands",
            "Commands submitted by programs, by step and outcome.",
            ("step", "outcome"),
            registry=self.registry,
        )
        self.page_requests = Counter(
            "gotovo_page_requests",
            "Requests for pages answered, by the page's path and status.",
            ("page", "status"),
            registry=self.registry,
        )
        self.page_seconds = Histogram(
            "gotovo_page_request_seconds",
            "Seconds from the request's head to the page's end.",
            ("page",),
            buckets=SECONDS_BUCKETS,
            registry=self.registry,
        )
        self.batch_size = Histogram(
            "gotovo_engine_batch_size",
            "Commands of a batch.",
            buckets=BATCH_BUCKETS,
            registry=self.registry,
        )
        self.batch_seconds = Histogram(
            "gotovo_engine_batch_seconds",
            "Seconds from taking a batch to its results: read, decide, write and commit.",
            buckets=SECONDS_BUCKETS,
            registry=self.registry,
        )
        ProcessCollector(registry=self.registry)
        # A metric's child is looked up under a lock, by labels made into text; here by a plain key.
        self._requests_by_key: dict[tuple[str, int], tuple[Counter, Histogram]] = {}
        self._pages_by_key: dict[tuple[str, int], tuple[Counter, Histogram]] = {}
        self._commands_by_key: dict[tuple[object, str], Counter] = {}
        self.streams = Gauge(
            "gotovo_event_streams", "Event streams that are open.", registry=self.registry
        )

    def count_outcome(self, command: Struct, outcome: SubmissionResult) -> None:
        """Count a command under its step, and a refusal under its code."""
        refusal = outcome.refusal
        result = outcome.kind.value if refusal is None else refusal.code.value
        key = (command.__struct_config__.tag, result)
        counted = self._commands_by_key.get(key)
        if counted is None:
            counted = self._commands_by_key[key] = self.commands.labels(str(key[0]), result)
        counted.inc()

    def count_request(self, endpoint: str, status: int, seconds: float) -> None:
        """Count a request and its duration."""
        key = (endpoint, status)
        found = self._requests_by_key.get(key)
        if found is None:
            counted = self.requests.labels(endpoint, str(status))
            found = self._requests_by_key[key] = (counted, self.seconds.labels(endpoint))
        found[0].inc()
        found[1].observe(seconds)

    def count_page(self, page: str, status: int, seconds: float) -> None:
        """Count a request for a page, by the path of its route."""
        key = (page, status)
        found = self._pages_by_key.get(key)
        if found is None:
            counted = self.page_requests.labels(page, str(status))
            found = self._pages_by_key[key] = (counted, self.page_seconds.labels(page))
        found[0].inc()
        found[1].observe(seconds)

    def observe_batch(self, commands: int, seconds: float) -> None:
        """Record a batch; made for `Engine.on_batch`."""
        self.batch_size.observe(commands)
        self.batch_seconds.observe(seconds)

    async def open_orders(
        self, count: Callable[[], Awaitable[Mapping[str, int]]]
    ) -> Mapping[str, int]:
        """Return the number of orders in each open status, at most `OPEN_ORDERS_SECONDS` old."""
        if self._monotonic() - self._counted_at > OPEN_ORDERS_SECONDS:
            self._open_orders = await count()
            self._counted_at = self._monotonic()
        return self._open_orders

    def own_text(self, snapshot: WorkerSnapshot, scrape: Scrape) -> bytes:
        """Return what this process tells of itself, in the text format that Prometheus scrapes."""
        return scrape.render(
            "counters", lambda: self._rendered(self.registry.collect)
        ) + scrape.render("gauges", lambda: self._rendered(lambda: _of_worker(snapshot)))

    def _rendered(self, collect: Callable[[], Iterable[Metric]]) -> bytes:
        registry = CollectorRegistry()
        registry.register(OfWorker(collect, self._worker))
        return generate_latest(registry)


def shared_text(snapshot: MetricsSnapshot, scrape: Scrape) -> bytes:
    """Return what is the same in every process, and what the scrape could not read."""
    shared = scrape.render("shared", lambda: _rendered(_of_program(snapshot)))
    failed = _by(
        "gotovo_metrics_failed", "1 for what this scrape could not read.", "source", scrape.failed
    )
    return shared + _rendered([failed])


class _Collected(Collector):
    """Metrics that were read before."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = list(metrics)

    @override
    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _rendered(metrics: Iterable[Metric]) -> bytes:
    registry = CollectorRegistry()
    registry.register(_Collected(metrics))
    return generate_latest(registry)


def _of_worker(snapshot: WorkerSnapshot) -> Iterator[Metric]:
    counts = snapshot.counts
    yield _counter("gotovo_engine_batches", "Commits of batches.", counts.batches)
    yield _counter("gotovo_engine_commands", "Commands committed.", counts.commands)
    yield _counter("gotovo_engine_races_lost", "Batches decided again.", counts.races_lost)
    yield _counter(
        "gotovo_engine_connections_lost",
        "Commits that ended with a lost connection.",
        counts.connections_lost,
    )
    yield GaugeMetricFamily(
        "gotovo_engine_queue", "Commands without an outcome yet.", snapshot.queued
    )
    for reading in snapshot.readings:
        yield _reading(reading)


def _of_program(snapshot: MetricsSnapshot) -> Iterator[Metric]:
    yield GaugeMetricFamily("gotovo_workers", "Workers whose figures are here.", snapshot.workers)
    yield _by("gotovo_open_orders", "Open orders by status.", "status", snapshot.open_orders)
    yield _by("gotovo_follower_lag_events", "Events behind.", "follower", snapshot.lag)
    for reading in snapshot.readings:
        yield _reading(reading)


def _counter(name: str, text: str, value: int) -> Metric:
    return CounterMetricFamily(name, text, value)


def _reading(reading: MetricReading) -> Metric:
    kind = CounterMetricFamily if reading.is_counter else GaugeMetricFamily
    labels = [reading.label] if reading.label else []
    family = kind(reading.name, reading.text, labels=labels)
    for key, value in reading.values.items():
        family.add_metric([key] if labels else [], value)
    return family


def _by(name: str, text: str, label: str, values: Mapping[str, int]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family
