"""Help: an answer stands in the history without its words, and moves nothing."""

import pytest
from msgspec import structs

from gotovo.order.refusals import Code
from gotovo.order.steps.help_answer import AnswerHelp, HelpAnswered
from gotovo.order.values.order import Stage
from tests.support.order import stories
from tests.support.order.cast import ANNA, SONYA


@pytest.mark.parametrize("stage", Stage)
def test_an_answer_is_recorded_at_any_stage_and_changes_nothing(stage: Stage) -> None:
    play = stories.AT[stage]()
    before = play.order
    after = play.do(AnswerHelp(), SONYA).order
    assert after == structs.replace(before, version=after.version, last_hash=after.last_hash)
    assert play.history[-1].body == b'{"type":"order.help_answered"}'
    assert HelpAnswered.__struct_fields__ == ()


def test_a_buyer_answers_nobody() -> None:
    assert stories.dispatched().refused(AnswerHelp(), ANNA) is Code.NOT_PERMITTED
