"""Which events become a message: what the buyer has to know and did not ask for, once."""

from datetime import date, timedelta

import pytest
from msgspec import structs

from gotovo.notices.policy import (
    Notice,
    current,
    is_overtaken,
    is_repeated_later,
    notice_of,
)
from gotovo.notices.rules import Purpose
from gotovo.order.steps.attempt import AttemptReason, RecordAttempt
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.steps.attention_clearance import ClearAttention
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.handover_stop import StopHandover
from gotovo.order.steps.lateness import MarkLate
from gotovo.order.steps.payment_expiry import ExpirePayment
from gotovo.order.steps.placement import NewLine
from gotovo.order.steps.promise import ChangePromise
from gotovo.order.steps.redirection import Redirect
from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.steps.refund_failure import FailRefund
from gotovo.order.steps.refund_reroute import RerouteRefund
from gotovo.order.steps.refund_sending import SendRefund
from gotovo.order.steps.storage_extension import ExtendStorage
from gotovo.order.steps.storage_recalculation import RecalculateStorage, RecalculationReason
from gotovo.order.steps.storage_reminder import RemindOfStorage
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.money import Money
from gotovo.order.values.order import Attention, Pickup
from tests.support.order import stories
from tests.support.order.cast import (
    ANNA,
    BASKET_COST,
    BORIS,
    POINTS,
    SHOP,
    SONYA,
    TIMER,
    Play,
    basket,
)
from tests.support.order.changed_points import closed_on, under
from tests.support.order.stories import pay


def purposes(play: Play) -> list[Purpose]:
    """Return what the events after the placement are told as."""
    found = (notice_of(play.history, x.version) for x in play.history[1:])
    return [notice.purpose for notice in found if notice is not None]


def purposes_once_paid(play: Play) -> list[Purpose]:
    """Return what an order's events are told as after its payment."""
    first, *rest = purposes(play)
    assert first is Purpose.PAID
    return rest


def test_a_part_of_the_sum_is_acknowledged_and_the_last_one_begins_processing() -> None:
    play = stories.placed().do(pay(1000, "part"))
    notice = notice_of(play.history, 2)
    assert notice is not None
    assert (notice.purpose, notice.payment) == (Purpose.PART_PAID, Money(1000, "RUB"))
    play.do(pay(350, "rest"))
    assert purposes(play) == [Purpose.PART_PAID, Purpose.PAID]


def test_a_payment_is_told_with_its_sum_and_once() -> None:
    play = stories.placed().do(pay())
    assert last_notice(play).payment == Money(BASKET_COST, "RUB")
    play.try_(pay(BASKET_COST, "twice"))
    assert play.types(-2) == ["order.payment_returned", "refund.started"]
    assert purposes(play) == [Purpose.PAID, Purpose.REFUND_STARTED]


def test_a_payment_is_not_told_when_the_goods_are_gone_or_nothing_was_to_pay() -> None:
    sold_out = stories.placed()
    sold_out.stock.on_hand.clear()
    assert purposes(sold_out.do(pay())) == [Purpose.CANCELLED]
    free = Play().do(basket(lines=(NewLine("cup", "Cup", 1, 0),)))
    assert free.types(-1) == ["order.paid"]
    assert purposes(free) == []


def test_a_payment_that_is_told_late_is_overtaken_by_what_came_after_it() -> None:
    play = stories.placed().do(pay())
    notice = last_notice(play)
    assert not is_overtaken(notice, play.order, play.now)
    assert not is_overtaken(notice, stories.dispatched().order, play.now)
    assert is_overtaken(notice, stories.shelved().order, play.now)
    assert is_overtaken(notice, play.do(Cancel(), ANNA).order, play.now)


def test_a_payment_that_a_person_looks_into_is_said_to_be_looked_into() -> None:
    play = stories.placed().do(pay(1000, "dollars", "USD")).do(pay(1, "dollars", "USD"))
    assert purposes(play) == [Purpose.PAYMENT_CHECKED] * 2


def test_a_surplus_has_a_message_of_its_refund_too() -> None:
    paid = stories.placed().do(pay(2000))
    assert purposes(paid) == [Purpose.PAID, Purpose.REFUND_STARTED]


def test_a_revived_order_has_one_message() -> None:
    play = stories.placed().wait(hours=24).do(ExpirePayment()).wait(hours=1)
    play.do(pay(), told=play.now - timedelta(hours=2))
    assert purposes(play) == [Purpose.CANCELLED, Purpose.REVIVED]


def test_a_buyer_who_was_told_late_is_not_told_that_the_order_is_kept_longer() -> None:
    """Rule 4.10."""
    play = stories.shelved().wait(hours=12)
    arrived = RecalculateStorage(
        RecalculationReason.MESSAGE_DELIVERED, play.now - timedelta(hours=6)
    )
    play.do(arrived, TIMER).do(RecalculateStorage(RecalculationReason.MESSAGE_UNCONFIRMED), TIMER)
    assert play.types(-2) == ["order.storage_recalculated"] * 2
    assert purposes_once_paid(play) == [Purpose.READY]


