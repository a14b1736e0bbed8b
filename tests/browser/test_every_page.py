"""Every page as a browser draws it: nothing is cut off, out of reach, or fetched elsewhere."""

import re
from typing import Final
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

from gotovo.web.site import cookies
from gotovo.web.site.dependencies import WebDependencies
from tests.support.browser.site import signed_in
from tests.support.browser.windows import Window, windows
from tests.support.web.cast import ALINA, Cast
from tests.support.web.pages import everybody, paths

NARROW: Final = 320
ENLARGED: Final = 640
"""A window of 1280 enlarged to 200 % is one of 640 to the page."""

INLINE: Final = re.compile(
    r"<style\b|\sstyle=|\son[a-z]+=|<script(?![^>]*(?: src=| type=\"application/ld\+json\"))",
    re.IGNORECASE,
)
COOKIES: Final = (
    cookies.SESSION,
    cookies.BROWSER,
    cookies.KNOWN,
    cookies.LANGUAGE,
    cookies.PHONE,
)
TARGETS: Final = "a.button, button, input, summary, nav a"
TOO_SMALL: Final = """(targets) => [...document.querySelectorAll(targets)]
  .filter((it) => it.type !== "hidden" && it.checkVisibility() && !it.closest(".visually-hidden"))
  .map((it) => [it.closest("label") ?? it, it])
  .filter(([box]) => box.getBoundingClientRect().height < 43.5)
  .map(([, it]) => it.outerHTML.slice(0, 80))"""


class Heard:
    """What a page asks for and complains of."""

    def __init__(self, page: Page) -> None:
        self._asked: list[str] = []
        self._said: list[str] = []
        page.on("request", lambda request: self._asked.append(request.url))
        page.on("console", lambda message: self._said.append(message.text))
        page.on("pageerror", lambda error: self._said.append(str(error)))

    def forget(self) -> None:
        """Begin anew, with the next page."""
        self._asked.clear()
        self._said.clear()

    def faults(self, site: str) -> list[str]:
        """Return what went elsewhere, and all that the browser had to say; a 404 is expected."""
        home = urlsplit(site).netloc
        asked = (url for url in self._asked if not url.startswith(("data:", "blob:")))
        foreign = [f"asked {url}" for url in asked if urlsplit(url).netloc != home]
        return foreign + [each for each in self._said if "404" not in each]


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
async def test_no_page_is_at_fault(
    chromium: Browser, site: str, cast: Cast, dependencies: WebDependencies, window: Window
) -> None:
    lives = await everybody(cast, dependencies)
    context = await chromium.new_context(
        viewport={"width": window.width, "height": window.height},
        color_scheme=window.light,
        locale=window.language,
    )
    page = await context.new_page()
    heard = Heard(page)
    await page.goto(site)
    assert await violations(page) == []
    await signed_in(page, ALINA)
    faults: dict[str, list[str]] = {}
    for place, path in enumerate(paths(lives)):
        heard.forget()
        answer = await page.goto(site + path)
        assert answer is not None
        found = [f"inline: {each}" for each in INLINE.findall(await answer.text())]
        if window.examines(place):
            found += await violations(page)
        found += await misfits(page, window)
        found += heard.faults(site)
        if found:
            faults[path] = found
    assert faults == {}
    assert {each.get("name") for each in await context.cookies()} <= {*COOKIES}


async def misfits(page: Page, window: Window) -> list[str]:
    """Return what hangs over or can't be hit by a finger, at the window's size and smaller."""
    found: list[str] = []
    for width in (NARROW, ENLARGED, window.width):
        await page.set_viewport_size({"width": width, "height": window.height})
        needed = await page.evaluate("document.documentElement.scrollWidth")
        if needed > width:
            found.append(f"{needed} px wide in a window of {width}")
        found += [
            f"too small at {width}: {each}" for each in await page.evaluate(TOO_SMALL, TARGETS)
        ]
    return found
