"""An order whose goods are brought to a desk: what of it may be taken back, and why not (pure)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from gotovo.access.permissions import Sight, sight_of
from gotovo.order.allowed import allowed_steps
from gotovo.order.checks.handover.refusable import is_refusable, not_refusable_classes
from gotovo.order.checks.handover.unclaimed_return import asks_for_second_person
from gotovo.order.checks.return_period import return_deadline
from gotovo.order.facts import Circumstances, OrderTerms
from gotovo.order.refusals import Code, Refusal
from gotovo.order.values.actor import Actor
from gotovo.order.values.handover.refused_units import GoodsRefusal
from gotovo.order.values.order import Order, Parcel, Stage, Units, units_per_line
from gotovo.points.point import Point
from gotovo.store.tables.attachments.attachment import Attachment
from gotovo.value import Value


class BroughtLine(Value, frozen=True):
    """One line, counted from 1. `claimed` and `returnable` are units.

    `only_defective`: goods of its class come back only with a defect. `refusal` is why nothing of
    it may come back, None where something may.
    """

    line: int
    sku: str
    title: str
    goods_class: str
    price: int
    issued: int
    returned: int
    claimed: int
    returnable: int
    only_defective: bool
    refusal: Refusal | None


class BroughtOrder(Value, frozen=True):
    """An order as the desk sees it that may take its goods back.

    `refusal` is why nothing of it is taken back. `parcels` are returns of it that lie at this desk.
    `asks_second_person`: a second person agrees, if everything comes back that may. `photos` are
    those of the claim.
    """

    order: Order
    sight: Sight
    lines: tuple[BroughtLine, ...]
    parcels: tuple[Parcel, ...]
    refusal: Refusal | None
    returnable_until: datetime | None
    asks_second_person: bool
    photos: Sequence[Attachment] = ()


def brought_order(  # noqa: PLR0917  (what decides what a desk may take back)
    order: Order,
    clerk: Actor,
    point: Point,
    points: Mapping[str, Point],
    terms: OrderTerms,
    now: datetime,
) -> BroughtOrder:
    """Return what of an order a clerk may take back at a point at this moment."""
    circumstances = Circumstances(clerk, now, points, terms)
    step = next(x for x in allowed_steps(order, circumstances) if x.step == "return")
    refusal = step.refusal
    if not step.allowed and refusal is None:
        refusal = Refusal(Code.STAGE_FORBIDS, "stage", order.stage, Stage.ISSUED)
    until = return_deadline(order, terms)
    in_time = until is not None and now <= until
    classes = not_refusable_classes(point, terms.not_refusable)
    announced = units_per_line(order, order.claim.units if order.claim else ())
    lines: list[BroughtLine] = []
    for index, line in enumerate(order.lines, 1):
        here = line.issued - line.returned
        may_come = here if in_time else min(here, announced[index - 1])
        lines.append(
            BroughtLine(
                line=index,
                sku=line.sku,
                title=line.title,
                goods_class=line.goods_class,
                price=line.price,
                issued=line.issued,
                returned=line.returned,
                claimed=announced[index - 1],
                returnable=0 if refusal else may_come,
                only_defective=not is_refusable(line, classes),
                refusal=refusal or _why_not(index, here, may_come, until),
            )
        )
    everything = tuple(Units(x.line, x.returnable) for x in lines if x.returnable)
    return BroughtOrder(
        order=order,
        sight=sight_of(order, clerk, terms, now),
        lines=tuple(lines),
        parcels=tuple(
            p for p in order.parcels if p.back and p.at == point.code and p.stage is Stage.WITHDRAWN
        ),
        refusal=refusal,
        returnable_until=until,
        asks_second_person=asks_for_second_person(order, everything, point),
    )


def beyond_what_was_issued(
    order: Order, units: Sequence[Units], field: str = "refused"
) -> Refusal | None:
    """Return the refusal of units that a line does not have, whatever has come back so far.

    Of an order that was never issued the step itself says what is wrong.
    """
    if not any(line.issued for line in order.lines):
        return None
    counts = units_per_line(order, tuple(units))
    for each in units:
        if not 1 <= each.line <= len(order.lines):
            return Refusal(Code.UNKNOWN_LINE, field, str(each.line), f"1..{len(order.lines)}")
        issued, named = order.lines[each.line - 1].issued, counts[each.line - 1]
        if each.quantity < 1 or named > issued:
            expected = f"1..{issued}" if issued else "0"
            return Refusal(Code.WRONG_QUANTITY, field, str(named), expected)
    return None


def needs_reason(units: Sequence[Units]) -> Refusal | None:
    """Return the refusal of units of which the desk does not say why they come back."""
    for each in units:
        if getattr(each, "reason", None) is None:
            expected = ", ".join(GoodsRefusal)
            return Refusal(Code.NOT_REFUSABLE, "taken", str(each.line), expected)
    return None


def _why_not(line: int, here: int, may_come: int, until: datetime | None) -> Refusal | None:
    if may_come:
        return None
    if not here:
        return Refusal(Code.WRONG_QUANTITY, "units", str(line), "0")
    ended = "" if until is None else until.isoformat()
    return Refusal(Code.RETURN_PERIOD_OVER, "at", str(line), ended)
