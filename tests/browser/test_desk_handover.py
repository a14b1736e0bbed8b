"""The hand-over at the desk as a clerk does it: by a scanner, with several buyers at once."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from itertools import product
from typing import Any, Final, cast

import asyncpg
import pytest
import pytest_asyncio
from msgspec import structs
from playwright.async_api import Browser, Page, ViewportSize, expect

from gotovo.order.values.pickup_codes import qr_text
from gotovo.web.site.rendering.bundle import read_bundle
from tests.browser.test_every_page import TARGETS, TOO_SMALL, violations
from tests.support.api.network import KREMLIN, SECRET
from tests.support.browser.desk_site import DeskSite, desk_site, tablet
from tests.support.browser.scanner import Scanner, scanner, unhurried
from tests.support.desk.shelf import BORIS, TWO_BOXES, order_of, ready, wrong_code

MISSING: Final = read_bundle().reason
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"no pages of staff: {MISSING}")

DEVICES: Final = {"tablet": (1024, 600), "phone": (360, 740), "wide": (1600, 900)}


@pytest_asyncio.fixture(loop_scope="session")
async def desk(pool: "asyncpg.Pool[Any]", shared_chromium: Browser) -> AsyncIterator[DeskSite]:
    """Serve the desk at the time that browsers have; its clerk has begun no shift."""
    async with desk_site(pool, now=datetime.now(UTC), begun=False) as site:
        yield site
        for context in shared_chromium.contexts:
            await context.close()


class Desk:
    """A page with a scanner, and how much a clerk has done with it."""

    def __init__(self, site: DeskSite, page: Page, gun: Scanner) -> None:
        self.site = site
        self.page = page
        self._gun = gun
        self.actions = 0

    async def scan(self, code: str) -> None:
        """Pull the trigger once."""
        self.actions += 1
        await self._gun.scan(code)

    async def press(self, key: str) -> None:
        """Press one key."""
        self.actions += 1
        await self.page.keyboard.press(key)

    async def scan_qr(self, number: str) -> None:
        """Scan the QR that the buyer's phone shows now."""
        await self.scan(qr_text(SECRET, number, "KZN-1", 1, self.site.network.clock()))

    async def says(self, title: str) -> None:
        """Wait for the title of the answer."""
        await expect(self.page.locator("main .answer-title")).to_have_text(title)

    async def stage(self, number: str) -> str | None:
        """Return the stage of an order as it is stored."""
        return (await order_of(self.site.api, number)).stage


async def at_desk(
    site: DeskSite,
    browser: Browser,
    language: str = "en-GB",
    light: str = "light",
    size: tuple[int, int] = DEVICES["tablet"],
) -> Desk:
    """Begin the shift and open the hand-over."""
    viewport = ViewportSize(width=size[0], height=size[1])
    context = await browser.new_context(
        viewport=viewport, locale=language, color_scheme=cast("Any", light)
    )
    await unhurried(context)
    page = await site.open(context)
    await page.locator(".screen .button.wide").click()
    await page.locator(".tiles").wait_for()
    await page.keyboard.press("F3")
    await page.locator(".handover").wait_for()
    return Desk(site, page, await scanner(page))


async def pays_here(site: DeskSite) -> None:
    """Let the point take money."""
    point = structs.replace(KREMLIN, pays_at_point=True)
    await site.network.directory.put_point(point, site.network.clock())
    await site.network.directory.refresh()


async def test_who_has_no_shift_begins_one_first(desk: DeskSite, shared_chromium: Browser) -> None:
    page = await desk.open(await tablet(shared_chromium))
    await expect(page.locator(".answer-title")).to_have_text("No shift is open")
    await page.keyboard.press("F2")
    await expect(page.locator("h1")).to_have_text("What is next?")
    await page.reload()
    await page.wait_for_load_state("networkidle")
    await expect(page.locator("h1")).to_have_text("What is next?")


async def test_a_simple_hand_over_takes_three_actions(
    desk: DeskSite, shared_chromium: Browser
) -> None:
    number = await ready(desk.api)
    clerk = await at_desk(desk, shared_chromium)
    await clerk.scan_qr(number)
    await expect(clerk.page.locator(".answer .cell")).to_have_text(["54-35"])
    await clerk.scan(f"{number}01")
    await clerk.says("Everything is here")
    await clerk.press("F2")
    await clerk.says("Handed over")
    assert clerk.actions == 3
    assert await clerk.stage(number) == "issued"


async def test_enter_confirms_too_but_never_as_the_suffix_of_a_scan(
    desk: DeskSite, shared_chromium: Browser
) -> None:
    number = await ready(desk.api)
    clerk = await at_desk(desk, shared_chromium)
    await clerk.scan_qr(number)
    await clerk.says("0 of 1 parcels")
    hasty = await scanner(clerk.page, suffix=("Enter", "Enter"))
    await hasty.scan(f"{number}01")
    await clerk.says("Everything is here")
    assert await clerk.stage(number) == "handing_over"
    await clerk.page.wait_for_timeout(3_000)
    assert await clerk.stage(number) == "handing_over"
    await clerk.press("Enter")
    await clerk.says("Handed over")


