"""Judgement: what a payment, as its provider has it, means for its attempt and its order.

Nothing is read or written here. Captured money is a fact (rule 4.8): it is credited as captured to
the order that it was asked for, or becomes a case, and never both is left out. Who may be credited:
decision 53.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from msgspec import Struct

from gotovo.cases.case import NewCase
from gotovo.cases.case_kinds import CaseKind
from gotovo.order.steps.payment import PAYMENT_MAX, Pay
from gotovo.order.values.money import Money
from gotovo.order.values.order import Order, RefundState, total
from gotovo.order.values.payments.captured import amount_due, payments_of
from gotovo.order.values.payments.payment import PaymentId
from gotovo.payments.providers.port import (
    AttemptName,
    ProviderPayment,
    ProviderPaymentState,
)
from gotovo.store.tables.payments.payment_attempts import AttemptEnd, AttemptState, PaymentAttempt

CLOCK_SKEW: Final = timedelta(minutes=2)
"""How far a provider's clock may be off ours; orders allow as much (`clock_skew_seconds`)."""

REFUNDED_ELSEWHERE: Final = "refunded_elsewhere"
OTHER_ORDER: Final = "other_order"
LEFT_TO_PERSON: Final = frozenset(
    {REFUNDED_ELSEWHERE, OTHER_ORDER, "other_account", "no_payment", "other_shop"}
)
"""Reasons of attempts whose money was captured and is left to a person."""


class IntakeOutcome(StrEnum):
    """What became of a payment that was looked up."""

    CREDITED = "credited"  # the order has it now
    NOTHING_NEW = "nothing_new"  # its order has it already, or it was given back already
    PENDING = "pending"  # the buyer or the bank has not finished
    CANCELLED = "cancelled"  # it never will be captured
    CONFLICT = "conflict"  # something contradicts what was asked for: a case tells what
    UNMATCHED = "unmatched"  # it belongs to no order: a case
    UNKNOWN = "unknown"  # the provider has no such payment


class Evidence(Struct, frozen=True, kw_only=True):
    """What is known of a payment.

    `account` is ours at the provider, empty where it names none. `attempt` is the row that the
    payment belongs to by what the provider calls it, or by its metadata. `order` is that of the
    attempt, or of the metadata. The order was read after the payment was looked up, so each refund
    that the provider tells of and that is ours stands in it.
    """

    provider: str
    account: str
    payment: ProviderPayment
    attempt: PaymentAttempt | None
    order: Order | None
    now: datetime


class Credit(Struct, frozen=True):
    """Money to credit: the order's number, the command, and when it was captured.

    Without a time that can be believed it is recorded as of now.
    """

    number: str
    pay: Pay
    at: datetime | None


class Verdict(Struct, frozen=True, kw_only=True):
    """What follows from a payment; `end` is that of its attempt."""

    outcome: IntakeOutcome
    credit: Credit | None = None
    end: AttemptEnd | None = None
    cases: tuple[NewCase, ...] = ()


def judge(known: Evidence) -> Verdict:
    """Return what follows from a payment."""
    match known.payment.state:
        case ProviderPaymentState.PENDING:
            return Verdict(outcome=IntakeOutcome.PENDING)
        case ProviderPaymentState.CANCELLED:
            return _cancelled(known)
        case ProviderPaymentState.SUCCEEDED:
            return _captured(known)


def is_of(attempt: PaymentAttempt, provider: str, payment: ProviderPayment) -> bool:
    """Return whether a payment is the one that was made for an attempt.

    An attempt whose creation got no answer has no names yet: any payment of its metadata may be it.
    """
    names = {attempt.reference, attempt.payment_id} - {""}
    theirs = {payment.reference, payment.payment_id}
    return attempt.provider == provider and (not names or not names.isdisjoint(theirs))


def recorded(order: Order, name: PaymentId) -> Money | None:
    """Return what an order has recorded of a payment, None where it knows nothing of it."""
    reports = (each.money for each in payments_of(order) if each.is_named(name))
    return next(reports, None)


def _subject(known: Evidence, kind: CaseKind, reason: str) -> str:
    """Return what a case is about: money of no order is one, and each conflict of a payment."""
    name = known.payment.payment_id or known.payment.reference
    about = f"{known.provider}:{name}"
    return f"{about}:{reason}" if kind is CaseKind.PAYMENT_CONFLICT else about


