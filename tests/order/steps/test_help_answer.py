"""Help: an answer stands in the history without its words, and stops the clock it answers."""

from datetime import timedelta

import pytest
from msgspec import structs

from gotovo.order.refusals import Code
from gotovo.order.replay import decode
from gotovo.order.steps.help_answer import AnswerHelp, HelpAnswered
from gotovo.order.steps.help_lateness import MarkUnanswered
from gotovo.order.steps.help_question import AskHelp
from gotovo.order.values.help.help_clock import HelpChannel
from gotovo.order.values.order import Attention, Stage
from tests.support.order import stories
from tests.support.order.cast import ANNA, NOON, SONYA, TIMER


@pytest.mark.parametrize("stage", Stage)
def test_an_answer_is_recorded_at_any_stage_and_moves_nothing(stage: Stage) -> None:
    play = stories.AT[stage]()
    before = play.order
    after = play.do(AnswerHelp(), SONYA).order
    assert after == structs.replace(before, version=after.version, last_hash=after.last_hash)
    assert play.history[-1].body == b'{"type":"order.help_answered"}'


def test_a_buyer_answers_nobody() -> None:
    assert stories.dispatched().refused(AnswerHelp(), ANNA) is Code.NOT_PERMITTED


def test_what_was_asked_after_the_last_look_stays_open() -> None:
    play = stories.dispatched().do(AskHelp(HelpChannel.PAGE, NOON), ANNA)
    first = play.order.help
    assert first is not None
    play.wait(minutes=5)
    play.do(AskHelp(HelpChannel.BOT, play.now), ANNA).do(AnswerHelp(first.asked_at), SONYA)
    left = play.order.help
    assert left is not None
    assert [(each.asked_at, each.channel) for each in left.questions] == [
        (play.now, HelpChannel.BOT)
    ]
    assert left.due_at == first.due_at + timedelta(minutes=5)
    assert play.do(AnswerHelp(play.now), SONYA).order.help is None


def test_an_answer_takes_the_flag_down() -> None:
    play = stories.dispatched().do(AskHelp(HelpChannel.PAGE, NOON), ANNA)
    play.wait(hours=9).do(MarkUnanswered(), TIMER)
    assert Attention.UNANSWERED in play.order.attention
    assert Attention.UNANSWERED not in play.do(AnswerHelp(play.now), SONYA).order.attention


def test_an_answer_of_the_first_versions_answers_everything() -> None:
    assert decode("order.help_answered", b'{"type":"order.help_answered"}') == HelpAnswered()
    play = stories.dispatched().do(AskHelp(HelpChannel.PAGE, NOON), ANNA)
    assert play.do(AnswerHelp(), SONYA).order.help is None
