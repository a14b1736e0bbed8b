"""The shift report counts each event once, in its shift."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from gotovo.desk.shift_report import STEPS_MAX, MoneyTaken, ShiftFigures, figures_of
from gotovo.order.values.money import Money
from gotovo.store.reads.desk.shift_steps import StaffEvent
from gotovo.store.tables.shifts.approvals import ApprovalCounts
from gotovo.store.tables.shifts.shifts import Shift

NOW = datetime(2026, 11, 22, 6, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
COUNTS = ApprovalCounts(3, 2, 1, 0)
SHIFT = Shift(
    id=UUID(int=1),
    person=UUID(int=1),
    point="KZN-1",
    device=UUID(int=11),
    begun_at=NOW,
    ends_by=NOW + 14 * HOUR,
    ended_at=NOW + 8 * HOUR,
    end_reason="person",
    ended_by="point:staff-1",
)


def event(command: int, kind: str, number: str = "1", **body: Any) -> StaffEvent:
    at = NOW + command * timedelta(minutes=1)
    encoded = msgspec.json.encode({"type": kind} | body)
    return StaffEvent(number, kind, at, UUID(int=command), encoded)


def report(*events: StaffEvent, shift: Shift = SHIFT, now: datetime = NOW) -> ShiftFigures:
    return figures_of(shift, events, COUNTS, now)


UNITS = [{"line": 1, "quantity": 2}, {"line": 2, "quantity": 1}]


def test_a_day_is_counted() -> None:
    found = report(
        event(1, "parcel.arrived", parcels=["1-1", "1-2"], point="KZN-1"),
        event(2, "parcel.shelved", parcels=["1-1"], cell="54-35"),
        event(3, "parcel.arrived", "2", parcels=["2-1"], point="KZN-1", inferred=True),
        event(3, "parcel.shelved", "2", parcels=["2-1"], cell="54-36"),
        event(4, "order.handover_started", "1"),
        event(5, "order.issued", "1", point="KZN-1"),
        event(6, "order.line_refused", "2", units=UNITS, parcel="x", point="KZN-1"),
        event(6, "order.issued", "2", point="KZN-1", without_code={"reason": "no_phone"}),
        event(7, "order.cancelled", "3", reason="refused_at_desk"),
        event(8, "order.cancelled", "4", reason="customer_request"),
        event(9, "order.returned", "5", units=UNITS, parcel="x", point="KZN-1"),
        event(10, "order.corrected", "1", version=9),
    )
    assert found == ShiftFigures(
        accepted=2,
        shelved=2,
        issued_whole=1,
        issued_part=1,
        without_code=1,
        refused=1,
        refused_units=3,
        returns=1,
        corrections=1,
        approvals=COUNTS,
        money_taken=[],
        steps=10,
        first_step_at=NOW + timedelta(minutes=1),
        last_step_at=NOW + timedelta(minutes=10),
        steps_per_hour=1.2,
        is_complete=True,
    )


def test_what_was_opened_without_a_code_and_then_issued_counts_once() -> None:
    found = report(
        event(1, "order.handover_started", "1", without_code={"reason": "no_phone"}),
        event(2, "order.handover_started", "2", without_code={"reason": "no_phone"}),
        event(3, "order.issued", "1", point="KZN-1"),
        event(4, "order.issued", "3", point="KZN-1"),
    )
    assert (found.without_code, found.issued_whole) == (1, 2)


def test_money_is_what_this_point_took_by_method_and_currency() -> None:
    def paid(command: int, amount: int, kind: str = "order.payment_received", **body: Any) -> Any:
        return event(command, kind, str(command), amount=amount, **body)

    here: dict[str, Any] = {"point": "KZN-1", "method": "cash", "currency": "RUB"}
    found = report(
        paid(1, 100, **here),
        paid(2, 250, **here),
        paid(3, 70, **here | {"method": "card"}),
        paid(4, 5, **here | {"currency": "KZT"}),
        paid(5, 30, "order.payment_returned", **here),
        paid(6, 999, **here | {"point": "KZN-2"}),
        paid(7, 999, currency="RUB", provider="yookassa"),
    )
    assert found.money_taken == [
        MoneyTaken("card", Money(70, "RUB")),
        MoneyTaken("cash", Money(5, "KZT")),
        MoneyTaken("cash", Money(380, "RUB")),
    ]


def test_a_list_of_commands_is_a_step_for_each_order() -> None:
    found = report(*(event(1, "parcel.arrived", str(n), parcels=["a"]) for n in range(5)))
    assert (found.steps, found.accepted) == (5, 5)


def test_an_open_shift_counts_its_hours_until_now_and_never_beyond_its_limit() -> None:
    is_open = structs.replace(SHIFT, ended_at=None, end_reason=None, ended_by=None)
    events = [event(n, "parcel.shelved", parcels=["a"]) for n in range(1, 29)]
    assert report(*events, shift=is_open, now=NOW + 2 * HOUR).steps_per_hour == 14.0
    assert report(*events, shift=is_open, now=NOW + 99 * HOUR).steps_per_hour == 2.0
    assert report(shift=is_open, now=NOW).steps_per_hour == 0.0


def test_nothing_done_is_a_report_as_well() -> None:
    found = report()
    assert (found.steps, found.first_step_at, found.last_step_at) == (0, None, None)


def test_more_than_a_person_can_do_is_said_to_be_incomplete() -> None:
    many = [event(1, "parcel.shelved", str(n), parcels=["a"]) for n in range(STEPS_MAX + 1)]
    found = report(*many)
    assert (found.shelved, found.is_complete) == (STEPS_MAX, False)
    assert report(*many[1:]).is_complete


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 9)), max_size=60))
def test_every_parcel_is_counted_once_whatever_the_order(steps: list[tuple[int, int]]) -> None:
    events = [
        event(minute, "parcel.shelved", str(n), parcels=[str(p) for p in range(parcels)])
        for n, (minute, parcels) in enumerate(steps)
    ]
    found = report(*events)
    assert found.shelved == sum(parcels for _, parcels in steps)
    assert found == structs.replace(
        report(*reversed(events)),
        first_step_at=found.first_step_at,
        last_step_at=found.last_step_at,
    )


@pytest.mark.parametrize("body", [b"{}", b'{"parcels":[],"units":[],"new_field":{"a":1}}'])
def test_events_of_later_versions_are_counted_as_steps(body: bytes) -> None:
    unknown = StaffEvent("1", "order.blessed", NOW, UUID(int=1), body)
    assert report(unknown).steps == 1
