"""What was captured is credited once, as captured, or is left to a person as one case."""

import asyncio
from datetime import timedelta

import pytest

from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.payment_expiry import ExpirePayment
from gotovo.order.values.actor import Role
from gotovo.order.values.money import Money
from gotovo.order.values.order import Order, RefundState, Stage, total
from gotovo.order.values.payments.captured import payments_of
from gotovo.order.values.payments.payment import PaymentUse
from gotovo.payments.intake.judgement import IntakeOutcome
from gotovo.payments.providers.port import ProviderUnavailable
from gotovo.store.tables.payments.payment_attempts import AttemptState
from tests.support.payments.intake_desk import MINUTE, IntakeDesk


async def check(desk: IntakeDesk, reference: str) -> IntakeOutcome:
    """Look a payment up."""
    return await desk.intake.check("yookassa", reference)


async def test_a_captured_payment_is_credited_once_and_settles_its_attempt(
    desk: IntakeDesk,
) -> None:
    order = await desk.place()
    attempt = await desk.begin(order)
    assert await check(desk, attempt.reference) is IntakeOutcome.PENDING
    desk.clock.now += 5 * MINUTE
    captured = desk.ledger.pay(attempt.reference)
    desk.clock.now += 5 * MINUTE
    outcomes = await asyncio.gather(*(check(desk, attempt.reference) for _ in range(8)))
    assert set(outcomes) <= {IntakeOutcome.CREDITED, IntakeOutcome.NOTHING_NEW}
    assert await check(desk, attempt.reference) is IntakeOutcome.NOTHING_NEW
    paid = await desk.order(order.number)
    assert paid.stage is Stage.PAID
    (payment,) = payments_of(paid)
    assert (payment.provider, payment.payment_id) == ("yookassa", captured["id"])
    assert payment.money == Money(total(order), "RUB")
    assert payment.at.isoformat(timespec="milliseconds")[:23] == captured["captured_at"][:23]
    assert (await desk.attempt(attempt)).state is AttemptState.SUCCEEDED
    assert await desk.cases() == []


async def test_an_attempt_without_its_answer_is_found_by_its_metadata(desk: IntakeDesk) -> None:
    order = await desk.place()
    attempt = await desk.begin(order, answered=False)
    (reference,) = desk.ledger.payments
    assert await check(desk, reference) is IntakeOutcome.PENDING
    learnt = await desk.attempt(attempt)
    assert (learnt.state, learnt.reference) == (AttemptState.PENDING, reference)
    assert learnt.url
    desk.ledger.pay(reference)
    assert await check(desk, reference) is IntakeOutcome.CREDITED
    assert (await desk.attempt(attempt)).state is AttemptState.SUCCEEDED


async def test_a_declined_payment_ends_its_attempt_and_nothing_else(desk: IntakeDesk) -> None:
    order = await desk.place()
    attempt = await desk.begin(order)
    desk.ledger.decline(attempt.reference, "insufficient_funds")
    assert await check(desk, attempt.reference) is IntakeOutcome.CANCELLED
    ended = await desk.attempt(attempt)
    assert (ended.state, ended.reason) == (AttemptState.CANCELLED, "insufficient_funds")
    assert await check(desk, attempt.reference) is IntakeOutcome.NOTHING_NEW
    assert (await desk.order(order.number)).version == order.version
    assert await desk.cases() == []


async def test_an_old_declined_attempt_that_arrives_late_changes_nothing(desk: IntakeDesk) -> None:
    order = await desk.place()
    first, second = await desk.begin(order), await desk.begin(order)
    desk.ledger.decline(first.reference)
    desk.ledger.pay(second.reference)
    assert await check(desk, second.reference) is IntakeOutcome.CREDITED
    paid = await desk.order(order.number)
    assert await check(desk, first.reference) is IntakeOutcome.CANCELLED
    assert (await desk.order(order.number)).version == paid.version
    assert (await desk.attempt(second)).state is AttemptState.SUCCEEDED


async def test_of_two_captured_attempts_the_second_is_refunded(desk: IntakeDesk) -> None:
    order = await desk.place()
    first, second = await desk.begin(order), await desk.begin(order)
    for attempt in (first, second):
        desk.ledger.pay(attempt.reference)
        assert await check(desk, attempt.reference) is IntakeOutcome.CREDITED
        assert (await desk.attempt(attempt)).state is AttemptState.SUCCEEDED
    paid = await desk.order(order.number)
    assert [each.use for each in payments_of(paid)] == [PaymentUse.APPLIED, PaymentUse.RETURNED]
    (refund,) = paid.refunds
    assert refund.amount == total(order)
    assert [each.payment_id for each in refund.sources] == [second.reference]
    assert await desk.cases() == []


