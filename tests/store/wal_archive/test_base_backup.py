"""Where the log of a base backup begins: positions become names of segments."""

import pytest

from gotovo.store.wal_archive.base_backup import segment_at


@pytest.mark.parametrize(
    ("timeline", "position", "name"),
    [
        (1, "0/28", "000000010000000000000000"),
        (1, "0/3000028", "000000010000000000000003"),
        (2, "0/FF000028", "0000000200000000000000FF"),
        (2, "1/0", "000000020000000100000000"),
        (31, "AB/CDEF0123", "0000001F000000AB000000CD"),
    ],
)
def test_a_position_lies_in_its_segment(timeline: int, position: str, name: str) -> None:
    assert segment_at(timeline, position) == name
