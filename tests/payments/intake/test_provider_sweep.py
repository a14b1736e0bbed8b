"""The provider's list, read by one process an hour, holds nothing that stays unknown here."""

from datetime import timedelta

from gotovo.order.values.order import Stage
from gotovo.payments.intake.provider_sweep import ProviderSweep
from gotovo.store.tables.cases.cases import CaseStore
from gotovo.store.tables.payments.payment_notifications import PaymentSweeps
from tests.support.payments.intake_desk import MINUTE, IntakeDesk

HOUR = 60 * MINUTE


def process(desk: IntakeDesk, reports: list[str] | None = None) -> ProviderSweep:
    """Return what a process reads lists with."""
    told = [] if reports is None else reports
    return ProviderSweep(
        desk.providers,
        desk.attempts,
        PaymentSweeps(desk.pool),
        desk.intake,
        desk.clock,
        cases=CaseStore(desk.pool),
        report=lambda error: told.append(str(error)),
    )


async def test_money_that_nothing_told_of_is_found_and_each_case_is_opened_once(
    desk: IntakeDesk,
) -> None:
    first, second = process(desk), process(desk)
    lost, told = await desk.place(), await desk.place()
    await desk.begin(lost, answered=False)
    known = await desk.begin(told)
    for payment in list(desk.ledger.payments):
        desk.ledger.pay(payment)
    await desk.intake.check("yookassa", known.reference)
    stranger = desk.captured()
    desk.clock.now += MINUTE
    assert await first.read_due() == 2
    assert (await desk.order(lost.number)).stage is Stage.PAID
    (case,) = await desk.cases()
    assert (case["kind"], case["proofs"]["payment_id"]) == ("unmatched_payment", stranger["id"])
    assert await second.read_due() == 0, "the list was read by the other process"
    desk.clock.now += HOUR
    assert await second.read_due() == 1
    assert len(await desk.cases()) == 1


async def test_money_that_went_back_elsewhere_is_found(desk: IntakeDesk) -> None:
    attempt = await desk.begin(await desk.place())
    desk.ledger.pay(attempt.reference)
    await desk.intake.check("yookassa", attempt.reference)
    desk.ledger.create_refund(
        {"payment_id": attempt.reference, "amount": {"value": "1.00", "currency": "RUB"}}
    )
    desk.clock.now += MINUTE
    await process(desk).read_due()
    assert [case["kind"] for case in await desk.cases()] == ["refund_conflict"]


async def test_what_is_older_than_a_day_is_left_to_the_reconciliation(desk: IntakeDesk) -> None:
    desk.captured()
    desk.clock.now += timedelta(hours=25)
    assert await process(desk).read_due() == 0
    assert await desk.cases() == []


async def test_a_list_that_could_not_be_read_is_read_again_in_minutes(desk: IntakeDesk) -> None:
    reports: list[str] = []
    sweep = process(desk, reports)
    desk.captured()
    desk.clock.now += MINUTE
    desk.server.fault("refused", "GET /payments", 1)
    assert await sweep.read_due() == 0
    assert len(reports) == 1
    assert await sweep.read_due() == 0
    desk.clock.now += 5 * MINUTE
    assert await sweep.read_due() == 1


async def test_an_entry_that_can_not_be_read_is_one_case_and_the_others_are_credited(
    desk: IntakeDesk,
) -> None:
    lost = await desk.place()
    await desk.begin(lost, answered=False)
    (wanted,) = desk.ledger.payments
    desk.ledger.pay(wanted)
    broken = desk.captured()
    desk.ledger.payments[broken["id"]]["amount"]["currency"] = "XBT"
    desk.clock.now += MINUTE
    reports: list[str] = []
    sweep = process(desk, reports)
    assert await sweep.read_due() == 1
    assert (await desk.order(lost.number)).stage is Stage.PAID
    desk.clock.now += HOUR
    assert await sweep.read_due() == 0
    (case,) = await desk.cases()
    assert (case["kind"], case["proofs"]["id"]) == ("reconciliation", broken["id"])
    assert case["proofs"]["difference"] == "payment_unreadable"
    assert reports == []
