"""The API as one ASGI application: everything under /api, health checks and metrics.

The path of a request: route, authenticate, check the role, read and scan the body, call the
endpoint. Every failure on the way becomes a problem; only an error of ours is a 500.
"""

import time
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Final

import structlog
from msgspec import Struct, structs
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gotovo.access.permissions import acts_for_network
from gotovo.access.programs.api_keys import KeyHolder, KeyRefusal, RefusedKey
from gotovo.api.authentication import authenticate
from gotovo.api.deprecation import deprecation_of
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.errors import ApiError, api_error
from gotovo.api.dispatch.idempotency import require_idempotency_key
from gotovo.api.dispatch.problems import error_problem
from gotovo.api.dispatch.request import (
    ApiRequest,
    check_file_type,
    check_media_type,
    has_scope,
    require_scope,
)
from gotovo.api.dispatch.responses import problem_response, refusal_response
from gotovo.api.dispatch.submission import unavailable
from gotovo.api.docs.page import FILES, file_response, openapi_response, page_response
from gotovo.api.endpoints import ENDPOINTS
from gotovo.api.health import healthz, metrics, readyz
from gotovo.api.limits.key_limits import KeyUsage, cost_of
from gotovo.api.refusal_log import KIND_OF_STATUS, record_refusal, record_refused_key
from gotovo.api.staff_requests import in_shift, require_proof
from gotovo.http.caps import JSON_BYTES_MAX
from gotovo.http.deadlines import BODY_SECONDS_MAX, read_body, read_file
from gotovo.http.edge.edge import raise_error
from gotovo.http.edge.routes import note_route
from gotovo.http.errors import Header, RequestError
from gotovo.http.hot_paths import RouteTree
from gotovo.http.languages import language_of
from gotovo.http.request_ids import HEADER, enter_request, logged_path
from gotovo.http.security_headers import (
    NO_CONTENT,
    NO_REFERRER,
    NO_SNIFF,
    NO_STORE,
    UNSAFE,
    with_headers,
)
from gotovo.http.streaming import EventStream
from gotovo.order.refusals import Code, Refusal
from gotovo.order.values.actor import Actor
from gotovo.store.postgres.errors import ForeignSecret
from gotovo.store.postgres.unreachable import DATABASE_UNREACHABLE
from gotovo.text import UnfitText, single_line
from gotovo.words.language import Language
from gotovo.words.request_errors import RequestErrorCode

Public = Callable[[ApiDependencies], Awaitable[Response]]
"""An endpoint that needs no key; it answers GET alone."""

_PUBLIC: Final[dict[str, Public]] = {
    "/healthz": healthz,
    "/readyz": readyz,
    "/metrics": metrics,
    "/api/openapi.json": openapi_response,
    "/api/docs": page_response,
}
_FOR_ALL_SHOPS: Final = frozenset(
    {ProtectedBy.NETWORK_KEY, ProtectedBy.POINT, ProtectedBy.MANIFEST}
)
"""What no key of a shop alone may do: parcels of all shops lie on one shelf and in one van."""

_HEADERS: Final = (NO_STORE, NO_SNIFF, NO_REFERRER, NO_CONTENT)
_CHALLENGE: Final = b'Bearer realm="gotovo"'
_NO_ENDPOINT: Final = "none"
_log = structlog.get_logger("gotovo.api")


def api_app(dependencies: ApiDependencies, endpoints: tuple[Endpoint, ...] = ENDPOINTS) -> ASGIApp:
    """Return the application that serves /api, /healthz, /readyz and /metrics."""
    api = _Api(dependencies, endpoints)
    return with_headers(api, (UNSAFE,)) if dependencies.unsafe else api


class _Turn(Struct):
    """One request: the endpoint that was found, and the key whose limits it uses.

    `key_id` is empty until the request is counted as under way, `actor` None without a valid key,
    and `refused_key` is why a token opened nothing.
    """

    endpoint: Endpoint | None = None
    usage: KeyUsage | None = None
    key_id: str = ""
    actor: Actor | None = None
    refused_key: RefusedKey | None = None


