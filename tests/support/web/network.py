"""The points and the warehouse of the sample orders, with every kind of opening hours.

`POINTS` is the network as it is at `NOW`; within `as_it_was` a point has its earlier settings.
"""

from collections.abc import Generator
from contextlib import contextmanager
from datetime import date, time

from msgspec import structs

from gotovo.points.hours import Hours
from gotovo.points.point import Point
from gotovo.points.timetable import ExceptionalDay, Timetable, every_day
from gotovo.points.warehouse import Warehouse

KAZAN = "Europe/Moscow"
POINT = Point(
    code="KZN-1",
    title="ПВЗ «Баумана»",
    address="Казань, ул. Баумана, 44",
    timetable=every_day(KAZAN, time(9), time(21)),
    warehouse="KZN",
    phone="+78432000000",
)
CLOSING_POINT = Point(
    code="KZN-2",
    title="ПВЗ «Чистопольская»",
    address="Казань, ул. Чистопольская, 20",
    timetable=structs.replace(
        every_day(KAZAN, time(10), time(20)),
        exceptions={date(2026, 11, 27): ExceptionalDay((), "учёт")},
    ),
    warehouse="KZN",
    pays_at_point=True,
)
NIGHT_POINT = Point(
    code="KZN-3",
    title="ПВЗ «Кремлёвская»",
    address="Казань, ул. Кремлёвская, 12",
    timetable=every_day(KAZAN, time(22), time(2)),
    warehouse="KZN",
)
ALWAYS_OPEN_POINT = Point(
    code="KZN-4",
    title="ПВЗ «Вокзал»",
    address="Казань, Привокзальная площадь, 1",
    timetable=every_day(KAZAN, time(0), time(0)),
    warehouse="KZN",
)
_OPEN = (Hours(time(10), time(20)),)
_SALE = ExceptionalDay((Hours(time(11), time(16)),), "распродажа")
SUNDAY_POINT = Point(
    code="KZN-5",
    title="ПВЗ «Декабристов»",
    address="Казань, ул. Декабристов, 85",
    timetable=Timetable(
        KAZAN,
        (_OPEN, _OPEN, _OPEN, _OPEN, _OPEN, _OPEN, ()),
        {date(2026, 11, 22): _SALE, date(2026, 11, 29): _SALE},
    ),
    warehouse="KZN",
)
"""Closed on Sundays, of which two are open by exception; `NOW` is the first of them."""

SHUT_POINT_BEFORE = Point(
    code="KZN-6",
    title="ПВЗ «Проспект Победы»",
    address="Казань, пр. Победы, 91",
    timetable=every_day(KAZAN, time(9), time(21)),
    warehouse="KZN",
)
SHUT_POINT = structs.replace(
    SHUT_POINT_BEFORE,
    timetable=structs.replace(
        SHUT_POINT_BEFORE.timetable,
        exceptions={date(2026, 11, 23): ExceptionalDay((), "ремонт отопления")},
    ),
)
"""The day after `NOW` was closed when orders were there already."""

FULL_POINT = Point(
    code="KZN-7",
    title="ПВЗ «Гаврилова»",
    address="Казань, ул. Гаврилова, 4",
    timetable=every_day(KAZAN, time(9), time(21)),
    warehouse="KZN",
    capacity=1,
)
"""Has room for a single order."""

FAR_POINT = Point(
    code="EKB-1",
    title="ПВЗ «Малышева»",
    address="Екатеринбург, ул. Малышева, 51",
    timetable=every_day("Asia/Yekaterinburg", time(9), time(21)),
    warehouse="KZN",
    transit_days=2,
)
POINTS = {
    point.code: point
    for point in (
        POINT,
        CLOSING_POINT,
        NIGHT_POINT,
        ALWAYS_OPEN_POINT,
        SUNDAY_POINT,
        SHUT_POINT,
        FULL_POINT,
        FAR_POINT,
    )
}
WAREHOUSES = {"KZN": Warehouse("KZN", "Склад Казань", every_day(KAZAN, time(0), time(0)))}


def closed_on(*days: date) -> Point:
    """Return the settings of the point once closures were entered."""
    shut = {day: ExceptionalDay((), "учёт") for day in days}
    return structs.replace(POINT, timetable=structs.replace(POINT.timetable, exceptions=shut))


@contextmanager
def as_it_was(point: Point) -> Generator[None]:
    """Let a point of the network have these settings for a while."""
    now = POINTS[point.code]
    POINTS[point.code] = point
    try:
        yield
    finally:
        POINTS[point.code] = now
