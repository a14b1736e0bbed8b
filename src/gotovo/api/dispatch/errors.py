"""Requests of programs that can't be understood or served, each with the code of its problem.

RequestError (see `http.errors`)
└── ApiError   ends the handling of a request and becomes a problem

Refusals of an order are values, never this.
"""

import math

from gotovo.api.dispatch.problems import FieldError
from gotovo.http.errors import (
    BodyTimeout,
    BodyTooLarge,
    Header,
    InvalidHost,
    NotServed,
    RequestError,
    TooManyRequests,
)
from gotovo.words.request_errors import RequestErrorCode


class ApiError(RequestError):
    """The request is wrong, or can't be served now; `headers` go with the response.

    `policies` are the limits that it exceeds.
    """

    def __init__(
        self,
        code: RequestErrorCode,
        field: str = "",
        value: str = "",
        expected: str = "",
        headers: tuple[Header, ...] = (),
        *,
        errors: tuple[FieldError, ...] = (),
        policies: tuple[str, ...] = (),
    ) -> None:
        super().__init__(code, field, value, expected)
        self.code = code
        self.field = field
        self.value = value
        self.expected = expected
        self.headers = headers
        self.errors = errors
        self.policies = policies


def api_error(error: RequestError) -> ApiError:
    """Return an error of reading the body as one that has a code."""
    match error:
        case ApiError():
            return error
        case InvalidHost():
            code, expected = RequestErrorCode.INVALID_HOST, ""
        case NotServed():
            code, expected = RequestErrorCode.NOT_FOUND, ""
        case TooManyRequests():
            retry_after = str(math.ceil(error.wait.total_seconds())).encode()
            headers = ((b"retry-after", retry_after), *error.headers)
            policies = (error.policy,) if error.policy else ()
            code = RequestErrorCode.TOO_MANY_REQUESTS
            return ApiError(code, headers=headers, policies=policies)
        case BodyTooLarge():
            code, expected = RequestErrorCode.BODY_TOO_LARGE, str(error.bytes_max)
        case BodyTimeout():
            code, expected = RequestErrorCode.SLOW_BODY, f"{error.seconds_max:g} s"
        case _:
            code, expected = RequestErrorCode.MALFORMED_JSON, ""
    return ApiError(code, expected=expected, headers=error.headers)
