"""The web application: the tables of pages joined, and the way of a request to its page."""

import time
from collections.abc import Mapping, Sequence
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gotovo.http.compression import compress_page
from gotovo.http.edge.edge import is_refused, raise_error
from gotovo.http.edge.routes import note_route
from gotovo.http.errors import TooManyRequests
from gotovo.http.hot_paths import RouteTree
from gotovo.http.requests import PageRequest
from gotovo.http.security_headers import ASSET_HEADERS, page_headers, with_headers
from gotovo.http.streaming import EventStream
from gotovo.store.tables.security.kinds import SecurityKind
from gotovo.web.customer import pages as customer
from gotovo.web.demo import pages as demo
from gotovo.web.desk import pages as desk
from gotovo.web.pwa import pages as pwa
from gotovo.web.site.dependencies import WebDependencies
from gotovo.web.site.error_pages import error_page
from gotovo.web.site.errors import MethodNotAllowed, PageNotFound, StaleForm
from gotovo.web.site.origin import check_origin
from gotovo.web.site.page import ErrorPage, Page
from gotovo.web.site.rendering.templates import PageTemplates, page_templates
from gotovo.web.site.visit import Visit
from gotovo.web.staff import pages as staff

PAGES: Final = (*customer.PAGES, *desk.PAGES, *staff.PAGES, *pwa.PAGES)
_UNKNOWN: Final[tuple[Mapping[str, Page], dict[str, str]]] = ({}, {})
DEMO_PAGES: Final = (*demo.PAGES, *staff.DEMO_PAGES)
_ERROR_PAGES: Final = dict[type[Exception], ErrorPage](
    {**customer.ERROR_PAGES, **staff.ERROR_PAGES}
)


def web_app(dependencies: WebDependencies) -> ASGIApp:
    """Return the application of all pages; some exist only in the demo."""
    return Site(dependencies, (*PAGES, *(DEMO_PAGES if dependencies.demo else ())))


class Site:
    """Serves assets by their path and pages by their route."""

    def __init__(self, dependencies: WebDependencies, pages: Sequence[Page]) -> None:
        templates = page_templates()
        headers = page_headers(unsafe=dependencies.unsafe)
        self._assets = templates.assets.by_path
        self._serve_asset = with_headers(self._send_asset, ASSET_HEADERS)
        self._serve_page = with_headers(RoutedPages(pages, dependencies, templates), headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; there is nothing to start or stop."""
        assert scope["type"] == "http", scope["type"]
        path: str = scope["path"]
        is_asset = path in self._assets and scope["method"] in {"GET", "HEAD"}
        if is_asset and not is_refused(scope):
            note_route(scope, path)
            await self._serve_asset(scope, receive, send)
            return
        # A trailing slash is ignored.
        await self._serve_page({**scope, "path": path.rstrip("/") or "/"}, receive, send)

    async def _send_asset(self, scope: Scope, receive: Receive, send: Send) -> None:
        accept_encoding = Headers(scope=scope).get("accept-encoding", "")
        response = self._assets[scope["path"]].response(accept_encoding)
        await _send(response, scope, receive, send)


class RoutedPages:
    """The pages by path and method."""

    def __init__(
        self, pages: Sequence[Page], dependencies: WebDependencies, templates: PageTemplates
    ) -> None:
        self._routes = RouteTree((page.method, page.path, page) for page in pages)
        self._dependencies = dependencies
        self._templates = templates

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Respond with a page in any case: an error has a page as well."""
        began_at = time.perf_counter()
        methods, path_params = self._routes.find(scope["path"]) or _UNKNOWN
        path = next(iter(methods.values())).path if methods else ""
        note_route(scope, path)
        request = PageRequest(scope, receive)
        visit = Visit(request, self._dependencies, self._templates)
        try:
            response = await self._handle(visit, methods, path_params)
        except Exception as error:  # noqa: BLE001  (the edge of the program: it is logged)
            _record(visit, error, path)
            response = error_page(Visit(request, self._dependencies, self._templates), error)
        compress_page(request, response)
        await _send(response, scope, receive, send)
        if not isinstance(response, EventStream):
            seconds = time.perf_counter() - began_at
            self._dependencies.count_page(path or "none", response.status_code, seconds)

    async def _handle(
        self, visit: Visit, methods: Mapping[str, Page], path_params: dict[str, str]
    ) -> Response:
        request = visit.request
        raise_error(request.scope)
        page = _page(methods, request.method)
        if page.method == "POST":  # Before any read: another site learns nothing.
            check_origin(request, self._dependencies.public_url)
        try:
            return await page.answer(visit, path_params)
        except tuple(_ERROR_PAGES) as error:
            return await _ERROR_PAGES[type(error)](visit, error)


def _record(visit: Visit, error: Exception, path: str) -> None:
    """Collect a refusal for the security log."""
    if isinstance(error, TooManyRequests):
        visit.record(SecurityKind.LIMITED, about=visit.asked_for, endpoint=path)
    elif isinstance(error, StaleForm):
        visit.record(SecurityKind.REFUSED, "stale_form", endpoint=path)


def _page(methods: Mapping[str, Page], method: str) -> Page:
    """Return the page of a method; HEAD is a GET whose body is not sent."""
    if not methods:
        raise PageNotFound
    page = methods.get("GET" if method == "HEAD" else method)
    if page is None:
        raise MethodNotAllowed(", ".join(sorted(methods)))
    return page


async def _send(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    await response(scope, receive, _without_body(send) if scope["method"] == "HEAD" else send)


def _without_body(send: Send) -> Send:
    """Return a `send` for the response to HEAD: its length stays that of the page."""

    async def send_head(message: Message) -> None:
        await send({**message, "body": b""} if "body" in message else message)

    return send_head