async def test_money_for_a_cancelled_order_is_recorded_and_goes_back(desk: IntakeDesk) -> None:
    order = await desk.place()
    attempt = await desk.begin(order)
    await desk.cast.step(order, Cancel(), desk.clock())
    desk.ledger.pay(attempt.reference)
    assert await check(desk, attempt.reference) is IntakeOutcome.CREDITED
    closed = await desk.order(order.number)
    assert [each.use for each in payments_of(closed)] == [PaymentUse.RETURNED]
    assert [each.state for each in closed.refunds] == [RefundState.STARTED]
    assert (await desk.attempt(attempt)).state is AttemptState.SUCCEEDED
    assert await desk.cases() == []


@pytest.mark.parametrize(("more", "use"), [(100, "surplus"), (-100, "part")])
async def test_another_sum_is_credited_as_captured_and_is_a_case(
    desk: IntakeDesk, more: int, use: str
) -> None:
    order = await desk.place()
    attempt = await desk.begin(order)
    sum_ = total(order) + more
    desk.ledger.pay(attempt.reference, value=f"{sum_ // 100}.{sum_ % 100:02d}")
    for _ in range(2):
        assert await check(desk, attempt.reference) is IntakeOutcome.CONFLICT
    (payment,) = payments_of(after := await desk.order(order.number))
    assert payment.money == Money(sum_, "RUB")
    assert after.stage is (Stage.PAID if use == "surplus" else Stage.PLACED)
    assert [each.amount for each in after.refunds] == ([100] if use == "surplus" else [])
    (case,) = await desk.cases()
    assert (case["kind"], case["number"]) == ("payment_conflict", order.number)
    asked, captured = f"{total(order)} RUB", f"{sum_} RUB"
    assert (case["proofs"]["asked"], case["proofs"]["captured"]) == (asked, captured)


async def test_another_currency_is_held_and_is_a_case(desk: IntakeDesk) -> None:
    order = await desk.place()
    attempt = await desk.begin(order)
    desk.ledger.pay(attempt.reference, currency="USD")
    assert await check(desk, attempt.reference) is IntakeOutcome.CONFLICT
    held = await desk.order(order.number)
    assert [each.use for each in payments_of(held)] == [PaymentUse.HELD]
    assert held.stage is Stage.PLACED
    assert [case["kind"] for case in await desk.cases()] == ["payment_conflict"]


async def test_money_that_nobody_asked_for_is_a_case_and_credited_to_nobody(
    desk: IntakeDesk,
) -> None:
    order = await desk.place()
    strangers = [
        desk.captured(),
        desk.captured(gotovo_order="200785804776", gotovo_attempt="1"),
        desk.captured(gotovo_order=order.number, gotovo_attempt="1", gotovo_shop=""),
        desk.captured(gotovo_order="'; drop table", gotovo_attempt="-1"),
    ]
    for stranger in (*strangers, *strangers):
        assert await check(desk, stranger["id"]) is IntakeOutcome.UNMATCHED
    cases = await desk.cases()
    assert [case["kind"] for case in cases] == ["unmatched_payment"] * len(strangers)
    assert {case["number"] for case in cases} == {""}
    assert {case["proofs"]["payment_id"] for case in cases} == {each["id"] for each in strangers}
    assert (await desk.order(order.number)).version == order.version


async def test_an_attempt_that_was_lost_with_the_database_is_credited_where_it_fits(
    desk: IntakeDesk,
) -> None:
    order = await desk.place()
    attempt = await desk.begin(order)
    await desk.pool.execute("delete from payment_attempt")
    desk.ledger.pay(attempt.reference)
    assert await check(desk, attempt.reference) is IntakeOutcome.CREDITED
    assert (await desk.order(order.number)).stage is Stage.PAID
    assert await desk.cases() == []


async def test_money_of_another_account_is_never_credited(desk: IntakeDesk) -> None:
    order = await desk.place()
    attempt = await desk.begin(order)
    desk.ledger.pay(attempt.reference)
    desk.ledger.payments[attempt.reference]["recipient"]["account_id"] = "666"
    assert await check(desk, attempt.reference) is IntakeOutcome.UNMATCHED
    assert (await desk.order(order.number)).version == order.version
    (case,) = await desk.cases()
    assert (case["kind"], case["proofs"]["reason"]) == ("unmatched_payment", "other_account")


async def test_a_payment_whose_metadata_name_another_order_is_a_case(desk: IntakeDesk) -> None:
    order, other = await desk.place(), await desk.place()
    attempt = await desk.begin(order)
    desk.ledger.pay(attempt.reference)
    desk.ledger.payments[attempt.reference]["metadata"]["gotovo_order"] = other.number
    assert await check(desk, attempt.reference) is IntakeOutcome.CONFLICT
    for each in (order, other):
        assert (await desk.order(each.number)).version == each.version
    (case,) = await desk.cases()
    assert (case["kind"], case["number"]) == ("payment_conflict", order.number)
    assert case["proofs"]["named_order"] == other.number


