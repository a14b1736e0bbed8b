"""The shortcut of the installed app to the pick-up code."""

from typing import Final

from starlette.responses import Response

from gotovo.access.buyer.sessions import key_of
from gotovo.store.reads.buyer import BuyerReadLimits, ListFilter
from gotovo.web.site.cookies import SessionCookie
from gotovo.web.site.errors import SignInRequired
from gotovo.web.site.responses import see_other
from gotovo.web.site.visit import Visit

_ENOUGH: Final = 2
"""Whether there is one such order or more."""


async def pickup_code_shortcut(visit: Visit, cookie: SessionCookie) -> Response:
    """Go to the order that is ready for pick-up, or to the list when there is not exactly one."""
    found = await visit.dependencies.orders.list_of(
        key_of(cookie.token),
        visit.now,
        home=cookie.home,
        filter_by=ListFilter(status="ready_for_pickup"),
        limits=BuyerReadLimits(open_orders=0, page=_ENOUGH),
    )
    if found is None:
        raise SignInRequired
    ready = found.page
    return see_other(visit, f"/orders/{ready[0].number}" if len(ready) == 1 else "/orders")
