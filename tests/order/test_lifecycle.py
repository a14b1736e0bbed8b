"""The lifecycle: the table says what the steps do, all of it and nothing else."""

import keyword
import re
from pathlib import Path

import pytest

from gotovo.order.lifecycle import ROW_OF, TABLE, Row
from gotovo.order.refusals import Code
from gotovo.order.replay import EVENTS, TYPE_OF
from gotovo.order.values.order import Outcome, Stage
from gotovo.order.values.schema_org import SCHEMA_ORG
from gotovo.order.values.status import STATUS_OF
from tests.support.order.exploration import explore, transitions

STEPS = Path(__file__).parents[2] / "src/gotovo/order/steps"

OUTSIDE = {
    Code.IN_THE_FUTURE: "the walk tells no times; tests/order/test_decide.py does",
    Code.TOO_LONG_AGO: "the walk tells no times; tests/order/test_decide.py does",
    Code.REGION_NOT_SERVED: "the cast's couriers go everywhere; "
    "tests/order/checks/test_warehouse_choice.py has regions",
    Code.POINT_FULL: "the walk has one order; tests/order/checks/test_point_room.py fills points",
    Code.UNKNOWN_CELL: "the cast's points have no plan; tests/order/steps/test_shelving.py has one",
    Code.WRONG_CURRENCY: "the first versions refused payments; their kept answers are still read",
    Code.BUYER_ERASED: "the engine alone knows who is erased; tests/engine/test_text_contract.py",
    Code.CORRECTION_PERIOD_OVER: "the walk does not wait; tests/order/steps/test_correction.py",
    Code.EXTERNAL_ID_TAKEN: "only the journal knows the other orders of a shop",
}
"""Refusals that the walk cannot have, each with the reason."""


def test_every_stage_can_be_reached() -> None:
    assert {x.after for x in explore()} >= set(Stage)


def test_every_stage_belongs_to_a_status_and_every_status_to_a_term_of_schema_org() -> None:
    """Rule 2.4."""
    assert set(STATUS_OF) == set(Stage)
    assert set(STATUS_OF.values()) == {
        "awaiting_payment",
        "processing",
        "ready_for_pickup",
        "closed",
    }
    assert set(SCHEMA_ORG) == (set(STATUS_OF.values()) - {"closed"}) | set(Outcome)


def test_every_refusal_can_be_had() -> None:
    had = {x.code for x in explore()} - {None}
    assert had | set(OUTSIDE) == set(Code)
    assert not had & set(OUTSIDE)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.step)
def test_a_step_leads_where_its_row_says_and_nowhere_else(row: Row) -> None:
    assert {
        after for _, step, after in transitions(imported=True) if step == row.step
    } == row.leads_to


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.step)
def test_a_step_moves_an_order_only_from_the_stages_of_its_row(row: Row) -> None:
    moved_from = {before for before, step, _ in transitions(imported=True) if step == row.step} - {
        None
    }
    assert moved_from <= row.taken_from | row.taken_from_imported


def test_every_event_is_produced() -> None:
    assert {name for x in explore() for name in x.events} == {TYPE_OF[event] for event in EVENTS}


def test_every_step_has_one_noun_in_the_table_and_in_its_command() -> None:
    nouns = [row.step for row in TABLE]
    assert len(set(nouns)) == len(nouns) == len(ROW_OF)
    for row in TABLE:
        config = row.command.__struct_config__
        assert (config.tag_field, config.tag) == ("step", row.step)
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", row.step)


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.step)
def test_the_file_of_a_row_holds_its_command_and_its_decision(row: Row) -> None:
    module = f"gotovo.order.steps.{row.module}"
    assert row.command.__module__ == module
    assert row.decide.__module__ == module
    assert row.file == "" or keyword.iskeyword(row.step), "named like its step"


def test_every_file_of_steps_belongs_to_a_row_and_has_its_test() -> None:
    modules = {row.module for row in TABLE}
    assert {path.stem for path in STEPS.glob("*.py")} == modules | {"__init__"}
    tests = {path.stem for path in (Path(__file__).parent / "steps").glob("test_*.py")}
    assert tests == {f"test_{module}" for module in modules}


def test_a_stage_is_either_taken_from_or_done_before_and_never_both() -> None:
    for row in TABLE:
        assert not row.taken_from & row.already, row.step
        assert not row.taken_from & row.taken_from_imported, row.step


def test_every_step_that_is_done_before_answers_so() -> None:
    """Rule 4.13."""
    for x in explore():
        row = next(row for row in TABLE if row.step == x.step)
        if x.before and row.lies_behind(x.before) and x.code is None:
            assert not x.events, (x.step, x.before)
