"""Goods that a buyer brings back: found by scan, compared with the claim, boxed by scan."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import asyncpg
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from gotovo.store.tables.attachments.attachment import AttachmentPurpose
from gotovo.web.site.rendering.bundle import read_bundle
from tests.support.api.things import new_attachment
from tests.support.browser.desk_site import DeskSite, desk_site, tablet
from tests.support.browser.faults import faults
from tests.support.browser.scanner import scanner, unhurried
from tests.support.desk.boxes import BoxDesk

MISSING: Final = read_bundle().reason
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"no pages of staff: {MISSING}")

ENGLISH: Final = re.compile(r"\b(?:[Tt]aken|[Rr]eturn|[Cc]laim|[Bb]uyer|[Gg]oods|[Ss]can)\w*")


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


async def claimed(desk: BoxDesk) -> str:
    """Return an issued order of which the buyer wants to bring a unit back, with a photo of it."""
    (parcel,) = await desk.shelved()
    number = parcel[:12]
    await desk.api.step(number, "handover", "point", code=desk.api.code(number))
    units = [{"line": 1, "quantity": 1}]
    await desk.api.step(number, "return-claim", "storefront", units=units)
    await new_attachment(desk.api, number, AttachmentPurpose.CLAIM)
    return number


async def says(page: Page, title: str) -> None:
    """Wait for the title of the answer."""
    await expect(page.locator("main .answer-title")).to_have_text(title, timeout=15_000)


async def test_what_was_announced_is_taken_back_and_boxed_by_scanner_and_keys(
    site: DeskSite, desk: BoxDesk, shared_chromium: Browser
) -> None:
    number = await claimed(desk)
    await desk.open_box(box="BOX-7")
    context = await tablet(shared_chromium)
    await unhurried(context)
    page = await site.open(context)
    gun = await scanner(page, layout="russian")
    await page.keyboard.press("F6")
    await says(page, "What comes back?")
    await expect(page.locator(".claimed h2")).to_have_text("1 return is announced")
    await gun.scan(f"{number}01")
    await says(page, "Announced")
    await expect(page.locator(".claim-photos [data-drawn]")).to_have_count(1)
    await expect(page.get_by_label("How many are here")).to_have_value("1")
    await page.keyboard.press("F2")
    await says(page, "The return is accepted")
    await gun.scan("BOX-7")
    await says(page, "In box BOX-7")
    assert await desk.contents("BOX-7") == [f"{number}02"]


async def test_what_was_used_is_not_taken_and_a_reason_in_words_is_asked_for(
    site: DeskSite, desk: BoxDesk, shared_chromium: Browser
) -> None:
    number = await claimed(desk)
    context = await tablet(shared_chromium)
    await unhurried(context)
    page = await site.open(context, "/desk/returns")
    await (await scanner(page)).scan(number)
    await says(page, "Announced")
    await page.get_by_label("How many are here").fill("0")
    await page.keyboard.press("F2")
    await says(page, "How many are here?")
    await page.get_by_label("How many are here").fill("1")
    await page.get_by_label("What becomes of it").select_option("no:used")
    await page.keyboard.press("F2")
    await says(page, "Nothing was taken back")
    order = (await desk.api.get(f"/orders/{number}")).json()
    assert order["attention"] == ["dispute"]


@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("size", [(1024, 600), (360, 740)])
async def test_no_screen_of_returns_is_at_fault(
    site: DeskSite,
    desk: BoxDesk,
    shared_chromium: Browser,
    light: Any,
    size: tuple[int, int],
    tmp_path: Path,
) -> None:
    number = await claimed(desk)
    width, height = size
    context = await shared_chromium.new_context(
        viewport={"width": width, "height": height}, color_scheme=light, locale="ru-RU"
    )
    await unhurried(context)
    page = await site.open(context, "/desk/returns")
    await page.locator(".claimed li").wait_for()
    await checked(page, width, tmp_path / "search.png")
    await (await scanner(page)).scan(number)
    await page.locator(".claim-photos [data-drawn]").wait_for()
    await checked(page, width, tmp_path / "goods.png")
    await page.keyboard.press("F2")
    await page.locator(".leaving-parcel").wait_for()
    await checked(page, width, tmp_path / "taken.png")


async def checked(page: Page, width: int, picture: Path) -> None:
    """Assert that nothing is wrong with a screen, and take its picture."""
    assert await faults(page, width) == []
    assert ENGLISH.findall(await page.locator("main").inner_text()) == []
    await page.screenshot(path=picture, full_page=True)
