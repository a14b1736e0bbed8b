"""Stored notifications are looked up until something is known; none is lost meanwhile."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from gotovo.order.values.order import Stage
from gotovo.payments.intake.notification_counts import NotificationCounts
from gotovo.payments.intake.notification_round import LEASE, NotificationRound
from gotovo.payments.intake.retries import LookUpRetries
from gotovo.payments.providers.port import ProviderRefused, ProviderUnavailable
from gotovo.store.tables.payments.payment_notifications import NewNotification, PaymentNotifications
from tests.support.payments.intake_desk import IntakeDesk


class Watcher:
    """Remembers which refunds it was asked to look up, and is away when a test says so."""

    def __init__(self) -> None:
        self.checked: list[tuple[str, str]] = []
        self.is_away = False
        self.refuses = ""

    async def check(self, provider_name: str, refund_id: str) -> None:
        """Note a refund."""
        if self.refuses:
            raise ProviderRefused("no", code=self.refuses)
        if self.is_away:
            raise ProviderUnavailable("away")
        self.checked.append((provider_name, refund_id))


class Rounds:
    """Two processes that handle the notifications of one database."""

    def __init__(self, desk: IntakeDesk) -> None:
        self.desk = desk
        self.stored = PaymentNotifications(desk.pool)
        self.counts = NotificationCounts()
        self.watcher = Watcher()
        self.reports: list[str] = []
        self.first, self.second = self.process(self.watcher), self.process(self.watcher)

    def process(self, refunds: Watcher | None) -> NotificationRound:
        """Return what another process handles notifications with."""
        return NotificationRound(
            self.stored,
            self.desk.intake,
            self.counts,
            self.desk.clock,
            refunds=refunds,
            terms=LookUpRetries(first=10.0, longest=40.0),
            report=lambda error: self.reports.append(str(error)),
        )

    async def tell(self, reference: str, about: str = "payment", id_: str = "") -> None:
        """Store a notification."""
        await self.stored.add(
            NewNotification(
                provider="yookassa",
                id=id_ or reference,
                about=about,
                kind=f"{about}.succeeded",
                reference=reference,
                received_at=self.desk.clock(),
            )
        )

    async def outcomes(self) -> Sequence[str]:
        """Return what became of all notifications, by their receipt."""
        rows: list[Any] = await self.desk.pool.fetch(
            "select outcome from payment_notification order by received_at"
        )
        return [row["outcome"] for row in rows]


@pytest.fixture
def rounds(desk: IntakeDesk) -> Rounds:
    """Give two processes."""
    return Rounds(desk)


async def test_each_notification_ends_as_what_it_was(desk: IntakeDesk, rounds: Rounds) -> None:
    orders = [await desk.place() for _ in range(4)]
    attempts = [await desk.begin(order) for order in orders]
    desk.ledger.pay(attempts[0].reference)
    desk.ledger.pay(attempts[1].reference, value="1.00")
    desk.ledger.decline(attempts[2].reference)
    for attempt in attempts:
        await rounds.tell(attempt.reference)
    await rounds.tell(attempts[0].reference, id_="told in another way")
    await rounds.tell(desk.captured()["id"])
    await rounds.tell("refund-1", "refund")
    await rounds.tell("2d9f7c1e-000f-5000-8000-1a2b3c4d5e6f")
    assert await rounds.first.handle_due() == 8
    first, *others, again, unmatched, refund = await rounds.outcomes()
    assert sorted((first, again)) == ["credited", "nothing_new"], "told twice at once"
    assert others == ["conflict", "cancelled", "pending"]
    assert (unmatched, refund) == ("unmatched", "refund"), "and the invented one is not kept"
    assert rounds.counts.by_outcome["forged"] == 1
    assert rounds.watcher.checked == [("yookassa", "refund-1")]
    assert rounds.first.waiting == 0
    assert await rounds.second.handle_due() == 0


async def test_an_invented_refund_is_not_kept(rounds: Rounds) -> None:
    rounds.watcher.refuses = "not_found"
    await rounds.tell("2d9f0e8c-000f-5000-8000-18db351245c7", "refund")
    assert await rounds.first.handle_due() == 1
    assert await rounds.outcomes() == []
    assert rounds.counts.by_outcome["forged"] == 1
    assert (rounds.first.waiting, rounds.reports) == (0, [])


async def test_a_refund_that_can_not_be_looked_up_waits(rounds: Rounds) -> None:
    rounds.watcher.refuses = "invalid_request"
    await rounds.tell("2d9f0e8c-000f-5000-8000-18db351245c7", "refund")
    assert await rounds.first.handle_due() == 1
    assert await rounds.outcomes() == ["waiting"]
    assert len(rounds.reports) == 1


async def test_what_the_bank_had_not_finished_is_looked_up_when_it_comes_again(
    desk: IntakeDesk, rounds: Rounds
) -> None:
    order = await desk.place()
    attempt = await desk.begin(order)
    await rounds.tell(attempt.reference)
    await rounds.first.handle_due()
    assert await rounds.outcomes() == ["pending"]
    desk.ledger.pay(attempt.reference)
    await rounds.tell(attempt.reference)
    await rounds.first.handle_due()
    assert await rounds.outcomes() == ["credited"]
    await rounds.tell(attempt.reference)
    assert await rounds.first.handle_due() == 0
    replays = await desk.pool.fetchval("select replays from payment_notification")
    assert replays == 2


async def test_a_provider_that_is_away_is_asked_again_later_and_nothing_is_lost(
    desk: IntakeDesk, rounds: Rounds
) -> None:
    attempt = await desk.begin(await desk.place())
    desk.ledger.pay(attempt.reference)
    desk.server.fault("refused", "GET /payments", 3)
    await rounds.tell(attempt.reference)
    for expected in range(1, 4):
        assert await rounds.first.handle_due() == 1
        assert await rounds.outcomes() == ["waiting"]
        assert len(rounds.reports) == expected
        assert await rounds.first.handle_due() == 0, "it waits for its turn"
        desk.clock.now += timedelta(seconds=10 * 2 ** (expected - 1))
    assert rounds.first.waiting == 1
    assert await rounds.first.handle_due() == 1
    assert await rounds.outcomes() == ["credited"]
    assert (await desk.order(attempt.number)).stage is Stage.PAID


async def test_what_a_process_that_died_had_taken_is_anothers_after_a_moment(
    desk: IntakeDesk, rounds: Rounds
) -> None:
    attempt = await desk.begin(await desk.place())
    desk.ledger.pay(attempt.reference)
    await rounds.tell(attempt.reference)
    now = desk.clock()
    assert len(await rounds.stored.take(now, now + LEASE, 10)) == 1, "and then it dies"
    assert await rounds.second.handle_due() == 0
    desk.clock.now = now + LEASE
    assert await rounds.second.handle_due() == 1
    assert await rounds.outcomes() == ["credited"]


async def test_refunds_wait_while_nobody_watches_them(desk: IntakeDesk, rounds: Rounds) -> None:
    await rounds.tell("refund-1", "refund")
    alone = rounds.process(None)
    assert await alone.handle_due() == 1
    assert await rounds.outcomes() == ["waiting"]
    desk.clock.now += timedelta(seconds=10)
    rounds.watcher.is_away = True
    assert await rounds.first.handle_due() == 1
    rounds.watcher.is_away = False
    desk.clock.now += timedelta(seconds=40)
    assert await rounds.first.handle_due() == 1
    assert (await rounds.outcomes(), rounds.watcher.checked) == (
        ["refund"],
        [("yookassa", "refund-1")],
    )


async def test_one_that_cannot_be_read_holds_up_no_other(desk: IntakeDesk, rounds: Rounds) -> None:
    attempts = [await desk.begin(await desk.place()) for _ in range(3)]
    for attempt in attempts:
        desk.ledger.pay(attempt.reference)
        await rounds.tell(attempt.reference)
    desk.server.fault("answer", f"GET /payments/{attempts[1].reference}", body="<html>")
    await rounds.first.handle_due()
    assert await rounds.outcomes() == ["credited", "waiting", "credited"]
    desk.clock.now += timedelta(seconds=10)
    await rounds.first.handle_due()
    assert await rounds.outcomes() == ["credited"] * 3


async def test_a_payment_that_is_disputed_at_the_bank_is_a_case_of_its_order_and_its_end_another(
    desk: IntakeDesk, rounds: Rounds
) -> None:
    order = await desk.place()
    attempt = await desk.begin(order)
    desk.ledger.pay(attempt.reference)
    for name in ("created", "funds_withdrawn", "updated", "closed"):
        await rounds.stored.add(
            NewNotification(
                provider="yookassa",
                id=f"evt-{name}",
                about="payment",
                kind=f"charge.dispute.{name}",
                reference=attempt.reference,
                received_at=desk.clock(),
            )
        )
    await rounds.first.handle_due()
    cases = [each for each in await desk.cases() if each["kind"] == "dispute"]
    assert [each["number"] for each in cases] == [order.number] * 2
    assert {each["proofs"]["payment_id"] for each in cases} == {attempt.reference}
    assert set(await rounds.outcomes()) == {"conflict"}
    assert (await desk.order(order.number)).paid > 0, "the payment itself was credited as ever"
