"""The shelf by scanner and keys: cells, a moved cell, a search, an inventory with differences."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import asyncpg
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from gotovo.web.site.rendering.bundle import read_bundle
from tests.support.browser.desk_site import DeskSite, desk_site, tablet
from tests.support.browser.faults import faults
from tests.support.browser.scanner import Scanner, scanner, unhurried
from tests.support.desk.boxes import BoxDesk

MISSING: Final = read_bundle().reason
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"no pages of staff: {MISSING}")

ENGLISH: Final = re.compile(r"\b(?:[Ss]helf|[Cc]ell|[Pp]arcel|[Ss]earch|[Ii]nventor|[Ss]can)\w*")


@pytest_asyncio.fixture(loop_scope="session")
async def site(pool: "asyncpg.Pool[Any]", shared_chromium: Browser) -> AsyncIterator[DeskSite]:
    """Serve the desk; windows close before the site, which waits for its visitors."""
    async with desk_site(pool, now=datetime.now(UTC)) as site:
        yield site
        for context in shared_chromium.contexts:
            await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(site: DeskSite) -> BoxDesk:
    """Give the same point through its API, with a plan of its cells."""
    desk = BoxDesk(site.api)
    await desk.set_up()
    return desk


async def opened(site: DeskSite, browser: Browser, path: str = "/desk") -> tuple[Page, Scanner]:
    """Open the desk on a tablet with a scanner, whose layout is Russian."""
    context = await tablet(browser)
    await unhurried(context)
    page = await site.open(context, path)
    return page, await scanner(page, layout="russian")


async def says(page: Page, title: str) -> None:
    """Wait for the title of the answer."""
    await expect(page.locator("main .answer-title")).to_have_text(title, timeout=15_000)


async def types(page: Page, code: str) -> None:
    """Type a code by hand, into its field."""
    await page.keyboard.press("F1")
    await page.locator("#code").fill(code)
    await page.locator(".scan-button").click()


async def cell_of(desk: BoxDesk, parcel: str) -> str:
    """Return the cell that an order says its parcel lies in."""
    order = (await desk.api.get(f"/orders/{parcel[:12]}")).json()
    return next(x["cell"] for x in order["parcels"] if x["barcode"] == parcel)


async def test_a_parcel_and_a_whole_cell_move_by_scans(
    site: DeskSite, desk: BoxDesk, shared_chromium: Browser
) -> None:
    (first,), (second,) = await desk.shelved("2-1"), await desk.shelved("2-1")
    page, gun = await opened(site, shared_chromium)
    await page.keyboard.press("F8")
    await says(page, "Scan a cell or a parcel")
    await gun.scan("CELL:2-1")
    await says(page, "Cell 2-1")
    await expect(page.locator(".leaving-parcel")).to_have_count(2)
    await gun.scan(first)
    await says(page, "Which cell?")
    await gun.scan("CELL:2-2")
    await says(page, "Moved")
    assert [await cell_of(desk, x) for x in (first, second)] == ["2-2", "2-1"]
    await page.keyboard.press("F3")
    await gun.scan("CELL:2-2")
    await says(page, "Out of 2-2")
    await gun.scan("CELL:2-3")
    await says(page, "2-2 into 2-3?")
    await page.keyboard.press("F4")
    await says(page, "Moved")
    assert await cell_of(desk, first) == "2-3"


async def test_what_is_missing_is_searched_for_until_it_is_scanned(
    site: DeskSite, desk: BoxDesk, shared_chromium: Browser
) -> None:
    (lost,) = await desk.shelved("2-2")
    page, gun = await opened(site, shared_chromium, "/desk/shelf")
    await says(page, "Scan a cell or a parcel")
    await page.keyboard.press("F2")
    await says(page, "What is missing?")
    await types(page, lost)
    await says(page, "Search for it")
    await expect(page.get_by_role("list", name="Where to look").first).to_contain_text("2-2")
    await page.keyboard.press("F6")
    await expect(page.locator("main .answer")).to_have_attribute("data-tone", "error")
    await gun.scan(lost)
    await says(page, "Which cell?")
    await gun.scan("CELL:2-4")
    await says(page, "Moved")
    await expect(page.get_by_text("Nothing is being searched for.")).to_be_visible()


async def test_an_inventory_finds_what_is_missing_and_what_lies_elsewhere(
    site: DeskSite, desk: BoxDesk, shared_chromium: Browser
) -> None:
    (here,), (gone,), (elsewhere,) = [await desk.shelved(x) for x in ("2-1", "2-1", "2-2")]
    desk.wait(minutes=1)
    page, gun = await opened(site, shared_chromium, "/desk/inventories")
    await says(page, "What is counted?")
    await types(page, "2")
    await says(page, "Scan a cell")
    await gun.scan(here)
    await says(page, "Scan a cell first")
    await gun.scan("CELL:2-1")
    await says(page, "Cell 2-1")
    await gun.scan(here)
    await says(page, "It belongs here")
    await gun.scan(elsewhere)
    await says(page, "Another cell")
    await gun.scan("CELL:2-2")
    await says(page, "Cell 2-2")
    await page.keyboard.press("F3")
    await page.keyboard.press("F6")
    await says(page, "2 differences")
    await page.keyboard.press("F2")
    await expect(page.locator("main .answer")).to_contain_text("The inventory is closed.")
    await page.keyboard.press("F4")
    await says(page, "1 difference settled")
    assert await cell_of(desk, elsewhere) == "2-1"
    await page.keyboard.press("F3")
    await says(page, "1 difference settled")
    assert await searched(desk, page) == [gone]


async def searched(desk: BoxDesk, page: Page) -> list[str]:
    """Return the parcels that are searched for, once there is one."""
    for _ in range(100):
        found = (await desk.get("/searches")).json()["items"]
        if found:
            return [each["parcel"] for each in found]
        await page.wait_for_timeout(100)
    return []


@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("size", [(1024, 600), (360, 740)])
async def test_no_screen_of_the_shelf_is_at_fault(
    site: DeskSite,
    desk: BoxDesk,
    shared_chromium: Browser,
    light: Any,
    size: tuple[int, int],
    tmp_path: Path,
) -> None:
    (parcel,), (lost,) = await desk.shelved("2-1"), await desk.shelved("2-2")
    await desk.post("/searches", {"parcel": lost})
    begun = (await desk.post("/inventories", {"scope": "2"})).json()["id"]
    await desk.post(f"/inventories/{begun}/scans", {"cell": "2-2", "code": parcel})
    width, height = size
    context = await shared_chromium.new_context(
        viewport={"width": width, "height": height}, color_scheme=light, locale="ru-RU"
    )
    await unhurried(context)
    page = await site.open(context, "/desk/shelf")
    await page.locator(".leaving-row button").first.click()
    await page.locator("ol.leaving .leaving-row").first.wait_for()
    await checked(page, width, tmp_path / "search.png")
    await page.goto(f"{site.address}/desk/inventories")
    await page.locator(".leaving-row").wait_for()
    await checked(page, width, tmp_path / "inventories.png")
    await page.goto(f"{site.address}/desk/inventories/{begun}")
    await page.locator(".facts").first.wait_for()
    await checked(page, width, tmp_path / "count.png")
    await page.keyboard.press("F6")
    await page.locator("ol.leaving").wait_for()
    await checked(page, width, tmp_path / "differences.png")


async def checked(page: Page, width: int, picture: Path) -> None:
    """Assert that nothing is wrong with a screen, and take its picture."""
    assert await faults(page, width) == []
    assert ENGLISH.findall(await page.locator("main").inner_text()) == []
    await page.screenshot(path=picture, full_page=True)
