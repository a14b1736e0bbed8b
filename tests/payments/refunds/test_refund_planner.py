"""Refunds wait to be sent where their providers are open, once each, some of them for an hour."""

from datetime import timedelta

from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.payment import Pay
from gotovo.order.steps.refund_failure import FailRefund
from gotovo.order.steps.refund_reroute import RerouteRefund
from gotovo.order.steps.reinstatement import Reinstate
from gotovo.order.steps.storage_expiry import ExpireStorage
from gotovo.order.values.actor import TIMER
from gotovo.order.values.money import Money
from gotovo.order.values.payments.refund import RefundRoute, RefundState
from gotovo.payments.refunds.refund_outcomes import RefundOutcomes
from gotovo.payments.refunds.refund_planner import CALLED_OFF, RefundPlanner
from gotovo.store.reads.programs import ProgramReads
from gotovo.store.tables.payments.refund_transfers import TransferState
from tests.support.engine.cast import COST, Buyer
from tests.support.payments.refunds import RefundOffice


async def expired(office: RefundOffice) -> Buyer:
    """Return the buyer of an order that nobody collected."""
    buyer = await office.paid()
    _, _, *steps = buyer.until_shelved()
    for step in steps:
        await office.take(step)
    order = await office.order(buyer)
    assert order.storage is not None
    office.shop.clock.now = order.storage.deadline_at
    await office.take(buyer.ask(ExpireStorage(), actor=TIMER))
    return buyer


async def all_events(office: RefundOffice) -> RefundPlanner:
    """Hand a planner everything that ever happened once more."""
    planner = office.process.planner
    heads = await office.shop.journal.backlogs("again", 256)
    for backlog in heads:
        await planner(await office.shop.journal.feed(backlog.lane, 0, 10_000))
    return planner


async def test_a_refund_waits_once_for_each_payment_it_goes_back_to(office: RefundOffice) -> None:
    buyer = await office.cancelled(400, COST - 400)
    await office.process.follower.catch_up()
    await all_events(office)
    parts = await office.parts(buyer)
    assert [(p.source, p.state, p.amount) for p in parts] == [
        (0, TransferState.WAITING, Money(COST - 400, "RUB")),
        (1, TransferState.WAITING, Money(400, "RUB")),
    ]


async def test_what_an_unknown_provider_captured_is_left_to_programs(office: RefundOffice) -> None:
    buyer = office.shop.buyer()
    await office.take(buyer.place())
    mine = await office.captured(400)
    await office.step(buyer, Pay(Money(400, "RUB"), "yookassa", mine))
    await office.step(buyer, Pay(Money(COST - 400, "RUB"), "town", "1"))
    await office.step(buyer, Cancel())
    await office.process.work()
    assert list(await office.parts(buyer)) == []
    assert not office.ledger.refunds
    assert (await office.order(buyer)).refunds[0].state is RefundState.STARTED


async def test_while_an_order_may_be_reinstated_its_money_stays(office: RefundOffice) -> None:
    buyer = await expired(office)
    await office.process.work()
    await office.after(minutes=59)
    assert not office.ledger.refunds
    order = await office.step(buyer, Reinstate())
    assert order.refunds[0].state is RefundState.CANCELLED
    await office.after(hours=2)
    [part] = await office.parts(buyer)
    assert (part.state, part.reason) == (TransferState.CANCELLED, CALLED_OFF)
    assert not office.ledger.refunds


async def test_after_the_hold_it_is_sent(office: RefundOffice) -> None:
    buyer = await expired(office)
    await office.process.work()
    await office.after(minutes=60)
    assert (await office.order(buyer)).refunds[0].state is RefundState.COMPLETED
    assert len(office.ledger.refunds) == 1


async def test_a_reinstatement_that_the_planner_has_not_read_stops_the_sender(
    office: RefundOffice,
) -> None:
    buyer = await expired(office)
    await office.process.follower.catch_up()
    await office.step(buyer, Reinstate())
    office.shop.clock.now += timedelta(hours=2)
    await office.process.sender.run()
    [part] = await office.parts(buyer)
    assert (part.state, part.reason) == (TransferState.CANCELLED, "order_says_cancelled")
    assert not office.ledger.refunds


async def test_reading_everything_again_changes_nothing(office: RefundOffice) -> None:
    """A page is handled again after a crash."""
    office.ledger.refund_outcomes["*"] = ("canceled", "general_decline")
    buyer = await office.cancelled()
    await office.process.work()
    await office.step(buyer, RerouteRefund(f"{buyer.number}-R1"))
    await office.process.work()
    before = await office.parts(buyer)
    assert [(p.state, p.round) for p in before] == [(TransferState.FAILED, 1)]
    await all_events(office)
    assert list(await office.parts(buyer)) == list(before)
    await office.step(buyer, RerouteRefund(f"{buyer.number}-R1", RefundRoute.CASH_AT_POINT))
    await office.process.work()
    assert list(await office.parts(buyer)) == list(before)


async def test_what_a_program_failed_to_pay_is_sent_from_here(office: RefundOffice) -> None:
    """The provider was opened after the refund had started."""
    buyer = await office.cancelled()
    outcomes = RefundOutcomes(office.transfers, office.engine, office.cases, office.shop.clock)
    programs = RefundPlanner(office.transfers, ProgramReads(office.pool), (), outcomes)
    for backlog in await office.shop.journal.backlogs("programs", 256):
        await programs(await office.shop.journal.feed(backlog.lane, 0, 10_000))
    assert list(await office.parts(buyer)) == []
    await office.pool.execute(
        "insert into follower (name, lane, position) select 'refunds', home, position from lane"
        " on conflict (name, lane) do update set position = excluded.position"
    )
    await office.step(buyer, FailRefund(f"{buyer.number}-R1"))
    await office.step(buyer, RerouteRefund(f"{buyer.number}-R1"))
    await office.process.work()
    assert (await office.order(buyer)).refunds[0].state is RefundState.COMPLETED
    assert [part.key for part in await office.parts(buyer)] == [f"{buyer.number}-R1-0-1"]


async def test_a_refund_that_is_sent_again_by_a_provider_that_is_not_open_has_failed(
    office: RefundOffice,
) -> None:
    buyer = await office.cancelled()
    refund = f"{buyer.number}-R1"
    await office.step(buyer, FailRefund(refund))
    await office.step(buyer, RerouteRefund(refund))
    outcomes = RefundOutcomes(office.transfers, office.engine, office.cases, office.shop.clock)
    other = RefundPlanner(office.transfers, ProgramReads(office.pool), ("stripe",), outcomes)
    for _ in range(2):
        for backlog in await office.shop.journal.backlogs("others", 256):
            await other(await office.shop.journal.feed(backlog.lane, 0, 10_000))
    assert (await office.order(buyer)).refunds[0].state is RefundState.FAILED
    assert await office.case_kinds() == ["refund_failed"]
    await office.step(buyer, RerouteRefund(refund, RefundRoute.BANK_TRANSFER))
