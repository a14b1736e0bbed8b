"""Whole journeys of a buyer whose page stays open, on a phone in Russian and on a desk in English.

Nothing is reloaded by the test: what the warehouse and the desk do shows by itself.
"""

from datetime import datetime
from typing import NamedTuple

import pytest
from playwright.async_api import Browser, Locator, Page

from gotovo.order.steps.arrival import Arrive
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.handover_opening import OpenHandover
from gotovo.order.steps.packing import Pack
from gotovo.order.steps.picking import StartPicking
from gotovo.order.steps.placement import NewLine
from gotovo.order.steps.reception import Receive
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.steps.shelving import Shelve
from gotovo.order.steps.storage_expiry import ExpireStorage
from gotovo.order.values.actor import Role
from gotovo.order.values.order import Condition, Order, Outcome, Units
from gotovo.words.language import Language
from gotovo.words.statuses import reason_label, stage_label, status_label
from tests.support.browser.site import DESK, PHONE, signed_in
from tests.support.web.cast import ALINA, DAY, HOUR, NOW, Cast, code_of
from tests.support.web.goods import HEADPHONES, KETTLE, MUG

LIVE_MS = 5_000
"""A change shows within a second; a machine under other tests gets more."""


class Reader(NamedTuple):
    """With what somebody reads, and in which language."""

    language: Language
    viewport: dict[str, int]


READERS = [
    pytest.param(Reader("ru", PHONE), id="phone-ru"),
    pytest.param(Reader("en", DESK), id="desk-en"),
]


class Account:
    """The page of somebody signed in, and what it says."""

    def __init__(self, page: Page, site: str, reader: Reader) -> None:
        self.page = page
        self.site = site
        self.language: Language = reader.language

    async def signs_in(self, phone: str) -> None:
        """Sign in on the front page."""
        await self.page.goto(self.site)
        await signed_in(self.page, phone)

    async def opens(self, order: Order) -> None:
        """Open the page of an order."""
        await self.page.goto(f"{self.site}/orders/{order.number}")

    async def pays(self, order: Order) -> None:
        """Pay at the bank of the demo, and come back."""
        form = f"form[action='/orders/{order.number}/payment']"
        await self.page.locator(f"{form} button[value='card']").click()
        await self.page.locator("button[name='decision'][value='pay']").click()

    async def sees_status(self, status: str, outcome: Outcome | None = None) -> None:
        """Wait until the head of the page says a status."""
        said = status_label(status, outcome, self.language)
        await self.sees(self.page.locator(".order-head .status", has_text=said))

    async def sees_stage(self, order: Order) -> None:
        """Wait until the stages that are unfolded hold the one an order is in."""
        label = stage_label(order.stage, self.language)
        await self.sees(self.page.locator(".stages", has_text=label))

    async def sees_text(self, text: str) -> None:
        """Wait until the page says a text, spaces made plain."""
        wanted = text.replace(" ", r"[\s\u00a0]")
        await self.sees(self.page.locator(f"main >> text=/{wanted}/").first)

    async def sees(self, what: Locator) -> None:
        """Wait for something without touching the page."""
        await what.first.wait_for(timeout=LIVE_MS)


async def account_of(chromium: Browser, site: str, reader: Reader) -> Account:
    """Return the account of Alina in a browser of its own."""
    width, height = reader.viewport["width"], reader.viewport["height"]
    context = await chromium.new_context(
        viewport={"width": width, "height": height},
        locale={"ru": "ru-RU", "en": "en-GB"}[reader.language],
    )
    account = Account(await context.new_page(), site, reader)
    await account.signs_in(ALINA)
    return account


async def shelved(cast: Cast, *lines: NewLine, since: datetime = NOW - HOUR) -> Order:
    """Return an order that has waited on its shelf for some time."""
    order = await cast.place(ALINA, since - 6 * HOUR, *lines)
    return await cast.shelve(await cast.send(order, since - 5 * HOUR), since)


