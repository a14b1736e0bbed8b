"""Orders on a shelf, the channels that tell of them, and what moves their deadlines."""

from collections import Counter

import asyncpg

from gotovo.engine.batch import Rules
from gotovo.engine.engine import Engine
from gotovo.notices.channels.port import DeliveryState, MessageRefused, Receipt
from gotovo.notices.receipts import ReceiptDesk
from gotovo.notices.rules import ChannelName
from gotovo.notices.storage_start import StorageStart
from gotovo.order.steps.placement import NewLine
from gotovo.order.values.order import Order, Storage
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.tables.messages.messages import MessageState, MessageStore
from tests.support.notices.message_desk import FaultyRoute, MessageDesk
from tests.support.web.cast import ALINA, DAY, HOUR, NOW, SECRET, Cast, Clock
from tests.support.web.goods import KETTLE
from tests.support.web.network import POINTS, WAREHOUSES

STORAGE_HOURS = 12


class StorageShelf:
    """Orders on a shelf, a phone with receipts, e-mail behind it, and what moves deadlines."""

    def __init__(
        self, desk: MessageDesk, cast: Cast, engine: Engine, pool: asyncpg.Pool, clock: Clock
    ) -> None:
        self.desk, self.cast, self.engine, self.pool, self.clock = desk, cast, engine, pool, clock
        self.hold_seconds, self.storage_hours = 0, STORAGE_HOURS
        self.journal = PostgresJournal(pool)
        self.sms, self.mail = FaultyRoute(has_receipts=True), FaultyRoute()
        self.routes = {ChannelName.SMS: self.sms, ChannelName.MAIL: self.mail}
        self.receipts = ReceiptDesk(desk.messages, tuple(self.routes), clock)

    async def ready(self, *goods: NewLine) -> Order:
        """Return an order that is ready now, and whose message is planned."""
        order = await self.cast.place(ALINA, NOW - 2 * DAY, *(goods or (KETTLE,)))
        order = await self.cast.send(order, NOW - 2 * DAY + HOUR)
        order = await self.cast.shelve(order, NOW - HOUR / 2)
        await self.desk.plan(self.hold_seconds, self.storage_hours)
        return order

    async def send(self) -> None:
        await self.desk.delivery(self.routes).send_due()

    async def send_in_vain(self) -> None:
        """Send while every channel refuses the phone and the address."""
        self.sms.error = self.mail.error = MessageRefused("no such number")
        for _ in self.routes:
            await self.send()

    def other_engine(self, journal: PostgresJournal | None = None) -> Engine:
        """Return the engine of another process."""
        places = (POINTS, WAREHOUSES)
        return Engine(journal or self.journal, lambda: places, Rules(SECRET), self.clock)

    async def receipt(self, order: Order, state: DeliveryState) -> int:
        receipt = Receipt(f"p-{order.number}", state)
        return await self.receipts.take(ChannelName.SMS, [receipt])

    def start(
        self, engine: Engine | None = None, messages: MessageStore | None = None
    ) -> StorageStart:
        return StorageStart(engine or self.engine, messages or self.desk.messages, self.clock)

    async def now(self, order: Order) -> Order:
        loaded = await self.journal.load(0, [order.number], [], [])
        return loaded.orders[order.number].order

    async def storage(self, order: Order) -> Storage:
        storage = (await self.now(order)).storage
        assert storage is not None
        return storage

    async def moved(self) -> Counter[str]:
        """Return how many times the deadline of each order moved."""
        feed = await self.journal.feed(0, 0, 1_000)
        return Counter(x.number for x in feed if x.event.type == "order.storage_recalculated")

    async def state(self, order: Order) -> MessageState:
        ((_, state),) = await self.desk.states(order)
        return state
