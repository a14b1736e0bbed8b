"""The demo's bank in a browser: a visitor pays, declines, leaves, and lets something go wrong."""

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, ViewportSize

from gotovo.payments.providers.demo import DemoProvider
from gotovo.payments.providers.port import ProviderPaymentState
from gotovo.web.site.dependencies import WebDependencies
from tests.support.payments.requests import basket

NARROW: ViewportSize = {"width": 320, "height": 640}


@pytest.fixture
def bank(dependencies: WebDependencies) -> DemoProvider:
    """Give the demo's bank."""
    assert dependencies.demo_bank is not None
    return dependencies.demo_bank


@pytest.mark.parametrize("language", ["ru", "en"])
@pytest.mark.parametrize("light", ["light", "dark"])
async def test_a_visitor_pays_and_comes_back(
    chromium: Browser, site: str, bank: DemoProvider, language: str, light: str
) -> None:
    begun = await bank.create(basket(return_url=f"{site}/phone?back=1"))
    page = await chromium.new_page(
        viewport=NARROW, locale=language, color_scheme="dark" if light == "dark" else "light"
    )
    await page.goto(site + begun.url)
    assert await _violations(page) == []
    await page.locator("summary").click()
    assert await _violations(page) == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    await page.locator("button[value=pay]").click()
    await page.wait_for_url("**/phone?back=1")
    assert (await bank.payment(begun.reference)).state is ProviderPaymentState.SUCCEEDED
    await page.go_back()
    await page.reload()
    await page.locator("#outcome").wait_for()
    assert await _violations(page) == []
    assert await page.locator("button[value]").count() == 0


async def test_a_visitor_declines_or_leaves(
    chromium: Browser, site: str, bank: DemoProvider
) -> None:
    begun = await bank.create(basket(return_url="/phone?back=1"))
    page = await chromium.new_page(locale="en")
    await page.goto(site + begun.url)
    await page.locator(".crumbs a").click()
    await page.wait_for_url("**/phone?back=1")
    assert (await bank.payment(begun.reference)).state is ProviderPaymentState.PENDING
    await page.goto(site + begun.url)
    await page.locator("button[value=decline]").click()
    await page.wait_for_url("**/phone?back=1")
    assert (await bank.payment(begun.reference)).state is ProviderPaymentState.CANCELLED


async def _violations(page: Page) -> list[str]:
    """Return what axe-core finds."""
    found = (await Axe().run(page)).response["violations"]
    return [f"{each['id']}: {node['target'][0]}" for each in found for node in each["nodes"]]
