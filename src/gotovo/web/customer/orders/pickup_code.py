"""The shortcut of the installed app to the pick-up code."""

from typing import Final

from starlette.responses import Response

from gotovo.access.buyer.sessions import key_of
from gotovo.order.account.shown_codes import shown_pickup_code
from gotovo.order.values.order import Order
from gotovo.order.values.status import status_of
from gotovo.store.reads.buyer import BuyerReadLimits, ListFilter
from gotovo.web.site.cookies import SessionCookie
from gotovo.web.site.errors import SignInRequired
from gotovo.web.site.responses import see_other
from gotovo.web.site.visit import Visit

_READY_MAX: Final = 50


async def pickup_code_shortcut(visit: Visit, cookie: SessionCookie) -> Response:
    """Go to the order that is ready for pick-up, or to the list when there is not exactly one."""
    found = await visit.dependencies.orders.list_of(
        key_of(cookie.token),
        visit.now,
        home=cookie.home,
        filter_by=ListFilter(status="ready_for_pickup"),
        limits=BuyerReadLimits(open_orders=_READY_MAX, page=0),
    )
    if found is None:
        raise SignInRequired
    ready = [order for order in found.open_orders if _has_code(visit, order)]
    return see_other(visit, f"/orders/{ready[0].number}" if len(ready) == 1 else "/orders")


def _has_code(visit: Visit, order: Order) -> bool:
    return status_of(order) == "ready_for_pickup" and bool(
        shown_pickup_code(order, visit.dependencies.secret)
    )
