"""The header that asks to wait is read in both of its forms, and believed for a day at most."""

from datetime import UTC, datetime, timedelta

import pytest

from gotovo.outbound.retry_after import retry_after

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("0", timedelta()),
        ("9" * 40, timedelta(days=1)),
        ("Sun, 22 Nov 2026 12:01:00 GMT", timedelta(minutes=1)),
        ("Sun, 22 Nov 2020 12:01:00 GMT", timedelta()),
        ("soon", None),
        ("-1", None),
        ("", None),
        ("٣", None),
    ],
)
def test_the_header_is_read_in_both_forms(text: str, wait: timedelta | None) -> None:
    assert retry_after(text, NOW) == wait
