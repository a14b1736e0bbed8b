"""Browsers of one buyer, a push service on loopback, and the channel that reaches them."""

import hashlib
import json
import ssl
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import asyncpg

from gotovo.notices.channels.push.push_channel import PushChannel, PushMessage
from gotovo.notices.rules import Urgency
from gotovo.outbound.guarded_sender import GuardedSender
from gotovo.store.tables.messages.push_subscriptions import PushSubscriptions
from tests.support.notices.mail_server import certificate
from tests.support.notices.push_service import PushService, SubscribedBrowser, push_service
from tests.support.web.cast import KEYRING
from tests.support.webhooks.shop import LOOPBACK

CONTACT: Final = "mailto:shop@example.ru"
TO_A_BROWSER: Final = PushMessage(
    key=str(UUID(int=7)),
    browser=SubscribedBrowser().subscription("https://push.example.org/send/abc"),
    title="Заказ готов к выдаче",
    body="Заказ 1234 5678 9012.",
    language="ru",
    path="/orders/123456789012",
    about="123456789012",
    urgency=Urgency.HIGH,
    ttl=timedelta(minutes=10),
)
_YEAR: Final = timedelta(days=365)


class PushStage:
    """The channel, the store, and the browsers by their names."""

    def __init__(
        self,
        service: PushService,
        trusted: ssl.SSLContext,
        pool: "asyncpg.Pool[Any]",
        clock: Callable[[], datetime],
    ) -> None:
        self.service = service
        self.browsers: dict[str, SubscribedBrowser] = {}
        self.store = PushSubscriptions(pool)
        self.sender = GuardedSender(LOOPBACK, timeout_seconds=2, trusted=trusted)
        self.channel = PushChannel(
            self.sender,
            CONTACT,
            secret=lambda: KEYRING.push.key,
            keys=lambda: KEYRING.tokens.newest_first,
            clock=clock,
        )
        self._pool = pool
        self._clock = clock

    async def subscribes(
        self,
        customer: str,
        name: str,
        status: int = 201,
        language: str = "ru",
        retry_after: str = "",
    ) -> SubscribedBrowser:
        """Sign a browser in and subscribe it; its push service answers so."""
        now, token = self._clock(), hashlib.sha256(name.encode()).digest()
        await self._pool.execute(
            "insert into session (token, customer, shown_as, began_at, expires_at, seen_at)"
            " values ($1, $2, 'x', $3, $4, $3)",
            token,
            customer,
            now,
            now + _YEAR,
        )
        browser = self.browsers[name] = SubscribedBrowser()
        endpoint = self.service.endpoint(name, status, retry_after)
        await self.store.put(customer, token, browser.subscription(endpoint, language), now)
        return browser

    def shown(self, name: str) -> list[dict[str, Any]]:
        """Return what a browser could read."""
        browser = self.browsers[name]
        return [json.loads(browser.decrypted(x.body)) for x in self.service.messages(name)]

    async def known(self, customer: str) -> list[str]:
        """Return the names of the browsers that are still subscribed."""
        living = await self.store.living(customer, self._clock())
        return [each.endpoint.rpartition("/")[2] for each in living]


@asynccontextmanager
async def push_stage(
    folder: Path, pool: "asyncpg.Pool[Any]", clock: Callable[[], datetime]
) -> AsyncGenerator[PushStage]:
    """Open all of it until the end of the block."""
    server, trusted = certificate(folder)
    async with push_service(server) as service:
        stage = PushStage(service, trusted, pool, clock)
        yield stage
        await stage.channel.close()
