"""A collector of traces: a real server for OTLP over HTTP that decodes and keeps what it gets."""

import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from msgspec import Struct, field
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest,
    ExportTraceServiceResponse,
)
from typing_extensions import override


class ReceivedSpan(Struct, frozen=True):
    """One span; ids are hexadecimal, `parent` is empty for the root of a trace."""

    name: str
    kind: str
    trace: str
    span: str
    parent: str
    failed: bool
    attributes: dict[str, Any]
    links: tuple[tuple[str, str], ...]


class Received(Struct):
    """What came in: the spans, the attributes of who sent them, and every byte as it was sent."""

    url: str
    spans: list[ReceivedSpan] = field(default_factory=list)
    resource: dict[str, Any] = field(default_factory=dict)
    raw: bytes = b""

    def named(self, name: str) -> list[ReceivedSpan]:
        """Return the spans of a name."""
        return [span for span in self.spans if span.name == name]

    def below(self, parent: ReceivedSpan) -> list[ReceivedSpan]:
        """Return the children of a span."""
        return [each for each in self.spans if each.parent == parent.span]


@contextmanager
def collector() -> Generator[Received]:
    """Listen on a free port of the loopback interface."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = False  # the end waits for what is being received
    _Handler.received = received = Received(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield received
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    received: Received

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        assert self.path == "/v1/traces", self.path
        _take(self.received, body)
        answer = ExportTraceServiceResponse().SerializeToString()
        self.send_response(200)
        self.send_header("content-type", "application/x-protobuf")
        self.send_header("content-length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _take(received: Received, body: bytes) -> None:
    received.raw += body
    for of_resource in ExportTraceServiceRequest.FromString(body).resource_spans:
        received.resource |= _attributes(of_resource.resource.attributes)
        for of_scope in of_resource.scope_spans:
            received.spans += [_span(each) for each in of_scope.spans]


def _span(sent: Any) -> ReceivedSpan:
    return ReceivedSpan(
        sent.name,
        sent.SpanKind.Name(sent.kind).removeprefix("SPAN_KIND_").lower(),
        sent.trace_id.hex(),
        sent.span_id.hex(),
        sent.parent_span_id.hex(),
        sent.status.code == sent.status.STATUS_CODE_ERROR,
        _attributes(sent.attributes),
        tuple((link.trace_id.hex(), link.span_id.hex()) for link in sent.links),
    )


def _attributes(sent: Any) -> dict[str, Any]:
    return {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in sent}
