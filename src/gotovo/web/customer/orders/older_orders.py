"""Older orders: closed after a phone was idle, until the number of one of them is entered."""

from datetime import timedelta
from http import HTTPStatus

from starlette.responses import Response

from gotovo.access.buyer.accounts import prove_with_order
from gotovo.http.errors import TooManyRequests
from gotovo.order.values.number import parse
from gotovo.store.tables.access.sign_in import Session
from gotovo.store.tables.security.kinds import SecurityKind
from gotovo.web.site.responses import render, see_other
from gotovo.web.site.time_zone import usual_zone
from gotovo.web.site.visit import Visit


async def older_orders_page(visit: Visit, session: Session) -> Response:
    """Say why older orders are closed, and ask for the number of one."""
    if session.orders_since is None:
        return see_other(visit, "/orders")
    return _page(visit, session)


async def open_older_orders(visit: Visit, session: Session) -> Response:
    """Open older orders to whoever knows the number of one; a wrong one says nothing more."""
    dependencies, typed = visit.dependencies, visit.field("number")
    number = parse(typed)
    if not number:
        return _page(visit, session, typed, wrong="slip")
    opened = await prove_with_order(
        dependencies.accounts,
        dependencies.rate_limits,
        dependencies.secret,
        session,
        visit.identity.session_key,
        number,
        visit.now,
    )
    if isinstance(opened, timedelta):
        raise TooManyRequests(opened)
    if not opened:
        visit.record(SecurityKind.OLDER_ORDERS_REFUSED)
        return _page(visit, session, typed, wrong="unknown")
    if session.orders_since is not None:
        visit.record(SecurityKind.OLDER_ORDERS_OPENED)
    return see_other(visit, "/orders")


def _page(visit: Visit, session: Session, typed: str = "", wrong: str = "") -> Response:
    return render(
        visit,
        "customer/orders/older_orders.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        since=session.orders_since,
        zone=usual_zone(visit),
        typed=typed,
        wrong=wrong,
    )
