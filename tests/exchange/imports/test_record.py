"""Values are understood or named as what they are: nothing is guessed."""

from datetime import UTC, date, datetime, timedelta

import pytest

from gotovo.exchange.imports.columns import NAMES
from gotovo.exchange.imports.files.row import ImportRow, Rejection
from gotovo.exchange.imports.files.text_lines import FilePosition
from gotovo.exchange.imports.record import (
    ImportedOrder,
    Reading,
    Status,
    end_of_day,
    parse_order,
)

READING = Reading({name: name for name in NAMES})
LEAST = {"external_id": "o-1", "placed_at": "2018-07-24T20:41:00-03:00"}


def row(**values: str) -> ImportRow:
    return ImportRow(2, FilePosition(3, 0), {**LEAST, **values})


def read(**values: str) -> ImportedOrder:
    found = parse_order(row(**values), READING)
    assert isinstance(found, ImportedOrder)
    return found


def refused(**values: str) -> Rejection:
    found = parse_order(row(**values), READING)
    assert isinstance(found, Rejection)
    return found


def test_instants_become_utc_and_the_clock_they_were_written_by_is_kept() -> None:
    x = read()
    assert x.placed_at == datetime(2018, 7, 24, 23, 41, tzinfo=UTC)
    assert x.utc_offset == timedelta(hours=-3)


def test_empty_values_are_not_told() -> None:
    x = read(paid_at="", items=" ", value="", status="")
    assert (x.paid_at, x.items, x.value, x.status) == (None, None, None, None)


@pytest.mark.parametrize(
    ("written", "minor_units"),
    [("141.46", 14146), ("141,4", 14140), ("7", 700), ("1 234.50", 123450), ("0.500", 50)],
)
def test_amounts_become_minor_units_exactly(written: str, minor_units: int) -> None:
    assert read(paid=written).paid == minor_units


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("external_id", ""),
        ("external_id", "x" * 201),
        ("external_id", "a\x00b"),
        ("external_id", "a\udcffb"),
        ("customer", "a\x1bb"),
        ("placed_at", ""),
        ("placed_at", "2018-07-24T20:41:00"),
        ("placed_at", "yesterday"),
        ("placed_at", "0001-01-01T00:00:00+14:00"),
        ("paid_at", "2018-02-30T00:00:00Z"),
        ("promised_for", "13.08.2018"),
        ("promised_for", "9999-12-31"),
        ("status", "lost in space"),
        ("items", "two"),
        ("items", "1.5"),
        ("items", "²"),
        ("value", "-1"),
        ("value", "1.234"),
        ("value", "1,000"),
        ("value", "1e3"),
        ("paid", "NaN"),
        ("paid", "99999999999999"),
    ],
)
def test_what_cannot_be_understood_is_named_by_its_column(name: str, value: str) -> None:
    rejection = refused(**{name: value})
    assert rejection.column == name
    assert rejection.value == value.strip()


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("canceled", Status.CANCELLED),
        ("Invoiced", Status.PROCESSING),
        ("unavailable", Status.UNAVAILABLE),
        ("delivered", Status.DELIVERED),
    ],
)
def test_words_for_a_status_are_understood_in_any_case(word: str, status: Status) -> None:
    assert read(status=word).status is status


def test_a_day_ends_at_midnight_by_the_clock_it_was_told_by() -> None:
    assert end_of_day(date(2018, 8, 13), timedelta(hours=-3)) == datetime(
        2018, 8, 14, 3, tzinfo=UTC
    )
