"""The edge: what every request passes on its way to the API or to a page, and every answer back.

A request that is refused here goes on with an error in its scope, and the application answers it in
the client's own form and language.
"""

from collections.abc import Awaitable, Sequence
from functools import lru_cache
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gotovo.access.rate_limits import network_of
from gotovo.http.edge.bounded_sending import BoundedSending, SlowReader
from gotovo.http.edge.unread_bodies import RequestBody, body_of
from gotovo.http.errors import Header, InvalidHost, RequestError
from gotovo.http.limits import RequestsUnderWay
from gotovo.http.request_ids import HEADER, enter_request

_CLOSE: Final[Header] = (b"connection", b"close")
_ERROR: Final = "gotovo.error"
_ADDRESSES_CACHED: Final = 4_096


class Edge:
    """Names a request, checks its host, counts those of an address, and bounds what is unread."""

    def __init__(
        self, app: ASGIApp, requests_per_address: int, headers: Sequence[Header] = ()
    ) -> None:
        """Serve an application; `headers` go with every response."""
        self._app = app
        self._headers = headers
        self._bounded = BoundedSending()
        self._under_way = RequestsUnderWay(requests_per_address, "address")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; a client that does not read is left without the rest."""
        headers: dict[bytes, bytes] = dict(scope["headers"])
        client = scope.get("client")
        subject = _network(client[0]) if client else ""
        try:
            self._under_way.enter(subject)
        except RequestError as error:
            await self._serve(refused(scope, error), headers, receive, send)
            return
        try:
            if not _has_one_host(scope, headers):
                scope = refused(scope, InvalidHost())
            await self._serve(scope, headers, receive, send)
        finally:
            self._under_way.leave(subject)

    async def _serve(
        self, scope: Scope, headers: dict[bytes, bytes], receive: Receive, send: Send
    ) -> None:
        request_id = enter_request(scope)
        body = body_of(headers, receive)
        if body is not None:
            receive = body.receive
            send = _after_body(body, send)
        try:
            await self._app(scope, receive, self._sending(request_id, send))
        except SlowReader:  # The server closes a connection whose response is not complete.
            return

    def _sending(self, request_id: bytes, send: Send) -> Send:
        """Return a `send` that completes the headers of a response and bounds its body."""
        send_body = self._bounded(send)

        def send_response(message: Message) -> Awaitable[None]:
            if message["type"] != "http.response.start":
                return send_body(message)
            headers = message["headers"] = [*message["headers"], *self._headers]
            for name, _ in headers:
                if name == HEADER:  # the API sends it itself
                    break
            else:
                headers.append((HEADER, request_id))
            return send(message)

        return send_response


def _after_body(body: RequestBody, send: Send) -> Send:
    """Return a `send` that begins a response once nothing is left of the body."""

    def send_after_body(message: Message) -> Awaitable[None]:
        if body.is_read or message["type"] != "http.response.start":
            return send(message)
        return discard_and_send(message)

    async def discard_and_send(message: Message) -> None:
        if _CLOSE not in message["headers"] and not await body.discard():
            message["headers"] = [*message["headers"], _CLOSE]
        await send(message)

    return send_after_body


def refused(scope: Scope, error: RequestError) -> Scope:
    """Return the scope of a request that is refused for an error."""
    return {**scope, _ERROR: error}


def raise_error(scope: Scope) -> None:
    """Raise the error for which the edge has refused a request, if it has."""
    error = scope.get(_ERROR)
    if error is not None:
        raise error


def is_refused(scope: Scope) -> bool:
    """Tell whether the edge has refused a request."""
    return _ERROR in scope


def _has_one_host(scope: Scope, headers: dict[bytes, bytes]) -> bool:
    """Tell whether a request has exactly one host; HTTP/1.0 needs none.

    Granian stands in an empty one where there is none.
    """
    if headers.get(b"host") and len(headers) == len(scope["headers"]):
        return True  # no header stands twice
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if len(hosts) == 1 and hosts[0]:
        return True
    is_old = scope.get("http_version") != "1.1"
    return is_old and len(hosts) <= 1


_network = lru_cache(_ADDRESSES_CACHED)(network_of)
