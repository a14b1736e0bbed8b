"""Today at the desk: figures, the orders behind them, and a point that is closed and reopened."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import asyncpg
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from gotovo.access.staff.grants import StaffGrant
from gotovo.order.values.actor import Role
from gotovo.points.local_time import local_date
from gotovo.web.site.rendering.bundle import read_bundle
from tests.browser.test_every_page import TARGETS, TOO_SMALL, violations
from tests.support.browser.desk_site import DeskSite, desk_site, tablet
from tests.support.browser.scanner import unhurried
from tests.support.desk.shelf import ready

MISSING: Final = read_bundle().reason
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"no pages of staff: {MISSING}")

BOSS: Final = "Руслан Юсупов"
HELPER: Final = "Алсу Галиева"
MANAGER: Final = StaffGrant(Role.POINT, point="KZN-1", manager=True)
DAY: Final = timedelta(days=1)


@pytest_asyncio.fixture(loop_scope="session")
async def desk(pool: "asyncpg.Pool[Any]", shared_chromium: Browser) -> AsyncIterator[DeskSite]:
    """Serve the desk at the time that browsers have; its clerk is at work."""
    async with desk_site(pool, now=datetime.now(UTC)) as site:
        yield site
        for context in shared_chromium.contexts:
            await context.close()


async def opened(desk: DeskSite, browser: Browser, path: str = "/desk", token: str = "") -> Page:
    """Open an address of the desk on a tablet."""
    context = await tablet(browser)
    await unhurried(context)
    return await desk.open(context, path, token)


async def says(page: Page, title: str) -> None:
    """Wait for the title of the answer."""
    await expect(page.locator("main .answer-title")).to_have_text(title, timeout=15_000)


async def figure(page: Page, name: str, value: str) -> None:
    """Wait for a figure of the day."""
    found = page.locator(f"xpath=//dt[text()='{name}']/following-sibling::dd[1]")
    await expect(found).to_have_text(value)


async def at_work(desk: DeskSite) -> str:
    """Return a session of the manager of the point, whose shift has begun."""
    token = await desk.hire(BOSS, MANAGER)
    headers = {"authorization": f"Bearer {token}", "idempotency-key": "boss-begins"}
    begun = await desk.api.client.post("/api/v1/points/KZN-1/shifts", json={}, headers=headers)
    assert begun.status_code == 201, begun.text
    return token


async def fill_days(desk: DeskSite, page: Page, first: int, last: int) -> None:
    """Type the days of a closure, and its reason."""
    today = local_date(desk.network.clock(), "Europe/Moscow")
    await page.get_by_label("First day", exact=True).fill(str(today + first * DAY))
    await page.get_by_label("Last day; empty: until further notice").fill(str(today + last * DAY))
    await page.get_by_label("Reason; buyers do not see it").fill("A pipe has burst.")


async def decide(desk: DeskSite, decision: str) -> None:
    """Decide what waits at the point, as somebody of support."""
    token = await desk.hire(HELPER, StaffGrant(Role.SUPPORT))
    waiting = await desk.network.pool.fetchval("select id from approval where decision is null")
    headers = {"authorization": f"Bearer {token}", "idempotency-key": "support-decides"}
    answer = await desk.api.client.post(
        f"/api/v1/approvals/{waiting}/decision", json={"decision": decision}, headers=headers
    )
    assert answer.status_code == 200, answer.text


async def test_a_figure_of_today_leads_to_its_orders_by_keys(
    desk: DeskSite, shared_chromium: Browser
) -> None:
    number = await ready(desk.api)
    desk.network.clock.now += 9 * DAY
    page = await opened(desk, shared_chromium, token=await at_work(desk))
    await page.keyboard.press("F9")
    await says(page, "1 order is kept until today")
    await figure(page, "Orders that wait", "1")
    await figure(page, "Parcels that are not shelved", "0")
    assert await violations(page) == []
    await page.get_by_role("button", name="Kept until today: 1").press("Enter")
    await says(page, "1 order")
    assert await violations(page) == []
    await page.locator(".shift-row button").click()
    assert page.url.endswith(f"/orders/{number}")


async def test_a_manager_closes_the_point_once_support_agrees_and_opens_it_earlier(
    desk: DeskSite, shared_chromium: Browser
) -> None:
    await ready(desk.api)
    page = await opened(desk, shared_chromium, "/desk/today", await at_work(desk))
    await says(page, "Nothing is urgent")
    await page.keyboard.press("F3")
    await says(page, "On which days?")
    assert await violations(page) == []
    await page.keyboard.press("F2")
    await says(page, "The first day is missing")
    await fill_days(desk, page, 2, 4)
    await page.keyboard.press("F2")
    await says(page, "1 buyer is told")
    await expect(page.locator(".moves li").first).to_contain_text("1 order: ")
    await expect(page.locator("main .answer")).to_contain_text("Your pick-up point closes")
    assert await violations(page) == []
    assert await page.evaluate(TOO_SMALL, TARGETS) == []
    await page.keyboard.press("F8")
    await page.keyboard.press("F8")  # A nervous finger asks once.
    await says(page, "Waiting for support")
    assert await desk.network.pool.fetchval("select count(*) from approval") == 1
    assert await desk.network.pool.fetchval("select count(*) from point_closure") == 0
    await decide(desk, "granted")
    await says(page, "Entered")
    await expect(page.locator(".shift-row")).to_contain_text("planned · A pipe has burst.")
    assert await violations(page) == []
    assert len(desk.network.directory()[0]["KZN-1"].timetable.all_closures) == 1
    await page.get_by_role("button", name="Open earlier").click()
    await expect(page.locator("h1")).to_have_text("Open the point earlier?")
    await page.keyboard.press("F8")
    await says(page, "Taken back")
    await expect(page.locator(".shift-row")).to_contain_text("taken back")
    assert not desk.network.directory()[0]["KZN-1"].timetable.all_closures


async def test_what_support_denies_is_not_entered(desk: DeskSite, shared_chromium: Browser) -> None:
    page = await opened(desk, shared_chromium, "/desk/today/closing", await at_work(desk))
    await says(page, "On which days?")
    await fill_days(desk, page, 1, 1)
    await page.keyboard.press("F2")
    await says(page, "0 buyers are told")
    await page.keyboard.press("F8")
    await says(page, "Waiting for support")
    await decide(desk, "denied")
    await says(page, "Denied")
    assert await desk.network.pool.fetchval("select count(*) from point_closure") == 0


async def test_days_that_can_not_be_are_told_and_stay_typed(
    desk: DeskSite, shared_chromium: Browser
) -> None:
    page = await opened(desk, shared_chromium, "/desk/today/closing", await at_work(desk))
    await says(page, "On which days?")
    await fill_days(desk, page, 4, 2)
    await page.keyboard.press("F2")
    answer = page.locator("main .answer")
    await expect(answer).to_contain_text("Correct the days, then go on (F2).")
    await expect(page.get_by_label("Reason; buyers do not see it")).to_have_value(
        "A pipe has burst."
    )


async def test_a_clerk_sees_the_day_and_closes_nothing(
    desk: DeskSite, shared_chromium: Browser
) -> None:
    page = await opened(desk, shared_chromium, "/desk/today/closing")
    await says(page, "On which days?")
    await fill_days(desk, page, 1, 1)
    await page.keyboard.press("F2")
    await expect(page.locator("main .answer")).to_have_attribute("data-tone", "error")
    await expect(page.locator("main .answer")).to_contain_text("your role does not allow it")
