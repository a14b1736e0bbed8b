"""Scanners at the desk, in a real browser: a scan comes whole under any layout and focus."""

import re
from collections.abc import AsyncIterator
from typing import Any, Final

import asyncpg
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from gotovo.order.values.number import draw, grouped
from gotovo.web.site.rendering.bundle import read_bundle
from tests.support.browser.desk_site import DeskSite, desk_site, tablet
from tests.support.browser.scanner import scanner, unhurried

MISSING: Final = read_bundle().reason
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"no pages of staff: {MISSING}")

PRODUCT: Final = "010460123456789321a!b\x1d93dGVz"
SUFFIXES: Final = (("Enter",), ("Tab",), (), ("Enter", "Enter"), ("Enter", "Tab"))


@pytest_asyncio.fixture(loop_scope="session")
async def desk(pool: "asyncpg.Pool[Any]", shared_chromium: Browser) -> AsyncIterator[DeskSite]:
    """Serve the desk; windows close before the site, which waits for its visitors."""
    async with desk_site(pool) as site:
        yield site
        for context in shared_chromium.contexts:
            await context.close()


class Asked:
    """The orders that the page has asked the server for, in order."""

    def __init__(self, page: Page) -> None:
        self.numbers: list[str] = []
        page.on("request", lambda request: self._note(request.url))

    def _note(self, url: str) -> None:
        found = re.search(r"/api/v1/points/KZN-1/scan\?code=([0-9]{12})", url)
        if found:
            self.numbers.append(found[1])


async def open_desk(desk: DeskSite, browser: Browser, language: str = "en-GB") -> Page:
    """Open the desk on a tablet that never takes a scanner for a person."""
    context = await tablet(browser, language)
    await unhurried(context)
    return await desk.open(context)


async def answered(page: Page, number: str) -> None:
    """Wait for the answer that this order is ready in its cell."""
    answer = page.locator("main .answer")
    await expect(answer).to_have_attribute("data-tone", "ok")
    assert grouped(number) in re.sub(r"[\s\u00a0]+", " ", await answer.inner_text())


@pytest.mark.parametrize("suffix", SUFFIXES, ids="+".join)
async def test_a_scan_under_a_russian_layout_is_answered_whatever_its_suffix(
    desk: DeskSite, shared_chromium: Browser, suffix: tuple[str, ...]
) -> None:
    number = (await desk.api.ready())["number"]
    page = await open_desk(desk, shared_chromium, "ru-RU")
    asked = Asked(page)
    gun = await scanner(page, layout="russian", suffix=suffix)
    await gun.scan(f"]C0{number}01")
    await answered(page, number)
    assert asked.numbers == [number]
    assert await page.locator("#code").input_value() == ""


async def test_a_buyers_qr_comes_through_a_russian_layout(
    desk: DeskSite, shared_chromium: Browser
) -> None:
    page = await open_desk(desk, shared_chromium)
    gun = await scanner(page, layout="russian")
    code = f"{draw(7, 12_345)}.0a1b2c3d4e5f60718293a4b5"
    shown: list[str] = []
    page.on("request", lambda each: shown.append(each.post_data or ""))
    await gun.scan(code)
    await expect(page.locator("main .answer-title")).to_have_text("Order not found")
    assert any(f'"qr":"{code}"' in each for each in shown)


async def test_a_trigger_that_bounces_is_one_scan_and_says_so(
    desk: DeskSite, shared_chromium: Browser
) -> None:
    number = (await desk.api.ready())["number"]
    page = await open_desk(desk, shared_chromium)
    asked = Asked(page)
    gun = await scanner(page)
    await gun.scan(number)
    await answered(page, number)
    await gun.scan(number, number, number)
    await expect(page.locator(".answer-note")).to_have_text("Scanned already: once is enough.")
    assert asked.numbers == [number]
    await expect(page.locator("main .answer .cell")).to_have_text(["A-1"])


@pytest.mark.parametrize("separator", ["ctrl", "F8"])
async def test_separators_of_gs1_come_through_and_press_nothing(
    desk: DeskSite, shared_chromium: Browser, separator: str
) -> None:
    page = await open_desk(desk, shared_chromium)
    gun = await scanner(page, layout="russian", suffix=("Tab",), separator=separator)
    await gun.scan(f"\x1d{PRODUCT}")
    await expect(page.locator("main .answer")).to_contain_text("04601234567893")


async def test_a_scan_leaves_nothing_in_the_field_that_has_the_focus(
    desk: DeskSite, shared_chromium: Browser
) -> None:
    number = (await desk.api.ready())["number"]
    page = await open_desk(desk, shared_chromium)
    field = page.locator("#code")
    await field.fill("note")
    await (await scanner(page, layout="russian")).scan(f"{number}01")
    await answered(page, number)
    assert await field.input_value() == "note"


async def test_the_enter_of_a_scan_presses_no_button(
    desk: DeskSite, shared_chromium: Browser
) -> None:
    number = (await desk.api.ready())["number"]
    page = await open_desk(desk, shared_chromium)
    await page.get_by_role("button", name="Settings").focus()
    await (await scanner(page)).scan(f"{number}01")
    await answered(page, number)
    await expect(page.locator("dialog[open]")).to_have_count(0)


async def test_a_scan_is_answered_behind_a_dialog_and_changes_nothing_in_it(
    desk: DeskSite, shared_chromium: Browser
) -> None:
    number = (await desk.api.ready())["number"]
    page = await open_desk(desk, shared_chromium)
    await page.get_by_role("button", name="Settings").click()
    box = page.get_by_label("Sounds")
    await box.focus()
    before = await box.is_checked()
    await (await scanner(page, suffix=("Enter", "Tab"))).scan(f"{number}01")
    await answered(page, number)
    await expect(page.locator("dialog[open]")).to_have_count(1)
    assert await box.is_checked() is before


async def test_twenty_scans_without_a_pause_are_asked_for_in_order(
    desk: DeskSite, shared_chromium: Browser
) -> None:
    numbers = [draw(7, index) for index in range(19)]
    last = (await desk.api.ready())["number"]
    page = await open_desk(desk, shared_chromium)
    asked = Asked(page)
    gun = await scanner(page, layout="russian")
    await gun.scan(*(f"{number}01" for number in [*numbers, last]))
    await answered(page, last)
    assert asked.numbers == [*numbers, last]


async def test_what_a_person_types_stays_a_persons(
    desk: DeskSite, shared_chromium: Browser
) -> None:
    number = (await desk.api.ready())["number"]
    page = await desk.open(await tablet(shared_chromium))
    await page.keyboard.press("F1")
    await page.keyboard.type(number, delay=120)
    assert await page.locator("#code").input_value() == number
    await page.keyboard.press("Enter")
    await answered(page, number)
