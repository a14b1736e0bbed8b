"""The JSON of an order's goods: what another point needs in order to take them back (rule 4.7)."""

from datetime import datetime
from typing import Literal

from gotovo.order.checks.return_period import return_deadline
from gotovo.order.facts import OrderTerms
from gotovo.order.values.order import Order, Units, units_per_line
from gotovo.order.values.status import status_of
from gotovo.value import Value
from gotovo.words.language import Language
from gotovo.words.statuses import status_label


class GoodsLineView(Value, frozen=True):
    """One line, counted from 1; `returnable` units may be brought back now."""

    line: int
    sku: str
    title: str
    quantity: int
    goods_class: str
    issued: int
    returned: int
    returnable: int


class GoodsParcelView(Value, frozen=True):
    """A parcel of the order that lies at the reader's own point."""

    barcode: str
    stage: str
    contents: tuple[Units, ...]


class GoodsView(Value, frozen=True):
    """A closed order as another point sees it, which may take its goods back.

    Instead of an order it has no buyer, money, places and history. `claimed` units were announced
    in time and may be brought later than `returnable_until`, too.
    """

    sight: Literal["goods"]
    number: str
    status: str
    status_label: str
    outcome: str | None
    lines: tuple[GoodsLineView, ...]
    claimed: tuple[Units, ...]
    parcels: tuple[GoodsParcelView, ...]
    returnable_until: datetime | None
    version: int


def goods_view(
    order: Order, place: str | None, language: Language, terms: OrderTerms, now: datetime
) -> GoodsView:
    """Return what the point with this code sees of a closed order of another one."""
    status, until = status_of(order), return_deadline(order, terms)
    claimed = order.claim.units if order.claim else ()
    return GoodsView(
        sight="goods",
        number=order.number,
        status=status,
        status_label=status_label(status, order.outcome, language),
        outcome=order.outcome,
        lines=_lines(order, claimed, in_time=until is not None and now <= until),
        claimed=claimed,
        parcels=tuple(
            [
                GoodsParcelView(x.barcode, x.stage, x.contents)
                for x in order.parcels
                if x.at == place
            ]
        ),
        returnable_until=until,
        version=order.version,
    )


def _lines(order: Order, claimed: tuple[Units, ...], *, in_time: bool) -> tuple[GoodsLineView, ...]:
    announced = units_per_line(order, claimed)
    return tuple(
        [
            GoodsLineView(
                line=i,
                sku=line.sku,
                title=line.title,
                quantity=line.quantity,
                goods_class=line.goods_class,
                issued=line.issued,
                returned=line.returned,
                returnable=line.issued - line.returned if in_time else announced[i - 1],
            )
            for i, line in enumerate(order.lines, 1)
        ]
    )
