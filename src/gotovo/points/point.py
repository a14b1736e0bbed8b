"""A pick-up point and the settings that differ from one to the next (rule 4.17)."""

import re
from collections.abc import Iterable
from datetime import time
from typing import Literal

from msgspec import Struct

from gotovo.points.cells.plan import Rack, plan_errors
from gotovo.points.desk.second_person import SecondPersonRule, second_person_errors
from gotovo.points.timetable import Timetable
from gotovo.points.validation import (
    InvalidSetting,
    clock_error,
    length_error,
    range_error,
    text_error,
    timetable_errors,
)

# The largest number of parcels seen on the shelves of one point.
CAPACITY = 1_050

_CODE = re.compile(r"[A-Z]{2,8}-[1-9][0-9]{0,5}")
_STORAGE_DAYS_MAX = 365  # Beyond a year it is a warehouse, and the dates lose their meaning.
_TRANSIT_DAYS_MAX = 60  # The slowest surface route in Russia is within two months.
_PHONE_DIGITS_MIN = 3  # Short numbers of a hotline; an extension may follow.
_CAPACITY_MAX = 1_000_000
_CLASSES_MAX = 200  # Terms of their own: more kinds of goods than a clerk can tell apart.
_SUM_MAX = 10**15  # As much as an order may cost.
_SEARCH_MINUTES_MAX = 24 * 60  # Whoever looks for a day has not found it.
_CLASS_LENGTH_MAX = 64  # As long as the class of an order's line may be.

Handover = Literal["number", "code", "qr"]


class Point(Struct, frozen=True, kw_only=True):
    """A pick-up point; its warehouse is named by code.

    `pays_at_point`: orders may be paid when they are handed over here, by card or in cash.
    `cells` is the plan of its shelves; without one a cell is any text.
    `second_person`: by kind of step, when it needs somebody else's approval, and whose.
    `without_code_max` is what an order may cost, in minor units, to be handed over without a code
    and a second person, `search_minutes` how long a parcel is looked for before its buyer is told;
    None for the network's setting. `not_refusable` are classes of goods that
    can't be refused at the desk without a defect, beside those of the network.
    """

    code: str
    title: str
    address: str
    timetable: Timetable
    warehouse: str
    storage_days: int = 7
    storage_days_by_class: dict[str, int] = {}
    extension_days: int = 3
    cut_off: time = time(20)
    transit_days: int = 1
    handover: Handover = "code"
    capacity: int = CAPACITY
    accepting: bool = True
    phone: str = ""
    pays_at_point: bool = False
    cells: tuple[Rack, ...] = ()
    second_person: dict[str, SecondPersonRule] = {}
    without_code_max: int | None = None
    search_minutes: int | None = None
    not_refusable: tuple[str, ...] = ()


def storage_days(point: Point, classes: Iterable[str]) -> int:
    """Return the storage term for goods of these classes: the shortest one."""
    by_class = point.storage_days_by_class
    if not by_class:
        return point.storage_days
    return min(
        (by_class.get(each, point.storage_days) for each in classes), default=point.storage_days
    )


def point_errors(point: Point) -> tuple[InvalidSetting, ...]:
    """Return every error of a point's settings."""
    errors: list[InvalidSetting] = []
    if _CODE.fullmatch(point.code) is None:
        errors.append(InvalidSetting("code", point.code, "like KZN-1"))
    if point.phone and sum(c.isdigit() for c in point.phone) < _PHONE_DIGITS_MIN:
        errors.append(InvalidSetting("phone", point.phone, "like +79001234567"))
    for goods_class, days in point.storage_days_by_class.items():
        field = f"storage_days_by_class.{goods_class}"
        errors += text_error("storage_days_by_class", goods_class)
        errors += length_error("storage_days_by_class", goods_class, _CLASS_LENGTH_MAX)
        errors += range_error(field, days, 1, _STORAGE_DAYS_MAX)
    errors += plan_errors(point.cells)
    for goods_class in point.not_refusable:
        errors += text_error("not_refusable", goods_class)
        errors += length_error("not_refusable", goods_class, _CLASS_LENGTH_MAX)
    if point.without_code_max is not None:
        errors += range_error("without_code_max", point.without_code_max, 0, _SUM_MAX)
    if point.search_minutes is not None:
        errors += range_error("search_minutes", point.search_minutes, 1, _SEARCH_MINUTES_MAX)
    return (
        *errors,
        *range_error("not_refusable", len(point.not_refusable), 0, _CLASSES_MAX),
        *range_error("storage_days_by_class", len(point.storage_days_by_class), 0, _CLASSES_MAX),
        *clock_error("cut_off", point.cut_off),
        *text_error("title", point.title),
        *text_error("address", point.address),
        *text_error("warehouse", point.warehouse),
        *range_error("storage_days", point.storage_days, 1, _STORAGE_DAYS_MAX),
        *range_error("extension_days", point.extension_days, 0, _STORAGE_DAYS_MAX),
        *range_error("transit_days", point.transit_days, 0, _TRANSIT_DAYS_MAX),
        *range_error("capacity", point.capacity, 1, _CAPACITY_MAX),
        *second_person_errors(point.second_person),
        *timetable_errors(point.timetable),
    )
