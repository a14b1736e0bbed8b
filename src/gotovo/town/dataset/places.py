"""The places of the town: a warehouse in Kazan and three pick-up points."""

from datetime import date, time, timedelta

from gotovo.points.hours import Hours
from gotovo.points.point import Point
from gotovo.points.timetable import ExceptionalDay, Timetable, Week, every_day
from gotovo.points.warehouse import Warehouse

TIME_ZONE = "Europe/Moscow"

WAREHOUSE = Warehouse("KZN", "Склад «Казань-Восток»", every_day(TIME_ZONE, time(5), time(23)))

_LUNCH = (Hours(time(9), time(13)), Hours(time(14), time(20)))
_WITH_LUNCH: Week = (_LUNCH, _LUNCH, _LUNCH, _LUNCH, _LUNCH, _LUNCH, _LUNCH)
_WEEKDAY = (Hours(time(10), time(19)),)
_SATURDAY = (Hours(time(10), time(16)),)

_INVENTORY_AFTER = timedelta(days=4)


def points(today: date) -> tuple[Point, ...]:
    """Return the three points: one with a lunch break, one closed on Sundays and soon for a day."""
    inventory = ExceptionalDay((), "инвентаризация")
    return (
        Point(
            code="KZN-1",
            title="На Баумана",
            address="420111, Казань, ул. Баумана, 44/8",
            timetable=every_day(TIME_ZONE, time(10), time(21)),
            warehouse=WAREHOUSE.code,
            storage_days_by_class={"food": 3},
            phone="+78432000101",
        ),
        Point(
            code="KZN-2",
            title="На Чистопольской",
            address="420124, Казань, ул. Чистопольская, 61Б, вход со двора",
            timetable=Timetable(
                TIME_ZONE, (_LUNCH, _LUNCH, _LUNCH, _LUNCH, _LUNCH, _LUNCH, _LUNCH)
            ),
            warehouse=WAREHOUSE.code,
            storage_days_by_class={"food": 3},
            handover="number",
            capacity=375,
            phone="+78432000102",
        ),
        Point(
            code="ZDL-1",
            title="Зеленодольск, у вокзала",
            address="422550, Зеленодольск, ул. Ленина, 2",
            timetable=Timetable(
                TIME_ZONE,
                (_WEEKDAY, _WEEKDAY, _WEEKDAY, _WEEKDAY, _WEEKDAY, _SATURDAY, ()),
                exceptions={today + _INVENTORY_AFTER: inventory},
                country="RU",
                closed_on_holidays=True,
            ),
            warehouse=WAREHOUSE.code,
            storage_days=5,
            storage_days_by_class={"food": 3},
            capacity=150,
            phone="+78437100103",
        ),
    )
