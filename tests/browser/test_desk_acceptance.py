"""A van is accepted and shelved by scanner alone, in Chromium, against the real server."""

import csv
import io
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any, Final

import asyncpg
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from gotovo.web.site.rendering.bundle import read_bundle
from tests.browser.test_every_page import violations
from tests.support.browser.desk_site import DeskSite, desk_site, tablet
from tests.support.browser.scanner import Scanner, scanner, unhurried
from tests.support.desk.acceptance import Desk

MISSING: Final = read_bundle().reason
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"no pages of staff: {MISSING}")

DOUBLE_TRIGGER_MS: Final = 1_600
"""For a little less than this, the same code is one scan."""


class Clerk:
    """Somebody at the desk with a scanner, whose computer has a Russian layout."""

    def __init__(self, page: Page, hand: Scanner) -> None:
        self.page = page
        self.hand = hand

    async def scan(self, code: str, title: str, *cells: str) -> None:
        """Scan a code and expect its answer."""
        await self.hand.scan(code)
        answer = self.page.locator("main .answer")
        await expect(answer.locator(".answer-title")).to_have_text(title)
        if cells:
            await expect(answer.locator(".cell")).to_have_text([*cells])

    async def types(self, code: str) -> None:
        """Type a code by hand, into its field."""
        await self.page.keyboard.press("F1")
        await self.page.locator("#code").fill(code)
        await self.page.locator(".scan-button").click()

    async def heading(self, title: str) -> None:
        """Expect a screen."""
        await expect(self.page.locator("h1")).to_have_text(title)

    async def told(self) -> str:
        """Return the whole answer in one line."""
        return re.sub(r"\s+", " ", await self.page.locator("main .answer").inner_text())


@pytest_asyncio.fixture(loop_scope="session")
async def site(pool: "asyncpg.Pool[Any]", shared_chromium: Browser) -> AsyncIterator[DeskSite]:
    """Serve the desk; windows close before the site, which waits for its visitors."""
    async with desk_site(pool, now=datetime.now(UTC)) as site:
        yield site
        for context in shared_chromium.contexts:
            await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def desk(site: DeskSite) -> Desk:
    """Give the same point through its API, with a plan of its cells."""
    desk = Desk(site.api)
    await desk.set_up()
    return desk


@pytest_asyncio.fixture(loop_scope="session")
async def clerk(site: DeskSite, shared_chromium: Browser) -> Clerk:
    """Give a clerk on the first screen, whose shift has begun."""
    context = await tablet(shared_chromium)
    await unhurried(context)
    page = await site.open(context)
    return Clerk(page, await scanner(page, layout="russian"))


async def begin(clerk: Clerk, manifest: str) -> None:
    """Open the acceptance of a van by its manifest."""
    await clerk.page.keyboard.press("F2")
    await clerk.heading("Accept and shelve")
    await clerk.hand.scan(manifest)
    await clerk.heading("Accept")
    await expect(clerk.page.locator(".lead")).to_have_text(manifest)


async def test_a_van_is_accepted_shelved_and_closed_with_its_differences(
    site: DeskSite, desk: Desk, clerk: Clerk
) -> None:
    first, second, lost = await desk.packed_each(["KZN-1"] * 3)
    (surplus,), (elsewhere,) = await desk.packed(), await desk.packed(point="KZN-2")
    await begin(clerk, await desk.manifest([first, second, lost]))
    page, tally = clerk.page, clerk.page.locator(".tally")
    await expect(tally).to_have_text(re.compile(r"0 of 3, 3\smissing"))

    await clerk.scan(first, "Accepted", "2-1")
    await expect(page.locator(".waiting-list li")).to_have_count(1)
    assert await desk.stage(first) == "arrived_at_point"
    await clerk.scan("CELL:2-1", "On the shelf: ready", "2-1")
    assert await desk.stage(first) == "shelved"
    await expect(page.locator(".waiting-list li")).to_have_count(0)

    await clerk.scan(second, "Accepted", "2-1")
    await clerk.scan("CELL:9-1", "On the shelf: ready", "9-1")
    assert "2-1 was proposed, it lies in 9-1" in await clerk.told()
    await clerk.scan(elsewhere, "Not for this point")
    assert "KZN-2" in await clerk.told()
    await clerk.scan(surplus, "Surplus: accepted")
    await expect(tally).to_have_text(re.compile(r"2 of 3, 1\smissing"))
    assert await desk.stage(surplus) == "arrived_at_point"

    await page.keyboard.press("F6")
    await clerk.heading("Is this all?")
    differences = page.locator(".differences li")
    await expect(differences).to_have_count(3)
    await page.keyboard.press("F10")
    await page.keyboard.press("F10")
    await clerk.heading("Report")
    await expect(page.locator("main .answer .answer-title")).to_have_text("Closed")
    await _report_equals(site, desk, clerk, {"missing": lost, "surplus": surplus})


async def _report_equals(site: DeskSite, desk: Desk, clerk: Clerk, differs: dict[str, str]) -> None:
    identity = clerk.page.url.split("/")[-1]
    answer = await site.api.get(f"/points/KZN-1/acceptances/{identity}/report", desk.by)
    items = answer.json()["items"]
    for result, parcel in differs.items():
        assert [x["parcel"] for x in items if x["result"] == result] == [parcel]
        row = clerk.page.locator(f".differences [data-result={result}]")
        assert re.sub(r"\D", "", await row.inner_text()) == parcel
    assert answer.json()["closed_by"].startswith("point:staff-")
    async with clerk.page.expect_download() as download:
        await clerk.page.keyboard.press("F4")
    table = await (await download.value).path()
    rows = [*csv.DictReader(io.StringIO(table.read_text("utf-8")))]
    assert [(x["result"], x["parcel"]) for x in rows] == [(x["result"], x["parcel"]) for x in items]


