"""A database that is away between sending and storing: what was sent is not sent again."""

import asyncio
from urllib.parse import urlsplit

import asyncpg
from typing_extensions import override

from gotovo.notices.channels.port import Sent
from gotovo.notices.routes.route import Letter
from gotovo.notices.rules import ChannelName
from gotovo.store.tables.messages.messages import MessageState
from tests.support.notices.message_desk import FaultyRoute, MessageDesk
from tests.support.web.cast import HOUR, Cast
from tests.support.web.sample_orders.open_orders import ready


class CuttingRoute(FaultyRoute):
    """A way during whose attempt the database goes away, until somebody misses it."""

    def __init__(self, desk: MessageDesk, server_url: str, database_url: str) -> None:
        super().__init__()
        self._desk = desk
        self._server_url = server_url
        self._database = urlsplit(database_url).path.removeprefix("/")
        self._restoring: asyncio.Task[None] | None = None

    @override
    async def send(self, letter: Letter) -> Sent:
        sent = await super().send(letter)
        server = await asyncpg.connect(self._server_url)
        await server.execute(f'alter database "{self._database}" connection limit 0')
        await server.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1",
            self._database,
        )
        self._restoring = asyncio.create_task(self._restore(server))
        return sent

    async def restored(self) -> None:
        """Wait until the database is back."""
        assert self._restoring is not None
        await self._restoring

    async def _restore(self, server: asyncpg.Connection) -> None:
        async with asyncio.timeout(30):
            await self._desk.failed.wait()
        await server.execute(f'alter database "{self._database}" connection limit -1')
        await server.close()


async def test_what_was_sent_while_the_database_went_away_is_not_sent_again(
    desk: MessageDesk, cast: Cast, server_url: str, database_url: str
) -> None:
    order = await ready(cast)
    await desk.plan()
    sms = CuttingRoute(desk, server_url, database_url)
    delivery = desk.delivery({ChannelName.SMS: sms})
    await delivery.send_due()
    await sms.restored()
    desk.clock.now += HOUR / 30
    await delivery.send_due()
    assert [letter.number for letter in sms.sent] == [order.number]
    assert await desk.states(order) == [("ready", MessageState.DELIVERED)]
