"""Map: the way out to somebody else's map; no page of ours loads anything from there."""

from typing import Final
from urllib.parse import urlencode

from gotovo.order.values.order import Order
from gotovo.web.answer import Answer
from gotovo.web.customer.steps.own_order import place_of
from gotovo.web.site.errors import PageNotFound
from gotovo.web.site.visit import Visit

MAP: Final = "https://www.openstreetmap.org/search"
"""A map without an account; all it learns is the address of the point."""

_SEE_OTHER: Final = 303


async def point_map(visit: Visit, order: Order) -> Answer:
    """Lead to the point's address on the map."""
    point = place_of(order, visit.parts.places()).point
    if point is None:
        raise PageNotFound
    address = f"{MAP}?{urlencode({'query': point.address})}"
    return Answer(_SEE_OTHER, headers=((b"location", address.encode()),))
