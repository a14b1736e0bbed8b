"""What is wrong with a page of staff: too wide, too small to hit, or not accessible."""

from typing import Final

from playwright.async_api import Page

from tests.browser.test_every_page import TARGETS, TOO_SMALL, violations

TOO_WIDE: Final = """width => [...document.querySelectorAll("body *")]
  .filter(x => x.getBoundingClientRect().right > width)
  .map(x => `${x.tagName}.${x.className} ends at ${x.getBoundingClientRect().right}`)"""
"""What hangs over the right edge of a window."""


async def faults(page: Page, width: int) -> list[str]:
    """Return what hangs over, what no finger hits, and what axe finds."""
    needed = await page.evaluate("document.documentElement.scrollWidth")
    too_wide: list[str] = await page.evaluate(TOO_WIDE, width) if needed > width else []
    too_small = await page.evaluate(TOO_SMALL, TARGETS)
    return [*too_wide, *too_small, *await violations(page)]
