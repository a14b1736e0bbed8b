"""The delivery promise follows the cut-off, the warehouse's days and the place's days."""

from datetime import UTC, date, datetime, time, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gotovo.order.values.promise import (
    Promise,
    PromiseTerms,
    cut_off_after,
    next_cut_off,
    promise,
    promise_under,
    terms_of,
)
from gotovo.points.hours import Hours
from gotovo.points.local_time import local_date
from gotovo.points.point import Point
from gotovo.points.timetable import ExceptionalDay, Timetable, every_day, is_working_day
from gotovo.points.warehouse import Warehouse

DAILY = every_day("Europe/Moscow", time(10), time(20))
KAZAN = Point(
    code="KZN-1",
    title="Кремлёвская",
    address="Казань, Кремлёвская, 1",
    timetable=DAILY,
    warehouse="KZN",
)
NINE_TO_SIX = (Hours(time(9), time(18)),)
OFFICE_WEEK = (NINE_TO_SIX, NINE_TO_SIX, NINE_TO_SIX, NINE_TO_SIX, NINE_TO_SIX, (), ())
WAREHOUSE = Warehouse(
    "KZN",
    "Казань",
    Timetable("Europe/Moscow", OFFICE_WEEK, country="RU", closed_on_holidays=True),
)
SHORT_DAY = (Hours(time(10), time(12)), Hours(time(13), time(16)))
NEVER = Timetable("Europe/Moscow", ((), (), (), (), (), (), ()))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def closed(timetable: Timetable, *days: date) -> Timetable:
    return replace(timetable, exceptions=dict.fromkeys(days, ExceptionalDay((), "repairs")))


def test_it_lasts_until_the_night_that_begins_on_the_day_ends() -> None:
    """Rules 4.1 and 4.2."""
    for week in (
        ((Hours(time(20), time(2)),),) * 7,
        ((Hours(time(), time(2)), Hours(time(20), time())),) * 7,
    ):
        bar = replace(KAZAN, timetable=replace(DAILY, week=week))
        promised = promise(at("2025-11-22T14:00+03:00"), bar)
        assert promised.promised_for == date(2025, 11, 23)
        assert promised.promised_until == at("2025-11-24T02:00+03:00")


def test_round_the_clock_it_lasts_until_the_day_ends() -> None:
    kiosk = replace(KAZAN, timetable=every_day("Europe/Moscow", time(), time()))
    promised = promise(at("2025-11-22T14:00+03:00"), kiosk)
    assert promised.promised_until == at("2025-11-24T00:00+03:00")


def test_an_exception_may_open_a_day_that_the_week_closes() -> None:
    """23 November 2025 is a Sunday."""
    sunday = {date(2025, 11, 23): ExceptionalDay((Hours(time(12), time(15)),), "sale")}
    weekdays = replace(DAILY, week=(*DAILY.week[:6], ()))
    paid_at = at("2025-11-22T14:00+03:00")
    closed_then = promise(paid_at, replace(KAZAN, timetable=weekdays))
    assert closed_then.promised_for == date(2025, 11, 24)
    opened = promise(paid_at, replace(KAZAN, timetable=replace(weekdays, exceptions=sunday)))
    assert opened.promised_for == date(2025, 11, 23)
    assert opened.promised_until == at("2025-11-23T15:00+03:00")
    assert opened.rule.delivery_closed == ()


@pytest.mark.parametrize(
    ("paid", "promised_for"),
    [
        ("2025-11-22T00:00+03:00", date(2025, 11, 23)),
        ("2025-11-22T19:59:59.999999+03:00", date(2025, 11, 23)),
        ("2025-11-22T20:00+03:00", date(2025, 11, 24)),
        ("2025-11-22T23:59+03:00", date(2025, 11, 24)),
    ],
)
def test_paid_before_the_cut_off_is_there_next_day_and_after_it_the_day_after(
    paid: str, promised_for: date
) -> None:
    """Rule 4.1."""
    promised = promise(at(paid), KAZAN)
    assert promised.promised_for == promised_for
    assert promised.promised_until == at(f"{promised_for}T20:00+03:00")