def case_of(
    known: Evidence, kind: CaseKind, reason: str, more: Mapping[str, str] | None = None
) -> NewCase:
    """Return a case about a payment; one of an order is its shop's, any other the office's."""
    payment, order = known.payment, known.order
    is_of_order = order is not None and kind is not CaseKind.UNMATCHED_PAYMENT
    return NewCase(
        kind=kind,
        subject=_subject(known, kind, reason),
        opened_at=known.now,
        number=order.number if is_of_order and order is not None else "",
        shop=order.shop if is_of_order and order is not None else "",
        proofs={
            "reason": reason,
            "provider": known.provider,
            "payment_id": payment.payment_id,
            "reference": payment.reference,
            "captured": _text(payment.amount),
            "captured_at": _instant(payment.captured_at),
            "account": payment.account,
            "named_order": payment.attempt.number if payment.attempt else "",
            "named_attempt": str(payment.attempt.attempt) if payment.attempt else "",
            **(more or {}),
        },
    )


def _cancelled(known: Evidence) -> Verdict:
    attempt, payment = known.attempt, known.payment
    if attempt is None or not is_of(attempt, known.provider, payment) or not attempt.state.is_open:
        return Verdict(outcome=IntakeOutcome.NOTHING_NEW)
    end = _end(known, AttemptState.CANCELLED, payment.reason)
    return Verdict(outcome=IntakeOutcome.CANCELLED, end=end)


def _captured(known: Evidence) -> Verdict:
    """Find out whose money it is, and what is odd about it."""
    payment, attempt, order = known.payment, known.attempt, known.order
    reason = _why_unmatched(known)
    if reason or order is None:
        return _unmatched(known, reason or "unknown_order")
    if attempt is None or not is_of(attempt, known.provider, payment):
        return _credited(known, order, None)
    if payment.attempt not in {None, AttemptName(attempt.number, attempt.attempt)}:
        return _of_another_order(known, attempt)
    return _credited(known, order, attempt)


