"""From what became of a message to the deadline of its order, on the real database."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg
import pytest

from gotovo.engine.engine import Engine
from gotovo.engine.ports import BatchFacts, EngineClosed
from gotovo.notices.channels.port import ChannelUnavailable, DeliveryState
from gotovo.notices.receipts import ReceiptDesk
from gotovo.notices.rules import ChannelName
from gotovo.notices.storage_start import AGAIN, StorageNotMoved
from gotovo.order.steps.storage_expiry import ExpireStorage
from gotovo.order.values.actor import Role
from gotovo.order.values.identity import IdentityKey
from gotovo.order.values.order import Outcome
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.tables.messages.messages import MessageState, MessageStore, StorageMessage
from tests.support.notices.message_desk import MessageDesk
from tests.support.notices.storage_shelf import STORAGE_HOURS, StorageShelf
from tests.support.web.cast import DAY, HOUR, NOW, Cast, Clock
from tests.support.web.goods import KETTLE, LAMP

TERM = 7 * DAY


@pytest.fixture
def shelf(
    desk: MessageDesk, cast: Cast, engine: Engine, pool: asyncpg.Pool, clock: Clock
) -> StorageShelf:
    """Give a shelf."""
    return StorageShelf(desk, cast, engine, pool, clock)


@pytest.fixture
async def other(
    shelf: StorageShelf,
) -> AsyncIterator[Engine]:
    """Give the engine of another process."""
    engine = shelf.other_engine()
    yield engine
    await engine.close()


async def test_a_receipt_starts_the_storage(shelf: StorageShelf) -> None:
    """Rule 4.2."""
    order = await shelf.ready()
    ready_at = (await shelf.storage(order)).rule.started_at
    await shelf.send()
    assert await shelf.start().run() == 0
    shelf.clock.now = ready_at + HOUR
    assert await shelf.receipt(order, DeliveryState.DELIVERED) == 1
    arrived_at = shelf.clock.now
    assert await shelf.start().run() == 1
    storage = await shelf.storage(order)
    assert ready_at + HOUR < storage.rule.started_at <= arrived_at
    assert storage.deadline_at == storage.rule.started_at + TERM
    assert await shelf.moved() == {order.number: 1}
    assert await shelf.start().run() == 0


async def test_a_message_that_arrives_at_once_costs_no_command(shelf: StorageShelf) -> None:
    order = await shelf.ready()
    shelf.clock.now = (await shelf.storage(order)).rule.started_at + HOUR / 60
    await shelf.send()
    await shelf.receipt(order, DeliveryState.DELIVERED)
    shelf.clock.now += DAY
    assert await shelf.start().run() == 0
    assert await shelf.moved() == {}


async def test_without_a_receipt_the_storage_starts_at_the_latest_after_some_hours(
    shelf: StorageShelf,
) -> None:
    """Rule 4.2."""
    order = await shelf.ready()
    rule = (await shelf.storage(order)).rule
    del shelf.routes[ChannelName.MAIL]
    await shelf.send()
    shelf.clock.now = rule.started_at + (STORAGE_HOURS - 1) * HOUR
    assert await shelf.start().run() == 0
    shelf.clock.now += HOUR
    assert await shelf.start().run() == 1
    assert (await shelf.storage(order)).rule.started_at == rule.started_at + STORAGE_HOURS * HOUR
    assert await shelf.receipt(order, DeliveryState.DELIVERED) == 1
    assert await shelf.start().run() == 1
    assert await shelf.moved() == {order.number: 1}


async def test_where_no_channel_delivers_the_storage_is_given_once_more_and_told_again(
    shelf: StorageShelf,
) -> None:
    """Rule 4.2."""
    order = await shelf.ready()
    before = await shelf.storage(order)
    await shelf.send_in_vain()
    assert await shelf.state(order) is MessageState.FAILED
    assert await shelf.start().run() == 1
    after = await shelf.storage(order)
    assert after.deadline_at == before.deadline_at + TERM
    assert after.rule.undelivered_days == 7
    shelf.mail.error = None
    await shelf.desk.plan(storage_hours=STORAGE_HOURS)
    await shelf.send()
    await shelf.send()
    (letter,) = shelf.mail.sent
    assert "готов к выдаче" in letter.text
    assert await shelf.start().run() == 0
    assert (await shelf.storage(order)) == after


async def test_a_message_that_was_sent_and_lost_extends_the_storage(shelf: StorageShelf) -> None:
    order = await shelf.ready()
    before = await shelf.storage(order)
    del shelf.routes[ChannelName.MAIL]
    shelf.receipts = ReceiptDesk(shelf.desk.messages, (ChannelName.SMS,), shelf.clock)
    await shelf.send()
    assert await shelf.receipt(order, DeliveryState.EXPIRED) == 1
    assert await shelf.start().run() == 1
    assert (await shelf.storage(order)).deadline_at == before.deadline_at + TERM


async def test_a_message_that_nobody_takes_for_hours_extends_before_it_is_given_up(
    shelf: StorageShelf,
) -> None:
    """Rule 4.2."""
    order = await shelf.ready()
    before = await shelf.storage(order)
    shelf.sms.error = shelf.mail.error = ChannelUnavailable("down")
    shelf.clock.now = before.rule.started_at + STORAGE_HOURS * HOUR
    await shelf.send()
    assert await shelf.start().run() == 1
    assert (await shelf.storage(order)).deadline_at == before.deadline_at + TERM
    assert await shelf.state(order) is MessageState.WAITING


async def test_orders_told_together_are_all_followed(shelf: StorageShelf) -> None:
    """Rule 4.2."""
    shelf.hold_seconds = 3600
    orders = [await shelf.ready(KETTLE), await shelf.ready(LAMP)]
    shelf.clock.now = NOW + 2 * HOUR
    await shelf.send()
    assert len(shelf.sms.sent) == 1
    assert [await shelf.receipt(order, DeliveryState.DELIVERED) for order in orders].count(2) == 1
    assert await shelf.start().run() == 2
    assert await shelf.moved() == {order.number: 1 for order in orders}


async def test_receipts_that_come_twice_or_in_another_order_move_it_once(
    shelf: StorageShelf,
) -> None:
    order = await shelf.ready()
    await shelf.send()
    shelf.clock.now = NOW + HOUR
    for state in (DeliveryState.DELIVERED, DeliveryState.SENT, DeliveryState.DELIVERED):
        await shelf.receipt(order, state)
        await shelf.start().run()
    await shelf.receipt(order, DeliveryState.UNDELIVERED)
    shelf.clock.now += DAY
    assert await shelf.start().run() == 0
    assert await shelf.moved() == {order.number: 1}


async def test_a_process_that_dies_before_the_command_loses_nothing(
    shelf: StorageShelf, other: Engine
) -> None:
    order = await shelf.ready()
    await shelf.send()
    shelf.clock.now = NOW + HOUR
    await shelf.receipt(order, DeliveryState.DELIVERED)
    await other.close()
    with pytest.raises(EngineClosed):
        await shelf.start(other).run()
    assert await shelf.moved() == {}
    assert await shelf.start().run() == 1
    assert await shelf.moved() == {order.number: 1}


class DyingStore(MessageStore):
    """A store whose process ends before it can say that deadlines have followed."""

    async def finish_storage(  # pyright: ignore[reportImplicitOverride]
        self, followed: Sequence[StorageMessage], again_at: datetime | None = None
    ) -> None:
        del followed, again_at
        raise KeyboardInterrupt


async def test_a_process_that_dies_after_the_command_moves_nothing_twice(
    shelf: StorageShelf,
) -> None:
    order = await shelf.ready()
    await shelf.send_in_vain()
    with pytest.raises(KeyboardInterrupt):
        await shelf.start(messages=DyingStore(shelf.pool)).run()
    once = await shelf.storage(order)
    assert await shelf.moved() == {order.number: 1}
    assert await shelf.start().run() == 1
    assert (await shelf.storage(order)) == once
    assert await shelf.moved() == {order.number: 1}


async def test_two_processes_at_once_move_each_deadline_once(
    shelf: StorageShelf, other: Engine
) -> None:
    orders = [await shelf.ready(KETTLE), await shelf.ready(LAMP)]
    await shelf.send()
    shelf.clock.now = NOW + HOUR
    for order in orders:
        await shelf.receipt(order, DeliveryState.DELIVERED)
    await asyncio.gather(shelf.start().run(), shelf.start(other).run())
    assert await shelf.moved() == {order.number: 1 for order in orders}
    assert await shelf.start().run() == 0


async def test_what_becomes_of_a_message_meanwhile_is_followed_too(shelf: StorageShelf) -> None:
    order = await shelf.ready()
    del shelf.routes[ChannelName.MAIL]
    shelf.receipts = ReceiptDesk(shelf.desk.messages, (ChannelName.SMS,), shelf.clock)
    await shelf.send()
    shelf.clock.now = NOW + DAY
    (unconfirmed,) = await shelf.desk.messages.followed_by_storage(shelf.clock(), 10)
    await shelf.receipt(order, DeliveryState.EXPIRED)
    await shelf.desk.messages.finish_storage([unconfirmed])
    assert await shelf.start().run() == 1
    assert (await shelf.storage(order)).rule.undelivered_days == 7


async def test_a_receipt_after_the_order_was_collected_changes_nothing(shelf: StorageShelf) -> None:
    order = await shelf.ready()
    await shelf.send()
    issued = await shelf.cast.hand_over(order, NOW)
    shelf.clock.now = NOW + HOUR
    await shelf.receipt(order, DeliveryState.DELIVERED)
    assert await shelf.start().run() == 1
    assert await shelf.now(order) == issued


async def test_an_order_that_went_back_is_not_revived(shelf: StorageShelf) -> None:
    """Rule 4.2."""
    order = await shelf.ready()
    await shelf.send()
    deadline_at = (await shelf.storage(order)).deadline_at
    expired = await shelf.cast.step(order, ExpireStorage(), deadline_at, Role.SYSTEM)
    assert expired.outcome is Outcome.CANCELLED
    shelf.clock.now = deadline_at + HOUR
    shelf.receipts = ReceiptDesk(shelf.desk.messages, (ChannelName.SMS,), shelf.clock)
    await shelf.receipt(order, DeliveryState.EXPIRED)
    assert await shelf.start().run() == 1
    assert await shelf.now(order) == expired


class FaultyJournal(PostgresJournal):
    """A journal that cannot read one order."""

    unreadable: str = ""

    async def load(  # pyright: ignore[reportImplicitOverride]
        self,
        lane: int,
        numbers: Sequence[str],
        command_ids: Sequence[UUID],
        identities: Sequence[IdentityKey] = (),
    ) -> BatchFacts:
        if self.unreadable in numbers:
            raise ValueError(self.unreadable)
        return await super().load(lane, numbers, command_ids, identities)


async def test_an_order_that_fails_holds_up_no_other_and_is_tried_again(
    shelf: StorageShelf,
) -> None:
    broken, sound = await shelf.ready(KETTLE), await shelf.ready(LAMP)
    await shelf.send()
    shelf.clock.now = NOW + HOUR
    for order in (broken, sound):
        await shelf.receipt(order, DeliveryState.DELIVERED)
    journal = FaultyJournal(shelf.pool)
    journal.unreadable = broken.number
    engine = shelf.other_engine(journal)
    with pytest.raises(StorageNotMoved, match=broken.number):
        await shelf.start(engine).run()
    await engine.close()
    assert await shelf.moved() == {sound.number: 1}
    assert await shelf.start().run() == 0
    shelf.clock.now += AGAIN
    assert await shelf.start().run() == 1
    assert await shelf.moved() == {broken.number: 1, sound.number: 1}


async def test_where_the_storage_starts_with_readiness_nothing_is_followed(
    shelf: StorageShelf,
) -> None:
    shelf.storage_hours = 0
    order = await shelf.ready()
    await shelf.send()
    shelf.clock.now = NOW + HOUR
    await shelf.receipt(order, DeliveryState.DELIVERED)
    shelf.clock.now += DAY
    assert await shelf.start().run() == 0
    assert await shelf.moved() == {}
