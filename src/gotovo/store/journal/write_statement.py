"""The write of a batch on one node: one statement, composed of the parts that the batch has.

All compositions are made when the program starts; a test has the server prepare each of them.
"""

import re
from collections.abc import Mapping, Sequence
from itertools import compress, product
from typing import Any

from gotovo.engine.ports import Batch
from gotovo.store.journal.batch_rows import (
    changed_rows,
    document,
    event_rows,
    placed_rows,
    record_rows,
    refund_rows_changed,
    states_of,
)
from gotovo.store.journal.identities import identity_rows
from gotovo.store.postgres.statements import name_statement

PARTS = ("placed", "changed", "records", "refunded", "moved", "claimed")
"""The parts beside the events, in the order in which their rows are locked."""

_PARAMETER = re.compile(r"\$(\d+)")

Parts = tuple[str, ...]


class WriteStatements:
    """The composed statements, by the parts that a batch has and by whether it has events."""

    def __init__(self, sql: Mapping[str, str]) -> None:
        """Compose all of them from the `write_…` statements of `journal.sql`."""
        self.composed: dict[tuple[Parts, bool], str] = {}
        for chosen in product((False, True), repeat=len(PARTS)):
            parts = tuple(compress(PARTS, chosen))
            for has_events in (False, True):
                statement = _composed(sql, parts, has_events=has_events)
                name_statement(statement, "journal.write")
                self.composed[parts, has_events] = statement

    def of(self, batch: Batch) -> tuple[str, list[object]]:
        """Return the statement of a batch and its values.

        It divides by zero, and so writes nothing, where a part wrote fewer rows than it was given.
        """
        placed = [change for change in batch.updates if change.expected == 0]
        changed = [change for change in batch.updates if change.expected != 0]
        rows: tuple[Sequence[Any], ...] = (
            placed_rows(placed),
            changed_rows(changed),
            record_rows(batch.records),
            refund_rows_changed(batch.updates),
            batch.movements,
            identity_rows(batch.claims),
        )
        states = {"placed": placed, "changed": changed}
        parts = tuple(compress(PARTS, rows))
        events = event_rows(batch.updates)
        values: list[object] = [sum(map(len, rows))]
        if events:
            values += [batch.lane, len(events), document(events)]
        for part, its_rows in zip(PARTS, rows, strict=True):
            if its_rows:
                values.append(document(its_rows))
                if part in states:
                    values.append(states_of(states[part]))
        return self.composed[parts, bool(events)], values


def _composed(sql: Mapping[str, str], parts: Parts, *, has_events: bool) -> str:
    """Return one statement; $1 is how many rows its parts write, events left out.

    No part can write more rows than it was given, so their sum tells whether each wrote all. With
    events $2 is the lane, $3 their number and $4 their rows; then the parameters of the parts.
    """
    taken = 4 if has_events else 1
    expressions: dict[str, str] = {}
    for part in parts:
        expressions[part], taken = _shifted(sql[f"write_{part}"], taken)
    counts = "".join(f" + (select count(*) from {part})" for part in parts)  # noqa: S608
    expressions["fitted"] = f"select 0{counts} = $1::integer as all_of_it"
    last = "(select all_of_it from fitted)"
    if has_events:
        expressions["counted"], _ = _shifted(sql["write_counted"], 1)
        expressions["recorded"], _ = _shifted(sql["write_recorded"], 1)
        last = "(select count(*) from recorded) = $3::integer"
    named = ",\n".join(f"{name} as (\n{text}\n)" for name, text in expressions.items())
    return f"with {named}\nselect 1 / (case when {last} then 1 else 0 end) as committed"


def _shifted(statement: str, by: int) -> tuple[str, int]:
    """Return a statement with its parameters moved on, and the number of the last one."""
    last = by + max(int(number) for number in _PARAMETER.findall(statement))
    return _PARAMETER.sub(lambda found: f"${int(found[1]) + by}", statement), last
