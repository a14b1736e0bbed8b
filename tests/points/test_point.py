"""A point's settings survive storage and are refused field by field when wrong."""

from datetime import UTC, time
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from gotovo.points.point import Point, point_errors, storage_days
from gotovo.points.timetable import every_day
from gotovo.points.validation import InvalidSetting

KAZAN = Point(
    code="KZN-1",
    title="Кремлёвская",
    address="Казань, Кремлёвская, 1",
    timetable=every_day("Europe/Moscow", time(10), time(20)),
    warehouse="KZN",
    storage_days_by_class={"food": 2, "furniture": 14},
)


def test_it_survives_json() -> None:
    assert msgspec.json.decode(msgspec.json.encode(KAZAN), type=Point) == KAZAN


def test_a_point_in_use_has_no_faults() -> None:
    assert point_errors(KAZAN) == ()


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code": "kzn-1"}, InvalidSetting("code", "kzn-1", "like KZN-1")),
        ({"code": "KZN-01"}, InvalidSetting("code", "KZN-01", "like KZN-1")),
        ({"code": "KZN-1\n"}, InvalidSetting("code", "KZN-1\n", "like KZN-1")),
        ({"title": " "}, InvalidSetting("title", " ", "a text")),
        ({"address": ""}, InvalidSetting("address", "", "a text")),
        ({"warehouse": ""}, InvalidSetting("warehouse", "", "a text")),
        ({"storage_days": 0}, InvalidSetting("storage_days", "0", "1..365")),
        ({"storage_days": 366}, InvalidSetting("storage_days", "366", "1..365")),
        (
            {"storage_days_by_class": {"food": -1}},
            InvalidSetting("storage_days_by_class.food", "-1", "1..365"),
        ),
        (
            {"storage_days_by_class": {str(n): 1 for n in range(201)}},
            InvalidSetting("storage_days_by_class", "201", "0..200"),
        ),
        (
            {"storage_days_by_class": {"x" * 65: 1}},
            InvalidSetting("storage_days_by_class", "x" * 65, "0..64 characters"),
        ),
        ({"extension_days": -1}, InvalidSetting("extension_days", "-1", "0..365")),
        ({"transit_days": 61}, InvalidSetting("transit_days", "61", "0..60")),
        ({"capacity": 0}, InvalidSetting("capacity", "0", "1..1000000")),
        (
            {"cut_off": time(20, tzinfo=UTC)},
            InvalidSetting("cut_off", "20:00:00+00:00", "a time without a zone"),
        ),
        (
            {"timetable": every_day("Europe/Kazan", time(10), time(20))},
            InvalidSetting(
                "timetable.time_zone",
                "Europe/Kazan",
                "a place like Europe/Moscow, or UTC",
            ),
        ),
    ],
)
def test_a_wrong_field_is_named_with_what_was_expected(
    changes: dict[str, object], error: InvalidSetting
) -> None:
    """Rule 4.17."""
    assert point_errors(replace(KAZAN, **changes)) == (error,)


def test_all_faults_are_told_at_once() -> None:
    errors = point_errors(replace(KAZAN, code="", title="", capacity=0))
    assert [error.field for error in errors] == ["code", "title", "capacity"]


@pytest.mark.parametrize(
    ("classes", "days"),
    [
        ((), 7),
        (("toys",), 7),
        (("furniture",), 14),
        (("food",), 2),
        (("furniture", "toys"), 7),
        (("furniture", "food", "toys"), 2),
    ],
)
def test_goods_of_several_classes_are_stored_for_the_shortest_term(
    classes: tuple[str, ...], days: int
) -> None:
    assert storage_days(KAZAN, classes) == days


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"cut_off": time(20, 0, 1)}, InvalidSetting("cut_off", "20:00:01", "whole minutes")),
        ({"phone": "ask Anna"}, InvalidSetting("phone", "ask Anna", "like +79001234567")),
        (
            {"storage_days_by_class": {" ": 3}},
            InvalidSetting("storage_days_by_class", " ", "a text"),
        ),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused(
    change: dict[str, Any], expected: InvalidSetting
) -> None:
    assert point_errors(replace(KAZAN, **change)) == (expected,)


@pytest.mark.parametrize("phone", ["", "+78432000000", "8 (843) 200-00-00 доб. 12", "150"])
def test_a_phone_is_written_as_people_dial_it(phone: str) -> None:
    assert point_errors(replace(KAZAN, phone=phone)) == ()
