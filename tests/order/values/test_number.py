"""The order number: twelve digits that carry their home, hide their neighbours and catch slips."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.order.values.number import (
    HOMES,
    NUMBERS_PER_HOME,
    PARCELS_MAX,
    barcode,
    digits_of,
    draw,
    grouped,
    home_of,
    is_valid,
    parse,
)

homes = st.integers(0, HOMES - 1)
indexes = st.integers(0, NUMBERS_PER_HOME - 1)
numbers = st.builds(draw, homes, indexes)


@given(homes, indexes)
def test_any_scan_knows_the_home(home: int, index: int) -> None:
    number = draw(home, index)
    assert is_valid(number)
    assert home_of(number) == home


@given(homes, indexes, homes, indexes)
def test_no_two_draws_give_one_number(home: int, index: int, home_b: int, index_b: int) -> None:
    same = (home, index) == (home_b, index_b)
    assert (draw(home, index) == draw(home_b, index_b)) is same


def test_neighbours_have_nothing_in_common_to_the_eye() -> None:
    first, second = draw(7, 1000), draw(7, 1001)
    assert sum(a == b for a, b in zip(first[:6], second[:6], strict=True)) <= 2


@given(numbers, st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_is_found(number: str, place: int, shift: int) -> None:
    digit = str((int(number[place]) + shift) % 10)
    assert not is_valid(number[:place] + digit + number[place + 1 :])


@given(numbers, st.integers(0, 10))
def test_two_neighbours_swapped_are_found(number: str, place: int) -> None:
    a, b = number[place], number[place + 1]
    swapped = number[:place] + b + a + number[place + 2 :]
    assert is_valid(swapped) is (a == b)


WORDS = ("", "№", "№ ", "# ", "no. ", "No ", "Nº", "Nr. ", "Заказ № ", "Номер заказа: ", "order #")
BETWEEN = ("", " ", "\u00a0", "\u202f", "-", "–", " — ", "\u200b", ".")
full_width = str.maketrans("0123456789", "０１２３４５６７８９")


@given(numbers, st.sampled_from(WORDS), st.sampled_from(BETWEEN), st.booleans(), st.booleans())
def test_a_number_is_read_however_people_write_it(
    number: str,
    word: str,
    between: str,
    is_wide: bool,  # noqa: FBT001
    is_upper: bool,  # noqa: FBT001
) -> None:
    grouped_by = between.join((number[:4], number[4:8], number[8:]))
    written = f" {word.upper() if is_upper else word}{grouped_by}\n"
    assert parse(written.translate(full_width) if is_wide else written) == number
    assert parse(grouped(number)) == number


@given(numbers, st.integers(1, 12))
def test_a_part_of_a_number_is_its_digits(number: str, length: int) -> None:
    assert digits_of(f"№ {number[:length]}") == number[:length]


@pytest.mark.parametrize(
    "text", ["чай 200", "2007 и 8580", "order", "№", "", "200x785", "20078580477６x", "nora 123"]
)
def test_a_text_with_other_words_has_no_digits_of_a_number(text: str) -> None:
    assert digits_of(text) == ""


@given(numbers, st.integers(1, PARCELS_MAX))
def test_a_parcels_barcode_names_its_order(number: str, parcel: int) -> None:
    assert len(barcode(number, parcel)) == 14
    assert parse(barcode(number, parcel)) == number


@given(st.text(max_size=16))
def test_nonsense_is_no_number(text: str) -> None:
    assert parse(text) is None or is_valid(parse(text) or "")


@pytest.mark.parametrize("text", ["", "0", "١٢٣٤٥٦٧٨٩٠١٢", "2007858047", "200785804777", "²" * 12])
def test_what_only_looks_like_a_number_is_none(text: str) -> None:
    assert parse(text) is None


@pytest.mark.parametrize(("home", "index"), [(-1, 0), (HOMES, 0), (0, -1), (0, NUMBERS_PER_HOME)])
def test_what_has_no_number_is_our_own_fault(home: int, index: int) -> None:
    with pytest.raises(ValueError, match=str(home)):
        draw(home, index)


@pytest.mark.parametrize("parcel", [0, PARCELS_MAX + 1])
def test_a_parcel_beyond_two_digits_has_no_barcode(parcel: int) -> None:
    with pytest.raises(ValueError, match=str(parcel)):
        barcode("200785804776", parcel)
