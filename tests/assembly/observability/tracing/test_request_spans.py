"""Server spans end with their request, know its route and tell errors by their type alone."""

from typing import Any

import pytest
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF
from opentelemetry.trace import StatusCode, get_current_span
from starlette.types import Message, Receive, Scope, Send

from gotovo.assembly.observability.tracing.request_spans import TracedRequests
from gotovo.http.edge.routes import note_route
from tests.support.observability.spans import Spans, context_of

SENT = [b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"]
TRACE = int("4bf92f3577b34da6a3ce929d0e0e4736", 16)


def scope(traceparents: list[bytes], **more: Any) -> Scope:
    """Return the scope of a request."""
    headers = [(b"traceparent", each) for each in traceparents]
    return {"type": "http", "method": "GET", "scheme": "https", "headers": headers, **more}


async def no_body() -> Message:
    """Return the end of a body."""
    return {"type": "http.request", "body": b""}


async def nowhere(_message: Message) -> None:
    """Take a message of the answer."""


def answers(status: int, content_type: bytes = b"text/html") -> Any:
    """Return an application with one answer."""

    async def app(scope: Scope, _receive: Receive, send: Send) -> None:
        note_route(scope, "/orders/{number}")
        headers = [(b"content-type", content_type)]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    return app


@pytest.mark.parametrize(
    ("traceparents", "is_continued"),
    [(SENT, True), ([], False), (SENT * 2, False), ([b"00-nonsense"], False)],
)
async def test_only_one_right_traceparent_is_followed(
    *, traceparents: list[bytes], is_continued: bool
) -> None:
    spans = Spans()
    await TracedRequests(answers(200), spans.tracer)(scope(traceparents), no_body, nowhere)
    (span,) = spans.ended()
    assert span.name == "GET /orders/{number}"
    assert (context_of(span).trace_id == TRACE) is is_continued
    assert (span.parent is not None) is is_continued


async def test_the_callers_tracestate_is_not_passed_on() -> None:
    spans = Spans()
    asked = scope(SENT)
    asked["headers"].append((b"tracestate", b"shop=79005550199"))
    await TracedRequests(answers(200), spans.tracer)(asked, no_body, nowhere)
    assert context_of(spans.ended()[0]).trace_state == {}


@pytest.mark.parametrize(("status", "code"), [(404, StatusCode.UNSET), (503, StatusCode.ERROR)])
async def test_errors_of_ours_fail_the_span(status: int, code: StatusCode) -> None:
    spans = Spans()
    await TracedRequests(answers(status), spans.tracer)(scope([]), no_body, nowhere)
    assert spans.ended()[0].status.status_code is code


async def test_an_exception_is_told_by_its_type_alone() -> None:
    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise ValueError("+79005550199 is no phone")

    spans = Spans()
    with pytest.raises(ValueError, match="no phone"):
        await TracedRequests(app, spans.tracer)(scope([]), no_body, nowhere)
    (span,) = spans.ended()
    assert (span.name, span.status.description, list(span.events)) == ("GET", None, [])
    assert (span.attributes or {})["error.type"] == "ValueError"


async def test_the_span_of_a_stream_ends_with_its_head() -> None:
    spans = Spans()
    seen: list[int] = []

    async def sent(message: Message) -> None:
        seen.append(len(spans.ended()))
        assert message["type"].startswith("http.response.")

    app = TracedRequests(answers(200, b"text/event-stream; charset=utf-8"), spans.tracer)
    await app(scope([]), no_body, sent)
    assert seen == [1, 1]
    assert len(spans.ended()) == 1


async def test_a_request_that_is_not_sampled_is_served_within_its_trace() -> None:
    spans, seen = Spans(ALWAYS_OFF), []

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(get_current_span().get_span_context().trace_id)

    await TracedRequests(app, spans.tracer)(scope(SENT), no_body, nowhere)
    assert (seen, spans.ended()) == ([TRACE], [])
