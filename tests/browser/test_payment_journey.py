"""A buyer pays in a real browser: to the page of a bank on another site, and back.

The bank is YooKassa's documented API over real HTTP; its page has another host than the shop's, so
the policy of the shop's pages is what a browser makes of it.
"""

from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import asyncpg
from playwright.async_api import Browser, Page

from gotovo.store.journal.journal import PostgresJournal
from gotovo.web.site.dependencies import WebDependencies
from tests.support.browser.paying_shop import (
    LIVE_MS,
    PayingShop,
    goes_to_bank,
    pay_button,
    pays_at_bank,
    sees_status,
)
from tests.support.web.buyer import text_of
from tests.support.web.cast import ALINA, NOW, Cast, Clock
from tests.support.web.goods import HEADPHONES, MUG
from tests.support.web.stage import teller

EMAIL: Final = "alina@example.com"


async def test_a_buyer_pays_at_the_bank_and_comes_back_to_an_order_in_processing(
    window: Page, shop: PayingShop, cast: Cast
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


async def test_a_buyer_with_an_address_is_told_that_the_payment_was_received(
    window: Page,
    shop: PayingShop,
    cast: Cast,
    pool: "asyncpg.Pool[Any]",
    journal: PostgresJournal,
    dependencies: WebDependencies,
) -> None:
    order = await cast.place(ALINA, NOW, HEADPHONES, email=EMAIL)
    await pays_at_bank(window, shop, order)
    await teller(dependencies, pool, by_mail=True)(await journal.feed(0, 0, 1_000))
    assert dependencies.phone is not None
    (told,) = await dependencies.phone.latest(EMAIL, 50)
    assert told.purpose == "paid"
    assert "он оплачен и уже в обработке" in text_of(told.text)
    await window.goto(f"{shop.site}/orders/{order.number}/messages")
    await window.get_by_text("Payment received").first.wait_for(timeout=LIVE_MS)


async def test_back_from_the_bank_is_the_order_and_not_a_loop(
    window: Page, shop: PayingShop, cast: Cast
) -> None:
    order = await cast.place(ALINA, NOW, HEADPHONES)
    await goes_to_bank(window, shop, order)
    await window.go_back()
    await window.wait_for_url(f"{shop.site}/orders/{order.number}", timeout=LIVE_MS)
    await window.locator(".notice", has_text="A payment was begun").wait_for(timeout=LIVE_MS)


async def test_without_scripts_the_way_to_the_bank_and_back_is_the_same(
    shared_chromium: Browser, window: Page, shop: PayingShop, cast: Cast
) -> None:
    order = await cast.place(ALINA, NOW, HEADPHONES)
    context = await shared_chromium.new_context(java_script_enabled=False, locale="en-GB")
    await context.add_cookies(await window.context.cookies())  # pyright: ignore[reportArgumentType]
    page = await context.new_page()
    await goes_to_bank(page, shop, order)
    await page.locator("form[action$='/pay'] button").click()
    await sees_status(page, "processing")


async def test_a_window_that_is_closed_at_the_bank_loses_nothing(
    window: Page, shop: PayingShop, cast: Cast, clock: Clock
) -> None:
    order = await cast.place(ALINA, NOW, HEADPHONES)
    other = await window.context.new_page()
    await other.goto(f"{shop.site}/orders/{order.number}")
    await goes_to_bank(window, shop, order)
    await window.close()
    shop.bank.ledger.pay(shop.payment["id"])
    clock.now += timedelta(minutes=2)
    await shop.poller.check_due()
    await sees_status(other, "processing")


async def test_a_page_that_waits_for_the_bank_follows_by_itself(
    window: Page, shop: PayingShop, cast: Cast
) -> None:
    order = await cast.place(ALINA, NOW, HEADPHONES)
    await goes_to_bank(window, shop, order)
    await window.goto(shop.payment["confirmation"]["return_url"])
    assert window.url == f"{shop.site}/orders/{order.number}/payment"
    await window.get_by_role("heading", name="We are asking the bank").wait_for(timeout=LIVE_MS)
    shop.bank.ledger.pay(shop.payment["id"])
    await sees_status(window, "processing")


async def test_a_declined_payment_is_tried_again_with_another_method(
    window: Page, shop: PayingShop, cast: Cast
) -> None:
    order = await cast.place(ALINA, NOW, HEADPHONES)
    await goes_to_bank(window, shop, order)
    await window.get_by_role("button", name="Decline").click()
    await window.get_by_role("heading", name="The payment did not go through").wait_for(
        timeout=LIVE_MS
    )
    await window.get_by_text("There was not enough money").wait_for(timeout=LIVE_MS)
    await window.locator(pay_button(order, "sbp")).click()
    await window.wait_for_url(shop.bank_pages, timeout=LIVE_MS)
    await window.get_by_role("button", name="Pay").click()
    await sees_status(window, "processing")


async def test_a_link_is_paid_by_somebody_who_is_not_signed_in(
    shared_chromium: Browser, window: Page, shop: PayingShop, cast: Cast
) -> None:
    order = await cast.place(ALINA, NOW, HEADPHONES)
    await goes_to_bank(window, shop, order)
    link = shop.payment["confirmation"]["return_url"].removesuffix("/return")
    context = await shared_chromium.new_context(locale="en-GB")
    page = await context.new_page()
    await page.goto(link)
    await page.locator("form.pay-form button[value='card']").click()
    await page.wait_for_url(shop.bank_pages, timeout=LIVE_MS)
    await page.get_by_role("button", name="Pay").click()
    await page.get_by_role("heading", name="This order is paid").wait_for(timeout=LIVE_MS)
    assert page.url == link
