"""Return boxes: opened, filled by scan, and sealed.

One scan is one command. What it does to the order goes through the engine under an id made from the
scan's; the parcel is withdrawn first, and what was stopped in between is not in a box yet, so that
the list of what must leave still shows it. A repetition does what was left undone.
"""

import hashlib
from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol
from uuid import UUID

from msgspec import Struct

from gotovo.access.permissions import is_of_another_shop
from gotovo.desk.acceptance.scan_decision import ReadCode, read_parcel_code
from gotovo.desk.manifest_steps import ListSubmitter
from gotovo.desk.scan.meaning import lying_at
from gotovo.engine.fingerprints import fingerprint
from gotovo.engine.submission import ResultKind, Submission, Submitter
from gotovo.manifests.boxes import (
    BoxItem,
    BoxKind,
    BoxRefusal,
    BoxState,
    NewItem,
    ReturnBox,
    new_box_code,
    refused_item,
    refused_sealing,
)
from gotovo.order.refusals import Code, Refusal
from gotovo.order.steps.withdrawal import Withdraw
from gotovo.order.values.actor import Actor
from gotovo.order.values.order import Order, Parcel, Stage, find_parcel
from gotovo.points.cells.plan import CellSize
from gotovo.store.reads.desk.leaving import LeavingReads
from gotovo.store.reads.programs import ProgramReads
from gotovo.store.tables.boxes.return_boxes import ReturnBoxStore
from gotovo.value import Value

_COMMAND_DOMAIN: Final = b"gotovo return box\0"
_TRIES_MAX: Final = 3
"""A scan that lost to another one looks again; two of them mean that people scan one parcel."""


class PutAnswer(StrEnum):
    """What the program says to a parcel that was put into a box."""

    PUT = "put"
    MOVED = "moved"
    ALREADY_THERE = "already_there"


class PutRequest(Value, frozen=True, kw_only=True):
    """A parcel and the box that it is put into; `parcel` is as it was scanned or typed."""

    id: UUID
    actor: Actor
    box: ReturnBox
    parcel: str
    size: CellSize | None = None
    at: datetime | None = None


class PutDone(Value, frozen=True, kw_only=True):
    """Where a parcel is now."""

    answer: PutAnswer
    box: ReturnBox
    barcode: str
    number: str
    moved_from: str = ""


class BoxRefused(Value, frozen=True):
    """Why something can't be done with a box; `expected` is a value that would do, if any."""

    reason: BoxRefusal
    value: str
    expected: str = ""


class BoxEngine(Submitter, ListSubmitter, Protocol):
    """Takes one command, or many at once."""


class ReturnBoxTools(Struct, frozen=True, kw_only=True):
    """What return boxes work with."""

    engine: BoxEngine
    orders: ProgramReads
    store: ReturnBoxStore
    leaving: LeavingReads
    clock: Callable[[], datetime]


class _Seen(Struct, frozen=True):
    """A parcel that is scanned, and its order."""

    order: Order
    parcel: Parcel


