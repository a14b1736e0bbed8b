"""The shell of staff pages as a clerk uses it: by keyboard, in both languages, on every device."""

import re
from collections.abc import AsyncIterator
from itertools import product
from typing import Any, Final, cast

import asyncpg
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, ViewportSize, expect

from gotovo.web.site.rendering.bundle import read_bundle
from tests.browser.test_every_page import INLINE, TARGETS, TOO_SMALL, Heard, violations
from tests.support.browser.desk_site import DeskSite, desk_site, tablet

MISSING: Final = read_bundle().reason
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"no pages of staff: {MISSING}")

DEVICES: Final = {
    "tablet": (1024, 600),
    "upright": (600, 1024),
    "phone": (360, 740),
    "wide": (1600, 900),
}
SETTLED: Final = re.compile("ok|attention|error")


@pytest_asyncio.fixture(loop_scope="session")
async def desk(pool: "asyncpg.Pool[Any]", chromium_alone: Browser) -> AsyncIterator[DeskSite]:
    """Serve the desk; windows close before the site, which waits for its visitors."""
    async with desk_site(pool) as site:
        yield site
        for context in chromium_alone.contexts:
            await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def chromium_alone(shared_chromium: Browser) -> Browser:
    """Give the browser without the buyers' pages."""
    return shared_chromium


async def scan(page: Page, code: str) -> None:
    """Type a code by hand, and wait for the answer; test_scanner.py has scanners."""
    await page.keyboard.press("F1")
    await page.locator("#code").fill(code)
    await page.keyboard.press("Enter")
    await expect(page.locator("main .answer")).to_have_attribute("data-tone", SETTLED)


async def test_a_visitor_signs_in_first_and_comes_back_to_the_desk(
    desk: DeskSite, chromium_alone: Browser
) -> None:
    context = await chromium_alone.new_context()
    answer = await context.request.get(f"{desk.address}/desk/orders", max_redirects=0)
    assert answer.status == 303
    assert answer.headers["location"] == "/staff/sign-in?next=%2Fdesk%2Forders"


async def test_a_scanned_parcel_is_answered_with_its_cell_and_what_to_do(
    desk: DeskSite, chromium_alone: Browser
) -> None:
    number = (await desk.api.ready())["number"]
    page = await desk.open(await tablet(chromium_alone))
    await scan(page, f"{number}01")
    answer = page.locator("main .answer")
    await expect(answer.locator(".answer-title")).to_have_text("Ready for pick-up")
    await expect(answer.locator(".cell")).to_have_text(["A-1"])
    await expect(answer.locator(".answer-next")).to_have_text(
        re.compile(r"Fetch 1\sparcel, then ask for the code\.")
    )


async def test_every_refusal_says_what_to_do_next(desk: DeskSite, chromium_alone: Browser) -> None:
    page = await desk.open(await tablet(chromium_alone))
    answer = page.locator("main .answer")
    for code, title in (
        ("not a number", "This is no code of ours"),
        ("522394187207", "Order not found"),
    ):
        await scan(page, code)
        await expect(answer).to_have_attribute("data-tone", "error")
        await expect(answer.locator(".answer-title")).to_have_text(title)
        assert await answer.locator(".answer-next").inner_text()


async def test_without_a_network_the_answer_says_so_and_the_next_scan_works(
    desk: DeskSite, chromium_alone: Browser
) -> None:
    number = (await desk.api.ready())["number"]
    context = await tablet(chromium_alone)
    page = await desk.open(context)
    await context.set_offline(True)
    await scan(page, number)
    answer = page.locator("main .answer")
    await expect(answer.locator(".answer-title")).to_have_text("No connection to the server")
    await context.set_offline(False)
    await scan(page, number)
    await expect(answer).to_have_attribute("data-tone", "ok")


async def test_the_answer_to_an_earlier_scan_never_replaces_that_of_a_later_one(
    desk: DeskSite, chromium_alone: Browser
) -> None:
    early, late = (await desk.api.ready())["number"], (await desk.api.ready())["number"]
    page = await desk.open(await tablet(chromium_alone))
    held: list[Route] = []

    async def hold(route: Route) -> None:
        held.append(route)

    await page.route(re.compile(rf"/scan\?code={early}"), hold)
    await page.keyboard.press("F1")
    await page.keyboard.type(early)
    await page.keyboard.press("Enter")
    await expect(page.locator("main .answer")).to_have_attribute("data-tone", "busy")
    await scan(page, late)
    for route in held:
        await route.continue_()
    await page.wait_for_load_state("networkidle")
    said = await page.locator("main .answer-head").inner_text()
    assert late in re.sub(r"\s", "", said)


