"""Help: a question starts a clock at any stage, moves nothing, and says nothing of its words."""

from datetime import UTC, datetime, time, timedelta

import pytest
from msgspec import structs

from gotovo.order.deadlines import next_due
from gotovo.order.facts import OrderTerms
from gotovo.order.refusals import Code
from gotovo.order.steps.contact_erasure import EraseContact
from gotovo.order.steps.help_answer import AnswerHelp
from gotovo.order.steps.help_question import AskHelp
from gotovo.order.values.help.help_clock import HelpChannel
from gotovo.order.values.help.service_hours import ServiceHours
from gotovo.order.values.order import Stage
from tests.support.order import stories
from tests.support.order.cast import ANNA, KOLYA, NOON, SONYA, Play, basket


@pytest.mark.parametrize("stage", Stage)
def test_a_question_is_recorded_at_any_stage_and_starts_its_clock(stage: Stage) -> None:
    play = stories.AT[stage]()
    before = play.order
    after = play.do(AskHelp(HelpChannel.PAGE, play.now), ANNA).order
    assert after.help is not None
    assert after.help.asked_at == play.now
    assert after == structs.replace(
        before, version=after.version, last_hash=after.last_hash, help=after.help
    )
    assert b"asked_at" in play.history[-1].body


def test_the_answer_is_due_in_so_many_hours_of_support() -> None:
    """Noon is 09:00 UTC, 12:00 at the point in Kazan."""
    play = stories.shelved()
    at_noon = play.do(AskHelp(HelpChannel.PAGE, play.now), ANNA).order.help
    assert at_noon is not None
    assert at_noon.due_at == play.now + timedelta(hours=2)
    short = OrderTerms(help_answer_minutes=30, help_hours=ServiceHours(time(10), time(18)))
    evening = datetime(2026, 11, 23, 14, 50, tzinfo=UTC)
    late = Play(terms=short, now=evening).do(basket())
    clock = late.do(AskHelp(HelpChannel.BOT, late.now), ANNA).order.help
    assert clock is not None
    assert clock.due_at == datetime(2026, 11, 24, 7, 20, tzinfo=UTC)


def test_the_first_open_question_sets_the_alarm() -> None:
    play = stories.paid().do(AskHelp(HelpChannel.PAGE, NOON), ANNA)
    first = next_due(play.order)
    assert first is not None
    assert first.what == "help-lateness"
    play.wait(minutes=5).do(AskHelp(HelpChannel.PAGE, play.now), ANNA)
    assert next_due(play.order) == first
    due = next_due(play.do(AnswerHelp(play.now), SONYA).order)
    assert due is not None
    assert due.what == "lateness"


def test_what_is_due_before_the_answer_comes_first() -> None:
    play = stories.handing_over()
    opened = next_due(play.order)
    play.do(AskHelp(HelpChannel.PAGE, play.now), ANNA)
    assert next_due(play.order) == opened


def test_of_an_imported_order_only_the_answer_is_due() -> None:
    play = Play().do(basket(imported=True)).do(stories.pay())
    assert next_due(play.order) is None
    due = next_due(play.do(AskHelp(HelpChannel.PAGE, play.now), ANNA).order)
    assert due is not None
    assert due.what == "help-lateness"


def test_who_was_erased_asks_nothing_and_a_courier_never_does() -> None:
    erased = stories.AT[Stage.CANCELLED]()
    erased.do(AskHelp(HelpChannel.PAGE, erased.now), ANNA).do(EraseContact())
    assert erased.order.help is None
    assert next_due(erased.order) is None
    assert erased.refused(AskHelp(HelpChannel.PAGE, erased.now), ANNA) is Code.BUYER_ERASED
    asked = AskHelp(HelpChannel.PAGE, NOON)
    assert stories.with_courier().refused(asked, KOLYA) is Code.NOT_PERMITTED
