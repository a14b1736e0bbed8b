"""Spans of commands and batches.

A command's span lasts from its admission to its result, in the trace of its request. A batch begins
a trace of its own, since it belongs to many: it links to its commands, and they link to it.
"""

import asyncio
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from functools import partial

from opentelemetry.context import Context, attach, detach
from opentelemetry.trace import Link, Span, Tracer, use_span

from gotovo.assembly.observability.tracing.failures import mark_failed
from gotovo.engine.submission import Submission, SubmissionResult
from gotovo.engine.tracing import CommandSpan


class EngineSpans:
    """The engine's tracer."""

    def __init__(self, tracer: Tracer) -> None:
        self._tracer = tracer

    def submitted(
        self, submission: Submission, future: "asyncio.Future[SubmissionResult]"
    ) -> CommandSpan | None:
        """Begin the span of a submission; what the sampler leaves out is not traced."""
        step = str(submission.command.__struct_config__.tag)
        span = self._tracer.start_span("engine.submit", attributes={"gotovo.step": step})
        if not span.is_recording():
            return None
        future.add_done_callback(partial(_end, span))
        return span

    @contextmanager
    def batch(self, spans: Sequence[CommandSpan]) -> Generator[None]:
        """Make a span of a batch, with its statements below it.

        Without traced commands there is none; nor do the statements then belong to the request
        whose command happened to start the batch.
        """
        commands = [span for span in spans if isinstance(span, Span)]
        if not commands:
            token = attach(Context())
            try:
                yield
            finally:
                detach(token)
            return
        batch = self._tracer.start_span(
            "engine.batch",
            context=Context(),
            attributes={"gotovo.batch.traced_commands": len(commands)},
            links=[Link(span.get_span_context()) for span in commands],
        )
        for span in commands:
            span.add_link(batch.get_span_context())
        with use_span(
            batch, end_on_exit=True, record_exception=False, set_status_on_exception=False
        ):
            yield


def _end(span: Span, future: "asyncio.Future[SubmissionResult]") -> None:
    """End a command's span with its outcome, which is a refusal's code or an error's type."""
    if future.cancelled():
        span.set_attribute("gotovo.outcome", "cancelled")
    elif (error := future.exception()) is not None:
        mark_failed(span, error)
    else:
        result = future.result()
        refusal = result.refusal
        span.set_attribute(
            "gotovo.outcome", result.kind.value if refusal is None else refusal.code.value
        )
    span.end()
