"""Running a command's work on the webhooks of an installation, with what seals their secrets."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import asyncpg
from msgspec import Struct

from gotovo.access.feed_cursors import FeedCursors
from gotovo.assembly.runtime import bring_up, ready_keyring
from gotovo.cli.context import database
from gotovo.config import Settings
from gotovo.engine.ports import FeedEpoch
from gotovo.keyring.keyring import Keys
from gotovo.store.journal.epochs import stored_epochs
from gotovo.store.postgres.pool import open_pool
from gotovo.store.tables.network.shops import Shops
from gotovo.store.tables.webhooks.deliveries import DeliveryStore
from gotovo.store.tables.webhooks.webhooks import WebhookStore

T = TypeVar("T")


class OpenedWebhooks(Struct, frozen=True):
    """What commands about webhooks use."""

    pool: "asyncpg.Pool[Any]"
    keys: Keys
    epochs: Sequence[FeedEpoch]

    @property
    def store(self) -> WebhookStore:
        """The webhooks."""
        return WebhookStore(self.pool)

    @property
    def deliveries(self) -> DeliveryStore:
        """What became of their messages."""
        return DeliveryStore(self.pool)

    @property
    def shops(self) -> Shops:
        """The shops that they belong to."""
        return Shops(self.pool)

    @property
    def cursors(self) -> FeedCursors:
        """What seals the cursors of events."""
        return FeedCursors(lambda: self.keys, self.epochs)


def with_webhooks(chosen: Settings, work: Callable[[OpenedWebhooks], Awaitable[T]]) -> T:
    """Return the result of the work on the webhooks."""

    async def run(url: str) -> T:
        keyring = await ready_keyring(chosen, url)
        pool = await open_pool(url, size=2, unsafe=chosen.unsafe)
        try:
            await bring_up(pool)
            async with pool.acquire() as connection:
                epochs = await stored_epochs(connection)
            return await work(OpenedWebhooks(pool, keyring.feeds, epochs))
        finally:
            await pool.close()

    with database(chosen) as url:
        return asyncio.run(run(url))
