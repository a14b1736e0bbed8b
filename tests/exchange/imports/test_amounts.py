"""An amount is read in the one way it can be; where there are two, somebody has to decide."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.exchange.imports.amounts import (
    MARKS,
    AmountFormat,
    DecimalMark,
    InvalidAmount,
    evidence,
    minor_units,
)
from gotovo.order.steps.placement import PRICE_MAX
from gotovo.order.values.settlement.currency import CURRENCIES, plain_amount
from gotovo.words.imports.row_errors import RowError, RowErrorCode

POINT, COMMA = DecimalMark.POINT, DecimalMark.COMMA

BY_DIGITS = {
    digits: sorted(code for code, its in CURRENCIES.items() if its == digits)
    for digits in (0, 2, 3)
}
CURRENCY = st.sampled_from(sorted(BY_DIGITS)).flatmap(lambda n: st.sampled_from(BY_DIGITS[n]))


def amount_of(
    text: str,
    decimal: DecimalMark | None = None,
    currency: str = "RUB",
    *,
    is_stated: bool = False,
    is_signed: bool = False,
) -> int:
    return minor_units(text, AmountFormat(currency, decimal, is_stated, is_signed))


def refused(
    text: str,
    decimal: DecimalMark | None = None,
    currency: str = "RUB",
    *,
    is_stated: bool = False,
    is_signed: bool = False,
) -> RowError:
    with pytest.raises(InvalidAmount) as raised:
        amount_of(text, decimal, currency, is_stated=is_stated, is_signed=is_signed)
    return raised.value.error


def error_of(
    text: str, decimal: DecimalMark | None = None, *, is_stated: bool = False
) -> RowErrorCode:
    return refused(text, decimal, is_stated=is_stated).code


def amount_or_error(
    text: str, decimal: DecimalMark | None, currency: str = "RUB", *, is_stated: bool = False
) -> int | RowErrorCode:
    try:
        return amount_of(text, decimal, currency, is_stated=is_stated)
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
    assert amount_of(text) == amount
    assert evidence(text) is mark


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [("1,000", 100000, 100), ("12,500", 1250000, 1250), ("1.000", 100, 100000)],
)
def test_an_amount_with_two_readings_is_decided_by_the_mark_alone(
    text: str, point: int, comma: int
) -> None:
    assert amount_of(text, POINT) == point
    assert amount_of(text, COMMA) == comma
    assert evidence(text) is None
    error = refused(text)
    values = error.values
    assert error.code is RowErrorCode.AMBIGUOUS_AMOUNT
    assert amount_of(values["example"]) in (point, comma)
    assert (values["with_point"], values["with_comma"]) == (
        f"{point // 100}.{point % 100:02}",
        f"{comma // 100}.{comma % 100:02}",
    )


def test_a_mark_that_is_stated_leaves_no_other_reading() -> None:
    assert amount_of("12,50", POINT) == 1250
    assert error_of("12,50", POINT, is_stated=True) is RowErrorCode.AMOUNT
    assert amount_of("12,50", COMMA, is_stated=True) == 1250
    assert error_of("1.5", COMMA, is_stated=True) is RowErrorCode.AMOUNT


def test_three_decimals_are_never_taken_for_thousands_where_decimals_are_known() -> None:
    assert error_of("1,234") is RowErrorCode.AMBIGUOUS_AMOUNT
    assert error_of("1,234", COMMA) is RowErrorCode.AMOUNT
    assert amount_of("1,234", POINT) == 123400


@pytest.mark.parametrize(
    "text",
    ["", "--1", "-", "1e3", "NaN", ".5", "5.", "1 2 3", "12 34.5", "1,23,456", "1.2.3", "١", "１"],
)
def test_what_is_no_amount_is_not_read_as_one(text: str) -> None:
    assert error_of(text) is RowErrorCode.AMOUNT


def test_an_amount_beyond_every_order_is_refused() -> None:
    assert amount_of(plain_amount(PRICE_MAX, "RUB")) == PRICE_MAX
    assert error_of(plain_amount(PRICE_MAX + 1, "RUB")) is RowErrorCode.SMALLER_AMOUNT
    assert error_of("9" * 10_000) is RowErrorCode.SMALLER_AMOUNT


@pytest.mark.parametrize(
    ("text", "currency", "values"),
    [
        ("12.50", "JPY", {"currency": "JPY", "example": "1234"}),
        ("0,5", "XOF", {"currency": "XOF", "example": "1234"}),
        ("12.505", "RUB", {"currency": "RUB", "digits": "2", "example": "1234.50"}),
        ("0.0005", "KWD", {"currency": "KWD", "digits": "3", "example": "1234.500"}),
    ],
)
def test_more_decimals_than_the_currency_has_are_refused_with_what_it_has(
    text: str, currency: str, values: dict[str, str]
) -> None:
    error = refused(text, POINT if "." in text else COMMA, currency)
    has_decimals = CURRENCIES[currency] > 0
    assert error.code is (RowErrorCode.AMOUNT if has_decimals else RowErrorCode.WHOLE_AMOUNT)
    assert {**error.values, "example": error.values["example"].replace(",", ".")} == values


def test_three_decimals_have_two_readings_also_where_the_currency_has_three() -> None:
    error = refused("1.234", None, "OMR")
    assert error.code is RowErrorCode.AMBIGUOUS_AMOUNT
    assert (error.values["with_point"], error.values["with_comma"]) == ("1.234", "1234.000")
    assert amount_of(error.values["example"], None, "OMR") == 1234
    assert amount_of("1.234", POINT, "OMR") == 1234
    assert amount_of("1.234", COMMA, "OMR") == 1_234_000
    assert amount_of("1234.500", None, "OMR") == 1_234_500
    assert refused("1.234", POINT, "JPY").code is RowErrorCode.WHOLE_AMOUNT
    assert amount_of("1.234", COMMA, "JPY") == 1234


@pytest.mark.parametrize(
    ("text", "amount"), [("-5", -500), ("\N{MINUS SIGN}0.50", -50), ("+1,5", 150), ("- 7", -700)]
)
def test_a_signed_amount_may_be_below_zero_and_no_other(text: str, amount: int) -> None:
    assert amount_of(text, is_signed=True) == amount
    error = refused(text)
    assert (error.code, error.values["least"]) == (RowErrorCode.SMALLER_AMOUNT, "0")
    assert evidence(text) is evidence(text.lstrip("+-\N{MINUS SIGN} "))


@given(
    st.integers(0, PRICE_MAX),
    CURRENCY,
    st.sampled_from(DecimalMark),
    st.sampled_from(["", " ", "\u00a0", "'", "other"]),
    st.integers(0, 3),
)
def test_every_spelling_of_an_amount_is_that_amount_in_every_currency(
    amount: int, currency: str, mark: DecimalMark, group: str, more: int
) -> None:
    other = MARKS[COMMA if mark is POINT else POINT]
    whole, _, fraction = plain_amount(amount, currency).partition(".")
    grouped = f"{int(whole):,}".replace(",", other if group == "other" else group)
    decimals = fraction + "0" * more
    text = f"{grouped}{MARKS[mark]}{decimals}" if decimals else grouped
    assert amount_of(text, mark, currency, is_stated=True) == amount
    assert amount_of(text, mark, currency) == amount
    assert amount_or_error(text, None, currency) in (amount, RowErrorCode.AMBIGUOUS_AMOUNT)
    negative = amount_of(f"-{text}", mark, currency, is_stated=True, is_signed=True)
    assert negative == -amount


@given(st.text("0123456789., '", max_size=12), CURRENCY)
def test_no_text_has_two_amounts_unless_it_says_so(text: str, currency: str) -> None:
    """What is read without a mark is what every mark that can read it says."""
    amount = amount_or_error(text, None, currency)
    if isinstance(amount, int):
        readings = {amount_or_error(text, mark, currency, is_stated=True) for mark in DecimalMark}
        assert readings - {RowErrorCode.AMOUNT, RowErrorCode.WHOLE_AMOUNT} == {amount}


@given(st.integers(0, PRICE_MAX), CURRENCY)
def test_an_ambiguous_amount_comes_with_both_readings_and_a_spelling_that_is_neither(
    amount: int, currency: str
) -> None:
    text = plain_amount(amount, currency)
    read = amount_or_error(text, None, currency)
    if read is RowErrorCode.AMBIGUOUS_AMOUNT:
        values = refused(text, None, currency).values
        assert amount_of(values["with_point"], POINT, currency) == amount
        assert isinstance(amount_or_error(values["example"], None, currency), int)
    else:
        assert read == amount
