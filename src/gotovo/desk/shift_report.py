"""The shift report: what one person did in one shift, counted from the journal (pure).

Nothing is counted a second time anywhere else: whoever doubts a figure reads the same events. The
person's events between the beginning and the end of a shift are those of that shift, because nobody
has two at once.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
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


class ShiftFigure(StrEnum):
    """A figure of the report whose orders can be looked at."""

    ACCEPTED = "accepted"
    SHELVED = "shelved"
    ISSUED_WHOLE = "issued_whole"
    ISSUED_PART = "issued_part"
    WITHOUT_CODE = "without_code"
    REFUSED = "refused"
    RETURNS = "returns"
    CORRECTIONS = "corrections"


class CountedOrder(Struct, frozen=True):
    """An order that a figure counts, when that happened, and how many of its parcels or itself."""

    number: str
    at: datetime
    count: int


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
    at: datetime
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
    opened = _opened_without_code(steps)
    counts = {each: sum(_count(each, step, opened) for step in steps) for each in ShiftFigure}
    until = shift.ended_at or min(now, shift.ends_by)
    seconds = (until - shift.begun_at).total_seconds()
    return ShiftFigures(
        accepted=counts[ShiftFigure.ACCEPTED],
        shelved=counts[ShiftFigure.SHELVED],
        issued_whole=counts[ShiftFigure.ISSUED_WHOLE],
        issued_part=counts[ShiftFigure.ISSUED_PART],
        without_code=counts[ShiftFigure.WITHOUT_CODE],
        refused=counts[ShiftFigure.REFUSED],
        refused_units=sum(map(_units, _bodies(steps, "order.line_refused"))),
        returns=counts[ShiftFigure.RETURNS],
        corrections=counts[ShiftFigure.CORRECTIONS],
        approvals=approvals,
        money_taken=_money_taken(steps, shift.point),
        steps=len(steps),
        first_step_at=counted[0].at if counted else None,
        last_step_at=counted[-1].at if counted else None,
        steps_per_hour=round(len(steps) * _HOUR_SECONDS / seconds, 1) if seconds >= 1 else 0.0,
        is_complete=len(events) <= STEPS_MAX,
    )


def orders_behind(figure: ShiftFigure, events: Sequence[StaffEvent]) -> list[CountedOrder]:
    """Return the orders that a figure of the same events counts, in the order of the steps.

    Their counts add up to the figure.
    """
    steps = _steps(events[:STEPS_MAX])
    opened = _opened_without_code(steps)
    found = ((step, _count(figure, step, opened)) for step in steps)
    return [CountedOrder(step.number, step.at, count) for step, count in found if count]


def _count(figure: ShiftFigure, step: _Step, opened: frozenset[str]) -> int:
    """Return how much one step adds to a figure."""
    if figure is ShiftFigure.WITHOUT_CODE:
        return int(step.has("order.issued") and step.number in opened)
    return _COUNTERS[figure](step)


def _accepted(step: _Step) -> int:
    arrived = _bodies([step], "parcel.arrived")
    return sum(len(body.parcels) for body in arrived if not body.inferred)


def _shelved(step: _Step) -> int:
    return sum(len(body.parcels) for body in _bodies([step], "parcel.shelved"))


def _refused(step: _Step) -> int:
    closed = _bodies([step], "order.cancelled")
    return sum(body.reason == "refused_at_desk" for body in closed)


_COUNTERS: Final[Mapping[ShiftFigure, Callable[[_Step], int]]] = {
    ShiftFigure.ACCEPTED: _accepted,
    ShiftFigure.SHELVED: _shelved,
    ShiftFigure.ISSUED_WHOLE: lambda x: int(
        x.has("order.issued") and not x.has("order.line_refused")
    ),
    ShiftFigure.ISSUED_PART: lambda x: int(x.has("order.issued") and x.has("order.line_refused")),
    ShiftFigure.REFUSED: _refused,
    ShiftFigure.RETURNS: lambda x: len(list(_bodies([x], "order.returned"))),
    ShiftFigure.CORRECTIONS: lambda x: len(list(_bodies([x], "order.corrected"))),
}


def _opened_without_code(steps: Iterable[_Step]) -> frozenset[str]:
    return frozenset(
        step.number
        for step in steps
        if any(body.without_code is not None for _, body in step.events)
    )


def _steps(events: Iterable[StaffEvent]) -> list[_Step]:
    """Return the commands behind the events; a list of commands names several orders."""
    steps: dict[tuple[UUID, str], _Step] = {}
    for event in events:
        step = steps.setdefault((event.command_id, event.number), _Step(event.number, event.at, []))
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
