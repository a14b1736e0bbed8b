"""Acceptances: deliveries are opened, and every item of them is scanned in.

One scan is one command: what it does to the order goes through the engine under an id made from the
scan's, which scan took a parcel in is decided by a key, and the answer is stored. A repetition
after a crash does what was left undone and gets the same answer.
"""

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct, structs

from gotovo.access.permissions import is_of_another_shop
from gotovo.desk.acceptance.attachment_check import AttachmentCheck, NoAttachments
from gotovo.desk.acceptance.scan_decision import (
    ReadCode,
    ScanIntent,
    barcode_of,
    decide_scan,
    one_of_box,
    read_parcel_code,
)
from gotovo.desk.acceptance.scan_request import ItemCondition, ScanRequest
from gotovo.desk.acceptance.shortages import Shortages
from gotovo.engine.fingerprints import fingerprint
from gotovo.engine.ports import PlacesSource
from gotovo.engine.submission import ResultKind, Submission, Submitter
from gotovo.manifests.differences import TAKEN_IN, ScanAnswer, ScanRecord
from gotovo.manifests.lifecycle import ManifestStep, after_step
from gotovo.manifests.manifest import Manifest
from gotovo.order.refusals import Refusal
from gotovo.order.steps.arrival import Arrive
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.values.order import Attention, Order
from gotovo.points.cells.choice import NewParcel, propose_cell
from gotovo.store.reads.programs import ProgramReads
from gotovo.store.tables.manifests.acceptances import Acceptance, AcceptanceStore
from gotovo.store.tables.manifests.manifests import ListedParcel, ManifestStore

_COMMAND_DOMAIN: Final = b"gotovo acceptance\0"
_IN_CELLS: Final = TAKEN_IN - {ScanAnswer.TO_RETURN}


class AcceptanceTools(Struct, frozen=True, kw_only=True):
    """What acceptances work with."""

    engine: Submitter
    orders: ProgramReads
    places: PlacesSource
    manifests: ManifestStore
    store: AcceptanceStore
    shortages: Shortages
    clock: Callable[[], datetime]
    attachments: AttachmentCheck = NoAttachments()


class _Seen(Struct, frozen=True):
    """What is known of an item: its order, if it is one of ours, and its barcode."""

    order: Order | None
    barcode: str
    told_by_box: bool = False