class ReturnBoxes:
    """Opens boxes, puts parcels in and takes them out, and seals."""

    def __init__(self, tools: ReturnBoxTools) -> None:
        """Use these."""
        self._tools = tools

    async def open(self, id_: UUID, point: str, kind: BoxKind, code: str, by: str) -> ReturnBox:
        """Open a box under the code of its sticker, or a new one; return what has the code."""
        box = ReturnBox(
            code=code or new_box_code(id_),
            point=point,
            kind=kind,
            state=BoxState.OPEN,
            items=0,
            opened_at=self._tools.clock(),
            opened_by=by,
        )
        return await self._tools.store.open(box)

    async def put(self, request: PutRequest) -> PutDone | Refusal | BoxRefused:
        """Put a parcel into a box, out of the open one that it is in."""
        seen = await self._seen(request)
        if isinstance(seen, Refusal):
            return seen
        box = request.box
        for _ in range(_TRIES_MAX):
            done = await self._put(request, seen, box)
            if done is not None:
                return done
            box = await self._tools.store.find(box.code) or box
        return BoxRefused(BoxRefusal.CLOSED, box.code)

    async def take_out(self, box: ReturnBox, parcel: str, by: str) -> PutDone | BoxRefused:
        """Take a parcel out of an open box; it has to leave in another one."""
        code = read_parcel_code(parcel)
        inside = [] if code is None else await self._tools.store.items([box.code])
        item = next((each for each in inside if code and _names(code, each)), None)
        if item is None:
            return BoxRefused(BoxRefusal.NOT_IN_IT, parcel)
        if box.state is not BoxState.OPEN:
            return BoxRefused(BoxRefusal.CLOSED, box.code)
        if not await self._tools.store.take_out(item, self._tools.clock(), by):
            return BoxRefused(BoxRefusal.NOT_IN_IT, parcel)
        left = await self._tools.store.find(box.code) or box
        return PutDone(answer=PutAnswer.MOVED, box=left, barcode=item.barcode, number=item.number)

    async def seal(self, box: ReturnBox, by: str) -> ReturnBox | BoxRefused:
        """Seal a box; one that is sealed stays as it is."""
        refused = refused_sealing(box)
        if refused is not None:
            return BoxRefused(refused, box.code)
        await self._tools.store.seal(box.code, self._tools.clock(), by)
        sealed = await self._tools.store.find(box.code)
        assert sealed is not None, box.code
        again = refused_sealing(sealed)
        return sealed if again is None else BoxRefused(again, box.code)

    async def _put(
        self, request: PutRequest, seen: _Seen, box: ReturnBox
    ) -> PutDone | Refusal | BoxRefused | None:
        """Try once; return None where somebody else was first."""
        tools, barcode = self._tools, seen.parcel.barcode
        lies = await tools.store.item_of(barcode)
        if lies is not None and lies.box == box.code:
            return await self._there(request, box, lies)
        if lies is not None:
            other = await tools.store.find(lies.box)
            if other is None or other.state is not BoxState.OPEN:
                return BoxRefused(BoxRefusal.IN_CLOSED_BOX, barcode, lies.box)
        moved_from = "" if lies is None else lies.box
        moves = await tools.store.moves_of(barcode) + 1 if moved_from else 0
        large = request.size is CellSize.LARGE
        new = NewItem(large=large, defective=seen.parcel.defective, moves=moves)
        now = tools.clock()
        refused = refused_item(box, new, now)
        if refused is not None:
            return BoxRefused(refused, box.code)
        withdrawn = await self._withdrawn(request, seen)
        if withdrawn is not None:
            return withdrawn
        item = BoxItem(
            barcode=barcode,
            number=seen.order.number,
            box=box.code,
            moved_from=moved_from,
            put_at=now,
            put_by=f"{request.actor.role}:{request.actor.id}",
        )
        if not await tools.store.put(request.id, item, large=large):
            return None
        return await self._there(request, box, item)

    async def _there(self, request: PutRequest, box: ReturnBox, item: BoxItem) -> PutDone:
        """Return the answer for a parcel that is in the box, the same to a repeated scan."""
        own = await self._tools.store.item(item.number, request.id)
        answer = PutAnswer.ALREADY_THERE
        if own is not None and own.box == box.code:
            answer = PutAnswer.MOVED if own.moved_from else PutAnswer.PUT
        now = await self._tools.store.find(box.code) or box
        return PutDone(
            answer=answer,
            box=now,
            barcode=item.barcode,
            number=item.number,
            moved_from="" if own is None else own.moved_from,
        )

    async def _withdrawn(self, request: PutRequest, seen: _Seen) -> Refusal | None:
        """Take a parcel off its shelf unless it is; return why it may not leave."""
        if seen.parcel.stage is Stage.WITHDRAWN:
            return None
        barcode = seen.parcel.barcode
        name = f"{request.id}\0{barcode}".encode()
        id_ = UUID(bytes=hashlib.sha256(_COMMAND_DOMAIN + name).digest()[:16])
        command = Withdraw(parcels=(barcode,))
        result = await self._tools.engine.submit(
            Submission(
                id_, seen.order.number, command, request.actor, fingerprint(name), request.at
            )
        )
        if result.kind is ResultKind.REFUSED:
            return result.refusal
        now = None if result.order is None else find_parcel(result.order, barcode)
        stage = seen.parcel.stage if now is None else now.stage
        if stage is Stage.WITHDRAWN:
            return None
        return Refusal(Code.STAGE_FORBIDS, barcode, stage, Stage.WITHDRAWN)

    async def _seen(self, request: PutRequest) -> _Seen | Refusal:
        """Return the parcel that was scanned, if it lies at the point of the box."""
        code = read_parcel_code(request.parcel)
        if code is None:
            return Refusal(Code.UNKNOWN_PARCEL, "parcel", request.parcel, "14 digits")
        read = await self._tools.orders.order(code.number)
        if read is None or is_of_another_shop(read.shop, request.actor):
            return Refusal(Code.UNKNOWN_PARCEL, "parcel", request.parcel)
        parcel = _scanned(read.order, code, request.box.point)
        if parcel is None:
            return Refusal(Code.UNKNOWN_PARCEL, "parcel", request.parcel)
        if parcel.at not in {"", request.box.point}:
            return Refusal(Code.WRONG_POINT, "parcel", request.box.point, parcel.at)
        return _Seen(read.order, parcel)


def _names(code: ReadCode, item: BoxItem) -> bool:
    """Return whether a code is that of a parcel in a box, or of its order."""
    return code.barcode == item.barcode or (not code.barcode and code.number == item.number)


def _scanned(order: Order, code: ReadCode, point: str) -> Parcel | None:
    """Return the parcel that a clerk holds.

    What was left at the desk lies in the bag it came in: the label of an issued parcel, and the
    order's number, name the one parcel of the order that lies here.
    """
    named = find_parcel(order, code.barcode) if code.barcode else None
    if named is not None and named.stage is not Stage.ISSUED:
        return named
    if code.barcode and named is None:
        return None
    here = lying_at(order, point)
    return here[0] if len(here) == 1 else named
