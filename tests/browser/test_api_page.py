"""The API's page in a real browser: it runs under its policy, is searched, and tries a request."""

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import pytest_asyncio
from granian.constants import Interfaces
from granian.server.embed import Server
from playwright.async_api import Browser, Page, expect

from tests.support.api.network import Api, Network
from tests.support.api.serving import listening


@pytest_asyncio.fixture(loop_scope="session")
async def network(pool: "asyncpg.Pool[Any]") -> AsyncIterator[Network]:
    """Give two points, a warehouse with goods, and a key for each role."""
    network = Network(pool)
    await network.open()
    yield network
    await network.close()


@pytest_asyncio.fixture(loop_scope="session")
async def address(network: Network) -> AsyncIterator[str]:
    """Serve the API on a free port of the loopback and give its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Server(network.app, address="127.0.0.1", port=port, interface=Interfaces.ASGI)
    serving = asyncio.create_task(server.serve())
    await listening(port)
    yield f"http://127.0.0.1:{port}"
    server.stop()
    await serving


@pytest_asyncio.fixture(loop_scope="session")
async def page(shared_chromium: Browser, address: str) -> AsyncIterator[Page]:
    """Open the page; whatever its policy forbids, or fails to load, ends the test."""
    context = await shared_chromium.new_context(locale="en-GB")
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(f"{address}/api/docs")
    await expect(page.locator("#operations-tag-orders")).to_be_visible()
    yield page
    assert complaints == []
    await context.close()


async def test_the_search_finds_an_endpoint_by_its_path_or_its_summary(page: Page) -> None:
    search = page.get_by_placeholder("Search paths and summaries")
    await search.fill("allowed-steps")
    await expect(page.locator(".opblock")).to_have_count(1)
    await search.fill("pick-up point")
    await expect(page.locator(".opblock").first).to_be_visible()
    await search.fill("nothing is called this")
    await expect(page.locator(".opblock")).to_have_count(0)


async def test_a_request_is_tried_against_this_server(
    page: Page, address: str, network: Network
) -> None:
    async with httpx.AsyncClient() as client:
        headers = Api(client, network).headers("admin", {})
    token = headers["Authorization"].removeprefix("Bearer ")
    await page.get_by_role("button", name="Authorize").first.click()
    await page.locator(".auth-container input").fill(token)
    await page.locator(".auth-container button[type=submit]").click()
    await page.locator(".modal-ux button", has_text="Close").click()
    endpoint = page.locator(".opblock", has=page.locator("[data-path='/api/v1/warehouses']")).first
    await endpoint.locator(".opblock-summary").click()
    await endpoint.get_by_role("button", name="Try it out").click()
    await endpoint.get_by_role("button", name="Execute").click()
    answer = endpoint.locator(".live-responses-table tbody .response-col_status").first
    await expect(answer).to_contain_text("200")
    assert address in await endpoint.locator(".request-url").inner_text()
