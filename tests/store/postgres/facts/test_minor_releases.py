"""Minor releases of PostgreSQL: which are too old, and what to install instead."""

import pytest

from gotovo.store.postgres.facts.minor_releases import OLDEST_MINOR, outdated_by


@pytest.mark.parametrize(("major", "oldest"), OLDEST_MINOR.items())
def test_a_minor_release_below_the_oldest_is_named_with_its_successor(
    major: int, oldest: int
) -> None:
    assert outdated_by(major * 10_000 + oldest - 1) == f"{major}.{oldest}"
    assert outdated_by(major * 10_000) == f"{major}.{oldest}"
    assert outdated_by(major * 10_000 + oldest) is None
    assert outdated_by(major * 10_000 + oldest + 1) is None


def test_nothing_is_said_of_a_version_that_is_newer_than_the_program() -> None:
    assert outdated_by((max(OLDEST_MINOR) + 1) * 10_000) is None