async def test_nothing_moves_when_an_answer_changes(
    desk: DeskSite, chromium_alone: Browser
) -> None:
    number = (await desk.api.ready())["number"]
    for width, height in DEVICES.values():
        size = ViewportSize(width=width, height=height)
        context = await chromium_alone.new_context(viewport=size, locale="ru-RU")
        page = await desk.open(context)
        before = await _boxes(page)
        await scan(page, number)
        assert await _boxes(page) == before, (width, height)
        await scan(page, "522394187207")
        assert await _boxes(page) == before, (width, height)


async def test_the_desk_is_worked_by_keyboard_alone(
    desk: DeskSite, chromium_alone: Browser
) -> None:
    page = await desk.open(await tablet(chromium_alone))
    await page.keyboard.press("F4")
    await expect(page.locator("h1")).to_have_text("Find an order")
    assert page.url.endswith("/desk/orders")
    await page.keyboard.press("Escape")
    await expect(page.locator("h1")).to_have_text("What is next?")
    await page.go_back()
    await expect(page.locator("h1")).to_have_text("Find an order")
    await page.reload()
    await expect(page.locator("h1")).to_have_text("Find an order")
    await page.keyboard.press("F9")
    await expect(page.locator("dialog[open]")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog[open]")).to_be_hidden()
    await expect(page.locator("h1")).to_have_text("Find an order")


async def test_choices_of_a_device_are_kept_and_change_what_is_seen_and_heard(
    desk: DeskSite, chromium_alone: Browser
) -> None:
    context = await tablet(chromium_alone)
    await context.add_init_script(_LISTEN)
    page = await desk.open(context)
    await scan(page, "nothing")
    assert await page.evaluate("window.notes") == 3, "an error is three notes"
    light = await page.evaluate(_GROUND)
    await page.get_by_role("button", name="Settings").click()
    await page.get_by_label("Dark").check()
    await page.get_by_label("Sounds").uncheck()
    await page.keyboard.press("Escape")
    assert await page.evaluate(_GROUND) != light
    await page.reload()
    await page.locator(".answer").wait_for()
    assert await page.evaluate(_GROUND) != light
    await scan(page, "nothing")
    assert await page.evaluate("window.notes") == 0


async def test_an_answer_is_announced(desk: DeskSite, chromium_alone: Browser) -> None:
    page = await desk.open(await tablet(chromium_alone))
    answer = page.locator("main .answer")
    await expect(answer).to_have_attribute("aria-live", "assertive")
    await expect(answer).to_have_attribute("aria-atomic", "true")


@pytest.mark.parametrize(("device", "light"), [*product(DEVICES, ("light", "dark"))])
async def test_no_screen_is_at_fault_on_any_device(
    desk: DeskSite, chromium_alone: Browser, device: str, light: str
) -> None:
    number = (await desk.api.ready())["number"]
    width, height = DEVICES[device]
    language = "ru-RU" if light == "light" else "en-GB"
    context = await chromium_alone.new_context(
        viewport={"width": width, "height": height},
        color_scheme=cast("Any", light),
        locale=language,
    )
    page = await desk.open(context)
    heard = Heard(page)
    assert await _faults(page, width) == []
    await scan(page, number)
    assert await _faults(page, width) == []
    await page.keyboard.press("F4")
    await page.keyboard.press("F9")
    await page.locator("dialog[open]").wait_for()
    assert await _faults(page, width) == []
    gallery = await page.goto(f"{desk.address}/look/answers")
    assert gallery is not None
    assert INLINE.findall(await gallery.text()) == []
    await page.locator(".answer").first.wait_for()
    assert await _faults(page, width) == []
    assert heard.faults(desk.address) == []


async def test_the_desk_installs_as_an_application(desk: DeskSite, chromium_alone: Browser) -> None:
    page = await desk.open(await tablet(chromium_alone, language="ru-RU"))
    link = await page.locator("link[rel=manifest]").get_attribute("href")
    manifest = await (await page.request.get(f"{desk.address}{link}")).json()
    assert manifest["start_url"] == "/desk"
    assert manifest["scope"] == "/desk"
    assert manifest["name"] == "Gotovo: пункт выдачи"
    for each in manifest["icons"]:
        assert (await page.request.get(desk.address + each["src"])).ok


_LISTEN: Final = """
window.notes = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (when) { window.notes += 1; start.call(this, when); };
"""
_GROUND: Final = "getComputedStyle(document.documentElement).backgroundColor"


async def _faults(page: Page, width: int) -> list[str]:
    needed = await page.evaluate("document.documentElement.scrollWidth")
    too_wide = [f"{needed} px wide in a window of {width}"] if needed > width else []
    too_small = await page.evaluate(TOO_SMALL, TARGETS)
    return [*too_wide, *too_small, *await violations(page)]


async def _boxes(page: Page) -> list[dict[str, float]]:
    """Return where everything stands that a finger or an eye looks for."""
    found = [
        await page.locator(each).bounding_box()
        for each in (".bar", ".scan", "main .answer", ".screen", ".shortcuts")
    ]
    return [cast("dict[str, float]", each) for each in found]
