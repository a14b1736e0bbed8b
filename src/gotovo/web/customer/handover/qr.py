"""The QR of an order that is ready: what a scanner at the desk reads in place of the code.

It changes each minute, so a photograph of it is soon worth nothing. It is a picture with an
address of its own: drawing one takes longer than the page around it, and a browser that shows it
again asks for nothing else.
"""

from io import BytesIO

import segno
from starlette.responses import Response

from gotovo.order.values.order import Order, Stage, place_of
from gotovo.order.values.pickup_codes import qr_text
from gotovo.web.site.errors import PageNotFound
from gotovo.web.site.visit import Visit

_SVG = "image/svg+xml"
_QUIET_MODULES = 4  # ISO/IEC 18004 asks for as many on each side.


async def qr_picture(visit: Visit, order: Order) -> Response:
    """Draw the QR of this minute."""
    if order.stage not in {Stage.SHELVED, Stage.HANDING_OVER}:
        raise PageNotFound
    text = qr_text(
        visit.dependencies.secret,
        order.number,
        place_of(order),
        order.codes.counter,
        visit.now,
    )
    return Response(drawn(text), media_type=_SVG)


def drawn(text: str) -> bytes:
    """Return a picture of a text, dark on white; a quarter of it may be hidden or scratched."""
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
