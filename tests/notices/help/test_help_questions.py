"""Questions of buyers: what is taken, what is not and why, and from which way they came."""

import pytest

from gotovo.notices.help.help_questions import (
    MESSAGE_MAX,
    MESSAGES_PER_BUYER,
    HelpDesk,
    QuestionRefusal,
    RefusedQuestion,
    refused_question_sentence,
)
from gotovo.order.values.help.help_clock import HelpChannel
from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.cast import ALINA, HOUR, NOW, Cast, Clock
from tests.support.web.goods import CATALOGUE


@pytest.fixture
def help_desk(dependencies: WebDependencies) -> HelpDesk:
    return HelpDesk(
        dependencies.help,
        dependencies.rate_limits,
        dependencies.limits_key,
        dependencies.engine.submit,
        HelpChannel.BOT,
    )


async def test_a_question_is_taken_once(
    help_desk: HelpDesk, dependencies: WebDependencies, cast: Cast, clock: Clock
) -> None:
    order = await cast.place(ALINA, NOW - HOUR, CATALOGUE[0])
    for _ in range(3):
        result = await help_desk.ask(order, "Where is it?", "once", clock())
        assert not isinstance(result, RefusedQuestion)
        assert result.refusal is None
    [asked] = await dependencies.help.thread(order.number)
    assert (asked.said, asked.channel) == ("Where is it?", HelpChannel.BOT)


async def test_what_is_not_taken_is_said(help_desk: HelpDesk, cast: Cast, clock: Clock) -> None:
    order = await cast.place(ALINA, NOW - HOUR, CATALOGUE[0])
    for text, why in (("", QuestionRefusal.EMPTY), ("x" * 901, QuestionRefusal.TOO_LONG)):
        refused = await help_desk.ask(order, text, "once", clock())
        assert isinstance(refused, RefusedQuestion)
        assert refused.why is why
        assert refused_question_sentence(refused, "en")
    assert MESSAGE_MAX == 900


async def test_a_program_that_asks_is_slowed_down(
    help_desk: HelpDesk, cast: Cast, clock: Clock
) -> None:
    order = await cast.place(ALINA, NOW - HOUR, CATALOGUE[0])
    results = [
        await help_desk.ask(order, f"Question {x}", str(x), clock())
        for x in range(MESSAGES_PER_BUYER.burst + 1)
    ]
    refused = results[-1]
    assert isinstance(refused, RefusedQuestion)
    assert refused.why is QuestionRefusal.TOO_MANY
    assert "Send it again in" in refused_question_sentence(refused, "en")
