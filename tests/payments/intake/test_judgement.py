"""What a payment means is decided by what is known of it, and nothing is ever both or neither."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from msgspec import structs

from gotovo.cases.case_kinds import CaseKind
from gotovo.order.values.money import Money
from gotovo.order.values.order import Order
from gotovo.payments.intake.judgement import Evidence, IntakeOutcome, judge
from gotovo.payments.providers.port import AttemptName, ProviderPayment, ProviderPaymentState
from gotovo.store.tables.payments.payment_attempts import AttemptState, PaymentAttempt
from tests.support.order.cast import BASKET_COST, NOON, Play, basket

NOW = datetime(2026, 11, 23, 11, 5, tzinfo=UTC)
HOUR = timedelta(hours=1)


COST = Money(BASKET_COST, "RUB")


@pytest.fixture
def order() -> Order:
    """Give an order that waits for its payment."""
    play = Play()
    play.do(basket())
    return play.order


def evidence(order: Order) -> Evidence:
    """Return what is known of a payment where everything is as it should be."""
    attempt = PaymentAttempt(
        number=order.number,
        attempt=1,
        shop=order.shop,
        provider="bank",
        method="card",
        amount=COST,
        state=AttemptState.PENDING,
        created_at=NOON,
        expires_at=NOON + HOUR,
        reference="ref-1",
        payment_id="pay-1",
    )
    payment = ProviderPayment(
        reference="ref-1",
        payment_id="pay-1",
        state=ProviderPaymentState.SUCCEEDED,
        amount=COST,
        created_at=NOON,
        captured_at=NOON + HOUR / 2,
        account="ours",
        attempt=AttemptName(order.number, 1),
    )
    return Evidence(
        provider="bank", account="ours", payment=payment, attempt=attempt, order=order, now=NOW
    )


def paid(known: Evidence, **changes: Any) -> Evidence:
    """Return the same with a payment that is otherwise."""
    return structs.replace(known, payment=structs.replace(known.payment, **changes))


def test_what_was_asked_for_is_credited_at_its_time(order: Order) -> None:
    verdict = judge(evidence(order))
    assert verdict.outcome is IntakeOutcome.CREDITED
    assert verdict.credit is not None
    assert (verdict.credit.number, verdict.credit.at) == (order.number, NOON + HOUR / 2)
    assert verdict.credit.pay.amount == COST
    assert verdict.end is not None
    assert verdict.end.state is AttemptState.SUCCEEDED
    assert verdict.cases == ()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"account": "theirs"}, "other_account"),
        ({"payment_id": ""}, "no_payment"),
        ({"amount": Money(10**15 + 1, "RUB")}, "no_payment"),
    ],
)
def test_money_that_is_not_ours_is_a_case_of_the_office(
    order: Order, changes: dict[str, object], reason: str
) -> None:
    verdict = judge(paid(evidence(order), **changes))
    assert (verdict.outcome, verdict.credit) == (IntakeOutcome.UNMATCHED, None)
    (case,) = verdict.cases
    assert (case.kind, case.number, case.shop) == (CaseKind.UNMATCHED_PAYMENT, "", "")
    assert case.proofs["reason"] == reason


def test_without_an_order_or_an_attempt_money_is_unmatched(order: Order) -> None:
    known = evidence(order)
    assert known.attempt is not None
    nameless = paid(known, attempt=None)
    reasons = {
        "unknown_order": structs.replace(known, order=None),
        "no_attempt": structs.replace(nameless, attempt=None),
        "other_shop": structs.replace(
            known, attempt=structs.replace(known.attempt, shop="another")
        ),
    }
    other = structs.replace(known.attempt, provider="other")
    for reason, each in (
        *reasons.items(),
        ("no_attempt", structs.replace(nameless, attempt=other)),
    ):
        verdict = judge(each)
        assert verdict.credit is None
        assert [case.proofs["reason"] for case in verdict.cases] == [reason]


def test_a_lost_attempt_is_credited_only_where_everything_fits(order: Order) -> None:
    lost = structs.replace(evidence(order), attempt=None)
    assert judge(lost).outcome is IntakeOutcome.CREDITED
    assert judge(lost).end is None
    for other in (
        paid(lost, amount=Money(BASKET_COST + 1, "RUB")),
        paid(lost, amount=Money(BASKET_COST, "USD")),
        paid(lost, created_at=NOON - HOUR),
    ):
        assert judge(other).outcome is IntakeOutcome.UNMATCHED, other.payment


def test_a_second_payment_of_one_attempt_is_credited_if_it_is_of_its_sum(order: Order) -> None:
    known = evidence(order)
    again = paid(known, reference="ref-2", payment_id="pay-2")
    verdict = judge(again)
    assert (verdict.outcome, verdict.end) == (IntakeOutcome.CREDITED, None)
    assert judge(paid(again, amount=Money(1_000, "RUB"))).outcome is IntakeOutcome.UNMATCHED


def test_a_cancelled_second_payment_does_not_end_the_attempt(order: Order) -> None:
    known = paid(evidence(order), state=ProviderPaymentState.CANCELLED)
    assert judge(paid(known, reference="ref-2", payment_id="pay-2")).end is None
    end = judge(known).end
    assert end is not None
    assert end.state is AttemptState.CANCELLED


def test_money_is_credited_or_a_case_and_never_neither(order: Order) -> None:
    known = evidence(order)
    assert known.attempt is not None
    attempts = [known.attempt, None, structs.replace(known.attempt, reference="x", payment_id="y")]
    names = [AttemptName(order.number, 1), AttemptName(order.number, 2), None]
    sums = [COST, Money(1, "RUB"), Money(5_000, "RUB"), Money(BASKET_COST, "USD")]
    times = [None, NOON - 2 * HOUR, NOON + HOUR, NOW + 100 * HOUR]
    for attempt, name, order_, sum_, at, account in itertools.product(
        attempts, names, (order, None), sums, times, ("ours", "theirs", "")
    ):
        told = paid(known, attempt=name, amount=sum_, captured_at=at, account=account)
        told = structs.replace(told, attempt=attempt, order=order_)
        verdict = judge(told)
        assert (verdict.credit is not None) or verdict.cases, told
        if verdict.credit is not None:
            assert verdict.credit.pay.amount == sum_
            assert verdict.credit.number == order.number
            assert account != "theirs"
            kinds = {case.kind for case in verdict.cases}
            assert CaseKind.UNMATCHED_PAYMENT not in kinds


def test_what_was_given_back_already_is_nobodys(order: Order) -> None:
    stray = paid(evidence(order), attempt=None, refunded=BASKET_COST)
    verdict = judge(structs.replace(stray, attempt=None))
    assert (verdict.outcome, verdict.cases) == (IntakeOutcome.NOTHING_NEW, ())
