"""Codes: what they are by their form, whatever scanner and keyboard make of them."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.desk.scan.code_forms import CODE_LENGTH_MAX, CodeKind, ScannedCode, recognise
from gotovo.desk.scan.gs1 import gtin_of
from gotovo.desk.scan.raw_text import GS
from gotovo.order.values.number import HOMES, NUMBERS_PER_HOME, barcode, draw, is_valid
from gotovo.order.values.pickup_codes import qr_text

EXAMPLES: Final[list[dict[str, Any]]] = json.loads(
    (Path(__file__).parents[2] / "support" / "desk" / "code_forms.json").read_text()
)
NOW: Final = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
KEYS: Final = "qwertyuiop[]asdfghjkl;'zxcvbnm,./`" + 'QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>?~@#$^&|'
CYRILLIC: Final = "йцукенгшщзхъфывапролджэячсмитьбю.ё" + 'ЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ,Ё"№;:?/'
RUSSIAN: Final = str.maketrans(KEYS, CYRILLIC)
"""What the keys of a Latin code type under a Russian layout."""

numbers = st.builds(draw, st.integers(0, HOMES - 1), st.integers(0, NUMBERS_PER_HOME - 1))
parcels = st.builds(barcode, numbers, st.integers(1, 99))
cells = st.builds("{}-{}".format, st.integers(1, 999), st.integers(1, 999))
layouts = st.sampled_from([{}, RUSSIAN])
cases = st.sampled_from([str, str.swapcase])
suffixes = st.sampled_from(["", "\r", "\n", "\r\n", "\t", " ", "\x03", GS])
prefixes = st.sampled_from(["", "]C0", "]Q1", "\x02", " "])
gtins = st.integers(1, 10**13 - 1).map(
    lambda x: next(f"{x:013d}{c}" for c in range(10) if gtin_of(f"{x:013d}{c}"))
)
serials = st.text(
    st.sampled_from("!\"%&'()*+,-./0123456789:;<=>?ABCYZ_abcyz"), min_size=1, max_size=20
)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda x: x["note"])
def test_each_example_is_recognised(example: dict[str, Any]) -> None:
    told = {name: example.get(name, "") for name in ("value", "number", "gtin", "serial")}
    assert recognise(example["code"]) == ScannedCode(CodeKind(example["kind"]), **told)


def test_the_examples_have_every_kind_and_each_its_own_note() -> None:
    assert {example["kind"] for example in EXAMPLES} == set(CodeKind)
    assert len({example["note"] for example in EXAMPLES}) == len(EXAMPLES) > 90


@given(st.text(max_size=200) | st.text("]CELLBOXMAN-.:0123456789\x1d()абю№", max_size=60))
def test_every_text_has_an_answer(text: str) -> None:
    found = recognise(text)
    if found.kind is CodeKind.UNKNOWN:
        assert len(found.value) <= 64
    assert found.number == "" or is_valid(found.number)
    assert found.gtin == "" or gtin_of(found.gtin) == found.gtin
    found.value.encode()  # It can be written into a response.


@given(st.text("0123456789-(){}[]^ \x1d", min_size=CODE_LENGTH_MAX + 1, max_size=5_000))
def test_what_is_too_long_is_unknown(text: str) -> None:
    assert recognise(text).kind is CodeKind.UNKNOWN


@given(prefixes, parcels, suffixes)
def test_a_parcel_is_one_with_any_prefix_and_suffix(prefix: str, parcel: str, suffix: str) -> None:
    found = recognise(prefix + parcel + suffix)
    assert (found.kind, found.value, found.number) == (CodeKind.PARCEL, parcel, parcel[:12])


@given(numbers, st.binary(min_size=8, max_size=32), layouts, suffixes)
def test_a_buyers_qr_is_read_under_any_layout(
    number: str, secret: bytes, layout: dict[int, int], suffix: str
) -> None:
    shown = qr_text(secret, number, "KZN-1", 1, NOW)
    assert recognise(shown.translate(layout) + suffix) == ScannedCode(
        CodeKind.PICKUP_QR, shown, number=number
    )


@given(cells, layouts, cases)
def test_a_cells_label_is_read_under_any_layout_and_with_caps_lock(
    cell: str, layout: dict[int, int], case: Callable[[str], str]
) -> None:
    scanned = case(f"CELL:{cell}".translate(layout))
    assert recognise(scanned) == ScannedCode(CodeKind.CELL, cell)
    assert recognise(cell) == ScannedCode(CodeKind.CELL, cell)


@given(gtins, serials, st.sampled_from(["", GS, "]d2", "]C1"]), suffixes)
def test_a_unit_is_told_by_its_serial(gtin: str, serial: str, prefix: str, suffix: str) -> None:
    code = f"{prefix}01{gtin}21{serial}{GS}93abcd{suffix}"
    assert recognise(code) == ScannedCode(CodeKind.PRODUCT, gtin, gtin=gtin, serial=serial)


@given(gtins, st.integers(0, 12), st.integers(1, 9))
def test_one_wrong_digit_is_no_product(gtin: str, place: int, added: int) -> None:
    wrong = gtin[:place] + str((int(gtin[place]) + added) % 10) + gtin[place + 1 :]
    assert gtin_of(wrong) == ""
    assert recognise(f"(01){wrong}").kind is not CodeKind.PRODUCT


@given(numbers, st.integers(0, 11), st.integers(1, 9))
def test_one_wrong_digit_names_no_order(number: str, place: int, added: int) -> None:
    wrong = number[:place] + str((int(number[place]) + added) % 10) + number[place + 1 :]
    assert recognise(wrong).number == ""
    assert recognise(wrong + "01").number == ""


@given(st.text(max_size=30))
def test_what_was_recognised_is_recognised_again(text: str) -> None:
    first = recognise(text)
    if first.kind is not CodeKind.UNKNOWN:
        again = recognise(first.value)
        assert (again.kind, again.value) == (first.kind, first.value)
