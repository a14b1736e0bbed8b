"""Our books against the provider's: what fits is not told, and each difference has a name."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from msgspec import structs

from gotovo.assembly.observability.reconciliation_readings import reconciliation_readings
from gotovo.assembly.payments.providers import OpenProviders
from gotovo.assembly.payments.reconciliation import (
    books_of,
    daily_reconciliation,
    reconcile,
    up_to_date_ledger,
)
from gotovo.order.values.money import Money
from gotovo.payments.reconciliation.comparison import SETTLING
from gotovo.payments.reconciliation.daily import DAYS_BACK, HOLD, DailyReconciliation
from gotovo.payments.reconciliation.differences import DifferenceKind, MoneyDifference
from gotovo.store.tables.cases.cases import CaseStore
from gotovo.store.tables.money.reconciliations import ReconciliationStore
from gotovo.store.tables.payments.payment_attempts import NewAttempt, PaymentAttempts
from tests.support.assembly.runtime import runtime_over
from tests.support.engine.cast import COST
from tests.support.payments.refunds import RefundOffice, refund_office

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
async def office(pool: "asyncpg.Pool[Any]") -> AsyncIterator[RefundOffice]:
    async with refund_office(pool) as office:
        yield office


async def differences(office: RefundOffice) -> list[MoneyDifference]:
    """Compare a day around now."""
    now = office.shop.clock()
    result = await reconcile(office.pool, office.provider, now - DAY, now + DAY)
    return list(result.differences)


async def kinds(office: RefundOffice) -> list[DifferenceKind]:
    return [each.kind for each in await differences(office)]


async def paid_back(office: RefundOffice) -> str:
    """Cancel a paid order, and let its refund arrive; return the payment."""
    buyer = await office.cancelled()
    await office.process.work()
    order = await office.order(buyer)
    return order.refunds[0].sources[0].payment_id


async def test_books_that_fit_differ_in_nothing(office: RefundOffice) -> None:
    await office.paid()
    await office.paid(COST - 100, 100)
    await paid_back(office)
    now = office.shop.clock()
    result = await reconcile(office.pool, office.provider, now - DAY, now + DAY)
    assert (result.payments, result.refunds, list(result.differences)) == (4, 1, [])


async def test_money_that_no_order_has_is_named(office: RefundOffice) -> None:
    payment = await office.captured(70_000)
    (found,) = await differences(office)
    assert (found.kind, found.id) == (DifferenceKind.PAYMENT_UNKNOWN_HERE, payment)
    assert (found.here, found.there) == ("", "70000 RUB")


async def test_money_of_no_order_that_went_back_is_no_difference(office: RefundOffice) -> None:
    """A person has decided so, and nobody is to be asked again."""
    payment, now = await office.captured(70_000), office.shop.clock()
    for sum_ in (20_000, 50_000):
        money = Money(sum_, "RUB")
        await office.transfers.put_unmatched(uuid4(), "yookassa", payment, money, now)
        await office.process.sender.run()
        expected = [] if sum_ == 50_000 else [DifferenceKind.PAYMENT_UNKNOWN_HERE]
        assert await kinds(office) == expected


async def test_a_payment_that_the_provider_never_had_is_named(office: RefundOffice) -> None:
    buyer = await office.paid()
    (payment,) = office.ledger.payments
    office.ledger.payments.pop(payment)
    (found,) = await differences(office)
    assert (found.kind, found.id) == (DifferenceKind.PAYMENT_UNKNOWN_THERE, payment)
    assert found.number == buyer.number


async def test_another_sum_and_another_state_are_named(office: RefundOffice) -> None:
    await office.paid()
    (payment,) = office.ledger.payments.values()
    payment["amount"]["value"] = "1.00"
    (found,) = await differences(office)
    assert found.kind == DifferenceKind.PAYMENT_SUM
    assert (found.here, found.there) == (f"{COST} RUB", "100 RUB")
    payment["status"] = "pending"
    assert await kinds(office) == [DifferenceKind.PAYMENT_NOT_CAPTURED]


async def test_a_refund_made_in_the_providers_office_is_named(office: RefundOffice) -> None:
    await office.paid()
    (payment,) = office.ledger.payments
    office.ledger.create_refund(
        {"payment_id": payment, "amount": {"value": "1.00", "currency": "RUB"}}
    )
    (found,) = await differences(office)
    assert (found.kind, found.there) == (DifferenceKind.REFUND_UNKNOWN_HERE, "100 RUB")


async def test_what_became_of_a_refund_there_is_compared(office: RefundOffice) -> None:
    await paid_back(office)
    (refund,) = office.ledger.refunds.values()
    refund["amount"]["value"] = "1.00"
    assert await kinds(office) == [DifferenceKind.REFUND_SUM]
    refund["status"] = "canceled"
    assert await kinds(office) == [DifferenceKind.REFUND_SUM, DifferenceKind.REFUND_NOT_PAID]
    office.ledger.refunds.clear()
    assert await kinds(office) == [DifferenceKind.REFUND_UNKNOWN_THERE]


async def test_the_edges_of_a_period_are_no_differences(office: RefundOffice) -> None:
    """The provider's list is by creation, ours by capture: they meet by id."""
    await office.paid()
    created = office.shop.clock()
    for since, until in ((created - DAY, created), (created, created + DAY)):
        result = await reconcile(office.pool, office.provider, since, until)
        assert list(result.differences) == []


