"""Requests that can't be served, as exceptions; each layer above turns them into its own response.

RequestError
├── BadRequest        the request can't be read
│   └── InvalidHost   it names no host, or more than one
├── NotServed         there is nothing at this address for this client
├── BodyTooLarge      the body is larger than its cap
├── BodyTimeout       the body did not arrive in time
└── TooManyRequests   a limit is used up

The API adds `ApiError`, the pages add `PageError`. Refusals of an order are values, never this.
"""

from datetime import timedelta
from typing import Final

Header = tuple[bytes, bytes]

_CLOSE: Final[tuple[Header, ...]] = ((b"connection", b"close"),)
"""The rest of the body was not read, so the connection can't carry another request."""


class RequestError(Exception):
    """The request can't be served."""

    status = 500
    headers: tuple[Header, ...] = ()


class BadRequest(RequestError):
    """The request can't be read: it is garbled or broke off."""

    status = 400


class InvalidHost(BadRequest):
    """The request names no host, or more than one (RFC 9112, 3.2)."""

    headers = _CLOSE


class NotServed(RequestError):
    """There is nothing at this address for this client."""

    status = 404


class BodyTooLarge(RequestError):
    """The body is larger than its cap."""

    status = 413
    headers = _CLOSE

    def __init__(self, bytes_max: int) -> None:
        super().__init__(bytes_max)
        self.bytes_max = bytes_max


class BodyTimeout(RequestError):
    """The body did not arrive in time."""

    status = 408
    headers = _CLOSE

    def __init__(self, seconds_max: float) -> None:
        super().__init__(seconds_max)
        self.seconds_max = seconds_max


class TooManyRequests(RequestError):
    """A limit is used up; `wait` is how long until it is worth trying again.

    `policy` names the limit for programs.
    """

    status = 429

    def __init__(self, wait: timedelta, policy: str = "") -> None:
        super().__init__(wait)
        self.wait = wait
        self.policy = policy
