"""My orders: the one to act on first, what waits for the buyer, what is on its way, the rest."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct
from starlette.responses import Response

from gotovo.access.buyer.sessions import key_of
from gotovo.http.errors import BadRequest
from gotovo.order.account.promise_status import PromiseStatus, promise_status
from gotovo.order.account.shown_codes import shown_pickup_code
from gotovo.order.values.number import is_valid
from gotovo.order.values.order import Attention, Order, Stage, total
from gotovo.order.values.order import place_of as place_code
from gotovo.order.values.status import status_of
from gotovo.store.reads.buyer import BuyerReadLimits, Wanted
from gotovo.web.customer.orders.order_search import OrderSearch, search
from gotovo.web.customer.steps.own_order import HandoverPlace, handover_place
from gotovo.web.site.cookies import SessionCookie
from gotovo.web.site.errors import SignInRequired
from gotovo.web.site.responses import render
from gotovo.web.site.visit import Visit

PAGE: Final = 20
"""Orders on a page: more than most people ever have, and a light page on a phone."""

OPEN_MAX: Final = 50
"""Open orders shown in groups; a buyer with more finds the others by filter or search."""

_STATUSES = ("ready_for_pickup", "processing", "awaiting_payment", "closed")
_WAY = ("awaiting_payment", "processing", "ready_for_pickup", "closed")
_PRESSING = {Stage.HANDING_OVER: 0, Stage.OUT_FOR_DELIVERY: 1, Stage.SHELVED: 2, Stage.PLACED: 3}
_ON_ITS_WAY = 4
_LATEST = datetime.max.replace(tzinfo=UTC)


class OrderCard(Struct, frozen=True):
    """One order in the list; `reached` counts the statuses it has come to, of four."""

    order: Order
    status: str
    place: HandoverPlace
    promise: PromiseStatus | None
    total: int
    code: str
    reached: int


class PrimaryOrder(Struct, frozen=True):
    """The order to act on now; `others_there` is how many others wait at the same point."""

    card: OrderCard
    others_there: int


class OrderGroup(Struct, frozen=True):
    """Cards under one heading; `status` names the heading, empty for what a search found."""

    status: str
    cards: tuple[OrderCard, ...]


async def orders_page(visit: Visit, cookie: SessionCookie) -> Response:
    """List the orders of whoever is signed in."""
    status, after = visit.query("status"), _cursor(visit.query("after"))
    if status not in {*_STATUSES, ""}:
        raise BadRequest
    sought = search(visit.query("q"), visit.dependencies.places()[0].values())
    plain = bool(status or sought.text)
    found = await visit.dependencies.orders.list_of(
        key_of(cookie.token),
        visit.now,
        home=cookie.home,
        wanted=_wanted(status or (None if plain else "closed"), sought, after),
        limits=BuyerReadLimits(open_orders=0 if plain or after else OPEN_MAX, page=PAGE + 1),
    )
    if found is None:
        raise SignInRequired
    await visit.identity.use(found.session)
    page, more = found.page[:PAGE], len(found.page) > PAGE
    standing = _cards(visit, found.open_orders)
    primary = _primary(standing)
    groups = _grouped(tuple(card for card in standing if primary is None or card != primary.card))
    if page:
        groups.append(OrderGroup(status if plain else "closed", _cards(visit, page)))
    return render(
        visit,
        "customer/orders/orders.html",
        cursor=found.cursor,
        primary=primary,
        groups=groups,
        status=status,
        sought=sought,
        statuses=_STATUSES,
        counts=found.counts,
        all_of_them=sum(found.counts.values()),
        older=_said(page[-1]) if more else "",
        is_first=after is None,
    )


def _wanted(status: str | None, sought: OrderSearch, after: tuple[datetime, str] | None) -> Wanted:
    return Wanted(
        status=status,
        text=sought.text or None,
        number=sought.digits or None,
        points=sought.points,
        after=after,
    )


def _grouped(cards: tuple[OrderCard, ...]) -> list[OrderGroup]:
    groups = [OrderGroup(s, tuple(c for c in cards if c.status == s)) for s in _STATUSES]
    return [group for group in groups if group.cards]


def _primary(cards: Sequence[OrderCard]) -> PrimaryOrder | None:
    """Return the order that is most pressing: at the desk, at the door, on a shelf, to be paid.

    One whose hand-over is stopped asks nothing of the buyer.
    """
    open_to_act = [card for card in cards if Attention.DISPUTE not in card.order.attention]
    if not open_to_act:
        return None
    card = min(open_to_act, key=_pressing)
    waiting = [other for other in cards if other.status == card.status == "ready_for_pickup"]
    here = [other for other in waiting if place_code(other.order) == place_code(card.order)]
    return PrimaryOrder(card, max(len(here) - 1, 0))


def _pressing(card: OrderCard) -> tuple[int, datetime]:
    order = card.order
    due = order.storage.deadline_at if order.storage else order.payment_due_at
    if due is None and card.promise is not None:
        due = card.promise.promised_until
    return _PRESSING.get(order.stage, _ON_ITS_WAY), due or _LATEST


def _cards(visit: Visit, orders: Sequence[Order]) -> tuple[OrderCard, ...]:
    places = visit.dependencies.places()
    cards: list[OrderCard] = []
    for order in orders:
        place, status = handover_place(order, places), status_of(order)
        promise = None
        if order.stage is not Stage.PLACED and order.outcome is None:
            promise = promise_status(order, None, visit.now)
        code, reached = shown_pickup_code(order, visit.dependencies.secret), _WAY.index(status) + 1
        cards.append(OrderCard(order, status, place, promise, total(order), code, reached))
    return tuple(cards)


def _said(order: Order) -> str:
    """Return the cursor behind an order: when it was placed, and its number."""
    return f"{order.placed_at.isoformat()}~{order.number}"


def _cursor(said: str) -> tuple[datetime, str] | None:
    """Read a cursor; anything else than one of ours is a BadRequest."""
    if not said:
        return None
    instant, _, number = said.partition("~")
    try:
        placed_at = datetime.fromisoformat(instant).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise BadRequest from error
    if not is_valid(number):
        raise BadRequest
    return placed_at, number
