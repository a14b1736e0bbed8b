"""Map: a redirect to a public map; no page of ours loads anything from there."""

from http import HTTPStatus

from starlette.responses import RedirectResponse, Response

from gotovo.order.account.handover_place import handover_place
from gotovo.order.values.order import Order
from gotovo.web.site.errors import PageNotFound
from gotovo.web.site.visit import Visit
from gotovo.words.formats.map_link import map_link


async def point_map(visit: Visit, order: Order) -> Response:
    """Redirect to the point's address on the map."""
    point = handover_place(order, visit.dependencies.places()).point
    if point is None:
        raise PageNotFound
    return RedirectResponse(map_link(point.address), HTTPStatus.SEE_OTHER)
