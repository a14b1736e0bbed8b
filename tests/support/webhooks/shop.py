"""A shop with webhooks: orders by the real engine, deliveries by the real dispatcher."""

import asyncio
import ipaddress
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import uuid4

import asyncpg

from gotovo.access.feed_cursors import FeedCursors
from gotovo.engine.engine import Engine
from gotovo.keyring.keyring import Keys, one_key
from gotovo.order.values.actor import DEFAULT_SHOP
from gotovo.outbound.guarded_sender import GuardedSender
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.reads.order_texts import OrderTextReads
from gotovo.store.tables.security.entries import Author
from gotovo.store.tables.webhooks.deliveries import Delivery, DeliveryStore
from gotovo.store.tables.webhooks.webhooks import StoredWebhook, WebhookStore
from gotovo.webhooks.delivery_round import DeliveryTools
from gotovo.webhooks.dispatcher import WebhookDispatcher
from gotovo.webhooks.registration import WebhookTerms, create_webhook
from gotovo.webhooks.retry import RetryTerms
from tests.engine.conftest import receive
from tests.support.engine.cast import Buyer, Shop
from tests.support.order.cast import SECRET
from tests.support.webhooks.receiver import Receiver

AT_ONCE: Final = 500
LOOPBACK: Final = (ipaddress.ip_network("127.0.0.0/8"),)
OWNER: Final = Author("admin:boris")
SOON: Final = RetryTerms(tuple([timedelta(seconds=0.05)] * 200), timedelta(days=3))
"""Attempts as often as a test has patience."""


def utc_now() -> datetime:
    return datetime.now(UTC)


def sealing_keys() -> Keys:
    """Return the keys that secrets of webhooks are sealed under in tests."""
    return one_key(SECRET)


def tools(
    pool: "asyncpg.Pool[Any]",
    *,
    terms: RetryTerms = SOON,
    timeout_seconds: float = 0.3,
    lease_seconds: float = 4.0,
    clock: Callable[[], datetime] = utc_now,
    seed: int = 1,
    keys: Callable[[], Keys] = sealing_keys,
) -> DeliveryTools:
    """Return what a dispatcher uses."""
    return DeliveryTools(
        webhooks=WebhookStore(pool),
        deliveries=DeliveryStore(pool),
        feed=PostgresJournal(pool),
        texts=OrderTextReads(pool),
        cursors=FeedCursors(keys),
        keys=keys,
        sender=GuardedSender(LOOPBACK, timeout_seconds=timeout_seconds),
        clock=clock,
        rng=Random(seed),
        terms=terms,
        lease_seconds=lease_seconds,
    )


class WebhookShop:
    """One installation: an engine, its journal, and dispatchers as further processes."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self.pool = pool
        self.shop = Shop(PostgresJournal(pool))
        self.store = WebhookStore(pool)
        self.deliveries = DeliveryStore(pool)
        self.secrets: dict[str, str] = {}
        self._engine: Engine | None = None
        self._running: list[tuple[WebhookDispatcher, asyncio.Task[None]]] = []

    @property
    def engine(self) -> Engine:
        if self._engine is None:
            self._engine = self.shop.engine()
        return self._engine

    async def open(self) -> None:
        await receive(self.pool)
        await self.pool.execute("update stock set on_hand = 1000000")

    async def add(self, url: str, **terms: Any) -> StoredWebhook:
        """Create a webhook of the default shop."""
        wanted = WebhookTerms(**({"shop": DEFAULT_SHOP, "url": url} | terms))
        made, secret = await create_webhook(
            self.store, sealing_keys(), uuid4(), wanted, utc_now(), OWNER
        )
        self.secrets[made.id] = secret
        return made

    async def orders(self, count: int, steps: int = 2) -> list[Buyer]:
        """Place orders, and take so many steps in all with each."""
        buyers = [self.shop.buyer() for _ in range(count)]
        for number in range(steps):
            for first in range(0, count, AT_ONCE):
                part = buyers[first : first + AT_ONCE]
                done = (self.engine.submit(each.until_shelved()[number]) for each in part)
                await asyncio.gather(*done)
        return buyers

    def start(self, **changes: Any) -> WebhookDispatcher:
        """Start a dispatcher, as a further process would."""
        reported: list[Exception] = []
        dispatcher = WebhookDispatcher(
            tools(self.pool, **changes), uuid4().hex, report=lambda _, error: reported.append(error)
        )
        dispatcher.job._every_seconds = 0.05
        self._running.append((dispatcher, asyncio.create_task(dispatcher.job.run())))
        return dispatcher

    async def until(self, condition: Callable[[], bool], seconds: float = 30.0) -> None:
        """Wait until something is so, or fail."""
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110  (what it asks about tells nobody)
                await asyncio.sleep(0.02)

    async def until_async(
        self, condition: Callable[[], Awaitable[bool]], seconds: float = 30.0
    ) -> None:
        async with asyncio.timeout(seconds):
            while not await condition():  # noqa: ASYNC110  (the same)
                await asyncio.sleep(0.05)

    async def events(self) -> int:
        """Return how many events there are."""
        return await self.pool.fetchval("select count(*) from event")

    async def arrived(self, receiver: Receiver, seconds: float = 30.0) -> None:
        """Wait until every event has arrived."""
        count = await self.events()
        await self.until(lambda: len(receiver.taken) >= count, seconds)

    async def log(self, webhook: str) -> list[Delivery]:
        """Return all messages, oldest first."""
        return list(reversed(await self.deliveries.page(webhook, "", "", 10_000)))

    async def stop(self) -> None:
        """Stop all dispatchers as a process that ends does."""
        for dispatcher, task in self._running:
            dispatcher.job.stop()
            await task
            await dispatcher.close()
        self._running.clear()

    async def close(self) -> None:
        await self.stop()
        await self.shop.close()
