"""Every state of every screen of the desk, as a browser draws it: axe, sizes, and its language."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, Final

import asyncpg
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize

from gotovo.web.site.rendering.bundle import read_bundle
from tests.browser.test_every_page import TARGETS, TOO_SMALL, Heard, violations
from tests.support.browser.desk_site import DeskSite, desk_site
from tests.support.browser.desk_states import WALKS, Walk
from tests.support.browser.scanner import unhurried

MISSING: Final = read_bundle().reason
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"no pages of staff: {MISSING}")

SIZES: Final = {"phone": (360, 740), "upright": (600, 1024), "tablet": (1024, 600)}
WINDOWS: Final = (("phone", "dark", "ru-RU"), ("tablet", "light", "en-GB"))
"""Each walk in the narrowest window and in the lowest one, and each colour and language once."""

ENGLISH: Final = re.compile(r"(?i)\b(?:the|of|and|parcels?|orders?|scan|photo|shift|code)\b")
RUSSIAN: Final = re.compile(r"(?i)[а-яё]{3,}")
DATA: Final = re.compile(
    "Лена Ильина|Тимур Сафин|Алина|Борис|Кружка красная|Ваза|Кремль|Кабан|Казань, [А-я]+"
)
"""What the network's own people wrote, in whatever language."""

EXPECTED: Final = (
    "Failed to load resource: the server responded with a status of 4",
    "The AudioContext was not allowed to start",
)
"""What Chromium says of a refusal that the desk shows, and of a page that nobody has touched."""

TOO_WIDE: Final = """width => [...document.querySelectorAll("body *")]
  .filter(x => x.getBoundingClientRect().right > width + 1)
  .map(x => `${x.tagName}.${x.className} ends at ${x.getBoundingClientRect().right}`)"""

COVERED: Final = """() => {
  const foot = document.querySelector(".shortcuts").getBoundingClientRect();
  const next = document.querySelector("main .answer-next").getBoundingClientRect();
  return next.bottom > foot.top + 1 ? [`what is next: ${next.bottom - foot.top} px too low`] : [];
}"""
"""Beside a list, what to do next is always in sight; on a phone it is above the list."""


@pytest_asyncio.fixture(loop_scope="session")
async def desk(pool: "asyncpg.Pool[Any]", shared_chromium: Browser) -> AsyncIterator[DeskSite]:
    """Serve the desk at the time that browsers have; its clerk is at work."""
    async with desk_site(pool, now=datetime.now(UTC)) as site:
        yield site
        for context in shared_chromium.contexts:
            await context.close()


@pytest.mark.parametrize(("size", "light", "language"), WINDOWS)
@pytest.mark.parametrize("walk", WALKS, ids=lambda walk: walk.__name__)
async def test_no_state_of_the_desk_is_at_fault(
    desk: DeskSite, shared_chromium: Browser, walk: Walk, size: str, light: Any, language: str
) -> None:
    width, height = SIZES[size]
    context = await shared_chromium.new_context(
        viewport=ViewportSize(width=width, height=height), color_scheme=light, locale=language
    )
    await unhurried(context)
    page = await desk.open(context)
    heard = Heard(page)
    faults: dict[str, list[str]] = {}
    async for state in walk(page, desk):
        found = [*await _faults(page, width, language), *_complaints(heard, desk)]
        heard.forget()
        if found:
            faults[state] = found
    assert faults == {}


def _complaints(heard: Heard, desk: DeskSite) -> list[str]:
    return [each for each in heard.faults(desk.address) if not each.startswith(EXPECTED)]


async def _faults(page: Page, width: int, language: str) -> list[str]:
    """Return what hangs over, what no finger hits, what axe finds, and foreign words."""
    needed = await page.evaluate("document.documentElement.scrollWidth")
    too_wide: list[str] = await page.evaluate(TOO_WIDE, width) if needed > width else []
    too_small: list[str] = await page.evaluate(TOO_SMALL, TARGETS)
    covered: list[str] = await page.evaluate(COVERED) if width == SIZES["tablet"][0] else []
    text = await page.locator("main").inner_text()
    foreign = ENGLISH if language.startswith("ru") else RUSSIAN
    words = foreign.findall(DATA.sub("", text))
    text_faults = [f"foreign: {each}" for each in words]
    return [*covered, *too_wide, *too_small, *await violations(page), *text_faults]
