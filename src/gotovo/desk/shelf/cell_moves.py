"""Moves of a whole cell: everything that lies in one goes to another, order by order.

What a process that stopped has left behind moves when the command is repeated; what has moved
already is in the other cell then, and in no outcome.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from gotovo.desk.manifest_steps import ListSubmitter, OrderOutcome
from gotovo.engine.fingerprints import fingerprint
from gotovo.engine.submission import ResultKind, Submission
from gotovo.order.refusals import Code, Refusal
from gotovo.order.steps.shelving import Shelve
from gotovo.order.values.actor import Actor
from gotovo.points.cells.plan import Rack, cell_name, cells_named, planned_cell
from gotovo.points.point import Point
from gotovo.store.reads.desk.scans import ORDERS_MAX, DeskReads
from gotovo.value import Value

_COMMAND_DOMAIN: Final = b"gotovo cell move\0"


class MoveRequest(Value, frozen=True, kw_only=True):
    """Two cells, each as it was scanned or typed."""

    id: UUID
    actor: Actor
    point: str
    source: str
    target: str
    at: datetime | None = None


class CellMoved(Value, frozen=True):
    """What became of each order; `has_more`: too much lay there, and the rest still does."""

    source: str
    target: str
    outcomes: tuple[OrderOutcome, ...]
    has_more: bool


class CellMoves(Struct, frozen=True, kw_only=True):
    """Moves what lies in cells."""

    engine: ListSubmitter
    desk: DeskReads
    points: Callable[[], Mapping[str, Point]]
    clock: Callable[[], datetime]

    async def move(self, request: MoveRequest) -> CellMoved | Refusal:
        """Move everything of a cell into another one."""
        racks = self._racks(request.point)
        source, target = cell_of(racks, request.source), cell_of(racks, request.target)
        for field, cell, text in (("from", source, request.source), ("to", target, request.target)):
            if not cell:
                return Refusal(Code.UNKNOWN_CELL, field, text, cells_named(racks))
        if source == target:
            return Refusal(Code.UNKNOWN_CELL, "to", request.target, "another cell")
        shop = request.actor.shop
        lying = await self.desk.in_cell(request.point, shop, source, self.clock())
        by_order: dict[str, tuple[str, ...]] = {}
        for each in lying:
            number = each.order.number
            by_order[number] = (*by_order.get(number, ()), each.parcel.barcode)
        commands = [
            (number, Shelve(parcels=barcodes, cell=target)) for number, barcodes in by_order.items()
        ]
        outcomes = await submit_each(self.engine, request.id, request.actor, commands, request.at)
        return CellMoved(source, target, outcomes, has_more=len(by_order) >= ORDERS_MAX)

    def _racks(self, code: str) -> tuple[Rack, ...]:
        point = self.points().get(code)
        return () if point is None else point.cells


def cell_of(racks: tuple[Rack, ...], text: str) -> str:
    """Return the name of a cell that was scanned or typed, empty where the plan has none like it.

    Without a plan any text is one.
    """
    if racks:
        planned = planned_cell(racks, text)
        return "" if planned is None else planned.name
    return cell_name(text) or text.strip()


async def submit_each(
    engine: ListSubmitter,
    id_: UUID,
    actor: Actor,
    commands: Sequence[tuple[str, Shelve]],
    at: datetime | None = None,
) -> tuple[OrderOutcome, ...]:
    """Take a step of each order under ids made from one; what can't be done now is raised."""
    submissions = [_submission(id_, actor, number, command, at) for number, command in commands]
    results = await engine.submit_in_turns(submissions, actor.id)
    outcomes: list[OrderOutcome] = []
    for (number, command), result in zip(commands, results, strict=True):
        if isinstance(result, BaseException):
            raise result
        refusal = result.refusal if result.kind is ResultKind.REFUSED else None
        outcomes.append(OrderOutcome(number, command.parcels, result.kind, refusal))
    return tuple(outcomes)


def _submission(
    id_: UUID, actor: Actor, number: str, command: Shelve, at: datetime | None
) -> Submission:
    name = f"{id_}\0{number}\0{command.cell}".encode()
    own = UUID(bytes=hashlib.sha256(_COMMAND_DOMAIN + name).digest()[:16])
    return Submission(own, number, command, actor, fingerprint(name), at)
