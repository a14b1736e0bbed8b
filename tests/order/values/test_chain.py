"""The hash chain: what is hashed of an event, byte for byte, so that anybody can recompute it."""

import hashlib
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from gotovo.order.values.chain import GENESIS, header_of, link

AT = datetime(2026, 11, 22, 9, 5, tzinfo=UTC)


def test_a_header_is_six_lines_with_both_instants() -> None:
    """Rule 4.14."""
    header = header_of("200785804776", 3, AT, AT + timedelta(microseconds=1), "point:p-1", "c-1")
    assert header == (
        "200785804776\n3\n2026-11-22T09:05:00.000000+00:00\n2026-11-22T09:05:00.000001+00:00\n"
        "point:p-1\nc-1"
    )


@given(st.timedeltas(timedelta(days=-9), timedelta(days=9)))
def test_the_recording_is_in_the_header_whether_it_was_before_or_after(later: timedelta) -> None:
    """Rule 4.15."""
    recorded_at = AT + later
    _, _, happened, recorded, _, _ = header_of("1", 1, AT, recorded_at, "a:b", "c").split("\n")
    assert datetime.fromisoformat(happened) == AT
    assert datetime.fromisoformat(recorded) == recorded_at


def test_a_hash_is_of_the_hash_before_it_the_header_and_the_body() -> None:
    """Rule 4.14."""
    first = link(GENESIS, "head", b'{"type":"x"}')
    assert first == hashlib.sha256(bytes(32) + b'\nhead\n{"type":"x"}').digest()
    assert link(first, "head", b"{}") == hashlib.sha256(first + b"\nhead\n{}").digest()