async def test_a_second_scan_says_already_here_and_a_double_trigger_is_one_scan(
    site: DeskSite, desk: Desk, clerk: Clerk
) -> None:
    first, second = await desk.packed_each(["KZN-1"] * 2)
    await begin(clerk, await desk.manifest([first, second]))
    await clerk.hand.scan(first, first, first)
    # The note "scanned already" may come before the answer, which then takes its place.
    await expect(clerk.page.locator("main .answer .answer-title")).to_have_text("Accepted")
    await clerk.scan(second, "Accepted")
    await expect(clerk.page.locator(".tally")).to_have_text("2 of 2: all are here")
    await clerk.page.wait_for_timeout(DOUBLE_TRIGGER_MS)
    await clerk.scan(first, "Already here", "2-1")
    await clerk.hand.scan("4601234567893", "4601234567893")
    await expect(clerk.page.locator("main .answer .answer-title")).to_have_text("No parcel of ours")
    await clerk.scan("CELL:2-1", "Which parcel?")
    codes = await site.network.pool.fetch("select code, answer from acceptance_scan order by at")
    found = [(x["code"], x["answer"]) for x in codes]
    assert sorted(found) == sorted(
        [
            (first, "accepted"),
            (second, "accepted"),
            (first, "already_here"),
            ("4601234567893", "unknown"),
        ]
    )


async def test_the_cell_after_a_scan_that_failed_is_not_for_the_parcel_before_it(
    desk: Desk, clerk: Clerk
) -> None:
    (first,), (elsewhere,) = await desk.packed(), await desk.packed(point="KZN-2")
    await begin(clerk, await desk.manifest([first]))
    await clerk.scan(first, "Accepted")
    await clerk.scan(elsewhere, "Not for this point")
    await clerk.scan("CELL:2-1", "Which parcel?")
    assert await desk.stage(first) == "arrived_at_point"


async def test_shelving_alone_survives_a_reload_and_a_wrong_cell_says_what_to_do(
    desk: Desk, clerk: Clerk
) -> None:
    parcels = await desk.packed_each(["KZN-1"] * 2)
    await begin(clerk, await desk.manifest(parcels))
    for each in parcels:
        await clerk.scan(each, "Accepted")
    page = clerk.page
    await page.keyboard.press("F2")
    await clerk.heading("Shelve")
    await page.reload()
    await clerk.heading("Shelve")
    await expect(page.locator(".waiting-list li")).to_have_count(2)
    await clerk.scan(parcels[0], "Which cell?", "2-1")
    await clerk.scan("CELL:77-7", "Unknown cell")
    assert "type it as 54-35. The parcel is still chosen." in await clerk.told()
    await clerk.types("2-01")
    await expect(page.locator("main .answer .answer-title")).to_have_text("On the shelf: ready")
    await expect(page.locator(".waiting-list li")).to_have_count(1)
    assert [await desk.stage(x) for x in parcels] == ["shelved", "arrived_at_point"]


async def test_damage_what_cannot_be_read_and_what_is_no_order_are_told_by_keys(
    desk: Desk, clerk: Clerk
) -> None:
    torn, hidden = await desk.packed_each(["KZN-1"] * 2)
    code = await desk.manifest([torn, hidden], {hidden: "BOX-7"})
    await begin(clerk, code)
    title = clerk.page.locator("main .answer .answer-title")
    await clerk.scan(torn, "Accepted")
    for key in ("F3", "F2", "F3"):
        await clerk.page.keyboard.press(key)
    await expect(title).to_have_text("Damaged: accepted")
    assert await violations(clerk.page) == []
    for key in ("F3", "F6", "F2"):
        await clerk.page.keyboard.press(key)
    await expect(title).to_have_text("Not an order")
    for key in ("F3", "F3"):
        await clerk.page.keyboard.press(key)
    await clerk.heading("Can't be read")
    await clerk.hand.scan("BOX-7")
    await clerk.hand.scan("MUG-RED")
    await expect(title).to_have_text("Accepted")
    assert await desk.stage(hidden) == "arrived_at_point"
    await expect(clerk.page.locator(".tally")).to_have_text("2 of 2: all are here")


async def test_several_acceptances_are_open_at_once(desk: Desk, clerk: Clerk) -> None:
    (mine,), (yours,) = await desk.packed(), await desk.packed()
    van = await desk.manifest([mine])
    other = await desk.manifest([yours])
    await begin(clerk, van)
    await clerk.hand.scan(other)
    await expect(clerk.page.locator(".lead")).to_have_text(other)
    await clerk.scan(yours, "Accepted")
    await clerk.page.keyboard.press("Escape")
    await expect(clerk.page.locator(".choices .tile")).to_have_count(2)
    assert await violations(clerk.page) == []
    await clerk.page.get_by_role("button", name=van).click()
    await expect(clerk.page.locator(".lead")).to_have_text(van)
    await clerk.page.keyboard.press("Escape")
    await clerk.page.keyboard.press("F3")
    await expect(clerk.page.locator(".lead")).to_have_text("Loose")
