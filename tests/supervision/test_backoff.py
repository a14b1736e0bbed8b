"""A process that keeps ending is started again after pauses that grow to a limit."""

import random

from hypothesis import given
from hypothesis import strategies as st

from gotovo.supervision.backoff import FIRST_PAUSE, PAUSE_MAX, SOUND_SECONDS, Backoff


def test_the_first_restart_waits_for_nothing() -> None:
    assert Backoff(random.Random(1)).pause(0) == 0


def test_a_sound_run_is_forgiven_everything() -> None:
    backoff = Backoff(random.Random(1))
    for _ in range(20):
        backoff.pause(0)
    assert backoff.pause(SOUND_SECONDS) == 0


@given(st.integers(), st.lists(st.floats(0, SOUND_SECONDS, exclude_max=True), min_size=60))
def test_pauses_grow_to_the_limit_and_never_end(seed: int, runs: list[float]) -> None:
    backoff = Backoff(random.Random(seed))
    pauses = [backoff.pause(worked) for worked in runs]
    assert FIRST_PAUSE / 2 < pauses[1] <= FIRST_PAUSE
    assert all(PAUSE_MAX / 2 < pause <= PAUSE_MAX for pause in pauses[8:])
    assert len(set(pauses[8:])) > 1, "many programs do not start again at one instant"
