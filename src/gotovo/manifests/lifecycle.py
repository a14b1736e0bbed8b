"""Read this first: the lifecycle of a manifest as one table.

A manifest says what one run of a van should bring to a point. Each of its steps is a batch of
ordinary steps of its parcels' orders, so it never knows better than the orders where a parcel is.
"""

from enum import StrEnum
from typing import Final

from gotovo.value import Value


class ManifestState(StrEnum):
    """How far a manifest is."""

    OPEN = "open"  # parcels are added
    SEALED = "sealed"  # what is listed is what travels
    DISPATCHED = "dispatched"  # it has left the warehouse
    ARRIVED = "arrived"  # the van is at the point; nothing is accepted yet
    ACCEPTED_WITH_DIFFERENCES = "accepted_with_differences"  # something is missing, or too much
    CLOSED = "closed"  # everything is where it should be, or is accounted for


class ManifestStep(StrEnum):
    """What is done with a manifest; each is the last word of its address."""

    SEALING = "sealing"
    DISPATCH = "dispatch"
    ARRIVAL = "arrival"
    ACCEPTANCE = "acceptance"
    CLOSURE = "closure"


class ManifestRow(Value, frozen=True, kw_only=True):
    """One step: from which states it is taken, and where it leads.

    From an earlier state than the usual one the steps between were missed and are inferred (rule
    4.13). `already` are the states that lie behind it: taken again, it changes nothing.
    `with_differences` is where it leads when something is missing or too much.
    """

    step: ManifestStep
    taken_from: frozenset[ManifestState]
    leads_to: ManifestState
    already: frozenset[ManifestState]
    with_differences: ManifestState | None = None


_OPEN: Final = ManifestState.OPEN
_SEALED: Final = ManifestState.SEALED
_DISPATCHED: Final = ManifestState.DISPATCHED
_ARRIVED: Final = ManifestState.ARRIVED
_DIFFERS: Final = ManifestState.ACCEPTED_WITH_DIFFERENCES
_CLOSED: Final = ManifestState.CLOSED

MANIFEST_TABLE: Final[tuple[ManifestRow, ...]] = (
    ManifestRow(
        step=ManifestStep.SEALING,
        taken_from=frozenset({_OPEN}),
        leads_to=_SEALED,
        already=frozenset({_SEALED, _DISPATCHED, _ARRIVED, _DIFFERS, _CLOSED}),
    ),
    ManifestRow(
        step=ManifestStep.DISPATCH,
        taken_from=frozenset({_OPEN, _SEALED}),
        leads_to=_DISPATCHED,
        already=frozenset({_DISPATCHED, _ARRIVED, _DIFFERS, _CLOSED}),
    ),
    ManifestRow(
        step=ManifestStep.ARRIVAL,
        taken_from=frozenset({_OPEN, _SEALED, _DISPATCHED}),
        leads_to=_ARRIVED,
        already=frozenset({_ARRIVED, _DIFFERS, _CLOSED}),
    ),
    ManifestRow(
        step=ManifestStep.ACCEPTANCE,
        taken_from=frozenset({_OPEN, _SEALED, _DISPATCHED, _ARRIVED}),
        leads_to=_CLOSED,
        already=frozenset({_DIFFERS, _CLOSED}),
        with_differences=_DIFFERS,
    ),
    ManifestRow(
        step=ManifestStep.CLOSURE,
        taken_from=frozenset({_DIFFERS}),
        leads_to=_CLOSED,
        already=frozenset({_CLOSED}),
    ),
)
"""Every step, in the order in which a manifest usually goes through them."""

MANIFEST_ROWS: Final = {row.step: row for row in MANIFEST_TABLE}

UNACCEPTED: Final = MANIFEST_ROWS[ManifestStep.ACCEPTANCE].taken_from
"""States in which an acceptance can be opened: its point has not told what came."""


def after_step(
    state: ManifestState, step: ManifestStep, *, differs: bool = False
) -> ManifestState | None:
    """Return the state after a step, the same one where it was taken before; None if it can't be.

    `differs`: not everything that was expected came, or more did.
    """
    row = MANIFEST_ROWS[step]
    if state in row.already:
        return state
    if state not in row.taken_from:
        return None
    return row.with_differences if differs and row.with_differences else row.leads_to