def test_a_buyer_whom_no_message_reached_is_told_once_more_that_the_order_is_ready() -> None:
    """Rule 4.10."""
    play = stories.shelved()
    play.do(RecalculateStorage(RecalculationReason.MESSAGE_NOT_DELIVERED), TIMER)
    assert purposes_once_paid(play) == [Purpose.READY] * 2
    under(play, closed_on(date(2026, 11, 29))).do(RecalculateStorage(), TIMER)
    assert purposes_once_paid(play) == [Purpose.READY, Purpose.READY, Purpose.STORAGE_MOVED]
    assert not is_repeated_later(play.history, len(play.history) - 1)


def test_a_missed_promise_is_told_once_and_again_when_a_new_one_is_missed() -> None:
    """Rule 4.1."""
    play = stories.dispatched().wait(days=2).do(MarkLate())
    play.try_(RaiseAttention(Attention.LATE, "the van broke down"), SONYA)
    assert purposes_once_paid(play) == [Purpose.LATE]
    play.do(ChangePromise(play.now.date() + timedelta(days=1), None, "a new van"), SONYA)
    play.wait(days=1).do(RaiseAttention(Attention.LATE), SONYA)
    assert purposes_once_paid(play) == [Purpose.LATE, Purpose.PROMISE_MOVED, Purpose.LATE]


def test_a_parcel_that_is_not_on_its_shelf_is_told_and_taken_back() -> None:
    searcher = Actor(Role.SYSTEM, "search")
    play = stories.shelved()
    before = purposes_once_paid(play)
    play.do(RaiseAttention(Attention.LOST), searcher)
    play.do(ClearAttention(Attention.LOST), searcher)
    assert purposes_once_paid(play) == [*before, Purpose.NOT_ON_SHELF, Purpose.FOUND_AGAIN]


def test_a_buyer_who_was_not_told_to_come_does_not_hear_what_is_not_on_its_shelf() -> None:
    searcher = Actor(Role.SYSTEM, "search")
    play = stories.dispatched()
    before = purposes_once_paid(play)
    play.do(RaiseAttention(Attention.LOST), searcher).do(ClearAttention(Attention.LOST), searcher)
    assert purposes_once_paid(play) == before


def test_other_flags_are_between_the_staff() -> None:
    flags = set(Attention) - {Attention.LATE, Attention.CONTRADICTION, Attention.UNANSWERED}
    play = stories.dispatched()
    for flag in sorted(flags):
        play.do(RaiseAttention(flag), SONYA)
    assert purposes_once_paid(play) == []


@pytest.mark.parametrize(
    ("actor", "told"),
    [(ANNA, []), (SHOP, []), (SONYA, [Purpose.PLACE_CHANGED]), (BORIS, [Purpose.PLACE_CHANGED])],
    ids=lambda x: x.role if isinstance(x, Actor) else "",
)
def test_another_place_is_told_with_its_date_unless_the_buyer_chose_it(
    actor: Actor, told: list[Purpose]
) -> None:
    assert purposes_once_paid(stories.paid().do(Redirect(Pickup("KZN-2")), actor)) == told


@pytest.mark.parametrize(
    ("actor", "told"), [(ANNA, []), (SHOP, []), (BORIS, [Purpose.STORAGE_MOVED])]
)
def test_a_longer_storage_is_told_unless_the_buyer_asked_for_it(
    actor: Actor, told: list[Purpose]
) -> None:
    play = stories.shelved()
    before = purposes(play)
    assert play.order.storage is not None
    day = play.order.storage.deadline_at.date()
    play.world = structs.replace(play.world, points=POINTS | {"KZN-1": closed_on(day)})
    play.do(ExtendStorage(), actor)
    assert purposes(play)[len(before) :] == told


def test_a_courier_who_sets_out_is_told_and_one_who_did_so_unrecorded_is_not() -> None:
    """Rule 4.5."""
    assert purposes_once_paid(stories.out_for_delivery()) == [Purpose.COURIER_LEFT]
    play = stories.slot_agreed().do(RecordAttempt(AttemptReason.ABSENT))
    assert [x.type for x in play.history[-2:]] == ["courier.departed", "courier.attempt_failed"]
    assert purposes_once_paid(play) == [Purpose.NOT_DELIVERED]


@pytest.mark.parametrize("reason", sorted(set(AttemptReason) - {AttemptReason.REFUSED}))
def test_an_order_that_did_not_come_says_why(reason: AttemptReason) -> None:
    play = stories.out_for_delivery().do(RecordAttempt(reason))
    notice = notice_of(play.history, len(play.history))
    assert notice is not None
    assert (notice.purpose, notice.why) == (Purpose.NOT_DELIVERED, reason)