class _Api:
    """Dispatches requests to the endpoints of the table."""

    def __init__(self, dependencies: ApiDependencies, endpoints: tuple[Endpoint, ...]) -> None:
        self._dependencies = dependencies
        self._endpoints = RouteTree((each.method, each.path, each) for each in endpoints)
        self._announced: dict[str, tuple[Header, ...]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; start-up and shutdown need no work."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        assert scope["type"] == "http", scope["type"]
        began_at = time.perf_counter()
        headers = dict(scope["headers"])
        request_id = enter_request(scope)
        turn = _Turn()
        try:
            response = await self._response(turn, scope, headers, receive, request_id)
            own = {name for name, _ in response.raw_headers}
            response.raw_headers += [each for each in _HEADERS if each[0] not in own]
            response.raw_headers.append((HEADER, request_id))
            if response.status_code in KIND_OF_STATUS:
                self._record_refusal(turn, scope, response)
            if turn.usage is not None:
                assert turn.endpoint is not None, scope["path"]
                response.raw_headers += turn.usage.headers(streams=turn.endpoint.streams)
                response.raw_headers += self._announcement(turn.endpoint)
            if scope["method"] == "HEAD":
                response.body = b""
            await response(scope, receive, send)
        finally:
            if turn.key_id:
                self._dependencies.requests_by_key.leave(turn.key_id)
        if not isinstance(response, EventStream):
            name = _NO_ENDPOINT if turn.endpoint is None else turn.endpoint.name
            seconds = time.perf_counter() - began_at
            self._dependencies.metrics.count_request(name, response.status_code, seconds)

    def _announcement(self, endpoint: Endpoint) -> tuple[Header, ...]:
        """Return the headers that announce an end; found out when an endpoint first responds."""
        headers = self._announced.get(endpoint.name)
        if headers is None:
            end = deprecation_of(endpoint)
            headers = self._announced[endpoint.name] = end.headers if end else ()
        return headers

    def _record_refusal(self, turn: _Turn, scope: Scope, response: Response) -> None:
        """Collect a refusal for the security log; it names the endpoint and not the path."""
        endpoint = "" if turn.endpoint is None else turn.endpoint.name
        log = self._dependencies.security_log
        if turn.refused_key is None:
            record_refusal(log, response, scope, turn.actor, endpoint)
        else:
            record_refused_key(log, scope, turn.refused_key)

    async def _response(
        self,
        turn: _Turn,
        scope: Scope,
        headers: dict[bytes, bytes],
        receive: Receive,
        request_id: bytes,
    ) -> Response:
        """Return the response, whatever happens."""
        language = language_of(headers.get(b"accept-language", b"").decode("latin-1"))
        path: str = scope["path"]
        try:
            raise_error(scope)
            if path in _PUBLIC or path in FILES:
                note_route(scope, path)
                return await self._public(path, scope["method"], headers)
            methods, scope["path_params"] = self._find(path)
            method = _method(scope["method"], methods)
            if method == "OPTIONS":
                return _options(methods)
            turn.endpoint = endpoint = methods[method]
            note_route(scope, endpoint.path)
            request = await self._request(turn, endpoint, scope, headers, language, receive=receive)
            return await self._handle(endpoint, request)
        except RequestError as error:
            return _error_response(api_error(error), path, language)
        except (*DATABASE_UNREACHABLE, ForeignSecret) as error:
            if isinstance(error, ForeignSecret):
                _log.error("buyers can't be looked up", error=str(error))
            return _error_response(unavailable(self._dependencies, error), path, language)
        except Exception:  # noqa: BLE001  (the edge of the program: it is logged)
            _log.exception("request failed", path=logged_path(path))
            error = ApiError(RequestErrorCode.INTERNAL)
            return _error_response(error, path, language, request_id.decode())

    async def _public(self, path: str, method: str, headers: dict[bytes, bytes]) -> Response:
        """Return the response of an endpoint that needs no key."""
        if method not in {"GET", "HEAD"}:
            allow = ((b"allow", b"GET, HEAD"),)
            raise ApiError(RequestErrorCode.METHOD_NOT_ALLOWED, "", method, "GET", allow)
        if path in FILES:
            return file_response(path, headers.get(b"accept-encoding", b"").decode("latin-1"))
        return await _PUBLIC[path](self._dependencies)

    def _find(self, path: str) -> tuple[dict[str, Endpoint], dict[str, str]]:
        found = self._endpoints.find(path)
        if found is None:
            raise ApiError(RequestErrorCode.NOT_FOUND)
        methods, parameters = found
        try:
            return methods, {name: single_line(value) for name, value in parameters.items()}
        except UnfitText as error:
            raise ApiError(RequestErrorCode.NOT_FOUND) from error

    async def _request(
        self,
        turn: _Turn,
        endpoint: Endpoint,
        scope: Scope,
        headers: dict[bytes, bytes],
        language: Language,
        *,
        receive: Receive,
    ) -> ApiRequest:
        """Return the request, authenticated, counted for its key and with its body read."""
        holder = await authenticate(self._dependencies, scope, headers)
        if isinstance(holder, RefusedKey):
            turn.refused_key = holder
            raise _refused_key(holder.reason)
        turn.actor = holder.actor
        turn.usage = usage = self._dependencies.key_limiter.usage_of(holder)
        declared = headers.get(b"content-length", b"")
        may_enter = _may_enter(endpoint, holder) and has_scope(holder, endpoint.scope)
        has_body = (endpoint.body is not None or bool(endpoint.file_types)) and may_enter
        is_told = has_body and declared.isdigit()
        bytes_max = endpoint.body_bytes_max
        usage.charge(_cost(endpoint, int(declared)) if is_told else 1)
        self._shed_load(endpoint, holder)
        usage.enter()
        turn.key_id = holder.key_id
        body = b""
        if has_body:
            if endpoint.repeatable:
                require_idempotency_key(headers)
            if endpoint.file_types:
                body = await self._file(endpoint, headers, holder, receive)
            else:
                check_media_type(headers)
                body = await read_body(scope, receive, declared, bytes_max, BODY_SECONDS_MAX)
            if not is_told:
                usage.charge(_cost(endpoint, len(body)), 1)
        return ApiRequest(
            scope, receive, header_bytes=headers, language=language, holder=holder, content=body
        )

    async def _file(
        self,
        endpoint: Endpoint,
        headers: dict[bytes, bytes],
        holder: KeyHolder,
        receive: Receive,
    ) -> bytes:
        """Return a body that is a file; over a slow line it may take as long as a photo takes."""
        check_file_type(headers, endpoint.file_types)
        declared = headers.get(b"content-length", b"")
        with self._dependencies.uploads.slot(holder.key_id, declared.decode("latin-1")):
            return await read_file(receive, declared, endpoint.body_bytes_max)

    def _shed_load(self, endpoint: Endpoint, holder: KeyHolder) -> None:
        """Refuse a request of a key with at least its share while the engine is slow.

        It is refused with its body unparsed: shedding must cost next to nothing, or the accepted
        requests wait for it.
        """
        is_shed = endpoint.repeatable and self._dependencies.engine.is_slow
        if is_shed and not self._dependencies.requests_by_key.has_share(holder.key_id):
            raise unavailable(self._dependencies)

    async def _handle(self, endpoint: Endpoint, request: ApiRequest) -> Response:
        if not _may_enter(endpoint, request.holder):
            expected = ", ".join(sorted(endpoint.roles))
            refusal = Refusal(Code.NOT_PERMITTED, "role", request.actor.role, expected)
            return refusal_response(request, refusal)
        if endpoint.protected_by in _FOR_ALL_SHOPS and not acts_for_network(request.actor):
            refusal = Refusal(Code.NOT_PERMITTED, "shop", request.actor.shop or "", "a network key")
            return refusal_response(request, refusal)
        require_scope(request, endpoint.scope)
        require_proof(self._dependencies, request, endpoint.danger)
        request = await in_shift(self._dependencies, endpoint, request)
        return await endpoint.handler(self._dependencies, request)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return


def _method(method: str, methods: dict[str, Endpoint]) -> str:
    """Return the method to look up: HEAD is a GET whose body is not sent."""
    if method in methods or method == "OPTIONS":
        return method
    if method == "HEAD" and "GET" in methods:
        return "GET"
    allow = _allow(methods)
    raise ApiError(
        RequestErrorCode.METHOD_NOT_ALLOWED, "", method, allow[1].decode(), headers=(allow,)
    )


def _options(methods: dict[str, Endpoint]) -> Response:
    response = Response(status_code=HTTPStatus.NO_CONTENT)
    response.raw_headers.append(_allow(methods))
    return response


def _allow(methods: dict[str, Endpoint]) -> Header:
    allowed = {*methods, "OPTIONS"} | ({"HEAD"} if "GET" in methods else set())
    return b"allow", ", ".join(sorted(allowed)).encode()


def _may_enter(endpoint: Endpoint, holder: KeyHolder) -> bool:
    return holder.actor.role in endpoint.roles


def _refused_key(refusal: KeyRefusal) -> ApiError:
    """Return the error of a token that opens nothing.

    From a network that its key does not allow a right token gets the same answer as a wrong one.
    """
    if refusal is KeyRefusal.EXPIRED:
        code, challenge = RequestErrorCode.KEY_EXPIRED, _CHALLENGE + b', error="invalid_token"'
    else:
        code, challenge = RequestErrorCode.UNAUTHORIZED, _CHALLENGE
    return ApiError(code, headers=((b"www-authenticate", challenge),))


def _cost(endpoint: Endpoint, body_bytes: int) -> int:
    """Return how many times a request counts; a file is not parsed, and has a limit of its own."""
    most = JSON_BYTES_MAX if endpoint.file_types else endpoint.body_bytes_max
    return cost_of(min(body_bytes, most))


def _error_response(
    error: ApiError, path: str, language: Language, request_id: str = ""
) -> Response:
    problem = error_problem(
        error.code, path, language, field=error.field, value=error.value, expected=error.expected
    )
    if error.errors or error.policies:
        problem = structs.replace(problem, faults=error.errors, violated_policies=error.policies)
    if request_id:
        problem = structs.replace(problem, request_id=request_id)
    return problem_response(problem, error.headers)