class Acceptances:
    """Opens acceptances and answers scans."""

    def __init__(self, tools: AcceptanceTools) -> None:
        """Use these."""
        self._tools = tools

    async def open(self, id_: UUID, point: str, manifest: Manifest | None, by: str) -> Acceptance:
        """Open an acceptance at a point, or return the one that the manifest has.

        The van is there from then on, whether anybody recorded its arrival or not.
        """
        tools, now = self._tools, self._tools.clock()
        code = None if manifest is None else manifest.code
        opened = await tools.store.open(
            Acceptance(id=id_, point=point, manifest=code, opened_at=now, opened_by=by)
        )
        if manifest is not None:
            state = after_step(manifest.state, ManifestStep.ARRIVAL)
            if state is not None and state is not manifest.state:
                await tools.manifests.move(manifest, state, now)
        return opened

    async def scan(self, acceptance: Acceptance, request: ScanRequest) -> ScanRecord | Refusal:
        """Answer a scan, once; return what its order refused, if it did."""
        known = await self._tools.store.scan(request.id)
        if known is not None:
            return known
        seen = await self._seen(acceptance, request)
        intent = decide_scan(request, acceptance.point, seen.order, seen.barcode)
        record = await self._answered(acceptance, request, seen, intent)
        if isinstance(record, Refusal):
            return record
        return await self._tools.store.put_scan(acceptance, record, self._tools.clock())

    async def _seen(self, acceptance: Acceptance, request: ScanRequest) -> _Seen:
        """Return what an item is: by its code, or by the box it came in and what is in it."""
        code = read_parcel_code(request.code)
        if code is not None:
            order = await self._order(code.number, request)
            return _Seen(order, _barcode(code, order))
        by_box = request.condition is ItemCondition.UNREADABLE and request.box and request.product
        if not by_box or acceptance.manifest is None:
            return _Seen(None, "")
        listed = await self._tools.manifests.parcels(acceptance.manifest)
        inside = [x for x in listed if x.box == request.box and await self._is_free(x, request)]
        orders = await self._orders([each.number for each in inside], request)
        pairs = [(orders[x.number], x.barcode) for x in inside if x.number in orders]
        barcode = one_of_box(pairs, request.product)
        order = next((order for order, each in pairs if each == barcode), None)
        return _Seen(order, barcode, bool(barcode))

    async def _is_free(self, listed: ListedParcel, request: ScanRequest) -> bool:
        """Return whether a parcel of a box was not taken in, or by this scan alone."""
        if listed.acceptance is None:
            return True
        taken = await self._tools.store.taken_in_by(listed.barcode, request.id)
        return taken is not None

    async def _answered(
        self, acceptance: Acceptance, request: ScanRequest, seen: _Seen, intent: ScanIntent
    ) -> ScanRecord | Refusal:
        """Do what a scan means, and return the record of it."""
        tools = self._tools
        now = tools.clock()
        record = ScanRecord(
            id=request.id,
            answer=intent.answer,
            at=request.at or now,
            by=request.by,
            code=request.code,
            barcode=seen.barcode if seen.order is not None else "",
            number=seen.order.number if seen.order is not None else "",
            box=request.box,
            size=request.size,
            reason=request.reason or "",
            belongs_to=intent.belongs_to,
            told_by_box=seen.told_by_box,
            attachments=request.attachments,
        )
        if seen.order is None or not intent.takes_in:
            return record
        if intent.arrives:
            refused = await self._submit(request, seen.order, Arrive(parcels=(seen.barcode,)))
            if refused is not None:
                return refused
        order = seen.order
        arrival = await tools.store.latest_arrival(order.number, order.placed_at, seen.barcode)
        taken = await tools.store.take_in(
            seen.barcode, arrival, request.id, acceptance, record.at, request.by
        )
        if taken.scan != request.id:
            record = structs.replace(record, answer=ScanAnswer.ALREADY_HERE)
        else:
            record = await self._taken_in(acceptance, record)
        is_closed = intent.answer is ScanAnswer.TO_RETURN
        if request.condition is ItemCondition.DAMAGED and not is_closed:
            flagged = await self._damaged(acceptance, request, record, order)
            if isinstance(flagged, Refusal):
                return flagged
            record = flagged
        return await self._with_cell(acceptance, request, record, order)

    async def _taken_in(self, acceptance: Acceptance, record: ScanRecord) -> ScanRecord:
        """Take a parcel off the manifest that has it; on none of this acceptance it is surplus."""
        tools = self._tools
        await tools.manifests.accept(record.barcode, acceptance.id, record.at, record.by)
        await tools.shortages.found(acceptance.id, record)
        if acceptance.manifest is None:
            return record
        listed = await tools.manifests.parcel(acceptance.manifest, record.barcode)
        if listed is not None and listed.is_expected:
            return record
        answer = ScanAnswer.SURPLUS if record.answer is ScanAnswer.ACCEPTED else record.answer
        return structs.replace(record, answer=answer, surplus=True)

    async def _damaged(
        self, acceptance: Acceptance, request: ScanRequest, record: ScanRecord, order: Order
    ) -> ScanRecord | Refusal:
        """Flag a damaged parcel's order, also when it was accepted before anybody saw it."""
        is_told = await self._tools.store.is_damage_told(acceptance.id, record.barcode, record.id)
        if is_told:
            return record
        refused = await self._submit(request, order, RaiseAttention(Attention.DAMAGED))
        if refused is not None:
            return refused
        return structs.replace(record, answer=ScanAnswer.DAMAGED)

    async def _with_cell(
        self, acceptance: Acceptance, request: ScanRequest, record: ScanRecord, order: Order
    ) -> ScanRecord:
        """Propose a cell for what was taken in, or say where a parcel lies that was here before."""
        lies = next((p.cell for p in order.parcels if p.barcode == record.barcode), "")
        if record.answer is ScanAnswer.ALREADY_HERE or lies:
            return structs.replace(record, cell=lies)
        if record.answer not in _IN_CELLS:
            return record
        point = self._tools.places()[0].get(acceptance.point)
        if point is None or not point.cells:
            return record
        uses = await self._tools.store.shelf(acceptance.point, self._tools.clock())
        new = NewParcel(record.barcode, order.number, order.customer, request.size)
        cell = propose_cell(point.cells, uses, new)
        return record if cell is None else structs.replace(record, cell=cell.name)

    async def _submit(self, request: ScanRequest, order: Order, command: Struct) -> Refusal | None:
        """Take a step of an order under an id of this scan; return its refusal."""
        name = f"{request.id}\0{type(command).__name__}".encode()
        id_ = UUID(bytes=hashlib.sha256(_COMMAND_DOMAIN + name).digest()[:16])
        submission = Submission(
            id_, order.number, command, request.actor, fingerprint(name), request.at
        )
        result = await self._tools.engine.submit(submission)
        return result.refusal if result.kind is ResultKind.REFUSED else None

    async def _order(self, number: str, request: ScanRequest) -> Order | None:
        return (await self._orders([number], request)).get(number)

    async def _orders(self, numbers: Sequence[str], request: ScanRequest) -> dict[str, Order]:
        """Return the orders that exist for who scans."""
        found: dict[str, Order] = {}
        for number in dict.fromkeys(numbers):
            read = await self._tools.orders.order(number)
            if read is not None and not is_of_another_shop(read.shop, request.actor):
                found[number] = read.order
        return found


def _barcode(code: ReadCode, order: Order | None) -> str:
    return code.barcode if order is None else barcode_of(code, order)
