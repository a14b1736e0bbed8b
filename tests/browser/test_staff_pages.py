"""The pages of staff in a browser, for somebody who is signed in: axe, sizes, and no complaint."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import asyncpg
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, ViewportSize, expect

from gotovo.access.staff.grants import StaffGrant
from gotovo.order.values.actor import Role
from gotovo.web.site.rendering.bundle import read_bundle
from tests.browser.test_every_page import TARGETS, TOO_SMALL, Heard, violations
from tests.support.access.staff import PASSWORD, code_of, signed_in, with_password
from tests.support.browser.desk_site import DeskSite, desk_site

MISSING: Final = read_bundle().reason
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"no pages of staff: {MISSING}")

HERE, THERE = (StaffGrant(Role.POINT, point=code) for code in ("KZN-1", "KZN-2"))
WINDOWS: Final = ((360, "dark", "ru-RU"), (1024, "light", "en-GB"), (320, "light", "ru-RU"))
A_PROOF_IS_OLD: Final = timedelta(minutes=11)


@pytest_asyncio.fixture(loop_scope="session")
async def desk(pool: "asyncpg.Pool[Any]", shared_chromium: Browser) -> AsyncIterator[DeskSite]:
    """Serve the pages at the time that browsers have."""
    async with desk_site(pool, now=datetime.now(UTC)) as site:
        yield site
        for context in shared_chromium.contexts:
            await context.close()


@pytest.mark.parametrize(("width", "light", "language"), WINDOWS)
async def test_no_page_of_somebody_signed_in_is_at_fault(
    desk: DeskSite, shared_chromium: Browser, width: int, light: Any, language: str
) -> None:
    access, clock = desk.network.dependencies.staff, desk.network.clock
    token = await desk.hire("Дина Хасанова", HERE, THERE)
    session = await access.sessions.find(token, clock())
    assert session is not None
    secret, _ = await with_password(access, session.person, clock())
    await signed_in(access, session.person, clock())
    context = await shared_chromium.new_context(
        viewport=ViewportSize(width=width, height=740), color_scheme=light, locale=language
    )
    await desk.be(context, token)
    page = await context.new_page()
    heard = Heard(page)
    faults: dict[str, list[str]] = {}

    async def look(name: str) -> None:
        found = [*await _faults(page, width), *heard.faults(desk.address)]
        heard.forget()
        if found:
            faults[name] = found

    for path in ("/staff", "/staff/grant", "/staff/password"):
        await page.goto(desk.address + path)
        assert page.url == desk.address + path
        await look(path)
    clock.now += A_PROOF_IS_OLD
    await page.goto(f"{desk.address}/staff/password")
    await page.locator("input[name=password]").wait_for()
    assert "/staff/confirmation" in page.url
    await look("confirmation")
    await page.locator("input[name=password]").fill("not this one")
    await page.locator("input[name=code]").fill("000000")
    await page.locator("input[name=code]").press("Enter")
    await expect(page.locator("[aria-invalid=true], [role=alert]").first).to_be_visible()
    heard.forget()
    await look("confirmation refused")
    await page.locator("input[name=password]").fill(PASSWORD)
    await page.locator("input[name=code]").fill(code_of(secret, clock()))
    await page.locator("input[name=code]").press("Enter")
    await page.wait_for_url(lambda url: "confirmation" not in url)
    await look("confirmed")
    assert faults == {}


async def _faults(page: Page, width: int) -> list[str]:
    """Return what axe finds, what is too wide, and what no finger hits."""
    needed = await page.evaluate("document.documentElement.scrollWidth")
    too_wide = [f"{needed} px wide in a window of {width}"] if needed > width else []
    too_small: list[str] = await page.evaluate(TOO_SMALL, TARGETS)
    return [*too_wide, *too_small, *await violations(page)]
