"""Answers of support: they go back the way the question came."""

import pytest

from gotovo.notices.policy import channels_of, notice_of
from gotovo.notices.rules import RULES, ChannelName, Purpose
from gotovo.order.steps.help_answer import AnswerHelp
from gotovo.order.steps.help_question import AskHelp
from gotovo.order.values.help.help_clock import HelpChannel
from tests.support.order import stories
from tests.support.order.cast import ANNA, NOON, SONYA


@pytest.mark.parametrize(
    ("channel", "first"),
    [
        (HelpChannel.PAGE, ChannelName.PUSH),
        (HelpChannel.BOT, ChannelName.TELEGRAM),
        (HelpChannel.PHONE, ChannelName.SMS),
        (HelpChannel.MAIL, ChannelName.MAIL),
    ],
)
def test_an_answer_is_told_first_where_the_latest_question_was_asked(
    channel: HelpChannel, first: ChannelName
) -> None:
    play = stories.placed().do(AskHelp(HelpChannel.PAGE, NOON), ANNA)
    play.do(AskHelp(channel, NOON), ANNA).do(AnswerHelp(), SONYA)
    notice = notice_of(play.history, play.history[-1].version)
    assert notice is not None
    channels = channels_of(notice)
    rule = RULES[Purpose.ANSWERED].channels
    assert list(channels) == [first, *(each for each in rule if each is not first)]


def test_other_notices_and_answers_of_before_keep_the_order_of_the_rule() -> None:
    play = stories.placed().do(AnswerHelp(), SONYA)
    notice = notice_of(play.history, play.history[-1].version)
    assert notice is not None
    assert tuple(channels_of(notice)) == RULES[Purpose.ANSWERED].channels
