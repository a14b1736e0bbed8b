"""Help lateness: a question past its clock is flagged once, and never before."""

from datetime import timedelta

import pytest

from gotovo.order.deadlines import COMMANDS, next_due
from gotovo.order.refusals import Code
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.steps.attention_clearance import ClearAttention
from gotovo.order.steps.help_answer import AnswerHelp
from gotovo.order.steps.help_lateness import MarkUnanswered
from gotovo.order.steps.help_question import AskHelp
from gotovo.order.values.actor import Actor
from gotovo.order.values.help.help_clock import HelpChannel
from gotovo.order.values.order import Attention, Stage
from tests.support.order import stories
from tests.support.order.cast import ANNA, SONYA, TIMER, Play


def asked(stage: Stage = Stage.ISSUED) -> Play:
    """Return an order whose buyer has just asked."""
    play = stories.AT[stage]()
    return play.do(AskHelp(HelpChannel.PAGE, play.now), ANNA)


def test_it_falls_due_when_the_answer_was_due_also_of_a_closed_order() -> None:
    play = asked()
    assert play.is_already_done(MarkUnanswered(), TIMER)
    due = next_due(play.order)
    assert due is not None
    play.now = due.at - timedelta(microseconds=1)
    assert play.is_already_done(MarkUnanswered(), TIMER)
    play.now = due.at
    assert play.do(COMMANDS[due.what], TIMER).order.attention == (Attention.UNANSWERED,)
    assert next_due(play.order) is None


def test_it_is_said_once_until_somebody_answers() -> None:
    play = asked().wait(hours=30).do(MarkUnanswered(), TIMER)
    play.do(ClearAttention(Attention.UNANSWERED), SONYA)
    play.do(AskHelp(HelpChannel.PAGE, play.now), ANNA).wait(hours=30)
    assert next_due(play.order) is None
    assert play.is_already_done(MarkUnanswered(), TIMER)
    play.do(AnswerHelp(play.now), SONYA).do(AskHelp(HelpChannel.PAGE, play.now), ANNA)
    assert next_due(play.order) is not None
    assert "unanswered" in play.wait(hours=30).do(MarkUnanswered(), TIMER).order.attention


@pytest.mark.parametrize("actor", [ANNA, SONYA])
def test_nobody_raises_this_flag_by_hand(actor: Actor) -> None:
    play = asked()
    assert play.refused(RaiseAttention(Attention.UNANSWERED), actor) is Code.NOT_PERMITTED
