"""A buyer pays in a real browser: to the page of a bank on another site, and back.

The bank is YooKassa's documented API over real HTTP; its page has another host than the shop's, so
the policy of the shop's pages is what a browser makes of it.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import asyncpg
import httpx
import pytest
import pytest_asyncio
from msgspec import structs
from playwright.async_api import Browser, Page

from gotovo.engine.engine import Engine
from gotovo.order.values.order import Order
from gotovo.payments.intake.attempt_poller import AttemptPoller
from gotovo.payments.providers.yookassa import YooKassa, YooKassaAccount
from gotovo.store.tables.money.payment_attempts import PaymentAttempts
from gotovo.web.site.dependencies import WebDependencies
from gotovo.words.statuses import status_label
from tests.support.browser.site import PHONE, served, signed_in
from tests.support.payments.checkout import checkout_at, intake_at
from tests.support.payments.yookassa_ledger import SECRET, SHOP, YooKassaLedger
from tests.support.payments.yookassa_server import YooKassaServer, yookassa_server
from tests.support.web.cast import ALINA, NOW, Cast, Clock
from tests.support.web.goods import HEADPHONES, MUG

LIVE_MS = 15_000
"""A page that waits for a bank asks every five seconds; a machine under other tests gets more."""


class Shop(NamedTuple):
    """A shop with an account at a bank, and what asks the bank when nobody comes back."""

    site: str
    bank: YooKassaServer
    poller: AttemptPoller


@pytest_asyncio.fixture(loop_scope="session")
async def shop(
    dependencies: WebDependencies, pool: "asyncpg.Pool[Any]", engine: Engine, clock: Clock
) -> AsyncIterator[Shop]:
    """Serve the pages of a shop whose bank has a site of its own."""
    async with yookassa_server(YooKassaLedger(clock)) as bank, httpx.AsyncClient() as client:
        bank.ledger.page_url = bank.ledger.page_url.replace("127.0.0.1", "localhost")
        account = YooKassa(YooKassaAccount(SHOP, SECRET, bank.url), client)
        intake = intake_at(pool, engine, clock, account)
        checkout = checkout_at(pool, engine, clock, account)
        poller = AttemptPoller({account.name: account}, PaymentAttempts(pool), intake, clock)
        pages = structs.replace(dependencies, checkout=checkout, demo_bank=None)
        async with served(pages) as site:
            yield Shop(site, bank, poller)


@pytest_asyncio.fixture(loop_scope="session")
async def window(shared_chromium: Browser, shop: Shop) -> AsyncIterator[Page]:
    """Give a window in which Alina is signed in, on a phone."""
    context = await shared_chromium.new_context(
        viewport={"width": PHONE["width"], "height": PHONE["height"]}, locale="en-GB"
    )
    page = await context.new_page()
    await page.goto(shop.site)
    await signed_in(page, ALINA)
    yield page
    await context.close()


def bank_page(order: Order, method: str = "card") -> str:
    """Return the button of an order's page that leads to the bank."""
    return f"form[action='/orders/{order.number}/payment'] button[value='{method}']"


async def goes_to_bank(page: Page, shop: Shop, order: Order) -> None:
    """Press the button of the order's page, and wait for the page of the bank."""
    await page.goto(f"{shop.site}/orders/{order.number}")
    await page.locator(bank_page(order)).click()
    await page.wait_for_url(f"{shop.bank.ledger.page_url}/pay/*", timeout=LIVE_MS)


async def sees_status(page: Page, status: str) -> None:
    """Wait until the head of an order's page says a status."""
    said = page.locator(".order-head .status", has_text=status_label(status, None, "en"))
    await said.first.wait_for(timeout=LIVE_MS)


async def test_a_buyer_pays_at_the_bank_and_comes_back_to_an_order_in_processing(
    window: Page, shop: Shop, cast: Cast
) -> None:
    order = await cast.place(ALINA, NOW, HEADPHONES, MUG)
    refused: list[str] = []
    window.on("console", lambda message: refused.append(message.text))
    await goes_to_bank(window, shop, order)
    assert urlsplit(window.url).hostname == "localhost"
    assert await window.evaluate("document.referrer") == ""
    await window.get_by_role("button", name="Pay").click()
    await sees_status(window, "processing")
    assert window.url == f"{shop.site}/orders/{order.number}"
    assert not [each for each in refused if "Content Security Policy" in each]