async def test_the_sheet_at_the_desk_confirms_by_a_scan(
    desk: DeskSite, shared_chromium: Browser
) -> None:
    number = await ready(desk.api)
    clerk = await at_desk(desk, shared_chromium)
    await clerk.scan_qr(number)
    await clerk.scan(f"{number}01")
    await clerk.scan("GOTOVO-DONE")
    await clerk.says("Handed over")


async def test_a_parcel_that_was_forgotten_is_named_with_its_cell(
    desk: DeskSite, shared_chromium: Browser
) -> None:
    number = await ready(desk.api, TWO_BOXES)
    clerk = await at_desk(desk, shared_chromium)
    await clerk.scan_qr(number)
    await clerk.scan(f"{number}02")
    await clerk.says("1 of 2 parcels")
    await clerk.press("F2")
    await clerk.says("1 parcel is missing")
    await expect(clerk.page.locator(".answer .cell")).to_have_text(["54-35"])
    assert await clerk.stage(number) == "handing_over"
    parcel = clerk.page.locator(f"[data-parcel='{number}01']")
    await expect(parcel).to_have_attribute("aria-pressed", "false")
    await parcel.click()
    await expect(parcel).to_have_attribute("aria-pressed", "true")
    await clerk.press("F2")
    await clerk.says("Handed over")
    assert await clerk.stage(number) == "issued"


async def test_a_part_stays_at_the_desk_with_its_reason(
    desk: DeskSite, shared_chromium: Browser
) -> None:
    number = await ready(desk.api)
    clerk = await at_desk(desk, shared_chromium)
    await clerk.scan_qr(number)
    await clerk.scan(f"{number}01")
    await clerk.says("Everything is here")
    page = clerk.page
    await page.get_by_text("The buyer doesn't take it").click()
    await page.get_by_label("Why").select_option("not_fitting")
    await page.get_by_label("How many").fill("1")
    await page.get_by_role("button", name="Leave it here").click()
    await expect(page.get_by_text("1 stay here")).to_be_visible()
    await clerk.press("F2")
    await clerk.says("Handed over")
    order = await order_of(desk.api, number)
    assert (order.outcome, order.stage) == ("issued", "issued")
    assert any(parcel.back for parcel in order.parcels)


async def test_who_takes_nothing_is_not_said_to_have_got_it(
    desk: DeskSite, shared_chromium: Browser
) -> None:
    number = await ready(desk.api)
    clerk = await at_desk(desk, shared_chromium)
    await clerk.scan_qr(number)
    await clerk.scan(f"{number}01")
    await clerk.says("Everything is here")
    page = clerk.page
    await page.get_by_text("The buyer doesn't take it").click()
    await page.get_by_role("button", name="Leave it here").click()
    await expect(page.get_by_text("2 stay here")).to_be_visible()
    await clerk.press("F2")
    await clerk.says("Nothing was taken")
    await expect(page.locator("main .answer")).to_contain_text("with what is sent back")
    assert (await order_of(desk.api, number)).outcome == "cancelled"


async def test_a_strangers_parcel_is_never_ticked_off(
    desk: DeskSite, shared_chromium: Browser
) -> None:
    number, stranger = await ready(desk.api), await ready(desk.api, customer=BORIS)
    clerk = await at_desk(desk, shared_chromium)
    await clerk.scan_qr(number)
    await clerk.scan(f"{stranger}01")
    await clerk.says("Not this buyer's parcel")
    assert await clerk.stage(stranger) == "shelved"


async def test_two_visits_are_open_at_once_and_survive_a_reload(
    desk: DeskSite, shared_chromium: Browser
) -> None:
    first, second = await ready(desk.api), await ready(desk.api, customer=BORIS, cell="7-1")
    clerk = await at_desk(desk, shared_chromium)
    await clerk.scan_qr(first)
    await clerk.scan(f"{first}01")
    await clerk.says("Everything is here")
    await clerk.press("F3")
    await clerk.scan_qr(second)
    await clerk.says("0 of 1 parcels")
    await clerk.page.reload()
    await expect(clerk.page.locator(".open-handover")).to_have_count(2)
    await clerk.page.keyboard.type("2")
    await clerk.page.keyboard.press("Enter")
    await clerk.scan(f"{first}01")
    await clerk.says("Another buyer's parcel")
    await clerk.page.locator(".open-handover").first.click()
    await clerk.says("Everything is here")
    await clerk.press("F2")
    await clerk.says("Handed over")
    assert (await clerk.stage(first), await clerk.stage(second)) == ("issued", "handing_over")
    await expect(clerk.page.locator(".open-handover")).to_have_count(1)


