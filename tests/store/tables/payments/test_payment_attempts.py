"""Attempts to pay: each has one number, one end, and late news changes nothing."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from gotovo.order.values.money import Money
from gotovo.store.tables.payments.payment_attempts import (
    AttemptEnd,
    AttemptState,
    NewAttempt,
    PaymentAttempt,
    PaymentAttempts,
)

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NUMBER, OTHER = "200785804776", "200785804784"
NEW = NewAttempt(
    number=NUMBER,
    shop="main",
    provider="yookassa",
    method="sbp",
    amount=Money(125_000, "RUB"),
    created_at=NOW,
    expires_at=NOW + 60 * MINUTE,
    check_at=NOW + MINUTE,
)


@pytest.fixture
def attempts(pool: "asyncpg.Pool[Any]") -> PaymentAttempts:
    return PaymentAttempts(pool)


async def pending(attempts: PaymentAttempts, reference: str = "ref-1") -> PaymentAttempt:
    """Begin an attempt that the provider has taken."""
    attempt = await attempts.begin(NEW)
    await attempts.created(
        attempt,
        reference=reference,
        payment_id="",
        url="https://pay.example/1",
        check_at=NOW + MINUTE,
    )
    return attempt


def end(state: AttemptState, **known: str) -> AttemptEnd:
    return AttemptEnd(state=state, at=NOW + 2 * MINUTE, **known)


async def test_attempts_of_an_order_are_counted(attempts: PaymentAttempts) -> None:
    begun = await asyncio.gather(*(attempts.begin(NEW) for _ in range(5)))
    assert sorted(each.attempt for each in begun) == [1, 2, 3, 4, 5]
    found = await attempts.of_order(NUMBER)
    assert [each.attempt for each in found] == [5, 4, 3, 2, 1]
    assert await attempts.attempt(NUMBER, begun[0].attempt) == begun[0]
    assert await attempts.of_order(OTHER) == []
    assert await attempts.attempt(OTHER, 1) is None


async def test_an_attempt_is_found_by_what_its_provider_calls_it(attempts: PaymentAttempts) -> None:
    await pending(attempts)
    found = await attempts.of_provider("yookassa", "ref-1")
    assert found is not None
    assert (found.state, found.url) == (AttemptState.PENDING, "https://pay.example/1")
    assert await attempts.of_provider("stripe", "ref-1") is None
    await attempts.settle(NUMBER, 1, end(AttemptState.SUCCEEDED, payment_id="money-1"))
    by_money = await attempts.of_provider("yookassa", "money-1")
    assert by_money is not None
    assert by_money.reference == "ref-1"


@pytest.mark.parametrize("first", [AttemptState.CANCELLED, AttemptState.FAILED])
async def test_captured_money_stays_captured(
    attempts: PaymentAttempts, first: AttemptState
) -> None:
    await pending(attempts)
    assert await attempts.settle(NUMBER, 1, end(first, reason="expired"))
    assert not await attempts.settle(NUMBER, 1, end(first))
    other = {AttemptState.CANCELLED, AttemptState.FAILED} - {first}
    assert not await attempts.settle(NUMBER, 1, end(other.pop()))
    assert await attempts.settle(NUMBER, 1, end(AttemptState.SUCCEEDED, payment_id="m"))
    assert not await attempts.settle(NUMBER, 1, end(first))
    found = await attempts.attempt(NUMBER, 1)
    assert found is not None
    assert (found.state, found.payment_id) == (AttemptState.SUCCEEDED, "m")
    assert found.settled_at == NOW + 2 * MINUTE


async def test_news_of_the_end_comes_before_the_answer_to_the_creation(
    attempts: PaymentAttempts,
) -> None:
    attempt = await attempts.begin(NEW)
    await attempts.settle(NUMBER, 1, end(AttemptState.SUCCEEDED, reference="r", payment_id="m"))
    await attempts.created(attempt, reference="r", payment_id="", url="https://x", check_at=NOW)
    found = await attempts.attempt(NUMBER, 1)
    assert found is not None
    assert (found.state, found.url) == (AttemptState.SUCCEEDED, "")


async def test_each_open_attempt_is_checked_by_one_process(attempts: PaymentAttempts) -> None:
    for _ in range(6):
        await attempts.begin(NEW)
    assert await attempts.take_due(NOW, NOW + MINUTE, 10) == []
    due, until = NOW + MINUTE, NOW + 5 * MINUTE
    taken = await asyncio.gather(*(attempts.take_due(due, until, 3) for _ in range(4)))
    assert sorted(each.attempt for page in taken for each in page) == [1, 2, 3, 4, 5, 6]
    await attempts.settle(NUMBER, 2, end(AttemptState.FAILED))
    await attempts.check_at(NUMBER, 1, due)
    await attempts.check_at(NUMBER, 2, due)
    again = await attempts.take_due(due, until, 10)
    assert [(each.attempt, each.checks) for each in again] == [(1, 2)]
