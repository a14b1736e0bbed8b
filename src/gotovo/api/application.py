"""The API as one ASGI application: everything under /api, and what machines ask beside it.

The path of a request: route, authenticate, check the role, read and scan the body, hand over to
the endpoint. Whatever fails on the way is a problem; only a fault of ours is a 500.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus

import structlog
from msgspec import structs

from gotovo.access.programs.api_keys import KeyHolder
from gotovo.api.answer import Answer, Stream, problem_answer, start_of, stream_start_of
from gotovo.api.asgi import ASGIApp, Receive, Scope, Send
from gotovo.api.body import read_body
from gotovo.api.dispatch.dependencies import ApiParts
from gotovo.api.dispatch.endpoint import Endpoint
from gotovo.api.dispatch.errors import Fault
from gotovo.api.dispatch.idempotency import require_idempotency_key
from gotovo.api.dispatch.problems import fault_problem, refusal_problem
from gotovo.api.dispatch.submission import overloaded, turned_away
from gotovo.api.documents import openapi_answer, page_answer
from gotovo.api.endpoints import ENDPOINTS
from gotovo.api.health import healthz, metrics, readyz
from gotovo.api.request import Request, language_of, request_id_of
from gotovo.api.routing import Found, Router
from gotovo.api.unsafe import telling_unsafe
from gotovo.engine.ports import JournalUnreachable
from gotovo.order.refusals import Code, Refusal
from gotovo.store.postgres.unreachable import UNREACHABLE
from gotovo.words.language import Language
from gotovo.words.request_errors import RequestFault

_NO_ENDPOINT = "none"
_AWAY = (JournalUnreachable, *UNREACHABLE)
_log = structlog.get_logger("gotovo.api")


def api_app(parts: ApiParts) -> ASGIApp:
    """Return the application that answers /api, /healthz, /readyz and /metrics."""
    api = _Api(parts)
    return telling_unsafe(api) if parts.unsafe else api


class _Api:
    """The table of endpoints at work."""

    def __init__(self, parts: ApiParts) -> None:
        self._parts = parts
        self._router = Router(ENDPOINTS)
        self._plain: dict[str, Callable[[ApiParts], Awaitable[Answer]]] = {
            "/healthz": healthz,
            "/readyz": readyz,
            "/metrics": metrics,
            "/api/openapi.json": openapi_answer,
            "/api/docs": page_answer,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; there is nothing to start or stop."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
            return
        assert scope["type"] == "http", scope["type"]
        began_at = time.perf_counter()
        headers = dict(scope["headers"])
        request_id = request_id_of(headers)
        endpoint, answer = await self._answered(scope, headers, receive, request_id)
        name = _NO_ENDPOINT if endpoint is None else endpoint.name
        if isinstance(answer, Stream):
            await self._stream(answer, receive, send, request_id)
            return
        body = b"" if scope["method"] == "HEAD" else answer.body
        await send(start_of(answer, request_id))
        await send({"type": "http.response.body", "body": body})
        seconds = time.perf_counter() - began_at
        self._parts.metrics.count_request(name, int(answer.status), seconds)

    async def _answered(
        self, scope: Scope, headers: dict[bytes, bytes], receive: Receive, request_id: bytes
    ) -> tuple[Endpoint | None, Answer | Stream]:
        """Return the answer, whatever happens; and the endpoint, where one was found."""
        language = language_of(headers.get(b"accept-language", b""))
        path: str = scope["path"]
        endpoint: Endpoint | None = None
        try:
            plain = self._plain.get(path)
            if plain is not None:
                return None, await _plain_answer(plain, self._parts, scope["method"])
            found = _existing(self._router.find(path))
            method = _method(scope["method"], found)
            if method == "OPTIONS":
                return None, Answer(HTTPStatus.NO_CONTENT, b"", headers=(_allow(found),))
            endpoint = found.methods[method]
            request = await self._request(endpoint, found, scope, headers, receive=receive)
            return endpoint, await self._handled(endpoint, request)
        except Fault as fault:
            return endpoint, _fault_answer(fault, path, language)
        except _AWAY:
            return endpoint, _fault_answer(overloaded(), path, language)
        except Exception:  # noqa: BLE001  (the edge of the program: it is logged and told as ours)
            _log.exception("request failed", path=path, request_id=request_id.decode())
            fault = Fault(RequestFault.INTERNAL)
            return endpoint, _fault_answer(fault, path, language)

    async def _request(
        self,
        endpoint: Endpoint,
        found: Found,
        scope: Scope,
        headers: dict[bytes, bytes],
        *,
        receive: Receive,
    ) -> Request:
        """Return the request, authenticated and with its body read."""
        if endpoint.repeatable and self._parts.engine.is_slow:
            raise turned_away(headers)
        authorization = headers.get(b"authorization", b"").decode("latin-1")
        holder = await self._parts.keyring.holder(authorization)
        if holder is None:
            raise Fault(
                RequestFault.UNAUTHORIZED,
                headers=((b"www-authenticate", b'Bearer realm="gotovo"'),),
            )
        body = b""
        if endpoint.body is not None and _may_enter(endpoint, holder):
            if endpoint.repeatable:
                require_idempotency_key(headers)
            _check_media_type(headers)
            declared = headers.get(b"content-length", b"")
            body = await read_body(receive, declared, endpoint.body_bytes_max)
        return Request(
            method=endpoint.method,
            path=scope["path"],
            names=found.names,
            query=scope["query_string"],
            headers=headers,
            language=language_of(headers.get(b"accept-language", b"")),
            holder=holder,
            body=body,
        )

    async def _handled(self, endpoint: Endpoint, request: Request) -> Answer | Stream:
        if not _may_enter(endpoint, request.holder):
            expected = ", ".join(sorted(endpoint.roles))
            refusal = Refusal(Code.NOT_PERMITTED, "role", request.actor.role, expected)
            problem = refusal_problem(refusal, None, request.path, request.language)
            return problem_answer(problem)
        return await endpoint.handler(self._parts, request)

    async def _stream(
        self, stream: Stream, receive: Receive, send: Send, request_id: bytes
    ) -> None:
        """Send chunks until the asker leaves."""
        gone = asyncio.create_task(_until_gone(receive))
        self._parts.metrics.streams.inc()
        try:
            await send(stream_start_of(stream, request_id))
            await _sent(stream, send, gone)
        finally:
            self._parts.metrics.streams.dec()
            gone.cancel()
            await stream.chunks.aclose()


async def _sent(stream: Stream, send: Send, gone: "asyncio.Task[None]") -> None:
    """Send until the asker leaves, the database does, or we are asked to stop.

    Who follows comes back by itself, and goes on where the line broke.
    """
    while True:
        chunk = asyncio.ensure_future(_next(stream))
        await asyncio.wait((chunk, gone), return_when=asyncio.FIRST_COMPLETED)
        if gone.done():
            chunk.cancel()
            await asyncio.wait((chunk,))
            return
        body = chunk.result()
        if body is None:
            await send({"type": "http.response.body", "body": b""})
            return
        await send({"type": "http.response.body", "body": body, "more_body": True})


async def _next(stream: Stream) -> bytes | None:
    """Return the next chunk, None when there will be none."""
    try:
        return await anext(stream.chunks, None)
    except _AWAY:
        return None


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _live(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _plain_answer(
    plain: Callable[[ApiParts], Awaitable[Answer]], parts: ApiParts, method: str
) -> Answer:
    if method not in {"GET", "HEAD"}:
        raise Fault(RequestFault.METHOD_NOT_ALLOWED, "", method, "GET", ((b"allow", b"GET, HEAD"),))
    return await plain(parts)


def _existing(found: Found | None) -> Found:
    if found is None:
        raise Fault(RequestFault.NOT_FOUND)
    return found


def _method(method: str, found: Found) -> str:
    """Return the method to look up: HEAD is a GET whose body is not sent."""
    if method in found.methods or method == "OPTIONS":
        return method
    if method == "HEAD" and "GET" in found.methods:
        return "GET"
    allow = _allow(found)
    raise Fault(RequestFault.METHOD_NOT_ALLOWED, "", method, allow[1].decode(), headers=(allow,))


def _allow(found: Found) -> tuple[bytes, bytes]:
    methods = {*found.methods, "OPTIONS"} | ({"HEAD"} if "GET" in found.methods else set())
    return b"allow", ", ".join(sorted(methods)).encode()


def _may_enter(endpoint: Endpoint, holder: KeyHolder) -> bool:
    return holder.actor.role in endpoint.roles


def _check_media_type(headers: dict[bytes, bytes]) -> None:
    told = headers.get(b"content-type", b"application/json")
    media_type, _, parameters = told.decode("latin-1").lower().partition(";")
    media_type = media_type.strip()
    is_json = media_type == "application/json" or (
        media_type.startswith("application/") and media_type.endswith("+json")
    )
    charset = parameters.strip().removeprefix("charset=").strip('"')
    if not is_json or charset not in {"", "utf-8"}:
        raise Fault(
            RequestFault.UNSUPPORTED_MEDIA_TYPE,
            "Content-Type",
            told.decode("latin-1"),
            "application/json",
        )
    if headers.get(b"content-encoding", b"identity") != b"identity":
        encoding = headers[b"content-encoding"].decode("latin-1")
        raise Fault(RequestFault.UNSUPPORTED_MEDIA_TYPE, "Content-Encoding", encoding, "identity")


def _fault_answer(fault: Fault, path: str, language: Language) -> Answer:
    problem = fault_problem(
        fault.code,
        path,
        language,
        field=fault.field,
        value=fault.value,
        expected=fault.expected,
    )
    if fault.faults:
        problem = structs.replace(problem, faults=fault.faults)
    return problem_answer(problem, fault.headers)
