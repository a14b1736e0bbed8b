"""The pages as one application: routes, headers, and what happens on failure."""

from typing import Final

from litestar import Litestar, MediaType, Response, get
from litestar.datastructures import State
from litestar.di import Provide
from litestar.types import ASGIApp

from gotovo.web.customer.cancellation import cancellation, cancellation_asked
from gotovo.web.customer.front import front
from gotovo.web.customer.handover_stop import handover_stop
from gotovo.web.customer.order_list import orders
from gotovo.web.customer.order_page import order
from gotovo.web.customer.payment import payment
from gotovo.web.customer.sign_in import code_page, send_code, sign_in, sign_out
from gotovo.web.customer.storage_extension import storage_extension
from gotovo.web.failing import HANDLERS
from gotovo.web.forms import BODY_BYTES_MAX
from gotovo.web.headers import with_headers
from gotovo.web.pages import read_pages
from gotovo.web.parts import WebParts
from gotovo.web.phone.page import phone
from gotovo.web.visit import visit_of

_CUSTOMER: Final = (
    front,
    send_code,
    code_page,
    sign_in,
    sign_out,
    orders,
    order,
    cancellation_asked,
    cancellation,
    storage_extension,
    handover_stop,
)
_DEMO: Final = (phone, payment)


def web_app(parts: WebParts) -> ASGIApp:
    """Return all pages for people; the demo's own are there only in the demo."""
    pages = read_pages()
    sheet = pages.stylesheet

    @get(sheet.path, media_type=MediaType.TEXT, sync_to_thread=False)
    def stylesheet() -> Response[bytes]:
        return Response(
            sheet.body,
            media_type="text/css; charset=utf-8",
            headers={"cache-control": "public, max-age=31536000, immutable"},
        )

    app = Litestar(
        route_handlers=[*_CUSTOMER, *(_DEMO if parts.demo else ()), stylesheet],
        dependencies={"visit": Provide(visit_of)},
        exception_handlers=HANDLERS,
        request_max_body_size=BODY_BYTES_MAX,
        openapi_config=None,
        logging_config=None,
        state=State({"parts": parts, "pages": pages}),
    )
    return with_headers(app, secure=parts.secure)
