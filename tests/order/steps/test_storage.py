"""Storage: seven days on the shelf, reminders, one extension, and then back."""

from datetime import date, timedelta

from msgspec.structs import replace

from gotovo.order.deadlines import next_due
from gotovo.order.facts import Decision
from gotovo.order.refusals import Code
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.payment import Pay
from gotovo.order.steps.refunding import CompleteRefund
from gotovo.order.steps.returning import Withdraw
from gotovo.order.steps.shelving import Shelve
from gotovo.order.steps.storage import ExpireStorage, ExtendStorage, Reinstate, RemindOfStorage
from gotovo.order.values.order import Outcome, Reason, RefundState, Stage, Storage, balance
from gotovo.points.point import Point
from gotovo.points.storage_term import recompute
from gotovo.points.timetable import ExceptionalDay
from tests.support.order import stories
from tests.support.order.cast import (
    BASKET_COST,
    BORIS,
    DAILY,
    KREMLIN,
    LENA,
    NOON,
    POINTS,
    SONYA,
    Play,
)

DAY = timedelta(days=1)
CLOSED = ExceptionalDay((), "repairs")


def storage_of(play: Play) -> Storage:
    assert play.order.storage is not None
    return play.order.storage


def now_kept_by(play: Play, point: Point) -> Play:
    """Let the point's settings change under an order that is there."""
    play.world = replace(play.world, points=POINTS | {point.code: point})
    return play


def test_the_buyer_extends_by_three_days_and_only_once() -> None:
    play = stories.shelved().wait(days=6).do(ExtendStorage())
    assert storage_of(play).deadline_at == NOON + 10 * DAY
    assert play.refused(ExtendStorage()) is Code.EXTENSION_USED
    assert play.refused(ExtendStorage(), SONYA) is Code.EXTENSION_USED


def test_the_deadline_shown_can_be_computed_again_from_its_rule() -> None:
    play = stories.shelved().do(ExtendStorage())
    assert recompute(storage_of(play).rule, KREMLIN).at == storage_of(play).deadline_at


def test_an_extension_reminds_again_but_not_of_what_has_passed() -> None:
    play = stories.shelved().wait(days=8, hours=12).do(ExtendStorage())
    assert [r.hours_before for r in storage_of(play).reminders] == [24, 3]


def test_a_point_that_grants_no_days_says_so() -> None:
    play = now_kept_by(stories.shelved(), replace(KREMLIN, extension_days=0))
    assert play.refused(ExtendStorage()) is Code.EXTENSION_USED
    assert not storage_of(play).extended


def test_a_closure_announced_later_extends_without_using_up_the_buyers_extension() -> None:
    repairs = replace(DAILY, exceptions={date(2026, 11, 25): CLOSED})
    play = now_kept_by(stories.shelved(), replace(KREMLIN, timetable=repairs))
    play.do(ExtendStorage("pipes burst"), LENA)
    assert storage_of(play).deadline_at == NOON + 8 * DAY
    assert play.do(ExtendStorage()).order.storage is not None
    assert storage_of(play).deadline_at == NOON + 11 * DAY


def test_a_timetable_that_has_not_changed_extends_nothing() -> None:
    assert stories.shelved().is_already_done(ExtendStorage(), LENA)
    assert stories.shelved().do(ExtendStorage()).is_already_done(ExtendStorage(), BORIS)


def test_storage_is_extended_on_the_shelf_alone() -> None:
    assert stories.arrived().refused(ExtendStorage()) is Code.STAGE_FORBIDS
    assert stories.expired().refused(ExtendStorage()) is Code.CLOSED
    assert stories.with_courier().refused(ExtendStorage()) is Code.STAGE_FORBIDS
    carried_over = Play().do(stories.basket(carried_over=True)).do(Pay(BASKET_COST))
    carried_over.do(stories.Dispatch()).do(Shelve(cell="A1"))
    assert carried_over.refused(ExtendStorage()) is Code.STAGE_FORBIDS


def test_reminders_fall_due_one_after_another_and_then_the_deadline() -> None:
    play = stories.shelved()
    told: list[str] = []
    while (due := next_due(play.order)) is not None:
        play.now = due.at
        told.append(due.what)
        play.do(RemindOfStorage() if due.what == "storage-reminder" else ExpireStorage())
    assert told == ["storage-reminder"] * 3 + ["storage-expiry"]
    bodies = [x.body for x in play.history if x.type == "order.storage_expiring"]
    assert [hours in body for hours, body in zip((b"72", b"24", b"3"), bodies, strict=True)]


def test_reminders_that_were_missed_are_told_as_one() -> None:
    play = stories.shelved().wait(days=6, hours=12).do(RemindOfStorage())
    assert b'"hours":24' in play.history[-1].body
    assert [r.hours_before for r in storage_of(play).reminders] == [3]


