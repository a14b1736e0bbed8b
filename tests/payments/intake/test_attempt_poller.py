"""What no notification told is found by asking, until the provider says how it ended."""

import itertools
from datetime import timedelta

import pytest

from gotovo.order.values.order import Stage
from gotovo.payments.intake.attempt_poller import NO_ANSWER, NOT_FOUND, AttemptPoller
from gotovo.payments.providers.port import PaymentProvider
from gotovo.store.tables.payments.payment_attempts import AttemptState, PaymentAttempt
from tests.support.payments.intake_desk import MINUTE, IntakeDesk

HOUR = 60 * MINUTE


@pytest.fixture
def poller(desk: IntakeDesk) -> AttemptPoller:
    """Give a process that asks."""
    return AttemptPoller(desk.providers, desk.attempts, desk.intake, desk.clock)


async def state(desk: IntakeDesk, attempt: PaymentAttempt) -> AttemptState:
    """Return how an attempt stands."""
    return (await desk.attempt(attempt)).state


async def test_a_payment_that_nobody_told_of_is_found(
    desk: IntakeDesk, poller: AttemptPoller
) -> None:
    order = await desk.place()
    attempt = await desk.begin(order)
    desk.ledger.pay(attempt.reference)
    assert await poller.check_due() == 0, "it is not due yet"
    desk.clock.now += MINUTE
    assert await poller.check_due() == 1
    assert (await desk.order(order.number)).stage is Stage.PAID
    desk.clock.now += 24 * HOUR
    assert await poller.check_due() == 0, "the end is known"


async def test_an_open_attempt_is_asked_about_more_and_more_rarely(
    desk: IntakeDesk, poller: AttemptPoller
) -> None:
    attempt = await desk.begin(await desk.place())
    asked: list[timedelta] = []
    began = desk.clock.now
    while desk.clock.now < began + HOUR / 2:
        desk.clock.now += timedelta(seconds=5)
        if await poller.check_due():
            asked.append(desk.clock.now - began)
    assert 8 <= len(asked) <= 24
    pauses = [later - earlier for earlier, later in itertools.pairwise(asked)]
    assert pauses[0] < pauses[-1] / 4
    assert await state(desk, attempt) is AttemptState.PENDING


async def test_an_attempt_that_expired_ends_when_the_provider_says_so(
    desk: IntakeDesk, poller: AttemptPoller
) -> None:
    attempt = await desk.begin(await desk.place())
    desk.clock.now += 2 * HOUR
    assert await poller.check_due() == 1
    ended = await desk.attempt(attempt)
    assert (ended.state, ended.reason) == (AttemptState.CANCELLED, "expired_on_confirmation")


async def test_a_payment_that_stays_open_at_the_provider_is_called_off_or_asked_about_again(
    desk: IntakeDesk, poller: AttemptPoller
) -> None:
    attempt = await desk.begin(await desk.place())
    desk.ledger.payments[attempt.reference]["_capture"] = False
    desk.ledger.pay(attempt.reference)
    assert desk.ledger.payments[attempt.reference]["status"] == "waiting_for_capture"
    desk.clock.now += HOUR
    assert await poller.check_due() == 1
    assert await state(desk, attempt) is AttemptState.PENDING
    desk.clock.now += 2 * HOUR
    assert await poller.check_due() == 1
    ended = await desk.attempt(attempt)
    assert (ended.state, ended.reason) == (AttemptState.CANCELLED, "canceled_by_merchant")


async def test_what_the_provider_does_not_know_has_failed_once_it_can_be_paid_no_more(
    desk: IntakeDesk, poller: AttemptPoller
) -> None:
    attempt = await desk.begin(await desk.place())
    desk.ledger.payments.clear()
    desk.clock.now += HOUR
    assert await poller.check_due() == 1
    assert await state(desk, attempt) is AttemptState.PENDING
    desk.clock.now += 2 * HOUR
    await poller.check_due()
    ended = await desk.attempt(attempt)
    assert (ended.state, ended.reason) == (AttemptState.FAILED, NOT_FOUND)


async def test_a_creation_without_an_answer_is_looked_for_and_not_repeated(
    desk: IntakeDesk, poller: AttemptPoller
) -> None:
    found, paid = await desk.place(), await desk.place()
    waiting = await desk.begin(found, answered=False)
    captured = await desk.begin(paid, answered=False)
    desk.ledger.pay(list(desk.ledger.payments)[1])
    await desk.begin(await desk.place())
    created = len(desk.ledger.payments)
    desk.clock.now += MINUTE
    assert await poller.check_due() == 3
    assert await state(desk, waiting) is AttemptState.PENDING
    assert await state(desk, captured) is AttemptState.SUCCEEDED
    assert (await desk.order(paid.number)).stage is Stage.PAID
    assert len(desk.ledger.payments) == created


async def test_a_creation_that_never_arrived_has_failed_after_a_while(
    desk: IntakeDesk, poller: AttemptPoller
) -> None:
    attempt = await desk.begin(await desk.place(), answered=False)
    desk.ledger.payments.clear()
    desk.clock.now += MINUTE
    await poller.check_due()
    assert await state(desk, attempt) is AttemptState.CREATING
    desk.clock.now += 10 * MINUTE
    await poller.check_due()
    ended = await desk.attempt(attempt)
    assert (ended.state, ended.reason) == (AttemptState.FAILED, NO_ANSWER)


async def test_a_provider_that_is_away_or_closed_is_asked_later(desk: IntakeDesk) -> None:
    attempt = await desk.begin(await desk.place())
    desk.ledger.pay(attempt.reference)
    desk.server.fault("refused", "GET /payments", 1)
    reports: list[str] = []
    closed: dict[str, PaymentProvider] = {}
    without = AttemptPoller(closed, desk.attempts, desk.intake, desk.clock)
    poller = AttemptPoller(
        desk.providers,
        desk.attempts,
        desk.intake,
        desk.clock,
        report=lambda error: reports.append(str(error)),
    )
    desk.clock.now += MINUTE
    assert await poller.check_due() == 1
    assert len(reports) == 1
    desk.clock.now += MINUTE
    assert await without.check_due() == 1
    assert await state(desk, attempt) is AttemptState.PENDING
    desk.clock.now += 6 * HOUR
    assert await poller.check_due() == 1
    assert await state(desk, attempt) is AttemptState.SUCCEEDED