def test_the_cut_off_is_by_the_clock_of_the_point() -> None:
    paid_at = at("2025-11-22T18:30+03:00")
    ural = replace(KAZAN, timetable=every_day("Asia/Yekaterinburg", time(10), time(20)))
    assert promise(paid_at, KAZAN).promised_for == date(2025, 11, 23)
    assert promise(paid_at, ural).promised_for == date(2025, 11, 24)


def test_the_cut_off_and_the_days_on_the_way_are_settings_of_the_point() -> None:
    """Rule 4.17."""
    slow = replace(KAZAN, cut_off=time(12), transit_days=5)
    assert promise(at("2025-11-22T11:59+03:00"), slow).promised_for == date(2025, 11, 27)
    assert promise(at("2025-11-22T12:00+03:00"), slow).promised_for == date(2025, 11, 28)


def test_nothing_leaves_while_the_warehouse_is_closed() -> None:
    """22 November 2025 is a Saturday."""
    promised = promise(at("2025-11-22T14:05+03:00"), KAZAN, WAREHOUSE)
    assert promised.rule.dispatched_on == date(2025, 11, 24)
    assert promised.rule.dispatch_closed == (date(2025, 11, 22), date(2025, 11, 23))
    assert promised.promised_for == date(2025, 11, 25)


def test_paid_after_the_cut_off_on_friday_leaves_on_monday() -> None:
    promised = promise(at("2025-11-21T20:05+03:00"), KAZAN, WAREHOUSE)
    assert promised.rule.dispatched_on == date(2025, 11, 24)


@pytest.mark.parametrize(
    ("paid", "dispatched_on"),
    [
        ("2024-04-27T14:05+03:00", date(2024, 4, 27)),
        ("2024-04-27T20:05+03:00", date(2024, 5, 2)),
        ("2024-12-28T14:05+03:00", date(2024, 12, 28)),
        ("2024-12-28T20:05+03:00", date(2025, 1, 9)),
        ("2025-05-01T14:05+03:00", date(2025, 5, 5)),
        ("2025-12-31T14:05+03:00", date(2026, 1, 12)),
    ],
)
def test_the_warehouse_keeps_russian_holidays_and_works_the_saturdays_given_for_them(
    paid: str, dispatched_on: date
) -> None:
    assert promise(at(paid), KAZAN, WAREHOUSE).rule.dispatched_on == dispatched_on


def test_a_closed_point_gets_it_on_its_next_open_day_until_that_day_closes() -> None:
    timetable = closed(DAILY, date(2025, 11, 23), date(2025, 11, 24))
    short = {date(2025, 11, 25): ExceptionalDay(SHORT_DAY, "short day")}
    timetable = replace(timetable, exceptions=timetable.exceptions | short)
    promised = promise(at("2025-11-22T14:05+03:00"), replace(KAZAN, timetable=timetable))
    assert promised.promised_for == date(2025, 11, 25)
    assert promised.promised_until == at("2025-11-25T16:00+03:00")
    assert promised.rule.delivery_closed == (date(2025, 11, 23), date(2025, 11, 24))


def test_the_earlier_of_two_cut_offs_holds() -> None:
    paid_at = at("2025-11-24T17:00+03:00")
    early = replace(WAREHOUSE, cut_off=time(16))
    late = replace(WAREHOUSE, cut_off=time(23))
    assert promise(paid_at, KAZAN, early).rule.dispatched_on == date(2025, 11, 25)
    assert promise(paid_at, KAZAN, late).rule.dispatched_on == date(2025, 11, 24)


def test_the_cut_off_of_a_warehouse_is_by_its_own_clock() -> None:
    """19:00 in Vladivostok is 12:00 in Kazan."""
    timetable = every_day("Asia/Vladivostok", time(8), time(20))
    far = Warehouse("VVO", "Владивосток", timetable, cut_off=time(19))
    assert cut_off_after(at("2025-11-24T11:00+03:00"), KAZAN, far) == at("2025-11-24T12:00+03:00")
    assert promise(at("2025-11-24T12:00+03:00"), KAZAN, far).rule.dispatched_on == date(
        2025, 11, 25
    )


