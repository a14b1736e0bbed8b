"""The importer: rows are read, decided in the pure core, written in groups, and counted.

A run may be interrupted. The id of a command is derived from origin, external id and step, so a
row that is read twice is written once; the checkpoint after each group only saves reading it again.
"""

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import BufferedIOBase
from itertools import islice

from msgspec import Struct, structs

from gotovo.engine.engine import Engine
from gotovo.engine.ports import (
    CommandIdReused,
    Journal,
    StoredOrder,
)
from gotovo.engine.submission import ResultKind, Submission, SubmissionResult
from gotovo.exchange.imports.checkpoints import Checkpoint, Checkpoints
from gotovo.exchange.imports.columns import Profile
from gotovo.exchange.imports.identifiers import (
    command_id_of,
    customer_of,
    fingerprint_of,
    number_of,
)
from gotovo.exchange.imports.order_steps import ImportStep, OrderIdentity, steps_of
from gotovo.exchange.imports.preflight import (
    IMPORTER,
    PreflightContext,
    has_same_history,
    preflight,
)
from gotovo.exchange.imports.reader import FilePosition, ImportRow, Rejection, Table, read
from gotovo.exchange.imports.record import parse_order
from gotovo.exchange.imports.rejects import RejectedRows
from gotovo.order.refusals import Code
from gotovo.order.values.order import Attention, Order

ROWS_AT_ONCE = 40
"""Rows per group: about six commands each, so that a group fills a commit of 256."""

TRIES_FOR_A_NUMBER = 5
"""Derived numbers collide about once in a million orders; five in a row are a defect."""

_HEAD_BYTES = 64 * 1024


class ImportTarget(Struct, frozen=True):
    """Where orders are written and read, and the context of the preflight.

    `engine` is None in a dry run: everything is decided, nothing is written.
    """

    engine: Engine | None
    journal: Journal
    lane_of: Callable[[str], int]
    checkpoints: Checkpoints
    context: PreflightContext
    warehouse: str


class ImportCounts(Struct):
    """The results by number of rows, including the rows before the checkpoint."""

    line: int = 1
    offset: int = 0
    imported: int = 0
    present: int = 0
    rejected: int = 0
    contradictions: int = 0
    rejected_bytes: int = 0

    @property
    def rows(self) -> int:
        """The number of rows that were read."""
        return self.imported + self.present + self.rejected


class _Candidate(Struct):
    """A row that passed the preflight: its order, and the steps that lead there."""

    row: ImportRow
    external_id: str
    customer: str
    steps: tuple[ImportStep, ...]
    order: Order


class Source(Struct, frozen=True):
    """The file of an import, how it is read, and the name of the import."""

    file: BufferedIOBase
    table: Table
    profile: Profile
    name: str