def test_a_refusal_at_the_door_is_told_as_a_cancellation_alone() -> None:
    play = stories.out_for_delivery().do(RecordAttempt(AttemptReason.REFUSED))
    assert purposes_once_paid(play) == [Purpose.COURIER_LEFT, Purpose.CANCELLED]


def last_notice(play: Play) -> Notice:
    """Return what the last event is told as."""
    notice = notice_of(play.history, len(play.history))
    assert notice is not None
    return notice


def test_a_reminder_of_a_deadline_that_has_moved_or_passed_is_not_sent() -> None:
    """Rule 4.2."""
    play = stories.shelved()
    storage = play.order.storage
    assert storage is not None
    play.now = storage.reminders[-1].at
    notice = last_notice(play.do(RemindOfStorage()))
    assert not is_overtaken(notice, play.order, play.now)
    assert is_overtaken(notice, play.order, storage.deadline_at)
    play.do(ExtendStorage(), ANNA)
    assert is_overtaken(notice, play.order, play.now)


def test_extending_the_storage_arms_the_reminders_again() -> None:
    """Rule 4.2."""
    play = stories.shelved()
    first = play.order.storage
    assert first is not None
    for reminder in first.reminders:
        play.now = reminder.at
        play.do(RemindOfStorage())
    play.do(ExtendStorage(), ANNA)
    second = play.order.storage
    assert second is not None
    assert [x.hours_before for x in second.reminders] == [72, 24, 3][-len(second.reminders) :]
    assert second.reminders
    for reminder in second.reminders:
        assert play.now < reminder.at < second.deadline_at
        play.now = reminder.at
        notice = last_notice(play.do(RemindOfStorage()))
        assert notice.hours == reminder.hours_before
        assert not is_overtaken(notice, play.order, play.now)


def test_a_reminder_says_the_hours_that_are_left_when_it_is_sent() -> None:
    play = stories.shelved()
    storage = play.order.storage
    assert storage is not None
    play.now = storage.reminders[0].at
    notice = last_notice(play.do(RemindOfStorage()))
    for hours in (30, 2):
        told = current(notice, play.order, storage.deadline_at - timedelta(hours=hours))
        assert told.hours == hours


def test_a_refund_that_is_paid_is_not_said_to_have_begun() -> None:
    play = stories.refused_in_part()
    found = (notice_of(play.history, x.version) for x in play.history)
    notice = next(x for x in found if x is not None and x.purpose is Purpose.REFUND_STARTED)
    assert not is_overtaken(notice, play.order, play.now)
    play.do(CompleteRefund(play.order.refunds[0].id), SONYA)
    assert is_overtaken(notice, play.order, play.now)


def test_being_handed_over_is_true_until_it_is_stopped_and_told_as_done_afterwards() -> None:
    """Rule 4.3."""
    play = stories.handing_over()
    notice = last_notice(play)
    assert not is_overtaken(notice, play.order, play.now)
    issued = stories.handing_over()
    issued.do(HandOver(code=issued.code()))
    assert not is_overtaken(notice, issued.order, issued.now)
    assert is_overtaken(notice, play.do(StopHandover(), ANNA).order, play.now)


def test_what_is_left_to_pay_at_the_point_is_told_and_what_is_paid_there_is_not() -> None:
    play = stories.unpaid_and_shelved()
    ready = last_notice(play)
    assert ready.purpose is Purpose.READY
    in_part = last_notice(play.do(stories.pay(1000)))
    assert in_part.purpose is Purpose.PART_PAID
    at_desk = play.do(stories.pay_at_point(100, "slip 1")).history
    assert notice_of(at_desk, at_desk[-1].version) is None
    whole = play.do(stories.pay(250, "rest")).history
    assert notice_of(whole, whole[-1].version) is None


def test_a_refund_that_is_sent_is_still_on_its_way_and_one_that_failed_is_told() -> None:
    play = stories.refused_in_part()
    name = play.order.refunds[0].id
    started = Notice(Purpose.REFUND_STARTED, play.order, play.order.refunds[0])
    play.do(SendRefund(name))
    assert not is_overtaken(started, play.order, play.now)
    play.do(FailRefund(name), TIMER)
    assert is_overtaken(started, play.order, play.now)
    assert purposes(play)[-1] is Purpose.REFUND_FAILED
    failed = Notice(Purpose.REFUND_FAILED, play.order, play.order.refunds[0])
    assert not is_overtaken(failed, play.order, play.now)
    play.do(RerouteRefund(name))
    assert is_overtaken(failed, play.order, play.now)
    assert not is_overtaken(started, play.order, play.now)
