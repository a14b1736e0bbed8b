"""JSON responses of the API, encoded once and sent as they are."""

from http import HTTPStatus
from typing import Any, Final

import msgspec
from starlette.responses import Response

from gotovo.api.dispatch.problems import Problem, refusal_problem
from gotovo.api.dispatch.request import ApiRequest
from gotovo.http.errors import Header
from gotovo.http.hot_paths import JSON, HotResponse
from gotovo.order.refusals import Refusal

PROBLEM_JSON: Final = b"application/problem+json"

_encoder = msgspec.json.Encoder()


def json_response(
    value: Any, status: int = HTTPStatus.OK, headers: tuple[Header, ...] = ()
) -> Response:
    """Return a struct as UTF-8 JSON."""
    return HotResponse(_encoder.encode(value), status, JSON, headers)


def problem_response(problem: Problem, headers: tuple[Header, ...] = ()) -> Response:
    """Return a problem under its own status and media type."""
    return HotResponse(_encoder.encode(problem), problem.status, PROBLEM_JSON, headers)


def refusal_response(request: ApiRequest, refusal: Refusal) -> Response:
    """Return the problem of a refusal that shows nothing of an order."""
    return problem_response(refusal_problem(refusal, None, request.path, request.language))
