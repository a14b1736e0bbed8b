"""Values are understood or named as what they are: nothing is guessed."""

from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.schemas.placement import PlaceBody
from gotovo.api.schemas.step_bodies import check_times
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
from gotovo.order.steps.placement import EXTERNAL_ID_CHARACTERS_MAX, PRICE_MAX, UNITS_MAX
from gotovo.order.values.settlement.charge import ChargeKind
from gotovo.order.values.settlement.currency import plain_amount
from gotovo.words.imports.row_errors import RowError, row_error_text
from tests.support.api.network import PLACE

PLACE_DECODER = msgspec.json.Decoder(PlaceBody)
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


def test_an_empty_cell_is_no_charge_and_a_file_without_the_column_tells_nothing() -> None:
    assert read(delivery_fee="", rounding=" ").delivery_fee == 0
    columns = {name: name for name in NAMES if name not in set(ChargeKind)}
    found = parse_order(row(value="5"), structs.replace(READING, columns=columns))
    assert isinstance(found, ImportedOrder)
    assert (found.delivery_fee, found.discount) == (None, None)


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
        ("external_id", "x" * (EXTERNAL_ID_CHARACTERS_MAX + 1)),
        ("external_id", "\u200b"),
        ("customer", "x" * 201),
        ("external_id", "a\x00b"),
        ("external_id", "a\udcffb"),
        ("customer", "a\x1bb"),
        ("placed_at", ""),
        ("placed_at", "2018-07-24T20:41:00"),
        ("placed_at", "yesterday"),
        ("placed_at", "0001-01-01T00:00:00+14:00"),
        ("placed_at", "1999-12-31T23:59:59Z"),
        ("issued_at", "2200-01-01T00:00:00Z"),
        ("promised_for", "2200-01-01"),
        ("paid_at", "2018-02-30T00:00:00Z"),
        ("promised_for", "13.08.2018"),
        ("promised_for", "9999-12-31"),
        ("status", "lost in space"),
        ("items", "two"),
        ("items", "0"),
        ("items", str(UNITS_MAX + 1)),
        ("items", "9" * 5_000),
        ("currency", "RUR"),
        ("currency", "RUB\nRUB"),
        ("delivery_fee", "-1"),
        ("discount", "ten"),
        ("rounding", "--1"),
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
    ("currency", "text", "amount"),
    [("JPY", "1250", 1250), ("xof", "1250", 1250), ("OMR", "12.5", 12_500), ("RUB", "12.5", 1250)],
)
def test_a_row_has_a_currency_and_amounts_have_its_decimals(
    currency: str, text: str, amount: int
) -> None:
    x = read(currency=currency, value=text, delivery_fee=text, rounding=f"-{text}")
    assert (x.currency, x.value, x.delivery_fee) == (currency.upper(), amount, amount)
    assert x.rounding == -amount


def test_decimals_that_a_currency_does_not_have_are_named_with_field_and_value() -> None:
    rejection = refused(currency="JPY", paid="12.50")
    assert (rejection.column, rejection.value) == ("paid", "12.50")
    assert isinstance(rejection.error, RowError)
    assert row_error_text(rejection.error, "en") == (
        "Expected an amount in JPY, which has no decimals, like 1234."
    )


def test_a_row_without_a_currency_has_that_of_the_file() -> None:
    found = parse_order(row(currency="", paid="7"), structs.replace(READING, currency="KWD"))
    assert isinstance(found, ImportedOrder)
    assert (found.currency, found.paid) == ("KWD", 7_000)


@pytest.mark.parametrize("text", ["10.00", "-10.00", "\N{MINUS SIGN}10"])
def test_a_discount_is_taken_off_whichever_sign_it_has(text: str) -> None:
    x = read(discount=text, coupon=text)
    assert (x.discount, x.coupon) == (-1_000, -1_000)


EDGE_TEXT = st.text(
    st.sampled_from(["a", "Я", " ", "\u00a0", "\t", "\u200b", "e", "\u0301", "\x07", "№"]),
    max_size=8,
) | st.integers(EXTERNAL_ID_CHARACTERS_MAX - 1, EXTERNAL_ID_CHARACTERS_MAX + 1).map("x".__mul__)


def placed_id(written: str) -> str | None:
    """Return the external id that the API stores for a text; None where it refuses it."""
    try:
        body = decode_body(msgspec.json.encode(PLACE | {"external_id": written}), PLACE_DECODER)
    except ApiError:
        return None
    return body.external_id


@given(EDGE_TEXT)
def test_an_external_id_is_read_or_refused_as_the_api_does(written: str) -> None:
    """One rule at every entrance; only the API lets an order have none."""
    found = parse_order(row(external_id=written), READING)
    imported = found.external_id if isinstance(found, ImportedOrder) else None
    assert imported == (placed_id(written) or None)


@pytest.mark.parametrize("year", [1999, 2000, 2199, 2200])
def test_the_years_of_an_order_are_those_of_the_api(year: int) -> None:
    at = f"{year}-06-01T00:00:00+00:00"
    body = msgspec.json.decode(msgspec.json.encode(PLACE | {"at": at}), type=PlaceBody)
    try:
        check_times(body, ("at",))
    except ApiError:
        assert refused(placed_at=at).column == "placed_at"
    else:
        assert read(placed_at=at).placed_at == body.at


@pytest.mark.parametrize("excess", [0, 1])
def test_a_price_has_the_limit_of_the_api(excess: int) -> None:
    price = PRICE_MAX + excess
    line = {"sku": "a", "title": "a", "quantity": 1, "price": price}
    body = msgspec.json.encode(PLACE | {"lines": [line]})
    text = plain_amount(price, "RUB")
    if excess:
        with pytest.raises(ApiError):
            decode_body(body, PLACE_DECODER)
        assert refused(value=text).column == "value"
    else:
        assert decode_body(body, PLACE_DECODER).lines[0].price == read(value=text).value


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("canceled", Status.CANCELLED),
        ("Invoiced", Status.PROCESSING),
        ("unavailable", Status.UNAVAILABLE),
        ("delivered", Status.DELIVERED),
        (" In Transit", Status.SHIPPED),
        ("out-of-stock", Status.UNAVAILABLE),
    ],
)
def test_words_for_a_status_are_understood_in_any_case(word: str, status: Status) -> None:
    assert read(status=word).status is status


def test_a_day_ends_at_midnight_by_the_clock_it_was_told_by() -> None:
    assert end_of_day(date(2018, 8, 13), timedelta(hours=-3)) == datetime(
        2018, 8, 14, 3, tzinfo=UTC
    )
