"""Carrying orders over: rows are read, rehearsed, written some at a time, and counted.

Nothing depends on the run being whole. A row's commands have ids made of its origin, its
external id and the step, so a row met twice is written once; the checkpoint after each group of
rows only saves looking at them again.
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
from gotovo.exchange.imports.order_steps import Named, Step, life_of
from gotovo.exchange.imports.reader import Place, Rejection, Row, Table, read
from gotovo.exchange.imports.record import told
from gotovo.exchange.imports.rehearsal import IMPORTER, Stagehand, is_same_life, rehearse
from gotovo.exchange.imports.rejects import RejectedRows
from gotovo.order.refusals import Code
from gotovo.order.values.order import Attention, Order

ROWS_AT_ONCE = 40
"""Rows of one group: some six commands each, so a group fills a commit of 256."""

TRIES_FOR_A_NUMBER = 5
"""Derived numbers collide once in a million orders or so; five in a row are a fault."""

_HEAD_BYTES = 64 * 1024


class Carrier(Struct, frozen=True):
    """What carrying needs: where orders are written and read, and the facts to decide by.

    `engine` is absent in a dry run: then everything is decided and nothing is written.
    """

    engine: Engine | None
    journal: Journal
    lane_of: Callable[[str], int]
    checkpoints: Checkpoints
    stage: Stagehand
    warehouse: str


class Count(Struct):
    """What became of the rows of one run, and of those before its checkpoint."""

    line: int = 1
    offset: int = 0
    imported: int = 0
    present: int = 0
    rejected: int = 0
    contradictions: int = 0
    rejected_bytes: int = 0

    @property
    def rows(self) -> int:
        """Return how many rows were looked at."""
        return self.imported + self.present + self.rejected


class _Candidate(Struct):
    """One row on its way: the order it leads to, and the steps there."""

    row: Row
    external_id: str
    customer: str
    steps: tuple[Step, ...]
    order: Order


class Source(Struct, frozen=True):
    """The file of an import: how it is read, and the name the import goes by."""

    file: BufferedIOBase
    table: Table
    profile: Profile
    name: str


def source_of(file: BufferedIOBase, table: Table, profile: Profile) -> Source:
    """Return the source; the same file read in the same way goes by the same name."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    columns = sorted(profile.columns.items())
    text = f"{profile.origin}\n{columns}\n{profile.currency}\n{size}\n".encode()
    name = hashlib.sha256(text + file.read(_HEAD_BYTES)).hexdigest()[:32]
    return Source(file, table, profile, name)


async def carry_over(
    source: Source, carrier: Carrier, rejects: RejectedRows, progress: Callable[[Count], None]
) -> Count:
    """Import every row behind the checkpoint; `progress` hears the count after each group."""
    first = source.table.first
    begun = await carrier.checkpoints.get(source.name) or Checkpoint(first.line, first.offset)
    rejects.cut(begun.rejected_bytes)
    count = Count(**structs.asdict(begun))
    progress(count)
    rows = read(source.file, source.table, Place(begun.line, begun.offset))
    while group := list(islice(rows, ROWS_AT_ONCE)):
        for row in await _carry(group, source.profile, carrier, count):
            rejects.add(row)
        count.line, count.offset = group[-1].next_line, group[-1].next_offset
        count.rejected_bytes = rejects.sync()
        await carrier.checkpoints.put(source.name, Checkpoint(**structs.asdict(count)))
        progress(count)
    await carrier.checkpoints.remove(source.name)
    return count


async def _carry(
    group: Sequence[Row], profile: Profile, carrier: Carrier, count: Count
) -> list[Row]:
    """Carry rows over and count them; return those that were rejected, each with its reason."""
    prepared = [_prepared(row, profile, carrier, 0) for row in group]
    standings = await _standings(prepared, carrier)
    chosen = [await _numbered(x, profile, carrier, standings) for x in prepared]
    rejected: list[Row] = []
    for candidate, end in zip(
        chosen, await _ends(chosen, profile, carrier, standings), strict=True
    ):
        if isinstance(candidate, Row):
            rejected.append(candidate)
        elif isinstance(end, Rejection):
            rejected.append(structs.replace(candidate.row, rejection=end))
        else:
            count.imported += end
            count.present += not end
            count.contradictions += Attention.CONTRADICTION in candidate.order.attention
    count.rejected += len(rejected)
    return rejected


