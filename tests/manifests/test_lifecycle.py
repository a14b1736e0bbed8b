"""The lifecycle of a manifest is a table: every state is reached, no step is taken twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.manifests.lifecycle import (
    MANIFEST_TABLE,
    ManifestRow,
    ManifestState,
    ManifestStep,
    after_step,
)

STEPS = st.lists(st.tuples(st.sampled_from(list(ManifestStep)), st.booleans()), max_size=8)


def test_every_state_is_reached_and_every_step_has_a_row() -> None:
    reached = {ManifestState.OPEN} | {row.leads_to for row in MANIFEST_TABLE}
    reached |= {row.with_differences for row in MANIFEST_TABLE if row.with_differences}
    assert reached == set(ManifestState)
    assert [row.step for row in MANIFEST_TABLE] == list(ManifestStep)


@pytest.mark.parametrize("row", MANIFEST_TABLE, ids=lambda row: row.step)
def test_a_state_is_before_a_step_or_behind_it_or_forbids_it(row: ManifestRow) -> None:
    assert not row.taken_from & row.already
    assert row.leads_to in row.already
    assert row.with_differences is None or row.with_differences in row.already


def test_a_manifest_goes_through_its_states() -> None:
    state: ManifestState | None = ManifestState.OPEN
    for step, after in (
        (ManifestStep.SEALING, ManifestState.SEALED),
        (ManifestStep.DISPATCH, ManifestState.DISPATCHED),
        (ManifestStep.ARRIVAL, ManifestState.ARRIVED),
    ):
        assert state is not None
        state = after_step(state, step)
        assert state is after
    assert state is not None
    assert after_step(state, ManifestStep.ACCEPTANCE) is ManifestState.CLOSED
    differs = after_step(state, ManifestStep.ACCEPTANCE, differs=True)
    assert differs is ManifestState.ACCEPTED_WITH_DIFFERENCES
    assert after_step(differs, ManifestStep.CLOSURE) is ManifestState.CLOSED
    assert after_step(state, ManifestStep.CLOSURE) is None


@given(STEPS)
def test_a_manifest_never_goes_back_and_a_repeated_step_changes_nothing(
    steps: list[tuple[ManifestStep, bool]],
) -> None:
    state, order = ManifestState.OPEN, list(ManifestState)
    for step, differs in steps:
        after = after_step(state, step, differs=differs)
        if after is None:
            continue
        assert order.index(after) >= order.index(state)
        assert after_step(after, step, differs=not differs) is after
        state = after
