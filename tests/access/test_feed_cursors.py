"""A sealed cursor tells its reader nothing, and nobody else can use or make one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.access.feed_cursors import FeedCursors, buyer_reader, shop_reader

CURSORS = FeedCursors(b"s" * 32)
BOOKS = shop_reader("books")
READERS = st.sampled_from([None, shop_reader(""), BOOKS, buyer_reader("books")])
POSITIONS = st.lists(st.integers(0, 10**18 - 1), min_size=1, max_size=256).map(tuple)


@given(POSITIONS, READERS)
def test_who_got_a_cursor_continues_from_it(cursor: tuple[int, ...], reader: str | None) -> None:
    for text in (CURSORS.text(cursor, reader), CURSORS.text_of_event(cursor, reader)):
        assert CURSORS.positions(text, reader, len(cursor)) == cursor
        assert CURSORS.positions(text, reader, len(cursor) + 1) is None
        assert len(text) <= 5_000


def test_the_network_gets_positions() -> None:
    assert CURSORS.text((7, 12), None) == "7.12"
    assert CURSORS.text_of_event((7,), None) == "7"


@given(st.integers(0, 10**18), st.integers(0, 10**18))
def test_two_cursors_to_continue_from_are_never_alike_and_equally_long(one: int, two: int) -> None:
    texts = {CURSORS.text((position,), BOOKS) for position in (one, one, two)}
    assert len(texts) == 3
    assert {len(text) for text in texts} == {43}


def test_an_event_of_ones_own_has_one_cursor() -> None:
    assert CURSORS.text_of_event((7,), BOOKS) == CURSORS.text_of_event((7,), BOOKS)
    assert CURSORS.text_of_event((7,), BOOKS) != CURSORS.text_of_event((8,), BOOKS)
    assert CURSORS.text_of_event((7, 1), BOOKS) != CURSORS.text_of_event((7, 1), BOOKS)


def test_nobody_uses_the_cursor_of_another_reader_or_installation() -> None:
    text = CURSORS.text((7,), BOOKS)
    for other in (None, shop_reader(""), shop_reader("toys"), buyer_reader("books")):
        assert CURSORS.positions(text, other, 1) is None
    assert FeedCursors(b"t" * 32).positions(text, BOOKS, 1) is None


@pytest.mark.parametrize("place", [0, 20, 42])
def test_a_changed_cursor_is_none(place: int) -> None:
    text = CURSORS.text((7,), BOOKS)
    other = "A" if text[place] != "A" else "E"
    assert CURSORS.positions(f"{text[:place]}{other}{text[place + 1 :]}", BOOKS, 1) is None


@pytest.mark.parametrize("text", ["0", "7", "x", "", "=", "ü" * 43, "A" * 43, "A" * 5_000])
def test_a_position_or_any_other_text_is_no_cursor_of_a_shop(text: str) -> None:
    """Otherwise a shop could search for the head: positions beyond it are refused by name."""
    assert CURSORS.positions(text, BOOKS, 1) is None


@pytest.mark.parametrize("text", ["", "x", "1.2", "-1", "٣", "9" * 19, "1."])
def test_what_is_no_position_is_none_of_the_network(text: str) -> None:
    assert CURSORS.positions(text, None, 1) is None
