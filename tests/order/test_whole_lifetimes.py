"""Whole lives: seven days in a moment, the clock an argument, the changes of clocks included."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from gotovo.order.deadlines import COMMANDS, next_due
from gotovo.order.replay import replay
from gotovo.order.steps.redirection import Redirect
from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.steps.return_claim import ClaimReturn
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.order import Outcome, Pickup, Promised, Stage, Units
from gotovo.order.values.payments.refund import RefundState
from gotovo.order.values.schema_org import schema_org_status
from gotovo.order.values.settlement.balance import balance
from gotovo.points.timetable import every_day
from tests.support.order import stories
from tests.support.order.cast import KREMLIN, LENA, TIMER, Play, basket

BERLIN = ZoneInfo("Europe/Berlin")
MITTE = replace(
    KREMLIN, code="BER-1", timetable=every_day("Europe/Berlin", time(9), time(20)), cut_off=time(20)
)


ANKE = Actor(Role.POINT, "anke", "BER-1")


def berlin(text: str) -> datetime:
    """Read what the clock on the wall shows in Berlin."""
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def until_nothing_is_due(play: Play) -> list[tuple[str, datetime]]:
    """Let the clock run from deadline to deadline, as the timers do; return what they did."""
    done: list[tuple[str, datetime]] = []
    while (due := next_due(play.order)) is not None:
        play.now = max(play.now, due.at)
        play.do(COMMANDS[due.what], TIMER)
        done.append((due.what, due.at))
    return done


def test_an_order_nobody_collects_lives_its_week_over_the_end_of_summer_time() -> None:
    """Rule 4.2."""
    play = Play(now=berlin("2026-10-22T19:59"), points={"BER-1": MITTE})
    play.do(basket(Pickup("BER-1"))).do(stories.pay(1350)).do(stories.Pack())
    promise = play.order.promise
    assert promise is not None
    assert promise == Promised(date(2026, 10, 23), berlin("2026-10-23T20:00"))
    play.wait(hours=12).do(stories.Dispatch()).do(stories.Arrive(), ANKE)
    play.now = berlin("2026-10-23T14:05")
    play.do(stories.Shelve(cell="A1"), ANKE)
    assert play.order.promise == replace(promise, kept=True)
    done = until_nothing_is_due(play)
    assert done == [
        ("storage-reminder", berlin("2026-10-27T13:05")),
        ("storage-reminder", berlin("2026-10-29T13:05")),
        ("storage-reminder", berlin("2026-10-30T10:05")),
        ("storage-expiry", berlin("2026-10-30T13:05")),
    ]
    assert done[-1][1] - berlin("2026-10-23T14:05") == timedelta(days=7)
    play.do(stories.Withdraw(), ANKE).do(stories.Dispatch()).do(stories.Receive())
    play.do(CompleteRefund(play.order.refunds[0].id, "re_1"))
    assert schema_org_status(play.order) == "OrderCancelled"
    assert play.stock.on_hand == {"tea": 10, "cup": 10}
    assert balance(play.order).refunded == 1350
    assert replay(play.history) == play.order


def test_a_week_over_the_beginning_of_summer_time_is_as_long() -> None:
    play = Play(now=berlin("2027-03-25T14:05"), points={"BER-1": MITTE})
    play.do(basket(Pickup("BER-1"))).do(stories.pay(1350)).do(stories.Pack())
    play.do(stories.Dispatch()).do(stories.Arrive(), ANKE).do(stories.Shelve(cell="A1"), ANKE)
    done = until_nothing_is_due(play)
    assert done[-1] == ("storage-expiry", berlin("2027-04-01T15:05"))
    assert done[-1][1] - berlin("2027-03-25T14:05") == timedelta(days=7)


def test_an_order_that_is_collected_returned_in_part_and_paid_back() -> None:
    """Rule 4.7."""
    play = stories.shelved().wait(days=3)
    play.do(stories.HandOver(code=play.code(), refused=(Units(2, 1),)))
    assert schema_org_status(play.order) == "OrderDelivered"
    assert until_nothing_is_due(play) == []
    play.wait(days=3).do(ClaimReturn((Units(1, 2),), "stale"))
    play.wait(days=2).do(AcceptReturn(), LENA).do(stories.Dispatch(), LENA)
    play.do(stories.Receive())
    for refund in play.order.refunds:
        play.do(CompleteRefund(refund.id))
    sums = balance(play.order)
    assert (sums.issued, sums.refunded, sums.owed) == (250, 1100, 0)
    assert {r.state for r in play.order.refunds} == {RefundState.COMPLETED}
    assert play.stock.on_hand == {"tea": 9, "cup": 10}
    assert replay(play.history) == play.order


def test_a_courier_fails_and_the_buyer_fetches_the_order_from_a_shelf() -> None:
    play = stories.attempt_failed().do(Redirect(Pickup("KZN-1")))
    play.wait(hours=20).do(stories.Arrive(), LENA).do(stories.Shelve(cell="A1"), LENA)
    play.do(stories.HandOver(code=play.code()), LENA)
    assert (play.order.outcome, play.stage) == (Outcome.ISSUED, Stage.ISSUED)
    assert play.order.attempts == 1
