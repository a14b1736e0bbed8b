"""My orders: the one to act on first, those that wait for the buyer, those under way, the rest."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct
from starlette.responses import Response

from gotovo.access.buyer.sessions import key_of
from gotovo.http.errors import BadRequest
from gotovo.order.values.number import is_valid
from gotovo.order.values.order import Order
from gotovo.store.reads.buyer import BuyerReadLimits, ListFilter
from gotovo.web.customer.contact.live import live_cursor
from gotovo.web.customer.orders.order_cards import (
    STATUSES,
    OrderGroup,
    PrimaryOrder,
    grouped,
    order_cards,
    primary_order,
)
from gotovo.web.customer.orders.order_search import OrderSearch, search
from gotovo.web.site.cookies import SessionCookie
from gotovo.web.site.errors import SignInRequired
from gotovo.web.site.responses import render
from gotovo.web.site.visit import Visit

PAGE: Final = 20
"""Orders on a page: more than most people ever have, and a light page on a phone."""

OPEN_MAX: Final = 50
"""Open orders shown in groups; a buyer with more finds the others by filter or search."""


class MyOrdersPage(Struct, frozen=True):
    """The list of orders; templates name it `page`.

    `status` is the filter, empty without one, and `counts` are the orders that the search found by
    status. `next_cursor` leads to older orders, empty on the last page. Live updates begin after
    `cursor`.
    """

    search: OrderSearch
    status: str
    counts: Mapping[str, int]
    primary: PrimaryOrder | None
    groups: Sequence[OrderGroup]
    is_first: bool
    next_cursor: str
    cursor: str

    @property
    def statuses(self) -> Sequence[str]:
        """Return the statuses to filter by: those that were found, and the present filter."""
        return [each for each in STATUSES if self.counts.get(each) or each == self.status]

    @property
    def count(self) -> int:
        """Return how many orders the search found in all statuses."""
        return sum(self.counts.values())

    @property
    def zone(self) -> str:
        """Return the time zone of the first order shown, empty without orders."""
        groups = (group.cards for group in self.groups)
        first = (self.primary.card,) if self.primary else next(iter(groups), ())
        return first[0].place.time_zone if first else ""


async def orders_page(visit: Visit, cookie: SessionCookie) -> Response:
    """List the orders of the person signed in."""
    status, after = visit.query("status"), _parse_cursor(visit.query("after"))
    if status not in {*STATUSES, ""}:
        raise BadRequest
    sought = search(visit.query("q"), visit.dependencies.places()[0].values())
    is_flat = bool(status or sought.text)
    found = await visit.dependencies.orders.list_of(
        key_of(cookie.token),
        visit.now,
        home=cookie.home,
        filter_by=_list_filter(status or (None if is_flat else "closed"), sought, after),
        limits=BuyerReadLimits(open_orders=0 if is_flat or after else OPEN_MAX, page=PAGE + 1),
    )
    if found is None:
        raise SignInRequired
    await visit.identity.use(found.session)
    visit.read_at = found.cursor
    page, has_more = found.page[:PAGE], len(found.page) > PAGE
    open_cards = order_cards(visit, found.open_orders)
    primary = primary_order(open_cards)
    groups = grouped([card for card in open_cards if primary is None or card != primary.card])
    if page:
        groups.append(OrderGroup(status if is_flat else "closed", order_cards(visit, page)))
    view = MyOrdersPage(
        search=sought,
        status=status,
        counts=found.counts,
        primary=primary,
        groups=groups,
        is_first=after is None,
        next_cursor=_format_cursor(page[-1]) if has_more else "",
        cursor=live_cursor(visit, found.cursor),
    )
    return render(visit, "customer/orders/orders.html", page=view)


def _list_filter(
    status: str | None, sought: OrderSearch, after: tuple[datetime, str] | None
) -> ListFilter:
    return ListFilter(
        status=status,
        text=sought.text or None,
        number=sought.digits or None,
        points=sought.points,
        after=after,
    )


def _format_cursor(order: Order) -> str:
    """Return the cursor behind an order: when it was placed, and its number."""
    return f"{order.placed_at.isoformat()}~{order.number}"


def _parse_cursor(text: str) -> tuple[datetime, str] | None:
    """Parse a cursor; anything that is not one of ours is a BadRequest."""
    if not text:
        return None
    instant, _, number = text.partition("~")
    try:
        placed_at = datetime.fromisoformat(instant).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadRequest from error
    if not is_valid(number):
        raise BadRequest
    return placed_at, number
