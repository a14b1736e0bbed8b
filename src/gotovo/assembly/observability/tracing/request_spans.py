"""Server spans: one per request, with its route and status, and nothing of a person.

The path, the query, the client's address and its headers are left out: they hold order numbers,
tokens and phones. The route is the template of the path.
"""

from typing import Final

from opentelemetry.context import Context
from opentelemetry.trace import Span, SpanKind, Tracer, use_span
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gotovo.assembly.observability.tracing.failures import mark_failed
from gotovo.http.edge.routes import MatchedRoute, watch_route
from gotovo.http.request_ids import enter_request

METHODS: Final = frozenset(
    {"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"}
)
"""All others are called _OTHER, as the conventions have it: clients can make up any."""

_TRACEPARENT: Final = "traceparent"
_STREAM: Final = b"text/event-stream"
_SERVER_ERROR: Final = 500
_propagator: Final = TraceContextTextMapPropagator()


class TracedRequests:
    """An ASGI application around another one.

    A request that comes with one `traceparent` goes on in its caller's trace. Its `tracestate` and
    baggage are ignored: they are free text.
    """

    def __init__(self, app: ASGIApp, tracer: Tracer) -> None:
        self._app = app
        self._tracer = tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request within its span."""
        sent: str = scope["method"]
        method = sent if sent in METHODS else "_OTHER"
        span = self._tracer.start_span(
            method,
            context=_caller(scope),
            kind=SpanKind.SERVER,
            attributes={
                "http.request.method": method,
                "url.scheme": scope["scheme"],
                "gotovo.request_id": enter_request(scope).decode(),
            },
        )
        if not span.is_recording():
            with use_span(span):
                await self._app(scope, receive, send)
            return
        answering = _Answering(span, method, watch_route(scope), send)
        with use_span(span, record_exception=False, set_status_on_exception=False):
            try:
                await self._app(scope, receive, answering)
            except BaseException as error:
                mark_failed(span, error)
                raise
            finally:
                answering.end()


class _Answering:
    """Passes the answer on and writes its status into the span.

    The span of an event stream ends with its head: the stream itself may last for hours.
    """

    def __init__(self, span: Span, method: str, route: MatchedRoute, send: Send) -> None:
        self._span = span
        self._method = method
        self._route = route
        self._send = send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            status: int = message["status"]
            self._span.set_attribute("http.response.status_code", status)
            if status >= _SERVER_ERROR:
                mark_failed(self._span, str(status))
            kinds = (value for name, value in message["headers"] if name == b"content-type")
            if next(kinds, b"").startswith(_STREAM):
                self.end()
        await self._send(message)

    def end(self) -> None:
        """End the span, once."""
        if not self._span.is_recording():
            return
        if self._route.template:
            self._span.set_attribute("http.route", self._route.template)
            self._span.update_name(f"{self._method} {self._route.template}")
        self._span.end()


def _caller(scope: Scope) -> Context:
    """Return the span of the caller as a context; an empty one where there is none, or two."""
    sent = [value for name, value in scope["headers"] if name == _TRACEPARENT.encode()]
    if len(sent) != 1:
        return Context()
    return _propagator.extract({_TRACEPARENT: sent[0].decode("latin-1")}, Context())
