"""Where orders are picked and packed, and until when on a day a paid order still leaves."""

import re
from datetime import time

from gotovo.points.timetable import Timetable
from gotovo.points.validation import InvalidSetting, text_error, timetable_errors
from gotovo.value import Value

_CODE = re.compile(r"[A-Z][A-Z0-9]{0,9}(-[A-Z0-9]{1,9})?")


class Warehouse(Value, frozen=True):
    """A warehouse; it hands over to transport on the days its timetable opens.

    `cut_off` is by its own clock; where the point has an earlier one, that one holds. Without
    it only the point's cut-off counts.
    """

    code: str
    title: str
    timetable: Timetable
    cut_off: time | None = None


def warehouse_errors(warehouse: Warehouse) -> tuple[InvalidSetting, ...]:
    """Return every error of a warehouse's settings."""
    errors: list[InvalidSetting] = []
    if _CODE.fullmatch(warehouse.code) is None:
        errors.append(InvalidSetting("code", warehouse.code, "like KZN or KZN-W1"))
    if warehouse.cut_off is not None and warehouse.cut_off.tzinfo is not None:
        errors.append(InvalidSetting("cut_off", str(warehouse.cut_off), "a time without a zone"))
    return (*errors, *text_error("title", warehouse.title), *timetable_errors(warehouse.timetable))
