"""What Prometheus reads: counters of this process, in a registry of our own."""

from msgspec import Struct
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from gotovo.engine.submission import Outcome

SECONDS_BUCKETS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""From one commit to a body that comes at the last moment."""


class ApiMetrics:
    """The counters of the API; labels are from closed lists, so their number is bounded."""

    def __init__(self) -> None:
        """Register every counter once; a second API in the process has its own registry."""
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
        self.streams = Gauge(
            "gotovo_event_streams",
            "Event streams that are open.",
            registry=self.registry,
        )

    def count_outcome(self, command: Struct, outcome: Outcome) -> None:
        """Count a command under its step, and a refusal under its code."""
        refusal = outcome.refusal
        said = outcome.kind.value if refusal is None else refusal.code.value
        self.commands.labels(str(command.__struct_config__.tag), said).inc()

    def count_request(self, endpoint: str, status: int, seconds: float) -> None:
        """Count an answered request."""
        self.requests.labels(endpoint, str(status)).inc()
        self.seconds.labels(endpoint).observe(seconds)

    def text(self) -> bytes:
        """Return everything in the text format that Prometheus scrapes."""
        return generate_latest(self.registry)