def _prepared(row: Row, profile: Profile, carrier: Carrier, attempt: int) -> _Candidate | Row:
    """Return the life of a row under its attempt-th number, or the row with its rejection."""
    if row.rejection is not None:
        return row
    x = told(row.values, profile.columns)
    if isinstance(x, Rejection):
        return structs.replace(row, rejection=x)
    secret = carrier.stage.secret
    customer = customer_of(secret, profile.origin, x.customer, x.external_id)
    number = number_of(secret, profile.origin, x.external_id, customer, attempt)
    named = Named(number, customer, profile.origin, carrier.warehouse, profile.currency)
    steps = life_of(x, named)
    order = rehearse(number, steps, carrier.stage)
    if isinstance(order, Rejection):
        return structs.replace(row, rejection=order)
    return _Candidate(row, x.external_id, customer, steps, order)


async def _standings(
    candidates: Sequence[_Candidate | Row], carrier: Carrier
) -> dict[str, StoredOrder]:
    """Return the orders that already stand under the numbers of these candidates."""
    by_lane: dict[int, list[str]] = {}
    for candidate in candidates:
        if isinstance(candidate, _Candidate):
            number = candidate.order.number
            by_lane.setdefault(carrier.lane_of(number), []).append(number)
    found: dict[str, StoredOrder] = {}
    for lane, numbers in by_lane.items():
        found |= (await carrier.journal.load(lane, numbers, [], [])).orders
    return found


async def _numbered(
    candidate: _Candidate | Row,
    profile: Profile,
    carrier: Carrier,
    standings: dict[str, StoredOrder],
) -> _Candidate | Row:
    """Return the candidate under a number that is free, or that is already its own."""
    for attempt in range(1, TRIES_FOR_A_NUMBER + 1):
        if isinstance(candidate, Row):
            return candidate
        standing = standings.get(candidate.order.number)
        if standing is None or _is_own(standing.order, candidate.order):
            return candidate
        candidate = _prepared(candidate.row, profile, carrier, attempt)
        standings |= await _standings([candidate], carrier)
    if isinstance(candidate, Row):
        return candidate
    taken = Rejection("number", candidate.order.number, "a number that is not taken")
    return structs.replace(candidate.row, rejection=taken)


def _is_own(standing: Order, order: Order) -> bool:
    return (standing.origin, standing.external_id) == (order.origin, order.external_id)


async def _ends(
    candidates: Sequence[_Candidate | Row],
    profile: Profile,
    carrier: Carrier,
    standings: Mapping[str, StoredOrder],
) -> list[bool | Rejection]:
    """Return for each row whether anything of it was new, or why it could not be written."""
    ends: list[bool | Rejection] = [False] * len(candidates)
    submissions: list[Submission] = []
    shares: list[tuple[int, int]] = []
    for index, candidate in enumerate(candidates):
        if isinstance(candidate, Row) or _stands(candidate, standings):
            continue
        if carrier.engine is None:
            ends[index] = True
            continue
        steps = list(_submissions(candidate, profile))
        submissions += steps
        shares.append((index, len(steps)))
    if carrier.engine is not None:
        results = iter(await carrier.engine.submit_each(submissions))
        for index, share in shares:
            ends[index] = _end_of(tuple(islice(results, share)))
    return ends


def _stands(candidate: _Candidate, standings: Mapping[str, StoredOrder]) -> bool:
    standing = standings.get(candidate.order.number)
    return standing is not None and is_same_life(standing.order, candidate.order)


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


def _end_of(results: Sequence[SubmissionResult | BaseException]) -> bool | Rejection:
    """Return whether any step was newly taken, or why one was not; a lost database is raised."""
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
