"""Notifications in a real browser: shown, opened, and reported to the server, also later.

A headless Chromium has neither a screen for notifications nor a push service, so the tests stand in
for these two; the worker, its events, its storage and its requests are real.
"""

import asyncio
import json
import re
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from typing import Any, Final
from uuid import UUID

import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, Worker, expect

from gotovo.notices.channels.push.shown_tokens import shown_token
from gotovo.notices.channels.push.vapid import vapid_public
from gotovo.order.values.customer import customer_id
from gotovo.web.site.dependencies import WebDependencies
from tests.support.browser.push import ReceiptTaker, with_receipts
from tests.support.browser.site import PHONE, served, signed_in
from tests.support.web.cast import ALINA, KEYRING, NOW, SECRET, Cast
from tests.support.web.sample_orders.open_orders import ready

MESSAGE: Final = str(UUID(int=7))
TOKEN: Final = shown_token(KEYRING.tokens.key, MESSAGE, "https://push.example.org/abc")

SCREEN: Final = """() => {
  self.screen = [];
  registration.showNotification = async (title, options) => {
    if (options.renotify && !options.tag) throw new TypeError("renotify without a tag");
    screen.push({ title, ...options });
  };
}"""
"""The screen that a headless browser lacks."""

WINDOWS: Final = """async (data) => {
  const opened = [];
  clients.openWindow = async (path) => { opened.push(path); return null; };
  WindowClient.prototype.focus = async function () { opened.push("focus"); return this; };
  const event = new ExtendableEvent("notificationclick");
  const closed = new Promise((resolve) => {
    event.notification = { data, close: resolve };
  });
  const done = [];
  event.waitUntil = (promise) => done.push(promise);
  dispatchEvent(event);
  await closed;
  await Promise.all(done);
  return opened;
}"""
"""A click on a notification; without a person's hand no browser opens a window."""

SERVICE: Final = """key => {
  let current = null;
  const made = (serial) => ({
    endpoint: `https://push.example.org/send/${serial}`,
    toJSON() { return { endpoint: this.endpoint, keys: { p256dh: key, auth: "A".repeat(22) } }; },
    async unsubscribe() { current = null; return true; },
  });
  let serial = 0;
  PushManager.prototype.getSubscription = async () => current;
  PushManager.prototype.subscribe = async (options) => {
    if (options.applicationServerKey.byteLength !== 65) throw new TypeError("no key");
    current = made((serial += 1));
    return current;
  };
  Object.defineProperty(Notification, "permission", { get: () => "granted" });
}"""
"""The push service that a headless browser lacks."""


@pytest_asyncio.fixture(loop_scope="session")
async def receipts() -> ReceiptTaker:
    """Give what takes receipts."""
    return ReceiptTaker()


@pytest_asyncio.fixture(loop_scope="session")
async def site(dependencies: WebDependencies, receipts: ReceiptTaker) -> AsyncIterator[str]:
    """Serve the pages, and take receipts beside them."""
    async with served(dependencies, around=with_receipts(receipts)) as address:
        yield address


async def phone_of(chromium: Browser) -> BrowserContext:
    return await chromium.new_context(
        viewport={"width": PHONE["width"], "height": PHONE["height"]}, locale="ru-RU"
    )


async def at_home(chromium: Browser, site: str) -> tuple[Page, Worker]:
    """Return the page of somebody who is signed in, and the worker."""
    context = await phone_of(chromium)
    page = await context.new_page()
    async with context.expect_event("serviceworker") as started:
        await page.goto(site)
        await signed_in(page, ALINA)
    worker = await started.value
    await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    return page, worker


async def deliver(page: Page, data: str) -> None:
    """Let a message arrive from the push service."""
    devtools = await page.context.new_cdp_session(page)
    found: asyncio.Queue[str] = asyncio.Queue()

    def note(event: dict[str, Any]) -> None:
        for each in event["registrations"]:
            if not each["isDeleted"]:
                found.put_nowait(each["registrationId"])

    devtools.on("ServiceWorker.workerRegistrationUpdated", note)
    await devtools.send("ServiceWorker.enable")
    registration = await found.get()
    origin = await page.evaluate("location.origin")
    await devtools.send(
        "ServiceWorker.deliverPushMessage",
        {"origin": origin, "registrationId": registration, "data": data},
    )


def payload(number: str = "123456789012", **more: str) -> str:
    return json.dumps(
        {
            "title": "Заказ готов к выдаче",
            "body": "Заказ 1234 5678 9012.",
            "path": f"/orders/{number}",
            "tag": number,
            "language": "ru",
        }
        | more
    )


async def test_a_message_is_shown_and_the_server_is_told_so(
    chromium: Browser, site: str, receipts: ReceiptTaker
) -> None:
    page, worker = await at_home(chromium, site)
    await worker.evaluate(SCREEN)
    await deliver(page, payload(shown=TOKEN))
    assert (await receipts.next()).provider_id == MESSAGE
    (shown,) = await worker.evaluate("screen")
    assert shown["title"] == "Заказ готов к выдаче"
    assert (shown["tag"], shown["lang"], shown["data"]) == (
        "123456789012",
        "ru",
        "/orders/123456789012",
    )
    await page.context.close()


