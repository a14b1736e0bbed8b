"""The whole program with an SMS provider, reached over real HTTP at the address of its settings."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import time
from pathlib import Path
from typing import Final

import httpx
from msgspec import structs

from gotovo.assembly.application import Application
from gotovo.assembly.runtime import Runtime
from gotovo.bench.fixture.dataset import POINT, Dataset, DatasetOrder
from gotovo.bench.measures.messages import zone_at_noon
from gotovo.engine.submission import ResultKind
from gotovo.points.timetable import every_day
from gotovo.settings_sources import load_settings
from tests.support.notices.http_peer import PeerRequest, http_peer, response
from tests.support.web.buyer import Buyer, text_of

SECONDS: Final = 60.0

TEMPLATE: Final = """
name = "Own"
send.url = "{url}/send"
send.fields = {{ to = "{{phone}}", text = "{{text}}", id = "{{id}}", status_url = "{{callback}}" }}
balance.method = "GET"
balance.body = "query"
balance.url = "{url}/balance"
answer.id = ["id"]
answer.balance = ["balance"]
answer.currency = "RUB"
answer.error = ["error"]
answer.refused = ["no_such_number"]
receipt.id = "id"
receipt.status = "state"
receipt.response = "taken"
receipt.states = {{ delivered = ["delivered"], undelivered = ["lost"] }}
"""
"""A provider that is told the address for receipts with each message."""


class SmsSite:
    """The program, the orders made in it, and people who open its pages."""

    def __init__(self, app: Application, runtime: Runtime, url: str) -> None:
        self.app = app
        self.runtime = runtime
        self.url = url
        self.orders = Dataset(runtime.secret, seed=16)

    async def open_point(self) -> None:
        """Open a point where it is noon, so that nothing waits for the morning."""
        await self.orders.seed(self.runtime)
        zone = zone_at_noon(self.runtime.clock())
        noon = structs.replace(POINT, timetable=every_day(zone, time(0), time(23, 59)))
        await self.runtime.directory.put_point(noon, self.runtime.clock())
        await self.runtime.directory.refresh()

    async def order_ready(self) -> DatasetOrder:
        """Let an order become ready."""
        (order,) = await self.orders.orders(self.runtime, 1, "arrival")
        outcome = await self.runtime.engine.submit(self.orders.step("shelving", order))
        assert outcome.kind is ResultKind.DONE, outcome.refusal
        return order

    @asynccontextmanager
    async def buyer(self) -> AsyncGenerator[Buyer]:
        """Give a browser."""
        transport = httpx.ASGITransport(app=self.app)
        headers = {"accept-language": "en"}
        async with httpx.AsyncClient(
            transport=transport, base_url=self.url, headers=headers
        ) as client:
            yield Buyer(client)

    async def page_says(self, buyer: Buyer, path: str, words: str) -> str:
        """Open a page until it says something, and return its text."""
        found = ""
        async with asyncio.timeout(SECONDS):
            while words not in found:
                await asyncio.sleep(0.05)
                found = text_of((await buyer.opens(path)).text)
        return found


@asynccontextmanager
async def sms_site(database_url: str, folder: Path, **variables: str) -> AsyncGenerator[SmsSite]:
    """Run the program until the end of the block; whoever calls its address reaches it."""
    served: list[Application] = []

    async def serve(request: PeerRequest) -> bytes:
        """Pass a request on to the program."""
        transport = httpx.ASGITransport(app=served[0])
        async with httpx.AsyncClient(transport=transport, base_url=peer.url) as client:
            answer = await client.request(
                request.method,
                request.target,
                content=request.body,
                headers={"content-type": request.headers.get("content-type", "text/plain")},
            )
        return response(answer.status_code, answer.content)

    async with http_peer(serve) as peer:
        environment = {
            "HOME": str(folder),
            "GOTOVO_DATABASE_URL": database_url,
            "GOTOVO_SECRET_FILE": str(folder / "secret"),
            "GOTOVO_PUBLIC_URL": peer.url,
            "GOTOVO_MESSAGE_HOLD_SECONDS": "0",
        }
        app = Application(load_settings(environment | variables))
        served.append(app)
        runtime = await app.start()
        try:
            site = SmsSite(app, runtime, peer.url)
            await site.open_point()
            yield site
        finally:
            await app.stop()


async def until(happened: Callable[[], bool]) -> None:
    """Wait for something that another process does."""
    async with asyncio.timeout(SECONDS):
        while not happened():  # noqa: ASYNC110  (other processes set no event)
            await asyncio.sleep(0.05)
