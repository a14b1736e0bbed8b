"""An amount is read in the one way it can be; where there are two, somebody has to decide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.exchange.imports.amounts import (
    AMOUNT_MAX,
    MARKS,
    DecimalMark,
    InvalidAmount,
    evidence,
    minor_units,
)
from gotovo.words.imports.row_errors import RowErrorCode

POINT, COMMA = DecimalMark.POINT, DecimalMark.COMMA


def error_of(
    text: str, decimal: DecimalMark | None = None, *, is_stated: bool = False
) -> RowErrorCode:
    with pytest.raises(InvalidAmount) as raised:
        minor_units(text, decimal, is_stated=is_stated)
    return raised.value.error.code


def amount_or_error(
    text: str, decimal: DecimalMark | None, *, is_stated: bool = False
) -> int | RowErrorCode:
    try:
        return minor_units(text, decimal, is_stated=is_stated)
    except InvalidAmount as unfit:
        return unfit.error.code


@pytest.mark.parametrize(
    ("text", "amount", "mark"),
    [
        ("12.50", 1250, POINT),
        ("12,5", 1250, COMMA),
        ("1,234.50", 123450, POINT),
        ("1.234,50", 123450, COMMA),
        ("1,234,567", 123456700, POINT),
        ("1.234.567", 123456700, COMMA),
        ("0,500", 50, COMMA),
        ("1234.500", 123450, POINT),
        ("1 234,50", 123450, COMMA),
        ("1\u00a0234.50", 123450, POINT),
        ("1\u202f234", 123400, None),
        ("1'234", 123400, None),
        ("1000", 100000, None),
        ("007", 700, None),
    ],
)
def test_an_amount_with_one_reading_is_read_and_tells_of_its_column(
    text: str, amount: int, mark: DecimalMark | None
) -> None:
    assert minor_units(text, None) == amount
    assert evidence(text) is mark


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [("1,000", 100000, 100), ("12,500", 1250000, 1250), ("1.000", 100, 100000)],
)
def test_an_amount_with_two_readings_is_decided_by_the_mark_alone(
    text: str, point: int, comma: int
) -> None:
    assert minor_units(text, POINT) == point
    assert minor_units(text, COMMA) == comma
    assert evidence(text) is None
    with pytest.raises(InvalidAmount) as raised:
        minor_units(text, None)
    values = raised.value.error.values
    assert raised.value.error.code is RowErrorCode.AMBIGUOUS_AMOUNT
    assert (values["with_point"], values["with_comma"]) == (
        f"{point // 100}.{point % 100:02}",
        f"{comma // 100}.{comma % 100:02}",
    )


def test_a_mark_that_is_stated_leaves_no_other_reading() -> None:
    assert minor_units("12,50", POINT) == 1250
    assert error_of("12,50", POINT, is_stated=True) is RowErrorCode.AMOUNT
    assert minor_units("12,50", COMMA, is_stated=True) == 1250
    assert error_of("1.5", COMMA, is_stated=True) is RowErrorCode.AMOUNT


def test_three_decimals_are_never_taken_for_thousands_where_decimals_are_known() -> None:
    assert error_of("1,234") is RowErrorCode.AMBIGUOUS_AMOUNT
    assert error_of("1,234", COMMA) is RowErrorCode.AMOUNT
    assert minor_units("1,234", POINT) == 123400


@pytest.mark.parametrize(
    "text",
    ["", "-1", "+1", "1e3", "NaN", ".5", "5.", "1 2 3", "12 34.5", "1,23,456", "1.2.3", "١", "１"],
)
def test_what_is_no_amount_is_not_read_as_one(text: str) -> None:
    assert error_of(text) is RowErrorCode.AMOUNT


def test_an_amount_beyond_every_order_is_refused() -> None:
    assert error_of(str(AMOUNT_MAX)) is RowErrorCode.SMALLER_AMOUNT
    assert error_of("9" * 10_000) is RowErrorCode.SMALLER_AMOUNT


@given(
    st.integers(0, AMOUNT_MAX),
    st.sampled_from(DecimalMark),
    st.sampled_from(["", " ", "\u00a0", "'", "other"]),
    st.integers(0, 3),
)
def test_every_spelling_of_an_amount_is_that_amount(
    amount: int, mark: DecimalMark, group: str, more: int
) -> None:
    other = MARKS[COMMA if mark is POINT else POINT]
    whole = f"{amount // 100:,}".replace(",", other if group == "other" else group)
    text = f"{whole}{MARKS[mark]}{amount % 100:02}{'0' * more}"
    assert minor_units(text, mark, is_stated=True) == amount
    assert minor_units(text, mark) == amount
    assert amount_or_error(text, None) in (amount, RowErrorCode.AMBIGUOUS_AMOUNT)


@given(st.text("0123456789., '", max_size=12))
def test_no_text_has_two_amounts_unless_it_says_so(text: str) -> None:
    """What is read without a mark is what every mark that can read it says."""
    amount = amount_or_error(text, None)
    if isinstance(amount, int):
        readings = {amount_or_error(text, mark, is_stated=True) for mark in DecimalMark}
        assert readings - {RowErrorCode.AMOUNT} == {amount}
