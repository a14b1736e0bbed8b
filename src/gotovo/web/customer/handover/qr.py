"""The QR code of an order that is ready: a scanner at the desk reads it (rule 4.3).

It changes each minute, so a photograph of it soon expires. It has an address of its own: drawing it
takes longer than the page around it, and a browser can fetch the next one alone.
"""

from io import BytesIO

import segno
from starlette.responses import Response

from gotovo.order.account.shown_codes import shown_qr_text
from gotovo.order.values.order import Order
from gotovo.web.site.errors import PageNotFound
from gotovo.web.site.visit import Visit

_SVG = "image/svg+xml"
_QUIET_MODULES = 4  # ISO/IEC 18004 asks for as many on each side.


async def qr_picture(visit: Visit, order: Order) -> Response:
    """Draw the QR of this minute."""
    text = shown_qr_text(order, visit.dependencies.codes, visit.now)
    if not text:
        raise PageNotFound
    return Response(draw_qr(text), media_type=_SVG)


def draw_qr(text: str) -> bytes:
    """Return the QR code of a text as SVG; a quarter of it may be covered or scratched."""
    picture = BytesIO()
    segno.make_qr(text, error="q", boost_error=False).save(
        picture,
        kind="svg",
        border=_QUIET_MODULES,
        dark="#000",
        light="#fff",
        omitsize=True,
        xmldecl=False,
        nl=False,
    )
    return picture.getvalue()
