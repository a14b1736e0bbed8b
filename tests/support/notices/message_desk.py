"""Planning and sending by hand: routes that fail as they are told, on the clock of a test."""

import asyncio
from collections.abc import Collection, Mapping
from datetime import timedelta
from random import Random
from uuid import UUID

import asyncpg
from typing_extensions import override

from gotovo.notices.channels.port import Sent
from gotovo.notices.delivery import MessageDelivery, MessageNotSent
from gotovo.notices.planning import MessagePlanner
from gotovo.notices.routes.route import Letter, Route
from gotovo.notices.rules import ChannelName
from gotovo.order.values.order import Order
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.tables.messages.messages import MessageState, MessageStore
from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.cast import KEYRING, Clock


class FaultyRoute:
    """A way that raises what it is told to, and shows what it has sent."""

    def __init__(
        self, error: Exception | None = None, number: str = "", *, has_receipts: bool = False
    ) -> None:
        """Raise the error about one order, or about all."""
        self.has_receipts = has_receipts
        self.error = error
        self.number = number
        self.tries = 0
        self.ids: list[UUID] = []
        self.sent: list[Letter] = []

    async def reaches(self, letter: Letter) -> bool:
        return bool(letter.contact.phone)

    async def send(self, letter: Letter) -> Sent:
        self.tries += 1
        self.ids.append(letter.id)
        if self.error is not None and self.number in {"", letter.number}:
            raise self.error
        self.sent.append(letter)
        return Sent(provider_id=f"p-{letter.number}", segments=2)


class SlowRoute(FaultyRoute):
    """A way whose every attempt takes its time by the clock of the test."""

    def __init__(self, clock: Clock, takes: timedelta) -> None:
        super().__init__()
        self._clock = clock
        self._until = clock.now + takes

    @override
    async def send(self, letter: Letter) -> Sent:
        """Send while others do; the clock has moved on when it is done."""
        await asyncio.sleep(0.01)
        self._clock.now = self._until
        return await super().send(letter)


class BrokenRoute(FaultyRoute):
    """A way with a fault of ours, which shows with one order."""

    def __init__(self, number: str) -> None:
        super().__init__(number=number)

    @override
    async def reaches(self, letter: Letter) -> bool:
        if letter.number == self.number:
            raise ZeroDivisionError
        return await super().reaches(letter)


class MessageDesk:
    """A planner and deliveries over routes of the test's own, with the clock of the test."""

    def __init__(
        self,
        dependencies: WebDependencies,
        pool: asyncpg.Pool,
        journal: PostgresJournal,
        clock: Clock,
    ) -> None:
        self.messages = MessageStore(pool)
        self.clock = clock
        self.failures: list[MessageNotSent] = []
        self.failed = asyncio.Event()
        self._dependencies = dependencies
        self._journal = journal

    def delivery(self, routes: Mapping[ChannelName, Route]) -> MessageDelivery:
        return MessageDelivery(
            self._dependencies.orders,
            self.messages,
            self._dependencies.places,
            routes,
            lambda: KEYRING,
            self.clock,
            report=self._report,
            preferences=self._dependencies.preferences,
            rng=Random(7),
        )

    async def plan_all(self) -> None:
        """Plan everything, however long the journal is."""
        planner = MessagePlanner(
            self._dependencies.orders,
            self.messages,
            self._dependencies.places,
            hold=timedelta(0),
        )
        after = 0
        while page := await self._journal.feed(0, after, 1_000):
            await planner(page)
            after = page[-1].position

    async def plan(
        self,
        hold_seconds: float = 0,
        storage_hours: float = 0,
        channels: Collection[ChannelName] = (),
    ) -> None:
        """Plan everything that the journal tells; through `channels` what has to reach somebody."""
        planner = self.planner(hold_seconds, storage_hours, channels)
        await planner(await self._journal.feed(0, 0, 1_000))

    def planner(
        self,
        hold_seconds: float = 0,
        storage_hours: float = 0,
        channels: Collection[ChannelName] = (),
    ) -> MessagePlanner:
        return MessagePlanner(
            self._dependencies.orders,
            self.messages,
            self._dependencies.places,
            hold=timedelta(seconds=hold_seconds),
            storage_within=timedelta(hours=storage_hours) if storage_hours else None,
            channels=channels,
        )

    async def states(self, order: Order) -> list[tuple[str, MessageState]]:
        """Return the purposes of the messages about an order, and where they stand."""
        records = await self.messages.of_order(order.number, order.customer)
        return [(each.purpose, each.state) for each in records]

    def _report(self, failure: MessageNotSent) -> None:
        self.failures.append(failure)
        self.failed.set()
