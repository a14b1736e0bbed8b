"""A sealed cursor tells its reader nothing, and nobody else can use or make one.

A cursor says which history it is of; one of a history that was left is good up to its end.
"""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.access.feed_cursors import FeedCursors, LeftHistory, buyer_reader, shop_reader
from gotovo.engine.ports import FeedEpoch
from gotovo.keyring.keyring import Keys, one_key


def epoch(number: int, id_: str, *positions: int) -> FeedEpoch:
    """Return an epoch that began where the lanes stood at these positions."""
    return FeedEpoch(number, id_, positions, datetime(2026, 11, 22, tzinfo=UTC), "server")


FIRST = epoch(1, "0000000a", 0)


def keys() -> Keys:
    """Return the keys of one installation."""
    return one_key(b"s" * 32)


CURSORS = FeedCursors(keys, [FIRST])
RESTORED = FeedCursors(keys, [FIRST, epoch(2, "0000000b", 7)])
AGAIN = FeedCursors(keys, [FIRST, epoch(2, "0000000b", 7), epoch(3, "0000000c", 9)])
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
    assert CURSORS.text((7, 12), None) == "0000000a-7.12"
    assert CURSORS.text_of_event((7,), None) == "0000000a-7"


@given(st.integers(0, 10**18), st.integers(0, 10**18))
def test_two_cursors_to_continue_from_are_never_alike_and_equally_long(one: int, two: int) -> None:
    texts = {CURSORS.text((position,), BOOKS) for position in (one, one, two)}
    assert len(texts) == 3
    assert {len(text) for text in texts} == {48}


def test_an_event_of_ones_own_has_one_cursor() -> None:
    assert CURSORS.text_of_event((7,), BOOKS) == CURSORS.text_of_event((7,), BOOKS)
    assert CURSORS.text_of_event((7,), BOOKS) != CURSORS.text_of_event((8,), BOOKS)
    assert CURSORS.text_of_event((7, 1), BOOKS) != CURSORS.text_of_event((7, 1), BOOKS)


def test_nobody_uses_the_cursor_of_another_reader_or_installation() -> None:
    text = CURSORS.text((7,), BOOKS)
    for other in (None, shop_reader(""), shop_reader("toys"), buyer_reader("books")):
        assert CURSORS.positions(text, other, 1) is None
    assert FeedCursors(lambda: one_key(b"t" * 32)).positions(text, BOOKS, 1) is None


@pytest.mark.parametrize("place", [0, 20, 42])
def test_a_changed_cursor_is_none(place: int) -> None:
    text = CURSORS.text((7,), BOOKS)
    other = "A" if text[place] != "A" else "E"
    assert CURSORS.positions(f"{text[:place]}{other}{text[place + 1 :]}", BOOKS, 1) is None


@pytest.mark.parametrize(
    "text", ["0", "7", "x", "", "=", "ü" * 43, "A" * 43, "A" * 48, "A" * 5_000]
)
def test_a_position_or_any_other_text_is_no_cursor_of_a_shop(text: str) -> None:
    """Otherwise a shop could search for the head: positions beyond it are refused by name."""
    assert CURSORS.positions(text, BOOKS, 1) is None


@pytest.mark.parametrize(
    "text", ["", "x", "1.2", "-1", "٣", "9" * 19, "1.", "0000000a-", "0000000A-1", "0-1"]
)
def test_what_is_no_position_is_none_of_the_network(text: str) -> None:
    assert CURSORS.positions(text, None, 1) is None


@pytest.mark.parametrize("reader", [None, BOOKS])
def test_who_had_read_no_further_than_a_restore_continues(reader: str | None) -> None:
    for position in (0, 6, 7):
        text = CURSORS.text((position,), reader)
        assert RESTORED.positions(text, reader, 1) == (position,)
        assert AGAIN.positions(text, reader, 1) == (position,)
    later = RESTORED.text((9,), reader)
    assert AGAIN.positions(later, reader, 1) == (9,)


@pytest.mark.parametrize("reader", [None, BOOKS])
def test_who_had_read_further_is_told_up_to_where_that_still_stands(reader: str | None) -> None:
    text = CURSORS.text((8,), reader)
    assert RESTORED.positions(text, reader, 1) == LeftHistory((7,))
    assert AGAIN.positions(text, reader, 1) == LeftHistory((7,))
    assert AGAIN.positions(RESTORED.text((10,), reader), reader, 1) == LeftHistory((9,))


@pytest.mark.parametrize("reader", [None, BOOKS])
def test_nothing_is_known_of_an_epoch_that_the_database_never_had(reader: str | None) -> None:
    """Two restores of one backup, or another installation: no number of its own is believed."""
    other = FeedCursors(keys, [FIRST, epoch(2, "0000000d", 3)])
    assert RESTORED.positions(other.text((2,), reader), reader, 1) == LeftHistory((0,))


@pytest.mark.parametrize("reader", [None, BOOKS])
def test_a_cursor_of_before_there_were_epochs_is_of_the_first(reader: str | None) -> None:
    before = FeedCursors(keys)
    assert before.text((8,), None) == "8"
    text = before.text((8,), reader)
    assert CURSORS.positions(text, reader, 1) == (8,)
    assert RESTORED.positions(text, reader, 1) == LeftHistory((7,))


def test_of_several_lanes_each_goes_back_as_far_as_it_has_to() -> None:
    first = FeedCursors(keys, [epoch(1, "0000000a", 0, 0)])
    then = FeedCursors(keys, [epoch(1, "0000000a", 0, 0), epoch(2, "0000000b", 5, 5)])
    assert then.positions(first.text((4, 6), None), None, 2) == LeftHistory((4, 5))
    assert then.positions(first.text((4, 5), None), None, 2) == (4, 5)
