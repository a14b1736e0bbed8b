"""The desk in a real browser: its pages and the API on one port, and a clerk who is signed in.

A session is a cookie that holds an API key of the person's role, which the site puts before the
API for requests that the desk's own pages make.
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from http.cookies import SimpleCookie
from typing import Any, Final

import asyncpg
import httpx
from msgspec import structs
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize
from starlette.types import ASGIApp, Receive, Scope, Send

from gotovo.access.staff.grants import StaffGrant
from gotovo.access.staff.visitor import StaffVisitor
from gotovo.order.values.actor import Role
from tests.support.api.network import Api, Network
from tests.support.browser.site import served
from tests.support.web.cast import Clock
from tests.support.web.stage import demo_dependencies

COOKIE: Final = "clerk"
OWN_PAGE: Final = (b"x-gotovo-staff", b"1")
CLERK: Final = StaffVisitor("Лена Ильина", StaffGrant(Role.POINT, point="KZN-1"))


class Clerks:
    """Knows one clerk, by the cookie."""

    async def visitor(self, cookies: Mapping[str, str]) -> StaffVisitor | None:
        """Return the clerk of KZN-1 for a browser with her cookie."""
        return CLERK if cookies.get(COOKIE) else None


class DeskSite:
    """The address of the site, and the network behind it."""

    def __init__(self, address: str, network: Network, api: Api) -> None:
        self.address = address
        self.network = network
        self.api = api

    async def open(self, context: BrowserContext, path: str = "/desk") -> Page:
        """Open the desk as its clerk and wait for the first screen."""
        token = self.network.tokens["point"]
        await context.add_cookies([{"name": COOKIE, "value": token, "url": self.address}])
        page = await context.new_page()
        await page.goto(self.address + path)
        await page.locator(".answer").first.wait_for()
        return page


@asynccontextmanager
async def desk_site(pool: "asyncpg.Pool[Any]") -> AsyncGenerator[DeskSite]:
    """Serve the pages and the API over an empty database."""
    network = Network(pool)
    await network.open()
    pages = structs.replace(
        demo_dependencies(pool, network.engine, Clock()),
        places=network.directory,
        staff=Clerks(),
    )
    transport = httpx.ASGITransport(network.app)
    async with (
        httpx.AsyncClient(transport=transport, base_url="http://gotovo") as client,
        served(pages, around=lambda site: _WithApi(site, network)) as address,
    ):
        yield DeskSite(address, network, Api(client, network))
    await network.close()


class _WithApi:
    def __init__(self, pages: ASGIApp, network: Network) -> None:
        self._pages = pages
        self._network = network

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self._pages(scope, receive, send)
            return
        headers: dict[bytes, bytes] = dict(scope["headers"])
        cookies = SimpleCookie(headers.get(b"cookie", b"").decode())
        if COOKIE in cookies and OWN_PAGE in headers.items():
            bearer = f"Bearer {cookies[COOKIE].value}".encode()
            scope = {**scope, "headers": [*scope["headers"], (b"authorization", bearer)]}
        await self._network.app(scope, receive, send)


async def tablet(browser: Browser, language: str = "en-GB") -> BrowserContext:
    """Open a window of a seven-inch tablet that is held across, in light colours."""
    viewport = ViewportSize(width=1024, height=600)
    return await browser.new_context(viewport=viewport, locale=language, color_scheme="light")