async def test_the_ledger_is_read_once_and_adds_up_by_day(office: RefundOffice) -> None:
    await office.paid()
    await paid_back(office)
    now = office.shop.clock()
    ledger = await up_to_date_ledger(office.pool)
    for _ in range(2):
        await up_to_date_ledger(office.pool)
        (day,) = await ledger.sums_by_day(now - DAY, now + DAY, "Europe/Moscow")
        assert (day.captured, day.issued, day.refunded) == (2 * COST, 0, COST)
        assert (day.owed, day.paid_back) == (COST, COST)
    assert await ledger.sums_by_day(now - DAY, now + DAY, "UTC", "nobody") == []
    assert await ledger.sums_by_day(now + DAY, now + 2 * DAY, "UTC") == []


async def test_books_are_read_in_pages(
    office: RefundOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gotovo.store.tables.money.money_ledger.PAGE", 2)
    monkeypatch.setattr("gotovo.store.tables.payments.sent_refunds.PAGE", 2)
    monkeypatch.setattr("gotovo.payments.reconciliation.comparison.PAGE", 2)
    for _ in range(5):
        await paid_back(office)
    now = office.shop.clock()
    await up_to_date_ledger(office.pool)
    books = books_of(office.pool, "yookassa")
    payments = [len(x) async for x in books.payments_between(now - DAY, now + DAY)]
    refunds = [len(x) async for x in books.refunds_between(now - DAY, now + DAY)]
    assert (payments, refunds) == ([2, 2, 1], [2, 2, 1])
    assert await differences(office) == []


async def begun(office: RefundOffice) -> None:
    """Store that somebody began to pay here, which the daily comparison begins with."""
    now = office.shop.clock()
    await PaymentAttempts(office.pool).begin(
        NewAttempt(
            number="200785804776",
            shop="",
            provider="yookassa",
            method="sbp",
            amount=Money(COST, "RUB"),
            created_at=now - HOUR,
            expires_at=now,
            check_at=now,
        )
    )


def daily(office: RefundOffice) -> DailyReconciliation:
    return DailyReconciliation(
        {"yookassa": office.provider},
        lambda provider: books_of(office.pool, provider),
        ReconciliationStore(office.pool),
        CaseStore(office.pool),
        office.shop.clock,
        write_up=partial(up_to_date_ledger, office.pool),
    )


async def test_each_day_that_is_over_is_compared_once(office: RefundOffice) -> None:
    await begun(office)
    await office.paid()
    await office.captured(70_000)
    await up_to_date_ledger(office.pool)
    runs = daily(office)
    await runs.run()
    assert runs.warnings == ()
    began_on = office.shop.clock().date()
    office.shop.clock.now += 3 * DAY
    await runs.run()
    days = await office.pool.fetch("select day, differences from reconciliation order by day")
    assert [row["day"] for row in days] == [began_on + n * DAY for n in range(3)]
    assert [row["differences"] for row in days] == [1, 0, 0]
    assert await office.case_kinds() == ["reconciliation"]
    office.shop.clock.now += DAY
    await daily(office).run()
    assert await office.case_kinds() == ["reconciliation"]
    assert await office.pool.fetchval("select count(*) from reconciliation") == 4


async def test_books_that_are_behind_are_written_up_first(office: RefundOffice) -> None:
    """After an outage each payment of the night would be a case."""
    await begun(office)
    await office.paid()
    office.shop.clock.now += DAY + HOUR
    await daily(office).run()
    assert await office.pool.fetchval("select sum(payments) from reconciliation") == 1
    assert await office.case_kinds() == []


async def test_what_the_last_day_found_is_a_warning(office: RefundOffice) -> None:
    await begun(office)
    await office.captured(70_000)
    day = office.shop.clock().date()
    office.shop.clock.now = datetime(day.year, day.month, day.day, 1, tzinfo=UTC) + DAY
    runs = daily(office)
    await runs.run()
    (told,) = runs.warnings
    assert told.startswith(f"yookassa: 1 differences on {day}; run gotovo audit money")


async def test_a_look_up_that_fails_leaves_its_day_and_no_other_one(office: RefundOffice) -> None:
    """What the list of a day lacks is asked about one by one."""
    await begun(office)
    for _ in range(2):
        await office.paid()
    await up_to_date_ledger(office.pool)
    for payment in office.ledger.payments.values():
        payment["created_at"] = "2020-01-01T00:00:00.000Z"
    office.shop.clock.now += 3 * DAY
    office.server.fault("busy", "GET /payments/", 2)
    runs = daily(office)
    await runs.run()
    days = await office.pool.fetch("select failure, finished_at from reconciliation order by day")
    assert [row["failure"] is None for row in days] == [False, True, True]
    office.shop.clock.now += HOLD
    await runs.run()
    assert await office.pool.fetchval(
        "select bool_and(finished_at is not null) from reconciliation"
    )


async def test_a_provider_that_is_away_is_asked_again(office: RefundOffice) -> None:
    await begun(office)
    day = office.shop.clock().date()
    office.shop.clock.now += DAY + HOUR
    office.server.fault("error", times=100)
    runs = daily(office)
    await runs.run()
    assert "could not be reconciled" in runs.warnings[0]
    office.server.faults.clear()
    await runs.run()
    assert "could not be reconciled" in runs.warnings[0]
    office.shop.clock.now += HOLD
    await runs.run()
    assert runs.warnings == ()
    finished = "select finished_at from reconciliation where day = $1"
    assert await office.pool.fetchval(finished, day) is not None


async def test_before_the_first_attempt_the_account_is_somebody_elses(
    office: RefundOffice,
) -> None:
    await office.captured(70_000)
    office.shop.clock.now += (DAYS_BACK + 1) * DAY
    runs = daily(office)
    await runs.run()
    assert await office.pool.fetchval("select count(*) from reconciliation") == 0
    await begun(office)
    office.shop.clock.now += DAY
    await runs.run()
    assert await office.case_kinds() == []


async def test_two_processes_compare_a_day_once(office: RefundOffice) -> None:
    store, now = ReconciliationStore(office.pool), office.shop.clock()
    assert await store.take("yookassa", now.date(), now, now + HOLD)
    assert not await store.take("yookassa", now.date(), now, now + HOLD)
    assert await store.take("yookassa", now.date(), now + HOLD, now + 2 * HOLD)
    assert await store.take("stripe", now.date(), now, now + HOLD)


async def test_without_a_provider_nothing_is_compared(office: RefundOffice) -> None:
    runtime = runtime_over(office.pool, office.engine, office.shop.clock)
    assert daily_reconciliation(runtime) is None


async def test_what_the_last_day_had_is_measured(office: RefundOffice) -> None:
    runtime = runtime_over(office.pool, office.engine, office.shop.clock)
    assert [each.values for each in await reconciliation_readings(runtime)] == [{}, {}]
    providers = OpenProviders(by_name={"yookassa": office.provider})
    runtime = structs.replace(runtime, providers=providers)
    await begun(office)
    await office.captured(70_000)
    office.shop.clock.now += DAY + HOUR
    await daily(office).run()
    differences, failed = await reconciliation_readings(runtime)
    assert (differences.values, failed.values) == ({"yookassa": 1}, {"yookassa": 0})


async def test_what_was_captured_while_the_program_was_away_is_looked_up_first(
    office: RefundOffice,
) -> None:
    await begun(office)
    office.shop.clock.now += DAY + HOUR
    runtime = structs.replace(
        runtime_over(office.pool, office.engine, office.shop.clock),
        providers=OpenProviders(by_name={"yookassa": office.provider}),
    )
    runs = daily_reconciliation(runtime)
    assert runs is not None
    await runs.run()
    assert await office.pool.fetchval("select count(*) from reconciliation") == 0
    office.shop.clock.now += SETTLING
    await runs.run()
    assert await office.pool.fetchval("select count(*) from reconciliation") > 0


@pytest.mark.parametrize("field", ["value", "currency"])
async def test_an_entry_that_can_not_be_read_is_named_and_the_others_are_compared(
    office: RefundOffice, field: str
) -> None:
    await paid_back(office)
    await office.paid()
    broken, other = office.ledger.payments.values()
    (refund,) = office.ledger.refunds.values()
    other["amount"]["value"] = "1.00"
    broken["amount"] = refund["amount"] = {"value": "1.005", "currency": "RUB"} | (
        {"currency": "XBT"} if field == "currency" else {}
    )
    found = {each.kind: each for each in await differences(office)}
    assert set(found) == {
        DifferenceKind.PAYMENT_SUM,
        DifferenceKind.PAYMENT_UNREADABLE,
        DifferenceKind.REFUND_UNREADABLE,
    }
    unreadable = found[DifferenceKind.PAYMENT_UNREADABLE]
    assert (unreadable.id, bool(unreadable.there)) == (broken["id"], True)
    assert found[DifferenceKind.REFUND_UNREADABLE].id == refund["id"]


async def test_an_own_payment_that_can_only_be_looked_up_and_not_read_stops_no_day(
    office: RefundOffice,
) -> None:
    await office.paid()
    (payment,) = office.ledger.payments.values()
    payment["created_at"] = "2020-01-01T00:00:00.000Z"
    payment["amount"]["currency"] = "XBT"
    assert await kinds(office) == [DifferenceKind.PAYMENT_UNREADABLE]
