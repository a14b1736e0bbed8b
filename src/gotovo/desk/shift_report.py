"""The shift report: what one person did in one shift, counted from the journal (pure).

Nothing is counted a second time anywhere else: whoever doubts a figure reads the same events. The
person's events between the beginning and the end of a shift are those of that shift, because nobody
has two at once.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import Struct

from gotovo.order.values.money import Money
from gotovo.store.reads.desk.shift_steps import StaffEvent
from gotovo.store.tables.shifts.approvals import ApprovalCounts
from gotovo.store.tables.shifts.shifts import Shift

STEPS_MAX: Final = 20_000
"""Events of one shift: one every two and a half seconds for fourteen hours. More are no person's;
the report then says that it does not count all of them."""

_HOUR_SECONDS: Final = 3_600

_TAKEN: Final = frozenset({"order.payment_received", "order.payment_returned"})
"""Events of money that a clerk says the point took."""


class MoneyTaken(Struct, frozen=True):
    """What a point took by one method."""

    method: str
    amount: Money


class ShiftFigures(Struct, frozen=True, kw_only=True):
    """What was done in a shift.

    Parcels: `accepted` (arrived, as a clerk said and not as a later scan showed), `shelved`.
    Orders: `issued_whole`, `issued_part`, of these `without_code`; `refused` at the desk as a
    whole; `corrections` of hand-overs. `refused_units` are those left behind of what was issued in
    part. `returns` are goods brought back, a return each. `money_taken` is by method and currency.
    `steps` are commands that changed something, `steps_per_hour` over the shift until it ended, or
    until now. `is_complete` is False where there were more events than are counted.
    """

    accepted: int
    shelved: int
    issued_whole: int
    issued_part: int
    without_code: int
    refused: int
    refused_units: int
    returns: int
    corrections: int
    approvals: ApprovalCounts
    money_taken: list[MoneyTaken]
    steps: int
    first_step_at: datetime | None
    last_step_at: datetime | None
    steps_per_hour: float
    is_complete: bool


class _Body(Struct, frozen=True):
    """What the figures need of any event; each has a few of these fields."""

    parcels: tuple[str, ...] = ()
    inferred: bool = False
    reason: str = ""
    units: tuple[dict[str, Any], ...] = ()
    without_code: Any = None
    amount: int = 0
    currency: str = ""
    point: str = ""
    method: str | None = None


class _Step(Struct):
    """The events of one command on one order, each with its type."""

    number: str
    events: list[tuple[str, _Body]]

    def has(self, kind: str) -> bool:
        """Tell whether one of them is of a type."""
        return any(each == kind for each, _ in self.events)


def figures_of(
    shift: Shift, events: Sequence[StaffEvent], approvals: ApprovalCounts, now: datetime
) -> ShiftFigures:
    """Count what happened in a shift; `events` are its first `STEPS_MAX` and one more."""
    counted = events[:STEPS_MAX]
    steps = _steps(counted)
    issued = [each for each in steps if each.has("order.issued")]
    in_part = [each for each in issued if each.has("order.line_refused")]
    opened = {
        each.number
        for each in steps
        if any(body.without_code is not None for _, body in each.events)
    }
    until = shift.ended_at or min(now, shift.ends_by)
    seconds = (until - shift.begun_at).total_seconds()
    return ShiftFigures(
        accepted=sum(
            len(body.parcels) for body in _bodies(steps, "parcel.arrived") if not body.inferred
        ),
        shelved=sum(len(body.parcels) for body in _bodies(steps, "parcel.shelved")),
        issued_whole=len(issued) - len(in_part),
        issued_part=len(in_part),
        without_code=sum(each.number in opened for each in issued),
        refused=sum(body.reason == "refused_at_desk" for body in _bodies(steps, "order.cancelled")),
        refused_units=sum(map(_units, _bodies(steps, "order.line_refused"))),
        returns=len(list(_bodies(steps, "order.returned"))),
        corrections=len(list(_bodies(steps, "order.corrected"))),
        approvals=approvals,
        money_taken=_money_taken(steps, shift.point),
        steps=len(steps),
        first_step_at=counted[0].at if counted else None,
        last_step_at=counted[-1].at if counted else None,
        steps_per_hour=round(len(steps) * _HOUR_SECONDS / seconds, 1) if seconds >= 1 else 0.0,
        is_complete=len(events) <= STEPS_MAX,
    )


def _steps(events: Iterable[StaffEvent]) -> list[_Step]:
    """Return the commands behind the events; a list of commands names several orders."""
    steps: dict[tuple[UUID, str], _Step] = {}
    for event in events:
        step = steps.setdefault((event.command_id, event.number), _Step(event.number, []))
        step.events.append((event.type, _decoder.decode(event.body)))
    return list(steps.values())


def _bodies(steps: Iterable[_Step], kind: str) -> Iterable[_Body]:
    return (body for step in steps for each, body in step.events if each == kind)


def _units(body: _Body) -> int:
    return sum(each.get("quantity", 0) for each in body.units)


def _money_taken(steps: Iterable[_Step], point: str) -> list[MoneyTaken]:
    taken: Counter[tuple[str, str]] = Counter()
    for step in steps:
        for kind, body in step.events:
            if kind in _TAKEN and body.method is not None and body.point == point:
                taken[body.method, body.currency] += body.amount
    return [
        MoneyTaken(method, Money(amount, currency))
        for (method, currency), amount in sorted(taken.items())
    ]


_decoder: Final = msgspec.json.Decoder(_Body)
