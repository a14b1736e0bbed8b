"""Completion of a visit: one request ends the hand-over of all its orders.

Each order that is still open has to be named, to be issued or to be left on its shelf: a forgotten
one is the way half a purchase leaves. What happened to an order meanwhile is told for that order,
and stops none of the others.
"""

from asyncio import gather
from collections.abc import Sequence
from enum import StrEnum
from typing import Final
from uuid import UUID

from msgspec import Struct

from gotovo.desk.handover.visit import lost_its_proof, may_belong_to
from gotovo.desk.handover.visiting import Clerk, Submit, Visiting, Write
from gotovo.engine.submission import ResultKind, SubmissionResult
from gotovo.order.checks.handover.ticked_off import forgotten
from gotovo.order.refusals import Code, Refusal
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.handover_stop import StopHandover
from gotovo.order.steps.point_payment import PayAtPoint
from gotovo.order.values.handover.refused_units import RefusedUnits
from gotovo.order.values.number import parse
from gotovo.order.values.order import Attention, Order, Parcel

ORDERS_MAX: Final = 50
"""Orders of one visit."""


class HandoverEnding(StrEnum):
    """How the hand-over of one order ended."""

    DONE = "done"
    ALREADY_DONE = "already_done"
    LEFT = "left"  # it is on its shelf again, as the clerk said
    REFUSED = "refused"


class OrderEnd(Struct, frozen=True):
    """What the clerk says of one order: what was ticked off, refused and paid, or that it stays."""

    number: str
    scanned: tuple[str, ...] = ()
    refused: tuple[RefusedUnits, ...] = ()
    payment: PayAtPoint | None = None
    leaves: bool = False


class OrderResult(Struct, frozen=True):
    """What became of one order; `missing` are the parcels that were forgotten."""

    number: str
    ending: HandoverEnding
    order: Order | None = None
    refusal: Refusal | None = None
    missing: tuple[Parcel, ...] = ()
    stopped_by_buyer: bool = False


async def complete(
    visiting: Visiting, visit: UUID, ends: Sequence[OrderEnd], clerk: Clerk, submit: Submit
) -> Sequence[OrderResult] | Refusal | None:
    """End a visit; return what became of each order, in the order of `ends`.

    None where there is no such visit. A refusal names the orders that were forgotten, and then
    nothing was done.
    """
    named = {number for each in ends if (number := parse(each.number)) is not None}
    open_orders = await visiting.open_orders(visit, clerk)
    left_out = sorted({each.number for each in open_orders} - named)
    if left_out:
        return Refusal(Code.PARCEL_MISSING, "orders", ", ".join(sorted(named)), ", ".join(left_out))
    orders = [await _order_of(visiting, visit, each, clerk) for each in ends]
    if not any(orders):
        return None
    work = (_end(visiting, each, order, submit) for each, order in zip(ends, orders, strict=True))
    results = await gather(*work)
    done = tuple(each.number for each in results if each.order is not None)
    await visiting.access_log.record(clerk.actor, "order", done)
    return results


async def stop(
    visiting: Visiting, visit: UUID, clerk: Clerk, submit: Submit
) -> Sequence[OrderResult] | None:
    """Put every open order of a visit back on its shelf; None where there is no such visit."""
    orders = await visiting.open_orders(visit, clerk)
    if not orders:
        return None
    stops = (submit(Write(each.number, each.number, StopHandover())) for each in orders)
    return [_result(each, left=True) for each in await gather(*stops)]


async def _order_of(visiting: Visiting, visit: UUID, end: OrderEnd, clerk: Clerk) -> Order | None:
    """Return an order that is or was part of the visit, None for any other."""
    number = parse(end.number)
    found = None if number is None else await visiting.reads.order(number)
    if found is None or not may_belong_to(visit, clerk.point, found.order):
        return None
    shop = clerk.actor.shop
    return found.order if shop is None or found.shop == shop else None


async def _end(
    visiting: Visiting, end: OrderEnd, order: Order | None, submit: Submit
) -> OrderResult:
    if order is None:
        return OrderResult(
            end.number,
            HandoverEnding.REFUSED,
            refusal=Refusal(Code.UNKNOWN_ORDER, "number", end.number),
        )
    number = order.number
    if end.leaves:
        return _result(await submit(Write(number, number, StopHandover())), left=True)
    if await _has_lost_proof(visiting, order):
        await submit(Write(f"{number}:unproved", number, StopHandover()))
        refusal = Refusal(Code.BLOCKED, "attention", Attention.DISPUTE)
        return OrderResult(number, HandoverEnding.REFUSED, order, refusal, stopped_by_buyer=True)
    if end.payment is not None:
        paid = await submit(Write(f"{number}:payment", number, end.payment))
        if paid.refusal is not None:
            return _result(paid)
    command = HandOver(refused=end.refused, scanned=end.scanned, every_parcel=True)
    result = await submit(Write(number, number, command))
    missing: tuple[Parcel, ...] = ()
    if result.refusal is not None and result.refusal.code is Code.PARCEL_MISSING:
        missing = forgotten(result.order or order, end.scanned, end.refused)
    return _result(result, missing=missing)


async def _has_lost_proof(visiting: Visiting, order: Order) -> bool:
    if not order.handover_proved_by:
        return False
    proving = await visiting.reads.order(order.handover_proved_by)
    return lost_its_proof(order, None if proving is None else proving.order)


def _result(
    result: SubmissionResult, *, left: bool = False, missing: tuple[Parcel, ...] = ()
) -> OrderResult:
    if result.kind is ResultKind.REFUSED:
        order = result.order
        is_stopped = order is not None and Attention.DISPUTE in order.attention
        return OrderResult(
            result.number, HandoverEnding.REFUSED, order, result.refusal, missing, is_stopped
        )
    if left:
        return OrderResult(result.number, HandoverEnding.LEFT, result.order)
    is_again = result.kind is ResultKind.ALREADY_DONE
    return OrderResult(
        result.number,
        HandoverEnding.ALREADY_DONE if is_again else HandoverEnding.DONE,
        result.order,
    )
