"""Notifications in PostgreSQL: stored once, taken by one process, and settled once."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest
from msgspec import structs

from gotovo.store.tables.payments.payment_notifications import (
    Added,
    NewNotification,
    NotificationOutcome,
    PaymentNotifications,
    PaymentSweeps,
)

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NEW = NewNotification(
    provider="yookassa",
    id="evt-1",
    about="payment",
    kind="payment.succeeded",
    reference="pay-1",
    received_at=NOW,
)


@pytest.fixture
def stored(pool: "asyncpg.Pool[Any]") -> PaymentNotifications:
    """Give the table."""
    return PaymentNotifications(pool)


async def test_one_that_comes_many_times_at_once_is_new_once(
    stored: PaymentNotifications,
) -> None:
    added = await asyncio.gather(*(stored.add(NEW) for _ in range(20)))
    assert sum(each.is_new for each in added) == 1
    assert all(each.is_waiting for each in added)
    other = await stored.add(structs.replace(NEW, provider="stripe"))
    assert other == Added(is_new=True, is_waiting=True)


async def test_what_is_due_is_taken_by_one_process_at_a_time(
    stored: PaymentNotifications,
) -> None:
    for nth in range(30):
        await stored.add(structs.replace(NEW, id=f"evt-{nth}"))
    taken = await asyncio.gather(*(stored.take(NOW, NOW + MINUTE, 30) for _ in range(4)))
    digests = [each.digest for page in taken for each in page]
    assert len(digests) == len(set(digests)) == 30
    assert await stored.take(NOW, NOW + MINUTE, 30) == []
    again = await stored.take(NOW + MINUTE, NOW + 2 * MINUTE, 30)
    assert {each.attempts for each in again} == {2}


async def test_what_is_settled_stays_settled_unless_the_bank_had_not_finished(
    stored: PaymentNotifications,
) -> None:
    await stored.add(NEW)
    (taken,) = await stored.take(NOW, NOW + MINUTE, 9)
    await stored.settle(taken, NotificationOutcome.PENDING, NOW)
    assert await stored.add(NEW) == Added(is_new=False, is_waiting=True)
    await stored.settle(taken, NotificationOutcome.CREDITED, NOW)
    await stored.settle(taken, NotificationOutcome.CONFLICT, NOW)
    await stored.postpone(taken, NOW + MINUTE)
    assert await stored.add(NEW) == Added(is_new=False, is_waiting=False)
    assert await stored.waiting(9) == {}
    assert await stored.take(NOW + 9 * MINUTE, NOW + 10 * MINUTE, 9) == []


async def test_what_waits_is_counted_by_provider_with_the_longest_wait(
    stored: PaymentNotifications,
) -> None:
    await stored.add(NEW)
    later = structs.replace(NEW, received_at=NOW + MINUTE)
    await stored.add(structs.replace(later, id="evt-2"))
    await stored.add(structs.replace(later, provider="stripe"))
    waiting = await stored.waiting(9)
    assert (waiting["yookassa"].count, waiting["yookassa"].since) == (2, NOW)
    assert (waiting["stripe"].count, waiting["stripe"].since) == (1, NOW + MINUTE)
    assert sum(each.count for each in (await stored.waiting(2)).values()) == 2


async def test_what_its_provider_does_not_have_is_deleted(stored: PaymentNotifications) -> None:
    await stored.add(NEW)
    (taken,) = await stored.take(NOW, NOW + MINUTE, 9)
    await stored.drop(taken)
    assert await stored.waiting(9) == {}
    assert (await stored.add(NEW)).is_new


async def test_a_list_is_read_by_one_process_and_again_when_it_is_due(
    pool: "asyncpg.Pool[Any]",
) -> None:
    sweeps = PaymentSweeps(pool)
    hour = 60 * MINUTE
    takes = await asyncio.gather(*(sweeps.take("yookassa", NOW, NOW + hour) for _ in range(8)))
    assert sum(takes) == 1
    assert not await sweeps.take("yookassa", NOW + 59 * MINUTE, NOW + 2 * hour)
    assert await sweeps.take("yookassa", NOW + hour, NOW + 2 * hour)
    await sweeps.again_at("yookassa", NOW + hour + MINUTE)
    assert await sweeps.take("yookassa", NOW + hour + MINUTE, NOW + 3 * hour)
    assert await sweeps.take("stripe", NOW, NOW + hour)
