"""My orders: what waits for the buyer first, then what is on its way, then the rest."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from gotovo.access.sessions import key_of
from gotovo.order.lifecycle import status_of
from gotovo.order.number import is_valid, parse
from gotovo.order.order import Order, Stage, total
from gotovo.store.reads.buyer import Limits, Wanted
from gotovo.web.answer import Answer
from gotovo.web.customer.order_page import code_of
from gotovo.web.customer.owned import Place, place_of
from gotovo.web.customer.promise import PromiseShown, promise_shown
from gotovo.web.faults import BadRequest
from gotovo.web.visit import Visit

PAGE: Final = 20
"""Orders on a page: more than most people ever have, and a light page on a phone."""

OPEN_MAX: Final = 50
"""Open orders shown in groups; a buyer with more finds the others by filter or search."""

_STATUSES = ("ready_for_pickup", "processing", "awaiting_payment", "closed")
_TEXT_MAX = 100


class Card(Struct, frozen=True):
    """One order in the list."""

    order: Order
    status: str
    place: Place
    promise: PromiseShown | None
    total: int
    code: str


class Group(Struct, frozen=True):
    """Cards under one heading; `status` names the heading, empty for a plain list."""

    status: str
    cards: tuple[Card, ...]


async def orders(visit: Visit) -> Answer:
    """List the orders of whoever is signed in."""
    if visit.kept is None:
        return visit.go("/")
    status, text = visit.query("status"), visit.query("q")[:_TEXT_MAX]
    after = _cursor(visit.query("after"))
    if status not in {*_STATUSES, ""}:
        raise BadRequest
    plain = bool(status or text)
    wanted = Wanted(
        status=status or (None if plain else "closed"),
        text=text or None,
        number=parse(text) if text else None,
        after=after,
    )
    limits = Limits(standing=0 if plain or after else OPEN_MAX, page=PAGE + 1)
    found = await visit.parts.orders.list_of(
        key_of(visit.kept.token), visit.now, home=visit.kept.home, wanted=wanted, limits=limits
    )
    if found is None:
        return visit.go("/")
    visit.session = found.session
    page, more = found.page[:PAGE], len(found.page) > PAGE
    groups = _grouped(_cards(visit, found.standing))
    if page:
        groups.append(Group("" if plain else "closed", _cards(visit, page)))
    return visit.page(
        "customer/orders.html",
        groups=groups,
        status=status,
        text=text,
        statuses=_STATUSES,
        counts=found.counts,
        older=_said(page[-1]) if more else "",
        is_first=after is None,
    )


def _grouped(cards: tuple[Card, ...]) -> list[Group]:
    groups = [Group(s, tuple(c for c in cards if c.status == s)) for s in _STATUSES]
    return [group for group in groups if group.cards]


def _cards(visit: Visit, orders: Sequence[Order]) -> tuple[Card, ...]:
    places = visit.parts.places()
    cards: list[Card] = []
    for order in orders:
        place = place_of(order, places)
        promise = None
        if order.stage is not Stage.PLACED and order.outcome is None:
            promise = promise_shown(order, (), place, visit.now)
        code = code_of(order, visit.parts.secret)
        cards.append(Card(order, status_of(order), place, promise, total(order), code))
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
        placed_at = datetime.fromisoformat(instant)
    except ValueError as error:
        raise BadRequest from error
    if placed_at.tzinfo is None or not is_valid(number):
        raise BadRequest
    return placed_at, number