async def test_a_wrong_code_says_so_and_what_to_do(
    desk: DeskSite, shared_chromium: Browser
) -> None:
    number = await ready(desk.api)
    clerk = await at_desk(desk, shared_chromium)
    page = clerk.page
    await page.get_by_label("Order number, or the last four").fill(number)
    await page.get_by_label("Code", exact=True).fill(wrong_code(desk.api, number))
    await page.get_by_role("button", name="Open the hand-over").click()
    await expect(page.locator("main .answer")).to_have_attribute("data-tone", "error")
    assert await page.locator(".answer-next").inner_text()
    await page.get_by_label("Order number, or the last four").fill("4547")
    await page.get_by_label("Code", exact=True).fill(desk.api.code(number))
    await page.get_by_role("button", name="Open the hand-over").click()
    await clerk.says("0 of 1 parcels")


async def test_what_is_due_is_confirmed_with_the_number_on_the_slip(
    desk: DeskSite, shared_chromium: Browser
) -> None:
    await pays_here(desk)
    number = await ready(desk.api, payment="at_point")
    clerk = await at_desk(desk, shared_chromium)
    await clerk.scan_qr(number)
    await clerk.scan(f"{number}01")
    await clerk.says("Take the payment")
    await clerk.press("F2")
    await clerk.says("Payment is not confirmed")
    await clerk.press("F8")
    await clerk.page.locator("[data-slip]").fill("slip 17")
    await clerk.page.get_by_role("button", name="The money is taken").click()
    await clerk.says("Everything is here")
    await clerk.press("F2")
    await clerk.says("Handed over")
    assert await clerk.stage(number) == "issued"


async def test_the_buyers_stop_shows_at_the_desk(desk: DeskSite, shared_chromium: Browser) -> None:
    number = await ready(desk.api)
    clerk = await at_desk(desk, shared_chromium)
    await clerk.scan_qr(number)
    await clerk.says("0 of 1 parcels")
    await desk.api.step(number, "handover-stop", "storefront")
    await expect(clerk.page.locator("main .answer-title")).to_have_text(
        "The buyer has stopped this", timeout=15_000
    )


async def test_a_hand_over_without_network_is_sent_once_it_is_back(
    desk: DeskSite, shared_chromium: Browser
) -> None:
    number = await ready(desk.api)
    clerk = await at_desk(desk, shared_chromium)
    await clerk.scan_qr(number)
    await clerk.scan(f"{number}01")
    await clerk.says("Everything is here")
    await clerk.page.context.set_offline(True)
    await clerk.press("F2")
    await expect(clerk.page.locator("main .answer-title")).to_have_text(
        "Not confirmed yet", timeout=15_000
    )
    await clerk.page.context.set_offline(False)
    await expect(clerk.page.locator("main .answer-title")).to_have_text(
        "Handed over", timeout=30_000
    )
    assert await clerk.stage(number) == "issued"


async def test_without_a_code_a_reason_is_given(desk: DeskSite, shared_chromium: Browser) -> None:
    number = await ready(desk.api)
    clerk = await at_desk(desk, shared_chromium)
    page = clerk.page
    await page.get_by_label("Order number, or the last four").fill(number)
    await page.get_by_text("The buyer has no code").click()
    await page.get_by_label("Why there is no code").select_option("phone_lost")
    await page.get_by_label("What the buyer showed instead").fill("a passport")
    await page.get_by_role("button", name="Open without a code").click()
    await expect(page.locator("main .answer")).to_have_attribute(
        "data-tone", re.compile("ok|attention")
    )


async def test_the_hand_over_speaks_russian(desk: DeskSite, shared_chromium: Browser) -> None:
    number = await ready(desk.api)
    clerk = await at_desk(desk, shared_chromium, "ru-RU")
    await clerk.scan_qr(number)
    await clerk.says("посылки: 0 из 1")
    await clerk.scan(f"{number}01")
    await clerk.says("Всё на месте")
    text = await clerk.page.locator("main").inner_text()
    assert not re.findall(r"\b(?:the|order|parcel|stays?)\b", text, re.IGNORECASE)


@pytest.mark.parametrize(("device", "light"), [*product(DEVICES, ("light", "dark"))])
async def test_no_state_of_the_hand_over_is_at_fault_on_any_device(
    desk: DeskSite, shared_chromium: Browser, device: str, light: str
) -> None:
    await pays_here(desk)
    number = await ready(desk.api, TWO_BOXES, payment="at_point")
    language = "ru-RU" if light == "light" else "en-GB"
    clerk = await at_desk(desk, shared_chromium, language, light, DEVICES[device])
    page, (width, _) = clerk.page, DEVICES[device]
    assert await _faults(page, width) == []
    await clerk.scan_qr(number)
    await page.locator(".parcel").first.wait_for()
    await clerk.scan(f"{number}01")
    await expect(page.locator(".parcel[aria-pressed=true]")).to_have_count(1)
    for each in await page.locator(".handover summary").all():
        await each.click()
    assert await _faults(page, width) == []


async def _faults(page: Page, width: int) -> list[str]:
    needed = await page.evaluate("document.documentElement.scrollWidth")
    too_wide = [f"{needed} px wide in a window of {width}"] if needed > width else []
    too_small = await page.evaluate(TOO_SMALL, TARGETS)
    return [*too_wide, *too_small, *await violations(page)]
