"""The pages as one application: the tables of pages joined, and what happens to a request."""

from collections.abc import Sequence
from typing import Final

from gotovo.web.answer import Answer, Header, Stream
from gotovo.web.asgi import ASGIApp, Receive, Scope, Send
from gotovo.web.customer import pages as customer
from gotovo.web.demo import pages as demo
from gotovo.web.headers import said_always, said_with_assets, start_of
from gotovo.web.packing import packed_for
from gotovo.web.pwa import pages as pwa
from gotovo.web.request import Request
from gotovo.web.routing import Router
from gotovo.web.site.dependencies import WebParts
from gotovo.web.site.error_pages import page_about
from gotovo.web.site.templates import read_pages
from gotovo.web.site.visit import Visit
from gotovo.web.streaming import send_stream

PAGES: Final = (*customer.PAGES, *pwa.PAGES)
DEMO_PAGES: Final = (*customer.DEMO_PAGES, *demo.PAGES)


def web_app(parts: WebParts) -> ASGIApp:
    """Return all pages for people; the demo's own are there only in the demo."""
    return _Site(parts)


class _Site:
    """The table of pages at work."""

    def __init__(self, parts: WebParts) -> None:
        self._parts = parts
        self._pages = read_pages()
        self._router = Router((*PAGES, *(DEMO_PAGES if parts.demo else ())))
        self._always = said_always(secure=parts.secure, unsafe=parts.unsafe)
        self._assets = self._pages.assets.by_path
        self._with_assets = said_with_assets(self._always)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; there is nothing to start or stop."""
        assert scope["type"] == "http", scope["type"]
        request = Request(scope, receive)
        asset = self._assets.get(request.path)
        if asset is not None and request.method in {"GET", "HEAD"}:
            packed = asset.answer(request.header(b"accept-encoding") or "")
            await _send(packed, self._with_assets, request, send)
            return
        answer = await self._answered(request)
        if isinstance(answer, Stream):
            await send_stream(answer, self._always, receive, send)
            return
        await _send(packed_for(request, answer), self._always, request, send)

    async def _answered(self, request: Request) -> Answer | Stream:
        """Return the answer, whatever happens: what fails is told on a page as well."""
        try:
            return await self._handled(request)
        except Exception as error:  # noqa: BLE001  (the edge of the program: it is logged and told)
            return page_about(Visit(request, self._parts, self._pages), error)

    async def _handled(self, request: Request) -> Answer | Stream:
        page, path_params = self._router.find(request.method, request.path)
        visit = Visit(request, self._parts, self._pages)
        try:
            return await page.answer(visit, path_params)
        except tuple(customer.ERROR_PAGES) as error:
            return await customer.ERROR_PAGES[type(error)](visit, error)


async def _send(answer: Answer, always: Sequence[Header], request: Request, send: Send) -> None:
    await send(start_of(answer, always))
    body = b"" if request.method == "HEAD" else answer.body
    await send({"type": "http.response.body", "body": body})