async def test_money_that_went_back_without_a_refund_of_ours_is_a_case(desk: IntakeDesk) -> None:
    order = await desk.place()
    attempt = await desk.begin(order)
    desk.ledger.pay(attempt.reference)
    assert await check(desk, attempt.reference) is IntakeOutcome.CREDITED
    _give_back(desk, attempt.reference, "1.00")
    assert await check(desk, attempt.reference) is IntakeOutcome.CONFLICT
    (case,) = await desk.cases()
    assert (case["kind"], case["number"]) == ("refund_conflict", order.number)
    assert case["proofs"]["refunded"] == "100 RUB"
    assert case["proofs"]["refunded_by_order"] == "0 RUB"


async def test_money_that_went_back_before_it_was_known_pays_for_nothing(desk: IntakeDesk) -> None:
    order = await desk.place()
    attempt = await desk.begin(order)
    amount = desk.ledger.pay(attempt.reference)["amount"]["value"]
    _give_back(desk, attempt.reference, amount)
    assert await check(desk, attempt.reference) is IntakeOutcome.CONFLICT
    assert (await desk.order(order.number)).stage is Stage.PLACED
    assert (await desk.attempt(attempt)).state is AttemptState.CANCELLED
    assert [case["kind"] for case in await desk.cases()] == ["refund_conflict"]


async def test_a_refund_of_ours_is_no_conflict(desk: IntakeDesk) -> None:
    order = await desk.place()
    attempt = await desk.begin(order)
    amount = desk.ledger.pay(attempt.reference)["amount"]["value"]
    await check(desk, attempt.reference)
    await desk.cast.step(await desk.order(order.number), Cancel(), desk.clock())
    _give_back(desk, attempt.reference, amount)
    assert await check(desk, attempt.reference) is IntakeOutcome.NOTHING_NEW
    assert await desk.cases() == []


async def test_paid_in_time_and_reported_late_revives_the_order(desk: IntakeDesk) -> None:
    order, attempt = await _expired_after(desk)
    assert await check(desk, attempt) is IntakeOutcome.CREDITED
    revived = await desk.order(order.number)
    assert (revived.stage, revived.outcome) == (Stage.PAID, None)


async def test_a_time_before_anybody_was_asked_to_pay_gives_no_right(desk: IntakeDesk) -> None:
    order, attempt = await _expired_after(desk)
    told = (order.placed_at - timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    desk.ledger.payments[attempt]["captured_at"] = told
    assert await check(desk, attempt) is IntakeOutcome.CONFLICT
    closed = await desk.order(order.number)
    assert [each.use for each in payments_of(closed)] == [PaymentUse.RETURNED]
    assert [case["kind"] for case in await desk.cases()] == ["contradiction"]


async def test_a_time_ahead_of_the_clock_is_recorded_as_now(desk: IntakeDesk) -> None:
    order = await desk.place()
    attempt = await desk.begin(order)
    desk.ledger.pay(attempt.reference)
    desk.ledger.payments[attempt.reference]["captured_at"] = "2031-01-01T00:00:00.000Z"
    assert await check(desk, attempt.reference) is IntakeOutcome.CREDITED
    (payment,) = payments_of(await desk.order(order.number))
    assert payment.at <= desk.clock()


async def test_what_the_provider_does_not_have_is_unknown(desk: IntakeDesk) -> None:
    assert await check(desk, "2d9f7c1e-000f-5000-8000-1a2b3c4d5e6f") is IntakeOutcome.UNKNOWN
    assert await check(desk, "../refunds") is IntakeOutcome.UNKNOWN


async def test_a_provider_that_is_away_loses_nothing(desk: IntakeDesk) -> None:
    order = await desk.place()
    attempt = await desk.begin(order)
    desk.ledger.pay(attempt.reference)
    desk.server.fault("refused", "GET /payments", 1)
    with pytest.raises(ProviderUnavailable):
        await check(desk, attempt.reference)
    with pytest.raises(ProviderUnavailable):
        await desk.intake.check("stripe", attempt.reference)
    assert (await desk.attempt(attempt)).state is AttemptState.PENDING
    assert await check(desk, attempt.reference) is IntakeOutcome.CREDITED


async def _expired_after(desk: IntakeDesk) -> tuple[Order, str]:
    """Return an order that closed as unpaid, and what its payment, captured in time, is called."""
    order = await desk.place()
    attempt = await desk.begin(order)
    assert order.payment_due_at is not None
    desk.ledger.pay(attempt.reference)
    late = order.payment_due_at + MINUTE
    closed = await desk.cast.step(order, ExpirePayment(), late, Role.SYSTEM)
    desk.clock.now = late + MINUTE
    return closed, attempt.reference


def _give_back(desk: IntakeDesk, payment_id: str, value: str) -> None:
    asked = {"payment_id": payment_id, "amount": {"value": value, "currency": "RUB"}}
    desk.ledger.create_refund(asked)
