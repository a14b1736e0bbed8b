"""Repetition: what has happened is already done, at every later stage (rule 4.13)."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from msgspec import structs

from gotovo.order.decide import decide
from gotovo.order.facts import ALREADY_DONE
from gotovo.order.lifecycle import ROW_OF, TABLE
from gotovo.order.steps.arrival import Arrive
from gotovo.order.steps.attempt import AttemptReason, RecordAttempt
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.steps.attention_clearance import ClearAttention
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.contact_erasure import EraseContact
from gotovo.order.steps.correction import Correct
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.handover_opening import OpenHandover
from gotovo.order.steps.handover_stop import StopHandover
from gotovo.order.steps.handover_timeout import LeaveHandover
from gotovo.order.steps.help_lateness import MarkUnanswered
from gotovo.order.steps.help_question import AskHelp
from gotovo.order.steps.help_settlement import SettleHelp
from gotovo.order.steps.lateness import MarkLate
from gotovo.order.steps.missing_rest import MarkRestMissing
from gotovo.order.steps.packing import Pack
from gotovo.order.steps.payment_expiry import ExpirePayment
from gotovo.order.steps.promise import ChangePromise
from gotovo.order.steps.promise_recalculation import RecalculatePromise
from gotovo.order.steps.reception import Receive
from gotovo.order.steps.redirection import Redirect
from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.steps.refund_failure import FailRefund
from gotovo.order.steps.refund_reroute import RerouteRefund
from gotovo.order.steps.refund_sending import SendRefund
from gotovo.order.steps.reinstatement import Reinstate
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.steps.return_claim import ClaimReturn
from gotovo.order.steps.shelving import Shelve
from gotovo.order.steps.storage_recalculation import RecalculateStorage
from gotovo.order.steps.storage_reminder import RemindOfStorage
from gotovo.order.steps.trusted_person import NameTrusted
from gotovo.order.steps.trusted_person_revocation import RevokeTrusted
from gotovo.order.steps.withdrawal import Withdraw
from gotovo.order.values.help.help_clock import HelpChannel
from gotovo.order.values.order import (
    Attention,
    Condition,
    Order,
    Pickup,
    ReceivedUnits,
    Stage,
    Units,
)
from gotovo.order.values.payments.refund import RefundFailureReason, RefundRoute
from tests.support.order import stories
from tests.support.order.cast import ANNA, LENA, TIMER, Play
from tests.support.order.changed_points import closed_on, under

AT_ONCE_ANOTHER_FACT = {
    "return-refusal": "the buyer may bring it once more, and hear it once more",
    "placement": "a number is drawn once; the repeated command id repeats the answer",
    "handover": "whoever comes with the same message later hears that it was issued (rule 4.4)",
    "call": "each call is a call",
    "phone-change": "the phone stands beside the order, where no play keeps it",
    "storage-extension": "the buyer asks for further days",
    "trusted-person": "naming again replaces the code",
    "code-renewal": "each renewal is another code",
    "help-question": "each question is a question",
    "help-answer": "each answer answers something",
}
"""Steps whose repetition always tells something new, each with the reason."""

LATER_ANOTHER_FACT = AT_ONCE_ANOTHER_FACT | {
    "handover-opening": "once it is issued the desk hears so, and a shelved order opens anew",
    "handover-stop": "the next opening is another one, and after the hand-over it is too late",
    "attempt": "after another call and slot there is another attempt",
    "departure": "after a failed attempt the courier sets out once more",
    "slot": "a failed attempt ends it; the same hours are then agreed again",
    "attention": "a flag that was taken down goes up again",
    "attention-clearance": "the flag may have gone up again",
    "redirection": "back to where it was is another way",
    "promise": "the day before was replaced",
    "reinstatement": "the order may have expired again",
    "correction": "the next hand-over is another one",
    "refund-sending": "a refund that failed is sent once more",
    "refund-completion": "the bank may send back what was paid out",
    "refund-failure": "it may fail on the other way, too",
    "refund-reroute": "it may have failed again",
    "return-claim": "what was claimed may have been brought, and more is claimed",
    "return": "one of several equal units; the next one is another",
}
"""Steps whose repetition may tell something new once another step was taken."""


def is_another_fact(step: str, order: Order) -> bool:
    """Return whether an order now has another need of a step that it went through before.

    Nobody goes on picking or packing what was cancelled in the warehouse; what was withdrawn is
    dispatched once more, back; after a correction nobody knows the cell.
    """
    match step:
        case "picking" | "packing":
            return order.stage is Stage.CANCELLED
        case "dispatch":
            return any(parcel.stage is Stage.WITHDRAWN for parcel in order.parcels)
        case "shelving":
            return order.last_step == "correction"
        case _:
            return step in LATER_ANOTHER_FACT


def returned() -> Play:
    play = stories.issued().do(ClaimReturn((Units(2, 1),), "chipped"))
    play.do(AcceptReturn((Units(2, 1),))).do(AcceptReturn()).do(Dispatch(), LENA).do(Receive())
    return play.do(CompleteRefund(play.order.refunds[-1].id, "rf-1")).do(EraseContact())


def refunded_by_another_way() -> Play:
    play = stories.cancelled()
    name = play.order.refunds[0].id
    play.do(SendRefund(name)).do(FailRefund(name, RefundFailureReason.CARD_CLOSED), TIMER)
    play.do(RerouteRefund(name)).do(SendRefund(name)).do(FailRefund(name), TIMER)
    play.do(RerouteRefund(name, RefundRoute.BANK_TRANSFER)).do(CompleteRefund(name, "42"))
    play.do(FailRefund(name, RefundFailureReason.SENT_BACK))
    return play.do(RerouteRefund(name, RefundRoute.CASH_AT_POINT)).do(CompleteRefund(name, "43"))


def refused_in_part() -> Play:
    return stories.refused_in_part().do(Dispatch(), LENA).do(Receive())


def redirected() -> Play:
    play = stories.with_courier().do(Redirect(Pickup("KZN-1")))
    return play.do(Arrive()).do(Shelve(cell="A1"))


def promised_anew() -> Play:
    play = stories.paid()
    later = play.now + timedelta(days=5)
    return play.do(ChangePromise(later.date(), later, "snow")).do(Pack()).do(Dispatch())


def late() -> Play:
    return stories.dispatched().wait(days=3).do(MarkLate()).do(Arrive())


def watched() -> Play:
    play = stories.shelved().do(RaiseAttention(Attention.DAMAGED), LENA)
    return play.do(ClearAttention(Attention.DAMAGED)).do(NameTrusted()).do(RevokeTrusted())


def stopped_by_the_clerk() -> Play:
    return stories.handing_over().do(StopHandover(), LENA).do(Cancel()).do(Withdraw())


def stopped_by_the_buyer() -> Play:
    return stories.handing_over().do(StopHandover(), ANNA)


def timed_out() -> Play:
    return stories.handing_over().wait(hours=1).do(LeaveHandover())


def opened_and_issued() -> Play:
    play = stories.shelved()
    return play.do(OpenHandover(code=play.code())).do(HandOver())


def corrected() -> Play:
    play = stories.issued()
    return play.do(Correct(play.order.issued_version, "wrong parcel"))


def reinstated() -> Play:
    return stories.expired().do(Reinstate())


def reminded() -> Play:
    return stories.shelved().wait(days=5).do(RemindOfStorage())


def never_paid() -> Play:
    return stories.placed().wait(days=2).do(ExpirePayment())


def refused_at_the_door() -> Play:
    return stories.out_for_delivery().do(RecordAttempt(AttemptReason.REFUSED)).do(Receive())


def kept_longer() -> Play:
    play = under(stories.paid(), closed_on(date(2026, 11, 24))).do(RecalculatePromise())
    play.do(Pack()).do(Dispatch()).do(Arrive()).do(Shelve(cell="A1"))
    sunday, monday = date(2026, 11, 29), date(2026, 11, 30)
    under(play, closed_on(sunday, monday)).do(RecalculateStorage())
    return play.do(HandOver(code=play.code()))


def never_complete() -> Play:
    play = stories.issued().do(AcceptReturn((Units(1, 2),)), LENA)
    came = ReceivedUnits(1, 1, Condition.RESTOCKED)
    play.do(Receive(units=(came,))).wait(days=7).do(MarkRestMissing())
    gone = ReceivedUnits(1, 1, Condition.WRITTEN_OFF)
    return play.do(Receive(units=(came, gone)))


def helped() -> Play:
    play = stories.issued()
    play.do(AskHelp(HelpChannel.PAGE, play.now)).wait(hours=9).do(MarkUnanswered())
    return play.do(SettleHelp(play.now))


def paid_at_the_point() -> Play:
    play = stories.unpaid_and_shelved().do(stories.pay_at_point())
    return play.do(HandOver(code=play.code()))


LIVES: tuple[Callable[[], Play], ...] = (
    *stories.AT.values(),
    stories.delivered,
    returned,
    refunded_by_another_way,
    refused_in_part,
    redirected,
    promised_anew,
    late,
    watched,
    stopped_by_the_clerk,
    stopped_by_the_buyer,
    timed_out,
    opened_and_issued,
    corrected,
    reinstated,
    reminded,
    never_paid,
    refused_at_the_door,
    kept_longer,
    never_complete,
    helped,
    paid_at_the_point,
)


def test_every_step_is_among_those_repeated() -> None:
    told = {ROW_OF[type(each.command)].step for life in LIVES for each in life().accepted}
    assert told | AT_ONCE_ANOTHER_FACT.keys() == {row.step for row in TABLE}


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.__name__)
def test_a_step_repeated_at_once_is_already_done_and_changes_nothing(
    life: Callable[[], Play],
) -> None:
    """Rule 4.13."""
    for each in life().accepted:
        step = ROW_OF[type(each.command)].step
        if step not in AT_ONCE_ANOTHER_FACT:
            assert decide(each.order, each.command, each.facts) == ALREADY_DONE, step


@pytest.mark.parametrize("life", LIVES, ids=lambda life: life.__name__)
def test_a_step_repeated_at_any_later_stage_is_already_done_and_changes_nothing(
    life: Callable[[], Play],
) -> None:
    """Rule 4.13."""
    accepted = life().accepted
    for index, each in enumerate(accepted):
        step = ROW_OF[type(each.command)].step
        for later in accepted[index + 1 :]:
            if is_another_fact(step, later.order):
                continue
            then = later.facts
            facts = structs.replace(each.facts, world=then.world, at=then.at, now=then.now)
            answer = decide(later.order, each.command, facts)
            assert answer == ALREADY_DONE, (step, later.order.stage, answer.refusal)
