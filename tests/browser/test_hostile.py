"""Hostile texts in a browser that runs scripts: none runs, and nothing has to be blocked."""

import os
from collections.abc import AsyncIterator
from urllib.parse import quote

import pytest_asyncio
from msgspec import structs
from playwright.async_api import Browser, Page

from tests.support.browser.site import signed_in
from tests.support.web.cast import ALINA, NOW, Cast
from tests.support.web.goods import CATALOGUE
from tests.support.web.hostile import hostile_texts

LINES = 50
EVERY = 1 if os.environ.get("GOTOVO_TEST_FULL") else 12
"""Each search is a page of its own; the ordinary run takes one text in so many."""


@pytest_asyncio.fixture(loop_scope="session")
async def page(chromium: Browser, site: str) -> AsyncIterator[Page]:
    """Give a page of somebody signed in, and fail when anything ran or had to be blocked."""
    context = await chromium.new_context(locale="ru-RU")
    page = await context.new_page()
    said: list[str] = []
    page.on("dialog", lambda dialog: said.append(f"dialog: {dialog.message}"))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    await page.goto(site)
    await signed_in(page, ALINA)
    yield page
    assert said == []


async def test_no_title_of_goods_runs(page: Page, site: str, cast: Cast) -> None:
    texts = hostile_texts()
    for begin in range(0, len(texts), LINES):
        lines = (structs.replace(CATALOGUE[0], title=x) for x in texts[begin : begin + LINES])
        order = await cast.place(ALINA, NOW, *lines)
        await page.goto(f"{site}/orders/{order.number}")
        assert await page.locator("main li").count() >= LINES
        assert not await page.evaluate("'ran' in window")
    await page.goto(f"{site}/orders")
    assert not await page.evaluate("'ran' in window")


async def test_nothing_searched_for_runs(page: Page, site: str, cast: Cast) -> None:
    await cast.place(ALINA, NOW, CATALOGUE[0])
    for text in hostile_texts()[::EVERY]:
        await page.goto(f"{site}/orders?q={quote(text)}")
        assert await page.locator("input[name=q]").input_value() != ""
        assert not await page.evaluate("'ran' in window")