@pytest.mark.parametrize("reader", READERS)
async def test_an_order_lives_from_the_basket_to_the_desk(
    chromium: Browser, site: str, cast: Cast, reader: Reader
) -> None:
    account = await account_of(chromium, site, reader)
    order = await cast.place(ALINA, NOW, HEADPHONES, MUG)
    await account.sees(account.page.locator(f"a[href='/orders/{order.number}']"))
    await account.opens(order)
    await account.sees_status("awaiting_payment")
    await account.pays(order)
    await account.sees_status("processing")
    for command in (StartPicking(), Pack(), Dispatch(manifest="R-1"), Arrive()):
        order = await cast.step(order, command, NOW)
        await account.sees_stage(order)
    order = await cast.step(order, Shelve(cell="A-12"), NOW)
    await account.sees_status("ready_for_pickup")
    code = await account.page.locator(".ticket-code b").inner_text()
    assert "".join(filter(str.isdigit, code)) == code_of(order)
    order = await cast.step(order, OpenHandover(code_of(order)), NOW)
    stop = account.page.locator(f"form[action='/orders/{order.number}/handover-stop'] button")
    await account.sees(stop)
    await cast.hand_over(order, NOW)
    await account.sees_status("closed", Outcome.ISSUED)
    assert await account.page.locator(".ticket-code").count() == 0


@pytest.mark.parametrize("reader", READERS)
async def test_who_is_not_at_the_desk_stops_the_hand_over(
    chromium: Browser, site: str, cast: Cast, reader: Reader
) -> None:
    account = await account_of(chromium, site, reader)
    order = await shelved(cast, KETTLE)
    await account.opens(order)
    order = await cast.step(order, OpenHandover(code_of(order)), NOW)
    stop = account.page.locator(f"form[action='/orders/{order.number}/handover-stop'] button")
    await stop.click(timeout=LIVE_MS)
    await stop.wait_for(state="detached", timeout=LIVE_MS)
    await account.sees_status("ready_for_pickup")


@pytest.mark.parametrize("reader", READERS)
async def test_an_order_that_nobody_collects_goes_back_and_so_does_the_money(
    chromium: Browser, site: str, cast: Cast, reader: Reader
) -> None:
    account = await account_of(chromium, site, reader)
    order = await shelved(cast, KETTLE, since=NOW - 9 * DAY)
    await account.opens(order)
    await account.sees_status("ready_for_pickup")
    order = await cast.step(order, ExpireStorage(), NOW, Role.SYSTEM)
    await account.sees_status("closed", Outcome.CANCELLED)
    assert order.reason is not None
    await account.sees_text(reason_label(order.reason, reader.language))
    assert order.refunds


@pytest.mark.parametrize("reader", READERS)
async def test_what_was_refused_at_the_desk_is_paid_back(
    chromium: Browser, site: str, cast: Cast, reader: Reader
) -> None:
    account = await account_of(chromium, site, reader)
    order = await shelved(cast, KETTLE, MUG)
    await account.opens(order)
    order = await cast.hand_over(order, NOW, Units(2, 1))
    await account.sees_status("closed", Outcome.ISSUED)
    assert [refund.amount for refund in order.refunds] == [MUG.price]
    await account.sees_text("450,50" if reader.language == "ru" else "450.50")


@pytest.mark.parametrize("reader", READERS)
async def test_what_is_brought_back_after_the_issue_is_a_return(
    chromium: Browser, site: str, cast: Cast, reader: Reader
) -> None:
    account = await account_of(chromium, site, reader)
    order = await shelved(cast, KETTLE)
    order = await cast.hand_over(order, NOW)
    await account.opens(order)
    order = await cast.step(order, AcceptReturn(point="KZN-1"), NOW)
    await cast.step(order, Receive(condition=Condition.RESTOCKED), NOW)
    await account.sees_status("closed", Outcome.RETURNED)


async def test_two_devices_see_the_same_at_once(chromium: Browser, site: str, cast: Cast) -> None:
    phone = await account_of(chromium, site, Reader("ru", PHONE))
    desk = await account_of(chromium, site, Reader("en", DESK))
    order = await cast.place(ALINA, NOW, HEADPHONES)
    await phone.opens(order)
    await desk.opens(order)
    await phone.pays(order)
    await phone.sees_status("processing")
    await desk.sees_status("processing")
