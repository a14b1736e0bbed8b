"""Where orders are picked and packed, and until when on a day a paid order still leaves."""

import re
from datetime import time

from gotovo.points.timetable import Timetable
from gotovo.points.validation import (
    InvalidSetting,
    clock_error,
    range_error,
    text_error,
    timetable_errors,
)
from gotovo.value import Value

PRIORITY = 100
"""The priority of a warehouse that is given none: others fit before it and behind it."""

_CODE = re.compile(r"[A-Z][A-Z0-9]{0,9}(-[A-Z0-9]{1,9})?")
_PRIORITY_MAX = 1_000
_REGION = re.compile(r"[0-9A-Z]{1,10}")
_REGIONS_MAX = 1_000  # Russia has fewer than a thousand three-digit prefixes of postal codes.


class Warehouse(Value, frozen=True):
    """A warehouse; it hands over to transport on the days its timetable opens.

    `cut_off` is by its own clock; where the point has an earlier one, that one holds. Without
    it only the point's cut-off counts. `accepts_orders` is false for an archive of imported orders
    and for a warehouse that is being closed: orders it has are still served. Of several that serve
    a courier order the one with the smallest `priority` is the first; `regions` are the prefixes
    of the postal codes that its couriers go to, none meaning everywhere (rule 4.1).
    """

    code: str
    title: str
    timetable: Timetable
    cut_off: time | None = None
    accepts_orders: bool = True
    priority: int = PRIORITY
    regions: tuple[str, ...] = ()


def warehouse_errors(warehouse: Warehouse) -> tuple[InvalidSetting, ...]:
    """Return every error of a warehouse's settings."""
    errors: list[InvalidSetting] = []
    if _CODE.fullmatch(warehouse.code) is None:
        errors.append(InvalidSetting("code", warehouse.code, "like KZN or KZN-W1"))
    if warehouse.cut_off is not None:
        errors += clock_error("cut_off", warehouse.cut_off)
    for index, region in enumerate(warehouse.regions):
        if _REGION.fullmatch(region) is None:
            expected = "1..10 digits or capital letters a postal code begins with"
            errors.append(InvalidSetting(f"regions[{index}]", region, expected))
    return (
        *errors,
        *text_error("title", warehouse.title),
        *range_error("priority", warehouse.priority, 1, _PRIORITY_MAX),
        *range_error("regions", len(warehouse.regions), 0, _REGIONS_MAX),
        *timetable_errors(warehouse.timetable),
    )
