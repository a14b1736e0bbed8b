"""What must leave is boxed, sealed and given to a driver, by scanner and keys alone."""

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

DOUBLE_TRIGGER_MS: Final = 1_700
"""For a little less than this, the same code is one scan."""

ENGLISH: Final = re.compile(
    r"\b(?:[Bb]ox|[Pp]arcel|[Rr]ack|[Ss]eal|[Dd]river|[Gg]oods|[Ss]can|[Oo]pen)\w*"
)


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


async def test_what_nobody_fetched_leaves_with_a_driver_by_scanner_and_keys_alone(
    site: DeskSite, desk: BoxDesk, shared_chromium: Browser
) -> None:
    (near,), (far,) = await desk.cancelled("1-2"), await desk.cancelled("9-1")
    page, gun = await opened(site, shared_chromium)
    await page.keyboard.press("F7")
    await says(page, "Which box?")
    await expect(page.locator(".leaving-cell")).to_have_text(["1-2", "9-1"])
    await gun.scan(near)
    await says(page, "Which box?")
    await gun.scan("BOX-104")
    await expect(page.locator("h1")).to_have_text("A new box")
    await page.keyboard.press("F2")
    await says(page, "Box BOX-104")
    await expect(page.locator("main .answer .cell")).to_have_text(["1-2"])
    await gun.scan(near)
    await says(page, "In box BOX-104")
    await expect(page.locator("main .answer .cell")).to_have_text(["9-1"])
    await gun.scan(far)
    await expect(page.locator(".leaving-row")).to_have_count(0)
    await page.keyboard.press("F10")
    await gun.scan(far)
    await says(page, "Taken out")
    await expect(page.locator(".leaving-row")).to_have_count(1)
    await page.wait_for_timeout(DOUBLE_TRIGGER_MS)
    await gun.scan(far)
    await says(page, "In box BOX-104")
    await page.keyboard.press("F6")
    await says(page, "Seal BOX-104?")
    await gun.scan("BOX-104")
    await says(page, "BOX-104 is sealed")
    await page.keyboard.press("F8")
    await says(page, "0 of 1")
    await gun.scan("BOX-999")
    await says(page, "This is no sealed box")
    await gun.scan("BOX-104")
    await says(page, "1 of 1")
    await page.keyboard.press("F2")
    await says(page, "The driver has them")
    await expect(page.locator(".act-parcels > li")).to_have_count(2)
    assert [await desk.stage(x) for x in (near, far)] == ["in_return", "in_return"]
    await page.keyboard.press("Escape")
    await says(page, "Nothing has to leave")


async def test_a_parcel_that_its_buyer_waits_for_is_put_back(
    site: DeskSite, desk: BoxDesk, shared_chromium: Browser
) -> None:
    (kept,) = await desk.shelved()
    await desk.open_box(box="BOX-105")
    page, gun = await opened(site, shared_chromium, "/desk/leaving")
    await says(page, "Box BOX-105")
    await gun.scan(kept)
    answer = page.locator("main .answer")
    await expect(answer).to_contain_text("Put it back into its cell: it does not leave today.")
    assert await desk.stage(kept) == "shelved"


@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("size", [(1024, 600), (360, 740), (600, 1024), (1440, 900)])
async def test_no_screen_of_boxes_is_at_fault(
    site: DeskSite,
    desk: BoxDesk,
    shared_chromium: Browser,
    light: Any,
    size: tuple[int, int],
    tmp_path: Path,
) -> None:
    parcels = [(await desk.cancelled(cell))[0] for cell in ("1-1", "2-1", "2-2")]
    for box in ("BOX-A", "BOX-B"):
        await desk.open_box("defective" if box == "BOX-B" else "ordinary", box)
    await desk.put("BOX-A", parcels[0])
    width, height = size
    context = await shared_chromium.new_context(
        viewport={"width": width, "height": height}, color_scheme=light, locale="ru-RU"
    )
    page = await site.open(context, "/desk/leaving")
    await page.locator(".leaving-row").first.wait_for()
    await checked(page, width, tmp_path / "leaving.png")
    await page.locator(".box-card").first.click()
    await page.keyboard.press("F6")
    await checked(page, width, tmp_path / "sealing.png")
    await page.goto(f"{site.address}/desk/leaving")
    await page.locator(".leaving-row").first.wait_for()
    await (await scanner(page)).scan("BOX-NEW")
    await page.locator(".tile").first.wait_for()
    await checked(page, width, tmp_path / "kind.png")
    await desk.seal("BOX-A")
    await page.goto(f"{site.address}/desk/leaving/driver")
    await page.locator(".box-card").first.wait_for()
    await checked(page, width, tmp_path / "driver.png")
    await page.locator(".box-card").first.click()
    await page.keyboard.press("F2")
    await page.locator(".act").wait_for()
    await checked(page, width, tmp_path / "act.png")


async def checked(page: Page, width: int, picture: Path) -> None:
    """Assert that nothing is wrong with a screen, and take its picture."""
    assert await faults(page, width) == []
    assert ENGLISH.findall(await page.locator("main").inner_text()) == []
    await page.screenshot(path=picture)
