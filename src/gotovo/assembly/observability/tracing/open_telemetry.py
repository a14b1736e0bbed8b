"""The tracer provider: spans are queued, and a thread of the SDK sends them to a collector.

The queue is bounded and drops what does not fit, so a collector that is slow or away costs spans
and nothing else; at the end it gets `FLUSH_SECONDS`.
"""

import asyncio
import os
import threading
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import Any, Final

import asyncpg
import structlog
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.environment_variables import OTEL_RESOURCE_ATTRIBUTES
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import SpanLimits, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult
from opentelemetry.trace import Link, SpanKind, Tracer, TraceState, get_current_span
from opentelemetry.util.types import Attributes
from starlette.types import ASGIApp
from typing_extensions import override

from gotovo.assembly.observability.traces import Message
from gotovo.assembly.observability.tracing.command_spans import EngineSpans
from gotovo.assembly.observability.tracing.message_spans import TracedChannel
from gotovo.assembly.observability.tracing.request_spans import TracedRequests
from gotovo.assembly.observability.tracing.statement_spans import traced_connections
from gotovo.assembly.observability.tracing.trace_ids import with_trace_id
from gotovo.engine.tracing import EngineTracer
from gotovo.notices.channels.port import Channel

FLUSH_SECONDS: Final = 3.0
"""How long a process that ends waits for its last spans to be sent: a fifth of what the supervisor
allows it for all that it has begun."""

LINKS_MAX: Final = 10_000
"""Links of a span: a batch has one for each command, and `batch_limit` is no more than this."""

_NAME: Final = "gotovo"


class OpenTelemetryTraces:
    """Makes spans with one tracer."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer
        self.engine: EngineTracer = EngineSpans(tracer)
        self.connection_class: type[asyncpg.Connection[Any]] = traced_connections(tracer)

    def requests(self, app: ASGIApp) -> ASGIApp:
        """Return an application whose requests are spans."""
        return TracedRequests(app, self._tracer)

    def messages(self, channel: Channel[Message], name: str) -> Channel[Message]:
        """Return a channel whose messages are spans."""
        return TracedChannel(channel, name, self._tracer)


class SampledByLinks(Sampler):
    """A span without a parent that has links is sampled when one of those that it links to is.

    So a batch is sent whenever one of its commands is. All others are left to the sampler that
    OTEL_TRACES_SAMPLER names.
    """

    def __init__(self, others: Sampler) -> None:
        self._others = others

    @override
    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[Link] | None = None,
        trace_state: TraceState | None = None,
    ) -> SamplingResult:
        """Return whether a span is sent."""
        is_root = not get_current_span(parent_context).get_span_context().is_valid
        if is_root and any(link.context.trace_flags.sampled for link in links or ()):
            return SamplingResult(Decision.RECORD_AND_SAMPLE, attributes)
        return self._others.should_sample(
            parent_context, trace_id, name, kind, attributes, links, trace_state
        )

    @override
    def get_description(self) -> str:
        """Return its name, as other samplers do."""
        return f"SampledByLinks{{{self._others.get_description()}}}"


@asynccontextmanager
async def open_telemetry() -> AsyncGenerator[OpenTelemetryTraces]:
    """Send spans as the OTEL_* variables say, and add the ids of traces to the log."""
    exporter = OTLPSpanExporter()
    provider = TracerProvider(
        resource=_resource(),
        span_limits=SpanLimits(max_links=_links_max()),
        shutdown_on_exit=False,
    )
    provider.sampler = SampledByLinks(provider.sampler)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    processors = structlog.get_config()["processors"]
    structlog.configure(processors=[with_trace_id, *processors])
    try:
        yield OpenTelemetryTraces(provider.get_tracer(_NAME, version(_NAME)))
    finally:
        structlog.configure(processors=processors)
        await _close(provider, exporter)


def _resource() -> Resource:
    """Return who sends the spans: OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES have priority."""
    own = {"service.version": version(_NAME), "process.pid": os.getpid()}
    told = os.environ.get(OTEL_RESOURCE_ATTRIBUTES, "")
    if f"{SERVICE_NAME}=" not in told and not os.environ.get("OTEL_SERVICE_NAME"):
        own[SERVICE_NAME] = _NAME
    return Resource.create(own)


def _links_max() -> int:
    return int(os.environ.get("OTEL_SPAN_LINK_COUNT_LIMIT") or LINKS_MAX)


async def _close(provider: TracerProvider, exporter: OTLPSpanExporter) -> None:
    """Send what is queued, or give up on a collector that does not take it in time."""
    closing = threading.Thread(target=provider.shutdown, daemon=True)
    closing.start()
    await asyncio.to_thread(closing.join, FLUSH_SECONDS)
    if closing.is_alive():
        exporter.shutdown()
