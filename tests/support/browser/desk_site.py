"""The desk in a real browser: its pages and the API on one port, and a clerk who is signed in."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

import asyncpg
import httpx
from msgspec import structs
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize
from starlette.types import ASGIApp, Receive, Scope, Send

from gotovo.access.staff.grants import StaffGrant
from gotovo.access.staff.work.point_work import DevicePolicy, WorkTerms
from gotovo.assembly.staff.point_work import point_work
from gotovo.order.values.actor import Role
from gotovo.web.site import cookies
from tests.support.access.staff import hire, signed_in
from tests.support.api.network import Api, Network
from tests.support.browser.site import served
from tests.support.web.cast import Clock
from tests.support.web.stage import demo_dependencies

CLERK: Final = "Лена Ильина"


class DeskSite:
    """The address of the site, and the network behind it.

    `token` is a session of its clerk, `person` who that is.
    """

    def __init__(self, address: str, network: Network, api: Api, token: str, person: UUID) -> None:
        self.address = address
        self.network = network
        self.api = api
        self.token = token
        self.person = person

    async def hire(self, name: str, *grants: StaffGrant) -> str:
        """Return a session of somebody else who works here."""
        access, now = self.network.dependencies.staff, self.network.clock()
        return await signed_in(access, await hire(access, name, *grants, now=now), now)

    async def open(self, context: BrowserContext, path: str = "/desk", token: str = "") -> Page:
        """Open the desk as its clerk, or in another session; wait for the first screen."""
        value = token or self.token
        await context.add_cookies([{"name": cookies.STAFF, "value": value, "url": self.address}])
        page = await context.new_page()
        await page.goto(self.address + path)
        await page.locator(".answer").first.wait_for()
        return page


@asynccontextmanager
async def desk_site(
    pool: "asyncpg.Pool[Any]", *, now: datetime | None = None, begun: bool = True
) -> AsyncGenerator[DeskSite]:
    """Serve the pages and the API over an empty database, in which a clerk of KZN-1 works.

    Any browser is a device there, and a second person agrees as they do in the real program.
    `begun`: the clerk has begun the shift.
    """
    network = Network(pool)
    network.clock.now = now or network.clock()
    network.work_terms = WorkTerms(devices=DevicePolicy.ANY)
    work = point_work(pool, lambda: network.directory()[0], network.clock, network.work_terms)
    network.second_person = work.approvals
    await network.open()
    access, begins = network.dependencies.staff, network.clock()
    person = await hire(access, CLERK, StaffGrant(Role.POINT, point="KZN-1"), now=begins)
    token = await signed_in(access, person, begins)
    pages = structs.replace(
        demo_dependencies(pool, network.engine, Clock()),
        places=network.directory,
        staff=access,
        clock=network.clock,
    )
    transport = httpx.ASGITransport(network.app)
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://gotovo") as client,
        served(pages, around=lambda site: _WithApi(site, network)) as address,
    ):
        if begun:
            await _begin_shift(client, token)
        yield DeskSite(address, network, Api(client, network), token, person)
    await network.close()


async def _begin_shift(client: httpx.AsyncClient, token: str) -> None:
    headers = {"authorization": f"Bearer {token}", "idempotency-key": "shift"}
    answer = await client.post("/api/v1/points/KZN-1/shifts", json={}, headers=headers)
    assert answer.status_code == HTTPStatus.CREATED, answer.text


class _WithApi:
    def __init__(self, pages: ASGIApp, network: Network) -> None:
        self._pages = pages
        self._network = network

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_api = scope["type"] == "http" and scope["path"].startswith("/api/")
        await (self._network.app if is_api else self._pages)(scope, receive, send)


async def tablet(browser: Browser, language: str = "en-GB") -> BrowserContext:
    """Open a window of a seven-inch tablet that is held across, in light colours."""
    viewport = ViewportSize(width=1024, height=600)
    return await browser.new_context(viewport=viewport, locale=language, color_scheme="light")
