"""Payment hooks: what payment providers tell, `POST /hooks/payments/{provider}`.

Providers know no keys of ours: a signature of theirs proves who sent a notification, or nothing of
it is believed. Whatever is worth a look is stored before it is answered with 200; everything else
gets a status that ends its repetition, or asks for it.
"""

import math
import time
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Final

import structlog
from starlette.types import Receive, Scope, Send

from gotovo.access.rate_limits import LeakyBucket, RateLimit
from gotovo.http.deadlines import read_body
from gotovo.http.edge.edge import raise_error
from gotovo.http.edge.routes import note_route
from gotovo.http.errors import Header, RequestError
from gotovo.http.hot_paths import HotResponse
from gotovo.http.request_ids import HEADER, enter_request
from gotovo.http.security_headers import NO_CONTENT, NO_REFERRER, NO_SNIFF, NO_STORE
from gotovo.payments.intake.notification_desk import NotificationDesk
from gotovo.payments.providers.port import (
    NotificationRefused,
    NotificationRequest,
    RefusedBecause,
)
from gotovo.store.postgres.unreachable import DATABASE_UNREACHABLE

PAYMENT_HOOKS: Final = "/hooks/payments/"

BODY_BYTES_MAX: Final = 262_144
"""A notification holds one object, with metadata some ten kilobytes."""

BODY_SECONDS_MAX: Final = 10.0

_ROUTE: Final = "/hooks/payments/{provider}"
_TEXT: Final = b"text/plain; charset=utf-8"
_HEADERS: Final[tuple[Header, ...]] = (NO_STORE, NO_SNIFF, NO_REFERRER, NO_CONTENT)

_STATUSES: Final = {
    RefusedBecause.FORGED: HTTPStatus.FORBIDDEN,
    RefusedBecause.STALE: HTTPStatus.BAD_REQUEST,
    RefusedBecause.MALFORMED: HTTPStatus.BAD_REQUEST,
}
"""Stripe sends what is refused with 4xx again for three days, later each time, and YooKassa for a
day: neither repeats what it never sent."""

_log: Final = structlog.get_logger("gotovo.payments")

LINES_LIMIT: Final = RateLimit("refused-notification-lines", 10, timedelta(seconds=6))
"""Lines about refused notifications: anybody can send them as fast as the network carries them. The
metric counts each, and a line says how many had none since the last."""

_Answer = tuple[HTTPStatus | int, bytes, tuple[Header, ...]]


class PaymentHooksApp:
    """Serves the notifications of all open providers."""

    def __init__(
        self, desk: NotificationDesk, *, monotonic_ns: Callable[[], int] = time.monotonic_ns
    ) -> None:
        """`desk` stores them."""
        self._desk = desk
        self._monotonic_ns = monotonic_ns
        self._lines = LeakyBucket(LINES_LIMIT)
        self._unlogged = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one notification, whatever happens; only what is stored gets a 200."""
        request_id = enter_request(scope)
        note_route(scope, _ROUTE)
        status, body, headers = await self._answer(scope, receive)
        more = (*_HEADERS, *headers, (HEADER, request_id))
        await HotResponse(body, status, _TEXT, more)(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> _Answer:
        try:
            return await self._take(scope, receive)
        except NotificationRefused as error:
            self._log_refused(error)
            return _STATUSES[error.because], f"{error.because}: {error}\n".encode(), ()
        except RequestError as error:
            return error.status, b"", error.headers
        except DATABASE_UNREACHABLE:
            return HTTPStatus.SERVICE_UNAVAILABLE, b"", (_retry_after(5),)
        except Exception:  # noqa: BLE001  (the edge of the program: it is logged)
            _log.exception("payment notification failed")
            return HTTPStatus.INTERNAL_SERVER_ERROR, b"", ()

    def _log_refused(self, error: NotificationRefused) -> None:
        if self._lines.take(self._monotonic_ns()):
            self._unlogged += 1
            return
        more = {"unlogged": self._unlogged} if self._unlogged else {}
        self._unlogged = 0
        why = {"because": error.because, "reason": str(error)}
        _log.warning("payment notification refused", **why, **more)

    async def _take(self, scope: Scope, receive: Receive) -> _Answer:
        """Pass a notification to the desk; whatever is not stored raises an error or is limited."""
        raise_error(scope)
        provider: str = scope["path"].removeprefix(PAYMENT_HOOKS)
        if not self._desk.knows(provider):
            return HTTPStatus.NOT_FOUND, b"", ()
        if scope["method"] != "POST":
            return HTTPStatus.METHOD_NOT_ALLOWED, b"", ((b"allow", b"POST"),)
        request = await _request(scope, receive)
        limited = await self._desk.take(provider, request, _address(scope))
        if limited is None:
            return HTTPStatus.OK, b"", ()
        status = HTTPStatus.SERVICE_UNAVAILABLE if limited.is_busy else HTTPStatus.TOO_MANY_REQUESTS
        return status, b"", (_retry_after(limited.seconds),)


async def _request(scope: Scope, receive: Receive) -> NotificationRequest:
    """Return a notification as it came; of headers that come twice, the last."""
    headers = {name.decode("latin-1"): value for name, value in scope["headers"]}
    declared = headers.get("content-length", b"")
    body = await read_body(scope, receive, declared, BODY_BYTES_MAX, BODY_SECONDS_MAX)
    return NotificationRequest(
        {name: value.decode("latin-1") for name, value in headers.items()}, body
    )


def _address(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else ""


def _retry_after(seconds: float) -> Header:
    return b"retry-after", str(max(1, math.ceil(seconds))).encode()
