"""The shift as people live it: who is at work, its report, its end; and the second person."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import asyncpg
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from gotovo.access.staff.grants import StaffGrant
from gotovo.order.values.actor import Role
from gotovo.order.values.pickup_codes import qr_text
from gotovo.web.site.rendering.bundle import read_bundle
from tests.browser.test_every_page import TARGETS, TOO_SMALL, violations
from tests.support.access.staff import PASSWORD, code_of, signed_in, with_password
from tests.support.api.network import SECRET
from tests.support.browser.desk_site import CLERK, DeskSite, desk_site, tablet
from tests.support.browser.scanner import scanner, unhurried
from tests.support.desk.shelf import ready

MISSING: Final = read_bundle().reason
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"no pages of staff: {MISSING}")

BOSS: Final = "Руслан Юсупов"
MANAGER: Final = StaffGrant(Role.POINT, point="KZN-1", manager=True)
DEAR: Final = [{"sku": "MUG-RED", "title": "Ваза", "quantity": 1, "price": 900_000}]
"""Above the sum that a clerk may hand over alone without a code."""


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


async def heading(page: Page, title: str) -> None:
    """Wait for a screen."""
    await expect(page.locator("h1")).to_have_text(title)


async def handed_over(desk: DeskSite, page: Page) -> str:
    """Hand an order over, and return its number."""
    number = await ready(desk.api)
    gun = await scanner(page)
    await page.keyboard.press("F3")
    await gun.scan(qr_text(SECRET, number, "KZN-1", 1, desk.network.clock()))
    await says(page, "0 of 1 parcels")
    await gun.scan(f"{number}01")
    await says(page, "Everything is here")
    await page.keyboard.press("F2")
    await says(page, "Handed over")
    return number


async def without_code(page: Page, number: str) -> None:
    """Ask to hand an order over without a code."""
    await page.keyboard.press("F3")
    await page.get_by_label("Order number, or the last four").fill(number)
    await page.get_by_text("The buyer has no code").click()
    await page.get_by_label("Why there is no code").select_option("phone_lost")
    await page.get_by_role("button", name="Open without a code").click()


async def test_a_report_leads_from_a_figure_to_its_orders_and_is_printed(
    desk: DeskSite, shared_chromium: Browser
) -> None:
    page = await opened(desk, shared_chromium)
    number = await handed_over(desk, page)
    await page.keyboard.press("Escape")
    await page.keyboard.press("F10")
    await says(page, "You are at work")
    await expect(page.locator(".shift-row").first).to_contain_text(CLERK)
    await expect(page.locator(".shift-row").first).to_contain_text("since")
    await page.keyboard.press("F3")
    await says(page, "So far")
    row = page.locator(".report-table tr", has_text="Orders handed over whole")
    await expect(row.locator("td")).to_have_text("1")
    await page.evaluate("globalThis.print = () => { globalThis.printed = true; }")
    await page.keyboard.press("F2")
    assert await page.evaluate("globalThis.printed")
    printed = page.locator(".print-place .shift-report")
    await expect(printed).to_contain_text("Orders handed over whole")
    assert await printed.locator("button").count() == 0
    await row.locator("button").click()
    await says(page, "1 order")
    await page.locator(".shift-row button").click()
    await heading(page, "Find an order")
    assert page.url.endswith(f"/orders/{number}")


async def test_a_shift_is_ended_by_keys_and_the_session_with_it(
    desk: DeskSite, shared_chromium: Browser
) -> None:
    page = await opened(desk, shared_chromium)
    await page.keyboard.press("F10")
    await says(page, "You are at work")
    await page.keyboard.press("F2")
    await says(page, "Is everything done?")
    await page.keyboard.press("F8")
    await page.wait_for_url(re.compile(r"/staff/sign-in\?next=/desk$"))
    assert await desk.network.dependencies.work.shifts.of(desk.person) is None


async def test_a_manager_ends_a_shift_that_was_forgotten_and_its_person_is_told(
    desk: DeskSite, shared_chromium: Browser
) -> None:
    boss = await opened(desk, shared_chromium, "/desk/shift", await desk.hire(BOSS, MANAGER))
    await says(boss, "You have no open shift here")
    row = boss.locator(".shift-row", has_text=CLERK)
    await row.get_by_role("button", name="End this shift").click()
    await says(boss, "Somebody else's shift")
    await boss.keyboard.press("F8")
    await heading(boss, "Shift")
    await expect(boss.locator(".shift-row", has_text=CLERK)).to_contain_text(
        "ended by whoever is in charge"
    )
    access = desk.network.dependencies.staff
    again = await signed_in(access, desk.person, desk.network.clock())
    page = await opened(desk, shared_chromium, token=again)
    await says(page, "No shift is open")
    await expect(page.locator("main .answer")).to_contain_text("ended by whoever is in charge")


async def test_a_shift_that_went_on_for_too_long_says_so(
    desk: DeskSite, shared_chromium: Browser
) -> None:
    await desk.network.pool.execute(
        "update shift set begun_at = begun_at - interval '15 hours',"
        " ends_by = ends_by - interval '15 hours'"
    )
    access = desk.network.dependencies.staff
    token = await signed_in(access, desk.person, desk.network.clock())
    page = await opened(desk, shared_chromium, token=token)
    await says(page, "No shift is open")
    await expect(page.locator("main .answer")).to_contain_text("it went on for too long")


async def test_a_dear_order_is_handed_over_once_the_manager_has_agreed(
    desk: DeskSite, shared_chromium: Browser
) -> None:
    number = await ready(desk.api, lines=DEAR)
    page = await opened(desk, shared_chromium)
    boss = await opened(desk, shared_chromium, "/desk/approvals", await desk.hire(BOSS, MANAGER))
    await says(boss, "Nothing waits")
    await without_code(page, number)
    await says(page, "A second person has to agree")
    await says(boss, "Hand over without a code")
    told = boss.locator("main .answer")
    for text in (CLERK, "The phone is lost", "9,000", "Time left"):
        await expect(told).to_contain_text(text)
    await boss.keyboard.press("F8")
    await says(boss, "Granted")
    await says(page, "0 of 1 parcels")
    order = await desk.network.dependencies.reads.order(number)
    assert order is not None
    assert order.order.stage == "handing_over"


async def test_a_denied_approval_names_who_denied_it(
    desk: DeskSite, shared_chromium: Browser
) -> None:
    number = await ready(desk.api, lines=DEAR)
    page = await opened(desk, shared_chromium)
    await without_code(page, number)
    await says(page, "A second person has to agree")
    boss = await opened(desk, shared_chromium, "/desk/approvals", await desk.hire(BOSS, MANAGER))
    await says(boss, "Hand over without a code")
    await boss.keyboard.press("F6")
    await says(boss, "Denied")
    await says(page, "The approval was denied")
    await expect(page.locator("main .answer")).to_contain_text(BOSS)
    order = await desk.network.dependencies.reads.order(number)
    assert order is not None
    assert order.order.stage == "shelved"


async def test_an_approval_that_nobody_decides_expires_at_the_desk(
    desk: DeskSite, shared_chromium: Browser
) -> None:
    number = await ready(desk.api, lines=DEAR)
    page = await opened(desk, shared_chromium)
    await without_code(page, number)
    await says(page, "A second person has to agree")
    desk.network.clock.now += timedelta(minutes=16)
    await says(page, "Nobody decided in time")


async def test_who_asked_sees_it_wait_and_can_t_grant_it(
    desk: DeskSite, shared_chromium: Browser
) -> None:
    number = await ready(desk.api, lines=DEAR)
    page = await opened(desk, shared_chromium)
    await without_code(page, number)
    await says(page, "A second person has to agree")
    await page.keyboard.press("Escape")
    await page.keyboard.press("F10")
    await says(page, "You are at work")
    await page.keyboard.press("F4")
    await says(page, "You asked for this yourself")
    await page.keyboard.press("F8")
    await says(page, "You asked for this yourself")
    await expect(page.locator(".bar-flag")).to_be_hidden()


async def test_an_old_proof_is_renewed_with_password_and_code(
    desk: DeskSite, shared_chromium: Browser
) -> None:
    number = await ready(desk.api, lines=DEAR)
    access, clock = desk.network.dependencies.staff, desk.network.clock
    page = await opened(desk, shared_chromium)
    await without_code(page, number)
    await says(page, "A second person has to agree")
    token = await desk.hire(BOSS, MANAGER)
    session = await access.sessions.find(token, clock())
    assert session is not None
    secret, _ = await with_password(access, session.person, clock())
    clock.now += timedelta(minutes=7)
    boss = await opened(desk, shared_chromium, "/desk/approvals", token)
    await says(boss, "Hand over without a code")
    await boss.keyboard.press("F8")
    dialog = boss.locator("dialog[open]")
    await dialog.get_by_label("Password").fill("not this one")
    await dialog.get_by_label("Code from the authenticator app").fill("000000")
    await dialog.get_by_role("button", name="Confirm", exact=True).click()
    await expect(dialog.get_by_role("alert")).not_to_be_empty()
    assert await violations(boss) == []
    await dialog.get_by_label("Password").fill(PASSWORD)
    code = code_of(secret, clock())
    await dialog.get_by_label("Code from the authenticator app").fill(code)
    await dialog.get_by_role("button", name="Confirm", exact=True).click()
    await says(boss, "Granted")
    await says(page, "0 of 1 parcels")


async def test_a_colleague_at_another_screen_sees_that_one_waits(
    desk: DeskSite, shared_chromium: Browser
) -> None:
    number = await ready(desk.api, lines=DEAR)
    colleague = await desk.hire("Тимур Сафин", StaffGrant(Role.POINT, point="KZN-1"))
    other = await opened(desk, shared_chromium, token=colleague)
    await says(other, "No shift is open")
    await other.keyboard.press("F2")
    await heading(other, "What is next?")
    page = await opened(desk, shared_chromium)
    await without_code(page, number)
    flag = other.locator(".bar-flag")
    await expect(flag).to_have_text("1 approval waits", timeout=15_000)
    await flag.click()
    await says(other, "Hand over without a code")
    gun = await scanner(other)
    await gun.scan("APP-NONE")
    await says(other, "Nothing with this code waits here")
    await gun.scan("GOTOVO-F6")
    await says(other, "Denied")


@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("size", [(1024, 600), (360, 740), (600, 1024)])
async def test_no_screen_of_the_shift_is_at_fault(
    desk: DeskSite, shared_chromium: Browser, light: Any, size: tuple[int, int]
) -> None:
    number = await ready(desk.api, lines=DEAR)
    width, height = size
    context = await shared_chromium.new_context(
        viewport={"width": width, "height": height}, color_scheme=light, locale="ru-RU"
    )
    page = await desk.open(context, "/desk/shift")
    await page.locator(".shift-row").wait_for()
    assert await faults(page, width) == []
    await page.keyboard.press("F2")
    assert await faults(page, width) == []
    await page.keyboard.press("Escape")
    await page.keyboard.press("F6")
    await page.locator(".command-sheet").wait_for()
    assert await faults(page, width) == []
    await page.keyboard.press("Escape")
    await page.locator(".shift-row").wait_for()
    await page.keyboard.press("F3")
    await page.locator(".report-table").first.wait_for()
    assert await faults(page, width) == []
    body = {"kind": "handover_without_code", "about": number, "note": "phone_lost"}
    await desk.api.post("/points/KZN-1/approvals", body)
    await page.goto(f"{desk.address}/desk/approvals")
    await page.locator(".approval").wait_for()
    assert await faults(page, width) == []
    assert not re.findall(
        r"\b(?:approval|shift|order|code|time)\b", await page.locator("main").inner_text()
    )


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
