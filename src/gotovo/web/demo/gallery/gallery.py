"""The component gallery: every component in every state, to check changes of the stylesheet."""

from datetime import UTC, datetime, time, timedelta
from typing import Final

from msgspec import structs
from starlette.responses import Response

from gotovo.order.account.handover_place import HandoverPlace
from gotovo.order.account.promise_status import PromiseStatus
from gotovo.order.values.order import (
    Line,
    Order,
    Outcome,
    Pickup,
    Reason,
    Stage,
    Storage,
)
from gotovo.points.point import Point
from gotovo.points.storage_term import StorageRule
from gotovo.points.timetable import every_day
from gotovo.web.customer.orders.order_cards import OrderCard, PrimaryOrder
from gotovo.web.site.responses import render
from gotovo.web.site.visit import Visit
from gotovo.words.language import Language
from gotovo.words.translations import Translator

_ZONE: Final = "Europe/Moscow"
_DAY: Final = timedelta(days=1)
_NUMBER: Final = "522394187207"  # of no order: nothing opens behind it
_CODE: Final = "174530"


async def gallery_page(visit: Visit) -> Response:
    """Show the page in the reader's language; the theme is the browser's."""
    place, placed = _place(visit.language), _placed(visit)
    day = placed.placed_at.date()
    moving = _at(placed, Stage.DISPATCHED)
    cards = (
        _card(_on_shelf(placed), place, "ready_for_pickup", code=_CODE),
        _card(moving, place, "processing", PromiseStatus("expected", day + 3 * _DAY, None)),
        _card(moving, place, "processing", PromiseStatus("late", day, None)),
        _card(placed, place, "awaiting_payment"),
    )
    return render(
        visit,
        "demo/gallery/gallery.html",
        primary_orders=[
            PrimaryOrder(cards[0], 1),
            PrimaryOrder(cards[1], 0),
            PrimaryOrder(cards[3], 0),
        ],
        cards=cards,
        rows=[_card(each, place, "closed") for each in _closed(placed)],
        tones=("pay", "work", "ready", "done", "bad"),
        number=_NUMBER,
        code=_CODE,
        zone=_ZONE,
    )


def _place(language: Language) -> HandoverPlace:
    _ = Translator(language).gettext
    point = Point(
        code="KZN-1",
        title=_("Bauman Street point"),
        address=_("44 Bauman Street, Kazan"),
        timetable=every_day(_ZONE, time(9), time(21)),
        warehouse="KZN",
    )
    return HandoverPlace(point, None, _ZONE)


def _placed(visit: Visit) -> Order:
    """Return an order that was placed yesterday and can be paid until tomorrow."""
    _ = Translator(visit.language).gettext
    kettle, mug = _("Electric kettle, 1.7 l"), _("Mug “Good morning”, 350 ml")
    at = visit.now.astimezone(UTC) - _DAY
    return Order(
        number=_NUMBER,
        version=1,
        last_hash=b"",
        customer="",
        delivery=Pickup("KZN-1"),
        warehouse="KZN",
        currency="RUB",
        lines=(Line("KETL-1", kettle, 1, 189_900), Line("MUGS-1", mug, 2, 45_050)),
        stage=Stage.PLACED,
        stage_at=at,
        placed_at=at,
        last_at=at,
        last_step="placement",
        payment_due_at=at + 2 * _DAY,
    )


def _at(order: Order, stage: Stage) -> Order:
    return structs.replace(order, stage=stage, payment_due_at=None)


def _on_shelf(order: Order) -> Order:
    began_at, deadline_at = order.placed_at, order.placed_at + 7 * _DAY
    rule = StorageRule(
        started_at=began_at,
        days=7,
        term_ends_at=deadline_at,
        deadline=deadline_at,
        time_zone=_ZONE,
    )
    return structs.replace(_at(order, Stage.SHELVED), storage=Storage(deadline_at, rule))


def _closed(order: Order) -> tuple[Order, ...]:
    """Return one order for each way an order ends."""
    closed_at: datetime = order.placed_at + _DAY / 2
    ends = (
        (Outcome.ISSUED, None),
        (Outcome.RETURNED, None),
        (Outcome.CANCELLED, Reason.CUSTOMER_REQUEST),
    )
    return tuple(
        structs.replace(
            _at(order, Stage.ISSUED), outcome=outcome, reason=reason, closed_at=closed_at
        )
        for outcome, reason in ends
    )


def _card(
    order: Order,
    place: HandoverPlace,
    status: str,
    promise: PromiseStatus | None = None,
    code: str = "",
) -> OrderCard:
    return OrderCard(order, status, place, promise, code)
