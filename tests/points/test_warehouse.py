"""A warehouse's settings survive storage and are refused field by field when wrong."""

from datetime import UTC, time

import msgspec
import pytest
from msgspec.structs import replace

from gotovo.points.timetable import every_day
from gotovo.points.validation import InvalidSetting
from gotovo.points.warehouse import Warehouse, warehouse_errors

KAZAN = Warehouse("KZN-W1", "Казань", every_day("Europe/Moscow", time(8), time()), time(19))


def test_it_survives_json() -> None:
    assert msgspec.json.decode(msgspec.json.encode(KAZAN), type=Warehouse) == KAZAN


def test_settings_stored_before_there_were_regions_are_read_as_serving_everywhere() -> None:
    stored = msgspec.json.decode(msgspec.json.encode(KAZAN))
    old = {name: stored[name] for name in ("code", "title", "timetable", "cut_off")}
    read = msgspec.json.decode(msgspec.json.encode(old), type=Warehouse)
    assert (read.accepts_orders, read.priority, read.regions) == (True, 100, ())


def test_a_warehouse_in_use_has_no_faults() -> None:
    assert warehouse_errors(KAZAN) == ()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"code": "склад"}, "code"),
        ({"code": "KZN-"}, "code"),
        ({"title": ""}, "title"),
        ({"cut_off": time(19, tzinfo=UTC)}, "cut_off"),
        ({"priority": 0}, "priority"),
        ({"priority": 1_001}, "priority"),
        ({"regions": ("42", "4 2")}, "regions[1]"),
        ({"regions": ("",)}, "regions[0]"),
        ({"regions": ("ec1a",)}, "regions[0]"),
        ({"regions": ("42",) * 1_001}, "regions"),
        ({"timetable": every_day("", time(8), time(9))}, "timetable.time_zone"),
    ],
)
def test_a_wrong_field_is_named(changes: dict[str, object], field: str) -> None:
    (error,) = warehouse_errors(replace(KAZAN, **changes))
    assert error.field == field


def test_a_cut_off_is_a_whole_minute_by_the_clock_of_the_place() -> None:
    (error,) = warehouse_errors(replace(KAZAN, cut_off=time(18, 0, 59)))
    assert error == InvalidSetting("cut_off", "18:00:59", "whole minutes")