def test_a_reminder_before_its_time_tells_nothing() -> None:
    assert stories.shelved().wait(days=3).try_(RemindOfStorage()) == Decision()
    assert stories.issued().wait(days=5).try_(RemindOfStorage()) == Decision()


def test_an_order_nobody_collected_is_cancelled_refunded_and_waits_to_be_withdrawn() -> None:
    play = stories.shelved().wait(days=7).do(ExpireStorage())
    assert (play.order.outcome, play.order.reason) == (Outcome.CANCELLED, Reason.NOT_COLLECTED)
    assert play.stage is Stage.TURNED_ROUND
    assert balance(play.order).refunded == BASKET_COST
    assert play.types(-3) == ["order.storage_expired", "order.cancelled", "refund.started"]


def test_nothing_expires_before_its_deadline() -> None:
    play = stories.shelved().wait(days=6, hours=23)
    assert play.try_(ExpireStorage()) == Decision()
    play.do(ExtendStorage()).wait(days=1)
    assert play.try_(ExpireStorage()) == Decision()


def test_collecting_wins_over_an_expiry_that_has_not_run() -> None:
    play = stories.shelved().wait(days=8)
    play.do(HandOver(code=play.code()))
    assert play.try_(ExpireStorage()) == Decision()


def test_nothing_expires_by_itself_at_a_point_that_does_not_open_again() -> None:
    never = replace(DAILY, week=((), (), (), (), (), (), ()))
    play = now_kept_by(stories.arrived(), replace(KREMLIN, timetable=never)).do(Shelve(cell="A1"))
    while (due := next_due(play.order)) is not None:
        assert due.what == "storage-reminder"
        play.now = due.at
        play.do(RemindOfStorage())
    assert play.status == "ready_for_pickup"


def test_an_expired_order_still_on_its_shelf_lives_again_without_its_refund() -> None:
    play = stories.expired().do(Reinstate("was in hospital"), SONYA)
    assert (play.status, play.order.outcome, play.order.reason) == ("ready_for_pickup", None, None)
    assert balance(play.order).owed == BASKET_COST
    assert play.order.refunds[0].state is RefundState.CANCELLED
    assert storage_of(play).deadline_at == NOON + 11 * DAY
    assert play.do(HandOver(code=play.code())).stage is Stage.ISSUED


def test_a_reinstated_order_gets_a_day_even_where_no_days_are_granted() -> None:
    play = now_kept_by(stories.expired(), replace(KREMLIN, extension_days=0)).do(Reinstate())
    assert storage_of(play).deadline_at == NOON + 9 * DAY


def test_a_reinstated_order_is_extended_by_closures_but_not_by_the_buyer() -> None:
    play = stories.expired().do(Reinstate())
    assert play.refused(ExtendStorage()) is Code.EXTENSION_USED
    repairs = replace(DAILY, exceptions={date(2026, 12, 2): CLOSED})
    now_kept_by(play, replace(KREMLIN, timetable=repairs)).do(ExtendStorage(), LENA)
    assert storage_of(play).deadline_at == NOON + 12 * DAY


def test_an_order_may_expire_and_be_refunded_a_second_time() -> None:
    play = stories.expired().do(Reinstate()).wait(days=4).do(ExpireStorage())
    assert [r.state for r in play.order.refunds] == [RefundState.CANCELLED, RefundState.STARTED]
    assert balance(play.order).refunded == BASKET_COST


def test_what_was_withdrawn_or_paid_back_is_not_reinstated() -> None:
    assert stories.expired().do(Withdraw()).refused(Reinstate()) is Code.STAGE_FORBIDS
    play = stories.expired()
    play.do(CompleteRefund(play.order.refunds[0].id))
    assert play.refused(Reinstate()) is Code.REFUND_COMPLETED


def test_money_captured_twice_still_goes_back_when_the_order_lives_again() -> None:
    play = stories.shelved()
    play.refused(Pay(BASKET_COST, payment_id="second"))
    play.do(CompleteRefund(play.order.refunds[0].id)).wait(days=8).do(ExpireStorage())
    play.do(Reinstate())
    assert [r.state for r in play.order.refunds] == [RefundState.COMPLETED, RefundState.CANCELLED]
    assert balance(play.order).refunded == BASKET_COST


def test_only_an_expired_order_is_reinstated() -> None:
    assert stories.turned_round().refused(Reinstate()) is Code.STAGE_FORBIDS
    assert stories.cancelled().refused(Reinstate()) is Code.CLOSED
    assert stories.shelved().refused(Reinstate()) is Code.STAGE_FORBIDS
