"""The importer: rows are read, decided in the pure core, written in groups, and counted.

A run may be interrupted. The id of a command is derived from shop, origin, external id and step, so
a row that is read twice is written once; the checkpoint after each group only saves reading it
again.
A dry run decides every row as a real one does, and writes nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from msgspec import Struct, structs

from gotovo.engine.engine import Engine
from gotovo.engine.ports import CommandIdReused, Journal
from gotovo.engine.submission import Submission, SubmissionResult
from gotovo.exchange.imports.checkpoints import Checkpoint, Checkpoints
from gotovo.exchange.imports.columns import Profile
from gotovo.exchange.imports.decision.known_orders import ImportedOrders, KnownOrders
from gotovo.exchange.imports.decision.row_decision import DecidedRow, RowDecisions, refused
from gotovo.exchange.imports.files.reader import read
from gotovo.exchange.imports.files.rejects import RejectedRows
from gotovo.exchange.imports.files.row import ImportRow, Rejection
from gotovo.exchange.imports.files.text_lines import FilePosition
from gotovo.exchange.imports.identifiers import command_id_of, fingerprint_of
from gotovo.exchange.imports.preflight import PreflightContext, importer_of
from gotovo.exchange.imports.record import external_id_of
from gotovo.exchange.imports.source import Source
from gotovo.order.values.order import Attention
from gotovo.words.imports.row_errors import RowError, RowErrorCode

ROWS_AT_ONCE = 40
"""Rows per group: about six commands each, so that a group fills a commit of 256."""


class ImportTarget(Struct, frozen=True):
    """Where orders are written and read, and the context of the preflight.

    `engine` is None in a dry run: everything is decided, nothing is written.
    """

    engine: Engine | None
    journal: Journal
    lane_of: Callable[[str], int]
    imported: ImportedOrders
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
    known = KnownOrders(
        source.profile, target.journal, target.lane_of, target.imported, source.repeated
    )
    decisions = RowDecisions(source, target.journal, target.lane_of, target.context, known)
    rows = read(source.file, source.table, FilePosition(begun.line, begun.offset))
    while group := list(islice(rows, ROWS_AT_ONCE)):
        for row in await _import_group(group, source, target, decisions, count):
            rejects.add(row, source.reading.decimals_of(row))
        ids = [external_id_of(x, source.reading.columns) for x in group if x.rejection is None]
        known.forget(ids)
        count.line, count.offset = group[-1].next.line, group[-1].next.offset
        count.rejected_bytes = rejects.sync()
        await target.checkpoints.put(source.name, Checkpoint(**structs.asdict(count)))
        progress(count)
    await target.checkpoints.remove(source.name)
    return count


async def _import_group(
    group: Sequence[ImportRow],
    source: Source,
    target: ImportTarget,
    decisions: RowDecisions,
    count: ImportCounts,
) -> list[ImportRow]:
    """Import a group of rows and count them; return the rejected ones, each with its reason."""
    decided = await decisions.decide(group, target.warehouse)
    failures = await _write(decided, source, target)
    rejected: list[ImportRow] = []
    for index, each in enumerate(decided):
        rejection = each.rejection or failures.get(index)
        if rejection is not None:
            rejected.append(structs.replace(each.row, rejection=rejection))
        else:
            count.imported += each.is_new
            count.present += not each.is_new
            count.contradictions += Attention.CONTRADICTION in each.attention
    count.rejected += len(rejected)
    return rejected


async def _write(
    decided: Sequence[DecidedRow], source: Source, target: ImportTarget
) -> Mapping[int, Rejection]:
    """Write the new steps; return why a row failed after all, by its index."""
    if target.engine is None:
        return {}
    submissions = [list(_submissions(each, source.profile)) for each in decided]
    every = [submission for each in submissions for submission in each]
    results = iter(await target.engine.submit_each(every))
    failures: dict[int, Rejection] = {}
    for index, each in enumerate(submissions):
        failure = _failure(decided[index], tuple(islice(results, len(each))), source)
        if failure is not None:
            failures[index] = failure
    return failures


def _submissions(decided: DecidedRow, profile: Profile) -> Iterator[Submission]:
    actor = importer_of(profile.shop)
    for step in decided.steps:
        yield Submission(
            command_id=command_id_of(profile.namespace, decided.external_id, step),
            number=decided.number,
            command=step.command,
            actor=actor,
            fingerprint=fingerprint_of(step),
            at=step.at,
        )


def _failure(
    decided: DecidedRow, results: Sequence[SubmissionResult | BaseException], source: Source
) -> Rejection | None:
    """Return why a step was refused: something else changed the order since it was decided."""
    for step, result in zip(decided.steps, results, strict=True):
        if isinstance(result, CommandIdReused):
            column = source.profile.columns["external_id"]
            return Rejection(column, decided.external_id, RowError(RowErrorCode.CONCURRENT_IMPORT))
        if isinstance(result, BaseException):
            raise result
        if result.refusal is not None:
            return refused(step, result.refusal, decided.row, source.profile.columns)
    return None
