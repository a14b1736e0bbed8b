"""Somebody signs in with what unlocks the device, in a real browser with a virtual one."""

import socket
from collections.abc import AsyncIterator

import pytest_asyncio
from msgspec import structs
from playwright.async_api import Browser, Page

from gotovo.web.site.dependencies import WebDependencies
from tests.support.browser.site import PHONE, served, signed_in
from tests.support.web.cast import ALINA, Cast
from tests.support.web.sample_orders.open_orders import ready

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest_asyncio.fixture(loop_scope="session")
async def site(dependencies: WebDependencies) -> AsyncIterator[str]:
    """Serve the pages under a name, since a bare address has no passkeys."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    address = f"http://localhost:{port}"
    async with served(structs.replace(dependencies, public_url=address), port):
        yield address


@pytest_asyncio.fixture(loop_scope="session")
async def page(chromium: Browser, site: str) -> Page:
    """Give the front page in a browser whose device unlocks itself."""
    context = await chromium.new_context(
        viewport={"width": PHONE["width"], "height": PHONE["height"]}, locale="ru-RU"
    )
    page = await context.new_page()
    session = await context.new_cdp_session(page)
    await session.send("WebAuthn.enable")
    await session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    await page.goto(site)
    return page


async def test_a_passkey_is_made_signs_in_and_is_removed(page: Page, site: str, cast: Cast) -> None:
    await ready(cast)
    await signed_in(page, ALINA)
    await page.get_by_role("link", name="Устройства").click()
    await page.get_by_role("button", name="Создать ключ доступа").click()
    await page.get_by_role("button", name="Удалить ключ доступа").wait_for()
    await _signs_out(page)
    await page.get_by_role("button", name="Войти с ключом доступа").click()
    await page.get_by_role("heading", name="Мои заказы").wait_for()
    await page.goto(f"{site}/devices")
    await page.get_by_role("button", name="Удалить ключ доступа").click()
    await page.get_by_role("button", name="Удалить ключ доступа").wait_for(state="detached")
    await _signs_out(page)
    await page.get_by_role("button", name="Войти с ключом доступа").click()
    await page.get_by_text("больше не подходит").wait_for()
    await page.goto(f"{site}/orders")
    assert page.url == f"{site}/"


async def _signs_out(page: Page) -> None:
    await page.get_by_role("contentinfo").get_by_role("button", name="Выйти").click()
    await page.get_by_role("button", name="Войти с ключом доступа").wait_for()
