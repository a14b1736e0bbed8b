"""What a handler answers: a status, the bytes, and the headers that every answer has."""

from collections.abc import AsyncGenerator
from http import HTTPStatus
from typing import Any

import msgspec

from gotovo.api.dispatch.problems import Problem
from gotovo.value import Value

JSON = b"application/json"
PROBLEM_JSON = b"application/problem+json"

Headers = tuple[tuple[bytes, bytes], ...]

_encoder = msgspec.json.Encoder()


class Answer(Value, frozen=True):
    """One answer, complete: the length is known before the first byte goes out."""

    status: int
    body: bytes
    media_type: bytes = JSON
    headers: Headers = ()


class Stream(Value, frozen=True):
    """An answer without an end: it goes on until the asker leaves or we stop."""

    chunks: AsyncGenerator[bytes, None]
    media_type: bytes


def json_answer(value: Any, status: int = HTTPStatus.OK, headers: Headers = ()) -> Answer:
    """Return a struct as UTF-8 JSON."""
    return Answer(status, _encoder.encode(value), JSON, headers)


def problem_answer(problem: Problem, headers: Headers = ()) -> Answer:
    """Return a problem under its own status and media type."""
    return Answer(problem.status, _encoder.encode(problem), PROBLEM_JSON, headers)


def start_of(answer: Answer, request_id: bytes) -> dict[str, Any]:
    """Return the ASGI message that begins an answer."""
    headers = [
        (b"content-type", answer.media_type),
        (b"content-length", str(len(answer.body)).encode()),
        *_always(request_id),
        *answer.headers,
    ]
    if answer.status == HTTPStatus.NO_CONTENT:
        headers = headers[2:]
    return {"type": "http.response.start", "status": int(answer.status), "headers": headers}


def stream_start_of(stream: Stream, request_id: bytes) -> dict[str, Any]:
    """Return the ASGI message that begins a stream; `x-accel-buffering` is for nginx."""
    headers = [
        (b"content-type", stream.media_type),
        *_always(request_id),
        (b"x-accel-buffering", b"no"),
    ]
    return {"type": "http.response.start", "status": int(HTTPStatus.OK), "headers": headers}


def _always(request_id: bytes) -> Headers:
    return (
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"x-request-id", request_id),
    )
