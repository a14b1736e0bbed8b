"""Waiting as a provider asks, in both forms of Retry-After; the channels test the rest."""

from datetime import UTC, datetime

import pytest

from gotovo.outbound.exchange import RETRY_AFTER_MAX, open_client, retry_after

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0.0),
        ("120", 120.0),
        ("9" * 30, RETRY_AFTER_MAX),
        ("Sun, 22 Nov 2026 11:05:30 GMT", 30.0),
        ("Sun, 22 Nov 2026 11:00:00 GMT", 0.0),
        ("Mon, 22 Nov 2027 11:05:00 -0000", RETRY_AFTER_MAX),
        ("", None),
        ("-1", None),
        ("٣", None),
        ("1.5", None),
        ("tomorrow", None),
        ("Sun, 99 Nov 2026 11:05:30 GMT", None),
    ],
)
def test_a_wait_is_read_and_bounded(value: str, seconds: float | None) -> None:
    assert retry_after(value, NOW) == seconds


async def test_a_client_takes_nothing_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    async with open_client() as client:
        assert not client.follow_redirects
        assert not client.trust_env
