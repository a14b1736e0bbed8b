"""Help: a question that needs no answer is left without one, and its clock stops."""

from datetime import timedelta

from gotovo.order.refusals import Code
from gotovo.order.steps.help_lateness import MarkUnanswered
from gotovo.order.steps.help_question import AskHelp
from gotovo.order.steps.help_settlement import SettleHelp
from gotovo.order.values.help.help_clock import HelpChannel
from tests.support.order import stories
from tests.support.order.cast import ANNA, NOON, SONYA, TIMER


def test_a_settled_question_is_open_no_more_and_its_flag_goes_down() -> None:
    play = stories.dispatched().do(AskHelp(HelpChannel.PAGE, NOON), ANNA)
    play.wait(hours=9).do(MarkUnanswered(), TIMER).do(SettleHelp(NOON), SONYA)
    assert play.order.help is None
    assert "unanswered" not in play.order.attention
    assert play.history[-1].type == "order.help_settled"


def test_nothing_asked_is_nothing_to_settle() -> None:
    assert stories.dispatched().is_already_done(SettleHelp(NOON), SONYA)
    play = stories.dispatched().do(AskHelp(HelpChannel.PAGE, NOON), ANNA)
    assert play.is_already_done(SettleHelp(NOON - timedelta(seconds=1)), SONYA)
    assert play.refused(SettleHelp(NOON), ANNA) is Code.NOT_PERMITTED
