"""Map: a redirect to a public map; no page of ours loads anything from there."""

from http import HTTPStatus
from typing import Final
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from gotovo.order.values.order import Order
from gotovo.web.customer.steps.own_order import handover_place
from gotovo.web.site.errors import PageNotFound
from gotovo.web.site.visit import Visit

MAP: Final = "https://www.openstreetmap.org/search"
"""Needs no account, and learns only the address of the point."""


async def point_map(visit: Visit, order: Order) -> Response:
    """Redirect to the point's address on the map."""
    point = handover_place(order, visit.dependencies.places()).point
    if point is None:
        raise PageNotFound
    address = f"{MAP}?{urlencode({'query': point.address})}"
    return RedirectResponse(address, HTTPStatus.SEE_OTHER)