def source_of(file: BufferedIOBase, table: Table, profile: Profile) -> Source:
    """Return the source; the same file read in the same way has the same name."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    columns = sorted(profile.columns.items())
    text = f"{profile.origin}\n{columns}\n{profile.currency}\n{size}\n".encode()
    name = hashlib.sha256(text + file.read(_HEAD_BYTES)).hexdigest()[:32]
    return Source(file, table, profile, name)


async def import_rows(
    source: Source,
    target: ImportTarget,
    rejects: RejectedRows,
    progress: Callable[[ImportCounts], None],
) -> ImportCounts:
    """Import every row after the checkpoint; `progress` is called with the counts of each group."""
    first = source.table.first
    begun = await target.checkpoints.get(source.name) or Checkpoint(first.line, first.offset)
    rejects.truncate(begun.rejected_bytes)
    count = ImportCounts(**structs.asdict(begun))
    progress(count)
    rows = read(source.file, source.table, FilePosition(begun.line, begun.offset))
    while group := list(islice(rows, ROWS_AT_ONCE)):
        for row in await _import_group(group, source.profile, target, count):
            rejects.add(row)
        count.line, count.offset = group[-1].next_line, group[-1].next_offset
        count.rejected_bytes = rejects.sync()
        await target.checkpoints.put(source.name, Checkpoint(**structs.asdict(count)))
        progress(count)
    await target.checkpoints.remove(source.name)
    return count


async def _import_group(
    group: Sequence[ImportRow], profile: Profile, target: ImportTarget, count: ImportCounts
) -> list[ImportRow]:
    """Import a group of rows and count them; return the rejected ones, each with its reason."""
    prepared = [_prepared(row, profile, target, 0) for row in group]
    stored_orders = await _stored_orders(prepared, target)
    chosen = [await _with_free_number(x, profile, target, stored_orders) for x in prepared]
    rejected: list[ImportRow] = []
    for candidate, end in zip(
        chosen, await _write(chosen, profile, target, stored_orders), strict=True
    ):
        if isinstance(candidate, ImportRow):
            rejected.append(candidate)
        elif isinstance(end, Rejection):
            rejected.append(structs.replace(candidate.row, rejection=end))
        else:
            count.imported += end
            count.present += not end
            count.contradictions += Attention.CONTRADICTION in candidate.order.attention
    count.rejected += len(rejected)
    return rejected


def _prepared(
    row: ImportRow, profile: Profile, target: ImportTarget, attempt: int
) -> _Candidate | ImportRow:
    """Return the order of a row under its attempt-th number, or the row with its rejection."""
    if row.rejection is not None:
        return row
    x = parse_order(row.values, profile.columns)
    if isinstance(x, Rejection):
        return structs.replace(row, rejection=x)
    secret = target.context.secret
    customer = customer_of(secret, profile.origin, x.customer, x.external_id)
    number = number_of(secret, profile.origin, x.external_id, customer, attempt)
    identity = OrderIdentity(number, customer, profile.origin, target.warehouse, profile.currency)
    steps = steps_of(x, identity)
    order = preflight(number, steps, target.context)
    if isinstance(order, Rejection):
        return structs.replace(row, rejection=order)
    return _Candidate(row, x.external_id, customer, steps, order)


async def _stored_orders(
    candidates: Sequence[_Candidate | ImportRow], target: ImportTarget
) -> dict[str, StoredOrder]:
    """Return the stored orders with the numbers of these candidates."""
    by_lane: dict[int, list[str]] = {}
    for candidate in candidates:
        if isinstance(candidate, _Candidate):
            number = candidate.order.number
            by_lane.setdefault(target.lane_of(number), []).append(number)
    found: dict[str, StoredOrder] = {}
    for lane, numbers in by_lane.items():
        found |= (await target.journal.load(lane, numbers, [], [])).orders
    return found


async def _with_free_number(
    candidate: _Candidate | ImportRow,
    profile: Profile,
    target: ImportTarget,
    stored_orders: dict[str, StoredOrder],
) -> _Candidate | ImportRow:
    """Return the candidate under a number that is free or already its own."""
    for attempt in range(1, TRIES_FOR_A_NUMBER + 1):
        if isinstance(candidate, ImportRow):
            return candidate
        stored = stored_orders.get(candidate.order.number)
        if stored is None or _is_own(stored.order, candidate.order):
            return candidate
        candidate = _prepared(candidate.row, profile, target, attempt)
        stored_orders |= await _stored_orders([candidate], target)
    if isinstance(candidate, ImportRow):
        return candidate
    taken = Rejection("number", candidate.order.number, "a number that is not taken")
    return structs.replace(candidate.row, rejection=taken)


def _is_own(stored: Order, order: Order) -> bool:
    return (stored.origin, stored.external_id) == (order.origin, order.external_id)


async def _write(
    candidates: Sequence[_Candidate | ImportRow],
    profile: Profile,
    target: ImportTarget,
    stored_orders: Mapping[str, StoredOrder],
) -> list[bool | Rejection]:
    """Write the rows; return for each whether anything was new, or why it was rejected."""
    results: list[bool | Rejection] = [False] * len(candidates)
    submissions: list[Submission] = []
    slices: list[tuple[int, int]] = []
    for index, candidate in enumerate(candidates):
        if isinstance(candidate, ImportRow) or _is_stored(candidate, stored_orders):
            continue
        if target.engine is None:
            results[index] = True
            continue
        steps = list(_submissions(candidate, profile))
        submissions += steps
        slices.append((index, len(steps)))
    if target.engine is not None:
        outcomes = iter(await target.engine.submit_each(submissions))
        for index, length in slices:
            results[index] = _result_of(tuple(islice(outcomes, length)))
    return results


def _is_stored(candidate: _Candidate, stored_orders: Mapping[str, StoredOrder]) -> bool:
    stored = stored_orders.get(candidate.order.number)
    return stored is not None and has_same_history(stored.order, candidate.order)


def _submissions(candidate: _Candidate, profile: Profile) -> Iterator[Submission]:
    for step in candidate.steps:
        yield Submission(
            command_id=command_id_of(profile.origin, candidate.external_id, step),
            number=candidate.order.number,
            command=step.command,
            actor=IMPORTER,
            fingerprint=fingerprint_of(step),
            at=step.at,
        )


def _result_of(results: Sequence[SubmissionResult | BaseException]) -> bool | Rejection:
    """Return whether any step was new, or why one was refused; other errors are raised."""
    new = False
    for result in results:
        if isinstance(result, CommandIdReused):
            return Rejection("row", "", "the same as when it was imported before")
        if isinstance(result, BaseException):
            raise result
        refusal = result.refusal
        if refusal is not None and refusal.code is Code.NUMBER_TAKEN:
            # The order stands, and its commands are older than answers are kept.
            return False
        if refusal is not None:
            return Rejection(refusal.field, refusal.value, f"{refusal.expected} {refusal.code}")
        new = new or (result.kind is ResultKind.DONE and not result.repeated)
    return new
