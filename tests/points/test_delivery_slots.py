"""A courier can be asked for a slot of the next days, with notice, on working days."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from gotovo.points.delivery_slots import DAYS_AHEAD, HOURS, NOTICE, delivery_slots
from gotovo.points.hours import Hours
from gotovo.points.timetable import ExceptionalDay, every_day

KAZAN = every_day("Europe/Moscow", time(9), time(20))
MIDNIGHT = datetime(2026, 11, 22, 21, tzinfo=UTC)
"""Monday the 23rd begins in Kazan."""


def test_the_slots_of_four_days_are_offered() -> None:
    slots = list(delivery_slots(KAZAN, MIDNIGHT))
    assert len(slots) == DAYS_AHEAD * len(HOURS)
    first = slots[0].begins_at.astimezone(ZoneInfo("Europe/Moscow"))
    assert (first.date(), first.time()) == (date(2026, 11, 23), time(9))
    assert {slot.ends_at - slot.begins_at for slot in slots} == {timedelta(hours=3)}


def test_a_slot_is_offered_up_to_two_hours_before_it_begins() -> None:
    nine = datetime(2026, 11, 23, 6, tzinfo=UTC)
    assert next(delivery_slots(KAZAN, nine - NOTICE)).begins_at == nine
    late = nine - NOTICE + timedelta(seconds=1)
    assert next(delivery_slots(KAZAN, late)).begins_at == nine + timedelta(hours=3)


def test_a_day_on_which_the_warehouse_is_closed_has_no_slots() -> None:
    closed = replace(KAZAN, exceptions={date(2026, 11, 23): ExceptionalDay((), "repairs")})
    assert next(delivery_slots(closed, MIDNIGHT)).begins_at == datetime(2026, 11, 24, 6, tzinfo=UTC)


def test_an_exception_opens_slots_on_a_day_that_the_week_closes() -> None:
    weekdays = replace(KAZAN, week=((), *KAZAN.week[1:]))
    monday = datetime(2026, 11, 23, 6, tzinfo=UTC)
    assert next(delivery_slots(weekdays, MIDNIGHT)).begins_at == monday + timedelta(days=1)
    opened = {date(2026, 11, 23): ExceptionalDay((Hours(time(9), time(20)),), "sale")}
    sale = replace(weekdays, exceptions=opened)
    assert next(delivery_slots(sale, MIDNIGHT)).begins_at == monday


def test_an_hour_that_the_clocks_skip_leaves_the_slots_by_the_wall_clock() -> None:
    berlin = every_day("Europe/Berlin", time(9), time(20))
    before = datetime(2026, 3, 27, 23, tzinfo=UTC)
    hours = [
        slot.begins_at.astimezone(ZoneInfo("Europe/Berlin")).time()
        for slot in delivery_slots(berlin, before)
    ]
    assert hours == [begins for begins, _ in HOURS] * DAYS_AHEAD
