"""axe-core finds nothing on any page: names, roles, headings, landmarks and contrast as drawn."""

from collections.abc import AsyncIterator

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from gotovo.web.parts import WebParts
from tests.browser.pages import Window, paths, windows
from tests.browser.site import CHROMIUM, chromium_open, served, signed_in
from tests.web.cast import ALINA, EVERYBODY, Cast

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore:.*[Ee]mbedded server.*"),
    pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium: apt-get install chromium"),
]


@pytest.fixture
async def site(parts: WebParts) -> AsyncIterator[str]:
    """Serve the pages and give their address."""
    async with served(parts) as address:
        yield address


@pytest.fixture
async def chromium(site: str) -> AsyncIterator[Browser]:
    """Give the system's own browser; it closes before the site, which waits for its visitors."""
    assert site
    async with chromium_open() as browser:
        yield browser


async def violations(page: Page) -> list[str]:
    """Return what axe-core finds, one line a finding; it comes with the package, not by network."""
    found = (await Axe().run(page)).response["violations"]
    return [
        f"{each['id']}: {node['target'][0]}: {node['any'][0]['message'] if node['any'] else ''}"
        for each in found
        for node in each["nodes"]
    ]


async def test_axe_sees_what_is_wrong(chromium: Browser) -> None:
    page = await chromium.new_page()
    await page.set_content("<title>t</title><p style='color:#aaa'>pale</p><img src='data:,'>")
    found = "\n".join(await violations(page))
    assert "color-contrast" in found
    assert "image-alt" in found


@pytest.mark.parametrize("window", windows(), ids=str)
async def test_no_page_violates_a_rule(
    chromium: Browser, site: str, cast: Cast, window: Window
) -> None:
    orders = {make.__name__: await make(cast) for make in EVERYBODY}
    context = await chromium.new_context(
        viewport={"width": window.width, "height": window.height},
        color_scheme=window.light,
        locale="ru-RU",
    )
    page = await context.new_page()
    await page.goto(site)
    assert await violations(page) == []
    await signed_in(page, ALINA)
    wrong: dict[str, list[str]] = {}
    for path in paths(orders):
        joint = "&" if "?" in path else "?"
        await page.goto(f"{site}{path}{joint}lang={window.language[:2]}")
        found = await violations(page)
        if found:
            wrong[path] = found
    assert wrong == {}