@pytest.mark.parametrize(
    ("time_zone", "paid", "cut_off"),
    [
        ("Europe/Berlin", "2025-03-29T20:00+01:00", "2025-03-30T20:00+02:00"),
        ("Europe/Berlin", "2025-10-25T20:00+02:00", "2025-10-26T20:00+01:00"),
        ("America/New_York", "2025-03-08T20:00-05:00", "2025-03-09T20:00-04:00"),
        ("America/New_York", "2025-11-01T20:00-04:00", "2025-11-02T20:00-05:00"),
        ("Asia/Yekaterinburg", "2025-03-29T20:00+05:00", "2025-03-30T20:00+05:00"),
    ],
)
def test_the_cut_off_stays_at_its_time_on_the_wall_through_clock_changes(
    time_zone: str, paid: str, cut_off: str
) -> None:
    point = replace(KAZAN, timetable=every_day(time_zone, time(10), time(20)))
    assert cut_off_after(at(paid), point) == at(cut_off)
    assert cut_off_after(at(cut_off) - timedelta(seconds=1), point) == at(cut_off)


def test_the_countdown_runs_to_a_day_on_which_orders_leave() -> None:
    saturday = at("2025-11-22T14:05+03:00")
    assert cut_off_after(saturday, KAZAN) == at("2025-11-22T20:00+03:00")
    assert cut_off_after(saturday, KAZAN, WAREHOUSE) == at("2025-11-24T20:00+03:00")


def test_a_courier_is_promised_on_terms_of_their_own() -> None:
    terms = PromiseTerms(
        timetable=every_day("Europe/Moscow", time(9), time(22)),
        cut_off=time(18),
        transit_days=0,
        dispatch=WAREHOUSE.timetable,
    )
    promised = promise_under(at("2025-11-24T17:00+03:00"), terms)
    assert promised.promised_for == date(2025, 11, 24)
    assert promised.promised_until == at("2025-11-24T22:00+03:00")
    assert next_cut_off(at("2025-11-24T17:00+03:00"), terms) == at("2025-11-24T18:00+03:00")


@pytest.mark.parametrize(
    ("point", "warehouse"),
    [
        (replace(KAZAN, timetable=NEVER), None),
        (KAZAN, replace(WAREHOUSE, timetable=NEVER)),
    ],
)
def test_no_hour_is_promised_where_nothing_opens_again(
    point: Point, warehouse: Warehouse | None
) -> None:
    promised = promise(at("2025-11-22T14:05+03:00"), point, warehouse)
    assert promised.promised_until is None
    assert promised.promised_for == date(2025, 11, 23)


def test_a_promise_survives_json_with_its_rule() -> None:
    promised = promise(at("2025-11-22T14:05+03:00"), KAZAN, WAREHOUSE)
    assert msgspec.json.decode(msgspec.json.encode(promised), type=Promise) == promised


@given(
    paid_at=st.datetimes(
        min_value=datetime.fromisoformat("2023-01-01"),
        max_value=datetime.fromisoformat("2026-11-01"),
        timezones=st.just(UTC),
    ),
    time_zone=st.sampled_from(
        ("Europe/Moscow", "Europe/Berlin", "America/New_York", "Pacific/Pago_Pago")
    ),
    warehouse_zone=st.sampled_from(("Europe/Moscow", "Pacific/Kiritimati")),
    cut_offs=st.tuples(st.times(), st.one_of(st.none(), st.times())),
    transit_days=st.integers(min_value=0, max_value=10),
)
def test_what_is_promised_can_be_kept_and_recomputed(
    paid_at: datetime,
    time_zone: str,
    warehouse_zone: str,
    cut_offs: tuple[time, time | None],
    transit_days: int,
) -> None:
    timetable = replace(WAREHOUSE.timetable, time_zone=warehouse_zone)
    warehouse = replace(WAREHOUSE, timetable=timetable, cut_off=cut_offs[1])
    point = replace(
        KAZAN,
        timetable=every_day(time_zone, time(10), time(20)),
        cut_off=cut_offs[0],
        transit_days=transit_days,
    )
    promised = promise(paid_at, point, warehouse)
    rule = promised.rule
    assert promised.promised_until is not None
    assert local_date(promised.promised_until, time_zone) == promised.promised_for
    assert is_working_day(timetable, rule.dispatched_on)
    assert promised.promised_for == rule.dispatched_on + timedelta(days=transit_days)
    assert cut_off_after(paid_at, point, warehouse) > paid_at
    assert promise_under(rule.paid_at, terms_of(point, warehouse)) == promised
    later = promise(paid_at + timedelta(hours=5), point, warehouse)
    assert later.promised_for >= promised.promised_for
