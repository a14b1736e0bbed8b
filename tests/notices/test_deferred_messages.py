"""What can wait is stored in the quiet hours, and sent once at their end if it is still true."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

import asyncpg
import pytest
from msgspec import structs

from gotovo.notices.dispatch import MessageDispatcher
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.code_renewal import RenewCode
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.handover_opening import OpenHandover
from gotovo.order.values.order import Order, Pickup
from gotovo.points.timetable import every_day
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.tables.messages.phone_messages import PhoneMessage
from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.cast import (
    ALINA,
    DAY,
    HOUR,
    LAMP,
    MUG,
    NOW,
    WAREHOUSES,
    Cast,
    Clock,
    code_of,
    with_a_courier,
)
from tests.support.web.stage import teller

FEED_MAX = 1000
NIGHT = NOW + 9 * HOUR  # 23:05 in Kazan
MORNING = datetime.fromisoformat("2026-11-23T09:00+03:00")


class Night:
    """A buyer's phone, and a night that everything here begins in."""

    def __init__(
        self, cast: Cast, clock: Clock, journal: PostgresJournal, dependencies: WebDependencies
    ) -> None:
        self._cast = cast
        self._clock = clock
        self._journal = journal
        self._dependencies = dependencies

    async def shelved(self, delivery: Pickup | None = None) -> Order:
        """Let an order become ready in the night."""
        order = await self._cast.place(ALINA, NOW - DAY, LAMP, delivery=delivery)
        order = await self._cast.send(order, NOW - DAY + HOUR)
        return await self._cast.shelve(order, NIGHT - HOUR / 2)

    async def phone(self, dispatcher: MessageDispatcher, now: datetime) -> Sequence[PhoneMessage]:
        """Follow the journal, let the clock show a time, and return what the phone shows."""
        await dispatcher(await self._journal.feed(0, 0, FEED_MAX))
        self._clock.now = now
        await dispatcher.send_deferred()
        assert self._dependencies.phone is not None
        return await self._dependencies.phone.latest(ALINA, FEED_MAX)


def purposes(messages: Sequence[PhoneMessage]) -> list[str]:
    return [message.purpose for message in messages]


async def test_the_ready_message_waits_for_the_morning_and_the_storage_with_it(
    cast: Cast,
    clock: Clock,
    journal: PostgresJournal,
    dispatcher: MessageDispatcher,
    dependencies: WebDependencies,
) -> None:
    """Rules 4.2 and 4.10."""
    night = Night(cast, clock, journal, dependencies)
    order = await night.shelved()
    assert order.ready_at is not None
    assert order.ready_at - NIGHT < timedelta(seconds=1)
    assert order.storage is not None
    assert order.storage.rule.started_at == MORNING
    assert order.storage.deadline_at == MORNING + 7 * DAY
    assert await night.phone(dispatcher, NIGHT + 9 * HOUR) == []
    (message,) = await night.phone(dispatcher, MORNING)
    assert (message.purpose, message.sent_at) == ("ready", MORNING)
    assert "Хранится до 09:00 30 ноября" in message.text.replace("\xa0", " ")


async def test_it_is_sent_once_also_when_everything_begins_again(
    cast: Cast,
    clock: Clock,
    journal: PostgresJournal,
    dispatcher: MessageDispatcher,
    dependencies: WebDependencies,
    pool: asyncpg.Pool,
) -> None:
    """Rule 4.10."""
    night = Night(cast, clock, journal, dependencies)
    await night.shelved()
    assert await night.phone(dispatcher, NIGHT) == []
    restarted = teller(dependencies, pool)
    for _ in range(3):
        assert purposes(await night.phone(restarted, MORNING)) == ["ready"]


async def test_the_zone_is_that_of_the_point(
    cast: Cast,
    clock: Clock,
    journal: PostgresJournal,
    dispatcher: MessageDispatcher,
    dependencies: WebDependencies,
) -> None:
    night = Night(cast, clock, journal, dependencies)
    await night.shelved(Pickup("EKB-1"))
    assert await night.phone(dispatcher, MORNING - 2 * HOUR - HOUR / 60) == []
    (message,) = await night.phone(dispatcher, MORNING - 2 * HOUR)
    assert message.sent_at == MORNING - 2 * HOUR


async def test_what_happens_this_minute_does_not_wait(
    cast: Cast,
    clock: Clock,
    journal: PostgresJournal,
    dispatcher: MessageDispatcher,
    dependencies: WebDependencies,
) -> None:
    """Rule 4.3."""
    night = Night(cast, clock, journal, dependencies)
    order = await night.shelved()
    order = await cast.step(order, RenewCode(), NIGHT + HOUR)
    order = await cast.step(order, OpenHandover(code_of(order)), NIGHT + 2 * HOUR)
    assert purposes(await night.phone(dispatcher, NIGHT + 2 * HOUR)) == [
        "new_code",
        "being_issued",
    ]


async def test_a_message_that_has_waited_holds_what_is_true_then(
    cast: Cast,
    clock: Clock,
    journal: PostgresJournal,
    dispatcher: MessageDispatcher,
    dependencies: WebDependencies,
) -> None:
    night = Night(cast, clock, journal, dependencies)
    order = await cast.step(await night.shelved(), RenewCode(), NIGHT + HOUR)
    code = code_of(order)
    _, message = await night.phone(dispatcher, MORNING)
    assert f"{code[:3]} {code[3:]}" in message.text.replace("\xa0", " ")


async def test_an_order_collected_before_the_morning_is_not_announced_as_ready(
    cast: Cast,
    clock: Clock,
    journal: PostgresJournal,
    dispatcher: MessageDispatcher,
    dependencies: WebDependencies,
) -> None:
    night = Night(cast, clock, journal, dependencies)
    order = await night.shelved()
    await cast.step(order, HandOver(code_of(order)), NIGHT + HOUR)
    assert await night.phone(dispatcher, MORNING) == []


async def test_a_cancellation_in_the_night_is_told_in_the_morning(
    cast: Cast,
    clock: Clock,
    journal: PostgresJournal,
    dispatcher: MessageDispatcher,
    dependencies: WebDependencies,
) -> None:
    night = Night(cast, clock, journal, dependencies)
    order = await cast.pay(await cast.place(ALINA, NOW, MUG), NOW + HOUR)
    await cast.step(order, Cancel(), NIGHT)
    assert await night.phone(dispatcher, NIGHT) == []
    (message,) = await night.phone(dispatcher, MORNING)
    assert (message.purpose, message.sent_at) == ("cancelled", MORNING)


async def test_with_a_courier_the_zone_is_that_of_the_warehouse(
    cast: Cast,
    clock: Clock,
    journal: PostgresJournal,
    dispatcher: MessageDispatcher,
    dependencies: WebDependencies,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    depot = structs.replace(
        WAREHOUSES["KZN"], timetable=every_day("Asia/Vladivostok", time(0), time(0))
    )
    monkeypatch.setitem(WAREHOUSES, "KZN", depot)
    night = Night(cast, clock, journal, dependencies)
    order = await with_a_courier(cast)
    await cast.step(order, Cancel(), NOW)  # 21:05 in Vladivostok
    assert await night.phone(dispatcher, NOW) == []
    (message,) = await night.phone(dispatcher, NOW + DAY)
    assert message.sent_at == datetime.fromisoformat("2026-11-23T09:00+10:00")
