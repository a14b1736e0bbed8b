"""Lateness: the promise is missed, and we say so before the buyer has to ask."""

from gotovo.order.deadlines import next_due
from gotovo.order.facts import Decision
from gotovo.order.steps.attention_clearance import ClearAttention
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.lateness import MarkLate
from gotovo.order.steps.promise import ChangePromise
from gotovo.order.values.order import Attention
from tests.support.order import stories
from tests.support.order.cast import NOON, Play, basket


def test_lateness_falls_due_at_the_promised_instant() -> None:
    play = stories.dispatched()
    due = next_due(play.order)
    assert due is not None
    assert play.order.promise is not None
    assert (due.what, due.at) == ("lateness", play.order.promise.promised_until)
    play.now = due.at
    assert play.do(MarkLate()).order.attention == (Attention.LATE,)


def test_nobody_is_late_before_the_promised_instant() -> None:
    assert stories.dispatched().try_(MarkLate()) == Decision()


def test_it_is_said_once_even_when_the_flag_was_taken_away() -> None:
    play = stories.dispatched().wait(days=2).do(MarkLate()).do(ClearAttention(Attention.LATE))
    assert next_due(play.order) is None
    assert play.try_(MarkLate()) == Decision()


def test_what_has_no_promised_instant_is_never_late() -> None:
    change = ChangePromise(NOON.date(), None, "flood")
    play = stories.paid().do(change).wait(days=30)
    assert next_due(play.order) is None
    assert play.try_(MarkLate()) == Decision()
    imported = Play().do(basket(imported=True)).do(stories.pay()).wait(days=30)
    assert imported.try_(MarkLate()) == Decision()


def test_an_order_on_its_shelf_or_at_its_end_is_late_no_more() -> None:
    for story in (stories.shelved, stories.issued, stories.cancelled, stories.placed):
        assert story().wait(days=3).try_(MarkLate()) == Decision()


def test_a_late_courier_misses_the_promise_and_is_late_no_more_once_there() -> None:
    play = stories.out_for_delivery().wait(days=2).do(MarkLate())
    play.do(HandOver(code=play.code()))
    assert play.order.attention == ()
    assert play.order.promise is not None
    assert play.order.promise.kept is False
