"""Codes: derived each time, bound to an order, a place and a counter, and stored never."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from gotovo.order.values.pickup_codes import (
    QR_SECONDS,
    CodeState,
    pickup_code,
    qr_is_right,
    qr_text,
    same,
    trusted_code,
)
from tests.support.order import stories
from tests.support.order.cast import NOON, SECRET

NUMBER = "200785804776"


def test_a_code_is_six_digits_that_never_change_by_themselves() -> None:
    """Rule 4.3."""
    code = pickup_code(SECRET, NUMBER, "KZN-1", 1)
    assert len(code) == 6
    assert code.isdigit()
    assert code == pickup_code(SECRET, NUMBER, "KZN-1", 1)


def test_another_secret_order_place_counter_or_person_has_another_code() -> None:
    codes = [
        pickup_code(SECRET, NUMBER, "KZN-1", 1),
        pickup_code(SECRET[::-1], NUMBER, "KZN-1", 1),
        pickup_code(SECRET, NUMBER[::-1], "KZN-1", 1),
        pickup_code(SECRET, NUMBER, "KZN-2", 1),
        pickup_code(SECRET, NUMBER, "KZN-1", 2),
        trusted_code(SECRET, NUMBER, "KZN-1", 1),
    ]
    assert len(set(codes)) == len(codes)


def test_no_code_stands_in_the_state_or_in_the_history() -> None:
    """Rule 4.3."""
    play = stories.shelved()
    play.refused(stories.HandOver(code="987654"))
    stored = repr(play.order) + repr(play.history)
    assert play.code() not in stored
    assert "987654" not in stored


@given(st.integers(0, 10_000))
def test_a_qr_is_right_in_its_minute_and_the_next_and_never_before(seconds: int) -> None:
    shown_at = NOON + timedelta(seconds=seconds % QR_SECONDS)
    shown = qr_text(SECRET, NUMBER, "KZN-1", 1, shown_at)
    read_at = NOON + timedelta(seconds=seconds)
    expected = seconds < 2 * QR_SECONDS
    assert qr_is_right(SECRET, NUMBER, "KZN-1", 1, read_at, shown) is expected
    before = NOON - timedelta(seconds=1)
    assert not qr_is_right(SECRET, NUMBER, "KZN-1", 1, before, shown)


def test_a_qr_names_its_order_and_opens_no_other() -> None:
    shown = qr_text(SECRET, NUMBER, "KZN-1", 1, NOON)
    assert shown.startswith(NUMBER + ".")
    assert not qr_is_right(SECRET, NUMBER[::-1], "KZN-1", 1, NOON, shown)
    assert not qr_is_right(SECRET, NUMBER, "KZN-2", 1, NOON, shown)
    assert not qr_is_right(SECRET, NUMBER, "KZN-1", 2, NOON, shown)


@given(st.text(), st.text())
def test_comparing_takes_any_text(expected: str, shown: str) -> None:
    assert same(expected, shown) is (expected == shown)


def test_nobody_is_named_and_nothing_was_tried_at_first() -> None:
    assert CodeState() == CodeState(1, 0, 0, 0, 0)
