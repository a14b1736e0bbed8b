"""Answers of support: they go back the way the question came."""

import pytest

from gotovo.notices.policy import channels_of, notice_of
from gotovo.notices.rules import ANSWERED_THROUGH, RULES, ChannelName, Purpose
from gotovo.order.steps.help_answer import AnswerHelp
from gotovo.order.steps.help_question import AskHelp
from gotovo.order.values.actor import Role
from gotovo.order.values.help.help_clock import HelpChannel
from tests.support.notices.message_desk import FaultyRoute, MessageDesk
from tests.support.order import stories
from tests.support.order.cast import ANNA, NOON, SONYA
from tests.support.web.cast import HOUR, NOW, Cast
from tests.support.web.sample_orders.open_orders import ready


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


@pytest.mark.parametrize("channel", [HelpChannel.BOT, HelpChannel.PHONE, HelpChannel.MAIL])
async def test_an_answer_goes_out_where_the_question_came_in(
    desk: MessageDesk, cast: Cast, channel: HelpChannel
) -> None:
    order = await ready(cast)
    order = await cast.step(order, AskHelp(channel, NOW), NOW, Role.SUPPORT)
    await cast.step(order, AnswerHelp(), NOW, Role.SUPPORT)
    await desk.plan()
    ways = {name: FaultyRoute() for name in ChannelName}
    desk.clock.now += HOUR / 60
    await desk.delivery(ways).send_due()
    told = {
        name: [letter.purpose for letter in way.sent if letter.purpose is Purpose.ANSWERED]
        for name, way in ways.items()
    }
    first = ANSWERED_THROUGH[channel]
    assert told == {name: [Purpose.ANSWERED] if name is first else [] for name in ChannelName}
