"""Shelving by scan: a parcel and a cell, each scanned or typed. Only this makes an order ready."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from gotovo.access.permissions import is_of_another_shop
from gotovo.desk.acceptance.scan_decision import barcode_of, read_parcel_code
from gotovo.engine.submission import ResultKind, Submission, Submitter
from gotovo.order.refusals import Code, Refusal
from gotovo.order.steps.shelving import Shelve
from gotovo.order.values.actor import Actor
from gotovo.order.values.order import Order, Stage, find_parcel, place_of
from gotovo.store.reads.programs import ProgramReads
from gotovo.value import Value


class ShelvingAnswer(StrEnum):
    """What the program says to a parcel that was put into a cell."""

    SHELVED = "shelved"
    MOVED = "moved"
    ALREADY_THERE = "already_there"


class ShelvingRequest(Value, frozen=True, kw_only=True):
    """A parcel and a cell as they were read; `point` is where the clerk stands."""

    id: UUID
    actor: Actor
    point: str
    parcel: str
    cell: str
    fingerprint: bytes
    at: datetime | None = None


class Shelving(Value, frozen=True, kw_only=True):
    """Where a parcel lies now; `remaining` parcels of its order are not on the shelf yet."""

    answer: ShelvingAnswer
    order: Order
    barcode: str
    cell: str
    remaining: int
    cells: tuple[str, ...]

    @property
    def is_ready(self) -> bool:
        """Return whether the buyer may come."""
        return self.order.ready_at is not None


async def shelve_by_scan(
    engine: Submitter, orders: ProgramReads, request: ShelvingRequest
) -> Shelving | Refusal:
    """Put a parcel into a cell and return where its order lies, or why that can't be."""
    code = read_parcel_code(request.parcel)
    if code is None:
        return Refusal(Code.UNKNOWN_PARCEL, "parcel", request.parcel, "14 digits")
    read = await orders.order(code.number)
    if read is None or is_of_another_shop(read.shop, request.actor):
        return Refusal(Code.UNKNOWN_ORDER, "parcel", request.parcel)
    before = read.order
    if place_of(before) != request.point:
        expected = place_of(before) if before.outcome is None else ""
        return Refusal(Code.WRONG_POINT, "parcel", request.point, expected)
    barcode = barcode_of(code, before)
    if not barcode:
        own = ", ".join(each.barcode for each in before.parcels if not each.back)
        return Refusal(Code.UNKNOWN_PARCEL, "parcel", request.parcel, own)
    command = Shelve(parcels=(barcode,), cell=request.cell)
    result = await engine.submit(
        Submission(
            request.id, before.number, command, request.actor, request.fingerprint, request.at
        )
    )
    if result.kind is ResultKind.REFUSED or result.order is None:
        return result.refusal or Refusal(Code.UNKNOWN_ORDER, "parcel", request.parcel)
    return _shelved(before, result.order, barcode, done=result.kind is ResultKind.DONE)


def _shelved(before: Order, order: Order, barcode: str, *, done: bool) -> Shelving:
    earlier, now = find_parcel(before, barcode), find_parcel(order, barcode)
    was_shelved = earlier is not None and earlier.stage is Stage.SHELVED
    answer = ShelvingAnswer.ALREADY_THERE
    if done:
        answer = ShelvingAnswer.MOVED if was_shelved else ShelvingAnswer.SHELVED
    own = [each for each in order.parcels if not each.back]
    on_shelf = [each for each in own if each.stage is Stage.SHELVED]
    return Shelving(
        answer=answer,
        order=order,
        barcode=barcode,
        cell="" if now is None else now.cell,
        remaining=len(own) - len(on_shelf),
        cells=tuple(sorted({each.cell for each in on_shelf if each.cell})),
    )
