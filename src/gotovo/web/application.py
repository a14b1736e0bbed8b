"""The pages as one application: the table of all pages, and the way of a request through it."""

from collections.abc import Sequence
from typing import Final

from gotovo.web.answer import Answer, Header, Stream
from gotovo.web.asgi import ASGIApp, Receive, Scope, Send
from gotovo.web.customer.contact.live import live
from gotovo.web.customer.devices import passkeys
from gotovo.web.customer.devices.devices import device_sign_out, devices
from gotovo.web.customer.devices.push import push_key, push_subscription, push_subscription_end
from gotovo.web.customer.handover.handover_stop import handover_stop
from gotovo.web.customer.handover.qr import qr
from gotovo.web.customer.order.order_page import order
from gotovo.web.customer.orders.order_list import orders
from gotovo.web.customer.privacy.privacy import data, erasure, erasure_asked, privacy
from gotovo.web.customer.sign_in.home import front
from gotovo.web.customer.sign_in.sign_in import code_page, send_code, sign_in, sign_out
from gotovo.web.customer.steps.cancellation import cancellation, cancellation_asked
from gotovo.web.customer.steps.payment import payment
from gotovo.web.customer.steps.step_pages import ACTS
from gotovo.web.customer.steps.storage_extension import storage_extension, storage_extension_asked
from gotovo.web.customer.tracking.tracking import make_link, revoke_link, sharing, tracking
from gotovo.web.demo.gallery.gallery import look
from gotovo.web.demo.phone.phone import phone
from gotovo.web.headers import said_always, said_with_assets, start_of
from gotovo.web.packing import packed_for
from gotovo.web.pwa.manifest import app_file
from gotovo.web.pwa.service_worker import code_in_hand, offline, service_worker
from gotovo.web.request import Request
from gotovo.web.routing import Page, Router
from gotovo.web.site.dependencies import WebParts
from gotovo.web.site.error_pages import page_about
from gotovo.web.site.templates import read_pages
from gotovo.web.site.visit import Visit
from gotovo.web.streaming import send_stream

PAGES: Final = (
    Page("GET", "/", front),
    Page("POST", "/sign-in-code", send_code),
    Page("GET", "/sign-in-code", code_page),
    Page("POST", "/session", sign_in),
    Page("POST", "/sign-out", sign_out),
    Page("GET", "/devices", devices),
    Page("POST", "/devices/{device}/sign-out", device_sign_out),
    Page("POST", "/passkeys/options", passkeys.creation_options),
    Page("POST", "/passkeys", passkeys.creation),
    Page("POST", "/passkeys/{passkey}/removal", passkeys.removal),
    Page("POST", "/passkey-session/options", passkeys.request_options),
    Page("POST", "/passkey-session", passkeys.passkey_session),
    Page("GET", "/orders", orders, finds_session=True),
    Page("GET", "/orders/live", live),
    Page("GET", "/orders/{number}", order, finds_session=True),
    Page("GET", "/orders/{number}/cancellation", cancellation_asked),
    Page("POST", "/orders/{number}/cancellation", cancellation),
    Page("GET", "/orders/{number}/storage-extension", storage_extension_asked),
    Page("POST", "/orders/{number}/storage-extension", storage_extension),
    *ACTS,
    Page("POST", "/orders/{number}/handover-stop", handover_stop),
    Page("GET", "/orders/{number}/qr.svg", qr),
    Page("GET", "/orders/{number}/tracking-link", sharing),
    Page("POST", "/orders/{number}/tracking-link", make_link),
    Page("POST", "/orders/{number}/tracking-link-revocation", revoke_link),
    Page("GET", "/track/{token}", tracking),
    Page("GET", "/code", code_in_hand, finds_session=True),
    Page("GET", "/offline", offline, finds_session=True),
    Page("GET", "/sw.js", service_worker, finds_session=True),
    Page("GET", "/app/{file}", app_file, finds_session=True),
    Page("GET", "/push-key", push_key, finds_session=True),
    Page("POST", "/push-subscription", push_subscription),
    Page("POST", "/push-subscription-end", push_subscription_end),
    Page("GET", "/privacy", privacy),
    Page("GET", "/privacy/data", data),
    Page("GET", "/privacy/erasure", erasure_asked),
    Page("POST", "/privacy/erasure", erasure),
)

DEMO_PAGES: Final = (
    Page("GET", "/look", look),
    Page("GET", "/phone", phone),
    Page("POST", "/orders/{number}/payment", payment),
)


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
        page, names = self._router.find(request.method, request.path)
        visit = Visit(request, self._parts, self._pages)
        if not page.finds_session:
            await visit.recognise()
            return await page.handler(visit, **names)
        answer = await page.handler(visit, **names)
        await visit.note_use()
        return answer


async def _send(answer: Answer, always: Sequence[Header], request: Request, send: Send) -> None:
    await send(start_of(answer, always))
    body = b"" if request.method == "HEAD" else answer.body
    await send({"type": "http.response.body", "body": body})