async def test_what_was_shown_without_a_network_is_told_with_the_next_page(
    chromium: Browser, site: str, receipts: ReceiptTaker
) -> None:
    page, worker = await at_home(chromium, site)
    await worker.evaluate(SCREEN)
    receipts.is_down = True
    await deliver(page, payload(shown=TOKEN))
    await receipts.refused()
    assert await worker.evaluate("caches.has('shown')")
    receipts.is_down = False
    await page.goto(f"{site}/privacy")
    assert (await receipts.next()).provider_id == MESSAGE
    await page.context.close()


async def test_what_the_browser_does_not_show_is_not_told_as_shown(
    chromium: Browser, site: str, receipts: ReceiptTaker
) -> None:
    """This Chromium refuses notifications, as one does whose owner has blocked them."""
    page, worker = await at_home(chromium, site)
    refusals = await worker.evaluate(
        """(data) => showMessage({ json: () => JSON.parse(data) }).then(
             () => "shown", (error) => error.name)""",
        payload(shown=TOKEN),
    )
    assert refusals == "TypeError"
    assert not await worker.evaluate("caches.has('shown')")
    assert receipts.count == 0
    await page.context.close()


async def test_a_message_that_cannot_be_read_still_says_that_there_is_news(
    chromium: Browser, site: str
) -> None:
    page, worker = await at_home(chromium, site)
    await worker.evaluate(SCREEN)
    for data in ("", "nonsense", "{}", "null"):
        await worker.evaluate(
            "(data) => showMessage(data && { json: () => JSON.parse(data) })", data
        )
    shown = await worker.evaluate("screen")
    assert [each["title"] for each in shown] == ["Есть новости о вашем заказе"] * 4
    assert {each["data"] for each in shown} == {"/orders"}
    await page.context.close()


async def test_a_click_opens_the_order_and_no_other_site(
    chromium: Browser, site: str, cast: Cast
) -> None:
    order = await ready(cast)
    path = f"/orders/{order.number}"
    page, worker = await at_home(chromium, site)
    assert await worker.evaluate(WINDOWS, path) == [path]
    assert await worker.evaluate(WINDOWS, "https://elsewhere.example/orders/1") == ["focus"]
    await page.goto(site + path)
    assert await worker.evaluate(WINDOWS, path) == ["focus"]
    await page.context.close()


async def test_a_subscription_that_the_maker_ended_is_made_anew(
    chromium: Browser, site: str, dependencies: WebDependencies
) -> None:
    page, worker = await at_home(chromium, site)
    await page.evaluate(SERVICE, _key())
    await _turned_on(page, site)
    assert await _known(dependencies) == ["1"]
    await worker.evaluate(
        """async (key) => {
          const endpoint = "https://push.example.org/send/renewed";
          const keys = { p256dh: key, auth: "A".repeat(22) };
          await subscribeAnew({ newSubscription: { toJSON: () => ({ endpoint, keys }) } });
        }""",
        _key(),
    )
    assert await _known(dependencies) == ["renewed"]
    await page.context.close()


async def test_a_browser_is_switched_on_and_off_and_the_page_shows_which(
    chromium: Browser, site: str, dependencies: WebDependencies
) -> None:
    page, _ = await at_home(chromium, site)
    await _turned_on(page, site)
    await expect(page.locator("[data-push-state]")).to_be_visible()
    assert await _known(dependencies) == ["1"]
    await page.get_by_role("button", name="Выключить").click()
    await expect(page.get_by_role("button", name="Включить")).to_be_visible()
    await expect(page.locator("[data-push-state]")).to_be_hidden()
    assert await _known(dependencies) == []
    await page.context.close()


async def test_a_browser_that_blocks_notifications_says_so_and_offers_nothing(
    chromium: Browser, site: str
) -> None:
    page, _ = await at_home(chromium, site)
    await page.goto(f"{site}/devices")
    await expect(page.locator("[data-push-denied]")).to_be_visible()
    for name in ("on", "off", "needs", "apple", "state"):
        await expect(page.locator(f"[data-push-{name}]")).to_be_hidden()
    await page.context.close()


async def test_without_scripts_the_page_says_what_is_needed(chromium: Browser, site: str) -> None:
    context = await chromium.new_context(locale="ru-RU", java_script_enabled=False)
    page = await context.new_page()
    await page.goto(site)
    await signed_in(page, ALINA)
    await page.goto(f"{site}/devices")
    await expect(page.locator("[data-push-needs]")).to_be_visible()
    assert re.search("iPhone", await page.inner_text("[data-push-apple]"))
    await expect(page.locator("[data-push-on]")).to_be_hidden()
    await context.close()


async def _turned_on(page: Page, site: str) -> None:
    """Switch notifications on, in a browser whose push service is the test's."""
    await page.add_init_script(f"({SERVICE})({json.dumps(_key())})")
    await page.goto(f"{site}/devices")
    await page.get_by_role("button", name="Включить").click()
    await page.get_by_role("button", name="Выключить").wait_for()


async def _known(dependencies: WebDependencies) -> list[str]:
    living = await dependencies.push.living(customer_id(SECRET, ALINA), NOW)
    return [each.endpoint.rpartition("/")[2] for each in living]


def _key() -> str:
    """Return the public key of a browser, as it tells it."""
    return urlsafe_b64encode(vapid_public(b"some browser's")).decode().rstrip("=")
