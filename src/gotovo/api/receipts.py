"""Receipts: call-backs of SMS providers, at an address with a secret token, and of browsers.

Providers know no keys and no problems: they send fields of their own, expect the words they have
asked for, and repeat what gets another status.
"""

from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus
from typing import Final

import structlog
from starlette.types import Receive, Scope, Send

from gotovo.http.deadlines import read_body
from gotovo.http.edge.edge import raise_error
from gotovo.http.edge.routes import note_route
from gotovo.http.errors import Header, RequestError
from gotovo.http.hot_paths import HotResponse
from gotovo.http.request_ids import HEADER, enter_request
from gotovo.http.security_headers import NO_CONTENT, NO_REFERRER, NO_SNIFF, NO_STORE
from gotovo.notices.channels.port import Receipt, ReceiptRefused, ReceiptRequest
from gotovo.store.postgres.unreachable import DATABASE_UNREACHABLE

BODY_BYTES_MAX: Final = 262_144
"""A call-back with a hundred receipts has some ten kilobytes."""

BODY_SECONDS_MAX: Final = 10.0

_ROUTE: Final = "/receipts/sms/{token}"
_TEXT: Final = b"text/plain; charset=utf-8"
_HEADERS: Final[tuple[Header, ...]] = (NO_STORE, NO_SNIFF, NO_REFERRER, NO_CONTENT)
_METHODS: Final = frozenset({"GET", "POST"})

_log: Final = structlog.get_logger("gotovo.receipts")


class ReceiptsApp:
    """Serves the call-backs of one provider, or those of browsers."""

    def __init__(
        self,
        read: Callable[[ReceiptRequest], Sequence[Receipt]],
        take: Callable[[Sequence[Receipt]], Awaitable[int]],
        response: str,
        route: str = _ROUTE,
        *,
        bytes_max: int = BODY_BYTES_MAX,
        check_path: Callable[[str], None] = lambda _path: None,
    ) -> None:
        """`read` raises ReceiptRefused; `take` stores; `response` is what the provider expects.

        `route` names the path in figures and logs, without a token. A body of more than `bytes_max`
        is not read: anybody may send one. `check_path` raises ReceiptRefused before any is read.
        """
        self._read = read
        self._take = take
        self._response = response.encode()
        self._route = route
        self._bytes_max = bytes_max
        self._check_path = check_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one call-back, whatever happens; only what is stored gets a 200."""
        request_id = enter_request(scope)
        note_route(scope, self._route)
        status, body, headers = await self._answer(scope, receive)
        more = (*_HEADERS, *headers, (HEADER, request_id))
        await HotResponse(body, status, _TEXT, more)(scope, receive, send)

    async def _answer(
        self, scope: Scope, receive: Receive
    ) -> tuple[HTTPStatus | int, bytes, tuple[Header, ...]]:
        try:
            raise_error(scope)
            if scope["method"] not in _METHODS:
                return HTTPStatus.METHOD_NOT_ALLOWED, b"", ((b"allow", b"GET, POST"),)
            self._check_path(_path(scope))
            receipts = self._read(await _request(scope, receive, self._bytes_max))
            await self._take(receipts)
        except ReceiptRefused as error:
            _log.warning("receipt refused", reason=str(error))
            return HTTPStatus.FORBIDDEN, f"{error}\n".encode(), ()
        except RequestError as error:
            return error.status, b"", error.headers
        except DATABASE_UNREACHABLE:
            return HTTPStatus.SERVICE_UNAVAILABLE, b"", ((b"retry-after", b"5"),)
        except Exception:  # noqa: BLE001  (the edge of the program: it is logged)
            _log.exception("receipt failed")
            return HTTPStatus.INTERNAL_SERVER_ERROR, b"", ()
        return HTTPStatus.OK, self._response, ()


async def _request(scope: Scope, receive: Receive, bytes_max: int) -> ReceiptRequest:
    """Return a call-back as it came; of headers that come twice, the last."""
    headers = {name.decode("latin-1"): value for name, value in scope["headers"]}
    declared = headers.get("content-length", b"")
    body = b""
    if scope["method"] == "POST":
        body = await read_body(scope, receive, declared, bytes_max, BODY_SECONDS_MAX)
    return ReceiptRequest(
        method=scope["method"],
        path=_path(scope),
        query=scope["query_string"].decode("latin-1"),
        headers={name: value.decode("latin-1") for name, value in headers.items()},
        body=body,
    )


def _path(scope: Scope) -> str:
    """Return the path as it is in the request line."""
    path: bytes = scope.get("raw_path") or scope["path"].encode("utf-8", "replace")
    return path.decode("latin-1")