def _why_unmatched(known: Evidence) -> str:
    """Return why money belongs to no order, empty if it may be credited to the one it names."""
    payment, attempt, order = known.payment, known.attempt, known.order
    is_ours = attempt is not None and is_of(attempt, known.provider, payment)
    reasons = {
        "other_account": bool(known.account and payment.account)
        and payment.account != known.account,
        "no_payment": not payment.payment_id or not 0 < payment.amount.amount <= PAYMENT_MAX,
        "no_attempt": not is_ours and payment.attempt is None,
        "unknown_order": order is None,
        "other_shop": attempt is not None and order is not None and attempt.shop != order.shop,
        "no_such_attempt": not is_ours and order is not None and not _fits(known, order),
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def _credited(known: Evidence, order: Order, attempt: PaymentAttempt | None) -> Verdict:
    """Credit what was captured, as captured, and open a case for whatever does not fit."""
    payment = known.payment
    before = recorded(order, PaymentId(known.provider, payment.payment_id))
    ours = _refunded_by_us(known, order)
    if before is None and payment.refunded >= payment.amount.amount:
        case = _refund_case(known, ours)
        end = None if attempt is None else _end(known, AttemptState.CANCELLED, REFUNDED_ELSEWHERE)
        return Verdict(outcome=IntakeOutcome.CONFLICT, end=end, cases=(case,))
    at, cases = _time_of(known, attempt)
    if attempt is not None and payment.amount != attempt.amount:
        asked = {"asked": _text(attempt.amount)}
        cases = (*cases, case_of(known, CaseKind.PAYMENT_CONFLICT, "other_sum", asked))
    if before is not None and before != payment.amount:
        told = {"recorded": _text(before)}
        cases = (case_of(known, CaseKind.PAYMENT_CONFLICT, "recorded_otherwise", told),)
    if payment.refunded > ours:
        cases = (*cases, _refund_case(known, ours))
    end = None if attempt is None else _end(known, AttemptState.SUCCEEDED, "")
    if before is not None:
        outcome = IntakeOutcome.CONFLICT if cases else IntakeOutcome.NOTHING_NEW
        return Verdict(outcome=outcome, end=end, cases=cases)
    pay = Pay(payment.amount, known.provider, payment.payment_id)
    outcome = IntakeOutcome.CONFLICT if cases else IntakeOutcome.CREDITED
    return Verdict(outcome=outcome, credit=Credit(order.number, pay, at), end=end, cases=cases)


def _unmatched(known: Evidence, reason: str) -> Verdict:
    """Leave money that belongs to no order to a person; what is given back already is nobody's."""
    if known.payment.refunded >= known.payment.amount.amount:
        return Verdict(outcome=IntakeOutcome.NOTHING_NEW)
    case = case_of(known, CaseKind.UNMATCHED_PAYMENT, reason)
    attempt = known.attempt
    is_ours = attempt is not None and is_of(attempt, known.provider, known.payment)
    end = _end(known, AttemptState.CANCELLED, reason) if is_ours else None
    return Verdict(outcome=IntakeOutcome.UNMATCHED, end=end, cases=(case,))


def _of_another_order(known: Evidence, attempt: PaymentAttempt) -> Verdict:
    """Leave money to a person that was asked for one order, and says that it is for another."""
    named = {"asked_order": attempt.number, "asked": _text(attempt.amount)}
    case = case_of(known, CaseKind.PAYMENT_CONFLICT, OTHER_ORDER, named)
    end = _end(known, AttemptState.CANCELLED, OTHER_ORDER)
    return Verdict(outcome=IntakeOutcome.CONFLICT, end=end, cases=(case,))


def _fits(known: Evidence, order: Order) -> bool:
    """Return whether money without its attempt may be credited to the order that it names.

    The attempt was lost with a database that was put back, or its creation was repeated after the
    provider had forgotten its key. Whoever can write our metadata has our account's secret; what
    is compared keeps other installations with the same account out.
    """
    payment, attempt = known.payment, known.attempt
    if payment.created_at < order.placed_at - CLOCK_SKEW:
        return False
    if attempt is not None:
        return attempt.provider == known.provider and attempt.amount == payment.amount
    whole, due = total(order), amount_due(order)
    sums = {Money(each, order.currency) for each in (whole, due) if each}
    return payment.amount in sums


def _time_of(
    known: Evidence, attempt: PaymentAttempt | None
) -> tuple[datetime | None, tuple[NewCase, ...]]:
    """Return when the money was captured, if that can be.

    A time ahead of the clock is recorded and flagged by the order itself. One before anybody was
    asked to pay would give the right to be paid in time: it counts as now.
    """
    at = known.payment.captured_at
    if at is None or attempt is None or at >= attempt.created_at - CLOCK_SKEW:
        return at, ()
    asked_at = {"asked_at": _instant(attempt.created_at)}
    return None, (case_of(known, CaseKind.CONTRADICTION, "captured_before_asked", asked_at),)


def _refunded_by_us(known: Evidence, order: Order) -> int:
    """Return what the order's refunds may have given back of a payment.

    Refunds of the first versions name no payment; any of them may be of this one.
    """
    payment, ours = known.payment, 0
    for refund in order.refunds:
        if refund.state is RefundState.CANCELLED:
            continue
        if not refund.sources:
            ours += refund.amount
        for source in refund.sources:
            if (source.provider, source.payment_id) == (known.provider, payment.payment_id):
                ours += source.amount
    return ours


def _refund_case(known: Evidence, ours: int) -> NewCase:
    currency = known.payment.amount.currency
    sums = {
        "refunded": _text(Money(known.payment.refunded, currency)),
        "refunded_by_order": _text(Money(ours, currency)),
    }
    return case_of(known, CaseKind.REFUND_CONFLICT, REFUNDED_ELSEWHERE, sums)


def _end(known: Evidence, state: AttemptState, reason: str) -> AttemptEnd:
    payment = known.payment
    return AttemptEnd(
        state=state,
        at=known.now,
        reference=payment.reference,
        payment_id=payment.payment_id,
        reason=reason,
    )


def _text(money: Money) -> str:
    """Return a sum in minor units, as proofs have it."""
    return f"{money.amount} {money.currency}"


def _instant(at: datetime | None) -> str:
    return "" if at is None else at.isoformat()
