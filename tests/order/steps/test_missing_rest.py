"""Missing rest: the rest of a parcel that does not come is left to a person, and not forgotten."""

from gotovo.order.deadlines import COMMANDS, next_due
from gotovo.order.steps.attention_clearance import ClearAttention
from gotovo.order.steps.missing_rest import MarkRestMissing
from gotovo.order.steps.reception import Receive
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.values.order import Attention, Condition, ReceivedUnits, Units
from gotovo.order.values.settlement.balance import balance
from tests.support.order import stories
from tests.support.order.cast import LENA, TEA, TIMER, Play

ONE = Receive(units=(ReceivedUnits(1, 1, Condition.RESTOCKED),))
BOTH = Receive(units=(ReceivedUnits(1, 2, Condition.RESTOCKED),))
WRITTEN_OFF = Receive(
    units=(ReceivedUnits(1, 1, Condition.RESTOCKED), ReceivedUnits(1, 1, Condition.WRITTEN_OFF))
)


def half_received() -> Play:
    """Two packets of tea were brought back, and one of them has come to the warehouse."""
    play = stories.issued().do(AcceptReturn((Units(1, 2),)), LENA)
    return play.wait(days=1).do(ONE)


def test_the_rest_is_waited_for_a_week_after_what_came_last() -> None:
    play = half_received()
    due = next_due(play.order)
    assert due is not None
    assert (due.what, (due.at - play.now).days) == ("missing-rest", 7)
    assert play.is_already_done(MarkRestMissing(), TIMER)


def test_what_has_not_come_is_flagged_once_with_its_parcel_and_stays_owed() -> None:
    """Rule 4.8."""
    play = half_received().wait(days=7).do(COMMANDS["missing-rest"], TIMER)
    assert play.order.attention == (Attention.LOST,)
    assert play.barcodes[-1] in play.history[-1].body.decode()
    assert balance(play.order).owed == TEA.price
    assert next_due(play.order) is None
    play.do(ClearAttention(Attention.LOST))
    assert play.is_already_done(MarkRestMissing(), TIMER)
    play.do(WRITTEN_OFF)
    assert balance(play.order).owed == 0


def test_a_rest_that_comes_or_is_written_off_is_waited_for_no_more() -> None:
    for rest in (BOTH, WRITTEN_OFF):
        play = half_received().do(rest)
        assert next_due(play.order) is None
        assert play.wait(days=30).is_already_done(MarkRestMissing(), TIMER)


def test_a_parcel_that_came_whole_is_waited_for_by_nobody() -> None:
    assert next_due(stories.received_back().order) is None


def test_another_part_gives_the_rest_of_it_a_week_more() -> None:
    three = (ReceivedUnits(1, 1, Condition.RESTOCKED),)
    more = (*three, ReceivedUnits(2, 1, Condition.RESTOCKED))
    play = stories.in_return().do(Receive(units=three)).wait(days=6).do(Receive(units=more))
    due = next_due(play.order)
    assert due is not None
    assert (due.at - play.now).days == 7
