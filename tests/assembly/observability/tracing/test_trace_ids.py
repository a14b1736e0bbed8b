"""A line of the log has the ids of the span that it was written in."""

from opentelemetry.trace import format_span_id, format_trace_id

from gotovo.assembly.observability.tracing.trace_ids import with_trace_id
from tests.support.observability.spans import Spans


def test_a_line_within_a_span_has_its_ids() -> None:
    spans = Spans()
    with spans.tracer.start_as_current_span("request") as span:
        context = span.get_span_context()
        assert with_trace_id(None, "info", {"event": "said"}) == {
            "event": "said",
            "trace_id": format_trace_id(context.trace_id),
            "span_id": format_span_id(context.span_id),
        }
    assert with_trace_id(None, "info", {"event": "said"}) == {"event": "said"}
