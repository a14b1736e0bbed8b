"""Returns at a desk as JSON: what may be taken back, and what was."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from gotovo.api.dispatch.problems import Problem, refusal_problem
from gotovo.desk.returns.brought_order import BroughtLine, BroughtOrder
from gotovo.desk.returns.returning import TakenBack
from gotovo.order.refusals import Refusal
from gotovo.order.values.money import Money
from gotovo.order.values.order import Order, Parcel, Units
from gotovo.value import Value
from gotovo.words.language import Language


class ReturnWords(Value, frozen=True):
    """What the sentences of a response are made with: the path of the request and its language."""

    path: str
    language: Language


class ReturnLine(Value, frozen=True):
    """One line, counted from 1; `claimed` and `returnable` are units.

    `only_defective`: goods of this class come back only with a defect. `problem` is why nothing of
    the line may come back, null where something may.
    """

    line: int
    sku: str
    title: str
    goods_class: str
    price: Money
    issued: int
    returned: int
    claimed: int
    returnable: int
    only_defective: bool
    problem: Problem | None


class ReturnPhoto(Value, frozen=True):
    """A photo that the buyer added to the claim; `width` and `height` are pixels."""

    id: UUID
    added_at: datetime
    width: int | None
    height: int | None


class ReturnParcel(Value, frozen=True):
    """A parcel that goes back: its barcode is printed on it, and scanned into a box."""

    barcode: str
    contents: tuple[Units, ...]
    defective: bool


class ReturnOrder(Value, frozen=True):
    """An order whose goods are brought, without its buyer.

    `claimed_at` is null without a claim. `photos` are those of the claim, empty in lists. `parcels`
    are returns of it that lie at this point. `problem` is why nothing is taken back.
    `asks_second_person`: a second person agrees, if everything comes back that may.
    """

    number: str
    stage: str
    claimed_at: datetime | None
    returnable_until: datetime | None
    lines: tuple[ReturnLine, ...]
    photos: tuple[ReturnPhoto, ...]
    parcels: tuple[ReturnParcel, ...]
    problem: Problem | None
    asks_second_person: bool
    version: int


class ReturnOrders(Value, frozen=True):
    """A page of orders that a claim waits for; `next` is null on the last one."""

    items: list[ReturnOrder]
    next: str | None


class TakenReturn(Value, frozen=True):
    """What became of goods that were brought: the parcels of what was taken back.

    `still_claimed` is what was claimed and not brought so far. The refund follows the inspection.
    """

    number: str
    stage: str
    outcome: str | None
    parcels: tuple[ReturnParcel, ...]
    still_claimed: tuple[Units, ...]
    version: int


def return_order(found: BroughtOrder, words: ReturnWords) -> ReturnOrder:
    """Return what a clerk sees of an order whose goods are brought."""
    order = found.order
    return ReturnOrder(
        number=order.number,
        stage=order.stage,
        claimed_at=order.claim.claimed_at if order.claim else None,
        returnable_until=found.returnable_until,
        lines=tuple(_line(each, order, words) for each in found.lines),
        photos=tuple(ReturnPhoto(x.id, x.added_at, x.width, x.height) for x in found.photos),
        parcels=_parcels(found.parcels),
        problem=_problem(found.refusal, order, words),
        asks_second_person=found.asks_second_person,
        version=order.version,
    )


def taken_return(taken: TakenBack) -> TakenReturn:
    """Return what became of goods that were brought."""
    order = taken.order
    return TakenReturn(
        number=order.number,
        stage=order.stage,
        outcome=order.outcome,
        parcels=_parcels(taken.parcels),
        still_claimed=order.claim.units if order.claim else (),
        version=order.version,
    )


def _line(line: BroughtLine, order: Order, words: ReturnWords) -> ReturnLine:
    return ReturnLine(
        line=line.line,
        sku=line.sku,
        title=line.title,
        goods_class=line.goods_class,
        price=Money(line.price, order.currency),
        issued=line.issued,
        returned=line.returned,
        claimed=line.claimed,
        returnable=line.returnable,
        only_defective=line.only_defective,
        problem=_problem(line.refusal, order, words),
    )


def _parcels(parcels: Sequence[Parcel]) -> tuple[ReturnParcel, ...]:
    return tuple(ReturnParcel(p.barcode, p.contents, p.defective) for p in parcels)


def _problem(refusal: Refusal | None, order: Order, words: ReturnWords) -> Any:
    return None if refusal is None else refusal_problem(refusal, order, words.path, words.language)