async def test_back_from_the_bank_is_the_order_and_not_a_loop(
    window: Page, shop: Shop, cast: Cast
) -> None:
    order = await cast.place(ALINA, NOW, HEADPHONES)
    await goes_to_bank(window, shop, order)
    await window.go_back()
    await window.wait_for_url(f"{shop.site}/orders/{order.number}", timeout=LIVE_MS)
    await window.locator(".notice", has_text="A payment was begun").wait_for(timeout=LIVE_MS)


async def test_without_scripts_the_way_to_the_bank_and_back_is_the_same(
    shared_chromium: Browser, window: Page, shop: Shop, cast: Cast
) -> None:
    order = await cast.place(ALINA, NOW, HEADPHONES)
    context = await shared_chromium.new_context(java_script_enabled=False, locale="en-GB")
    await context.add_cookies(await window.context.cookies())  # pyright: ignore[reportArgumentType]
    page = await context.new_page()
    await goes_to_bank(page, shop, order)
    await page.locator("form[action$='/pay'] button").click()
    await sees_status(page, "processing")


async def test_a_window_that_is_closed_at_the_bank_loses_nothing(
    window: Page, shop: Shop, cast: Cast, clock: Clock
) -> None:
    order = await cast.place(ALINA, NOW, HEADPHONES)
    other = await window.context.new_page()
    await other.goto(f"{shop.site}/orders/{order.number}")
    await goes_to_bank(window, shop, order)
    (payment,) = shop.bank.ledger.payments.values()
    await window.close()
    shop.bank.ledger.pay(payment["id"])
    clock.now += timedelta(minutes=2)
    await shop.poller.check_due()
    await sees_status(other, "processing")


async def test_a_page_that_waits_for_the_bank_follows_by_itself(
    window: Page, shop: Shop, cast: Cast
) -> None:
    order = await cast.place(ALINA, NOW, HEADPHONES)
    await goes_to_bank(window, shop, order)
    (payment,) = shop.bank.ledger.payments.values()
    await window.goto(payment["confirmation"]["return_url"])
    assert window.url == f"{shop.site}/orders/{order.number}/payment"
    await window.get_by_role("heading", name="We are asking the bank").wait_for(timeout=LIVE_MS)
    shop.bank.ledger.pay(payment["id"])
    await sees_status(window, "processing")


async def test_a_declined_payment_is_tried_again_with_another_method(
    window: Page, shop: Shop, cast: Cast
) -> None:
    order = await cast.place(ALINA, NOW, HEADPHONES)
    await goes_to_bank(window, shop, order)
    await window.get_by_role("button", name="Decline").click()
    await window.get_by_role("heading", name="The payment did not go through").wait_for(
        timeout=LIVE_MS
    )
    await window.get_by_text("There was not enough money").wait_for(timeout=LIVE_MS)
    await window.locator(bank_page(order, "sbp")).click()
    await window.wait_for_url(f"{shop.bank.ledger.page_url}/pay/*", timeout=LIVE_MS)
    await window.get_by_role("button", name="Pay").click()
    await sees_status(window, "processing")


async def test_a_link_is_paid_by_somebody_who_is_not_signed_in(
    shared_chromium: Browser, window: Page, shop: Shop, cast: Cast
) -> None:
    order = await cast.place(ALINA, NOW, HEADPHONES)
    await goes_to_bank(window, shop, order)
    (payment,) = shop.bank.ledger.payments.values()
    link = payment["confirmation"]["return_url"].removesuffix("/return")
    context = await shared_chromium.new_context(locale="en-GB")
    page = await context.new_page()
    await page.goto(link)
    await page.locator("form.pay-form button[value='card']").click()
    await page.wait_for_url(f"{shop.bank.ledger.page_url}/pay/*", timeout=LIVE_MS)
    await page.get_by_role("button", name="Pay").click()
    await page.get_by_role("heading", name="is paid").wait_for(timeout=LIVE_MS)
    assert page.url == link
