"""A proof is fresh for a few minutes; none, or one from the future, is not."""

from datetime import UTC, datetime, timedelta

import pytest

from gotovo.access.staff.fresh_proof import PROOF_MINUTES, is_fresh

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("age", "fresh"),
    [
        (timedelta(), True),
        (timedelta(minutes=PROOF_MINUTES) - timedelta(microseconds=1), True),
        (timedelta(minutes=PROOF_MINUTES), False),
        (timedelta(days=1), False),
        (timedelta(microseconds=-1), False),
    ],
)
def test_a_proof_is_fresh_for_its_minutes(age: timedelta, *, fresh: bool) -> None:
    assert is_fresh(NOW - age, NOW, PROOF_MINUTES) is fresh


def test_who_never_proved_anything_has_no_fresh_proof() -> None:
    assert not is_fresh(None, NOW, PROOF_MINUTES)
