"""The site as an app in a real browser: installed, without a network, and after signing out."""

import asyncio
import re

from playwright.async_api import Browser, BrowserContext, Page

from gotovo.web.pwa.service_worker import KEPT_DAYS
from tests.support.browser.site import PHONE, signed_in
from tests.support.web.cast import ALINA, BORIS, NOW, Cast, code_of
from tests.support.web.goods import LAMP
from tests.support.web.sample_orders.closed_orders import partly_issued
from tests.support.web.sample_orders.open_orders import ready

KEPT = """async () => {
  const found = [];
  for (const name of await caches.keys()) {
    if (name.startsWith("shell-")) continue;
    for (const request of await (await caches.open(name)).keys()) {
      found.push(new URL(request.url).pathname);
    }
  }
  return found.sort();
}"""

CACHED_AGAIN = """async () => {
  const sent = [];
  const { fetch } = window;
  window.fetch = (path, options) => {
    sent.push({ path, response: fetch(path, options) });
    return sent.at(-1).response;
  };
  navigator.serviceWorker.dispatchEvent(new Event("controllerchange"));
  await Promise.allSettled(sent.map((each) => each.response));
  return sent.map((each) => each.path);
}"""


async def phone_of(chromium: Browser) -> BrowserContext:
    """Return a phone that runs scripts."""
    return await chromium.new_context(
        viewport={"width": PHONE["width"], "height": PHONE["height"]}, locale="ru-RU"
    )


async def keeps(page: Page, *paths: str) -> None:
    """Wait until these pages are kept; whoever calls limits a wait that is in vain."""
    while not {*paths} <= {*await page.evaluate(KEPT)}:  # noqa: ASYNC110  (a browser has no event)
        await asyncio.sleep(0.05)


async def at_home(chromium: Browser, site: str, phone: str = ALINA) -> Page:
    """Return the list of somebody who has just signed in."""
    page = await (await phone_of(chromium)).new_page()
    await page.goto(site)
    await signed_in(page, phone)
    return page


async def test_without_a_network_the_list_and_the_order_with_its_code_open_and_say_how_old_they_are(
    chromium: Browser, site: str, cast: Cast
) -> None:
    order, closed = await ready(cast), await partly_issued(cast)
    page = await at_home(chromium, site)
    path = f"/orders/{order.number}"
    await keeps(page, "/orders", path)
    await page.context.set_offline(True)
    await page.goto(f"{site}/orders")
    assert "Нет связи. Показываем, как было" in plain(await page.inner_text(".cached-note"))
    assert await page.locator(f'a[href^="{path}"]').count() > 0
    await page.goto(f"{site}{path}")
    assert "сейчас" in plain(await page.inner_text(".cached-note")) or "минут" in plain(
        await page.inner_text(".cached-note")
    )
    assert code_of(order) in plain(await page.inner_text("main")).replace(" ", "")
    await page.locator("[data-qr]").wait_for(state="hidden")
    await page.goto(f"{site}/orders/{closed.number}/cancellation")
    assert plain(await page.inner_text("h1")) == "Нет связи"
    await page.goto(f"{site}/code")
    assert code_of(order) in plain(await page.inner_text("main")).replace(" ", "")


async def test_with_the_network_back_the_page_is_fresh(
    chromium: Browser, site: str, cast: Cast
) -> None:
    await ready(cast)
    page = await at_home(chromium, site)
    await keeps(page, "/orders")
    await page.context.set_offline(True)
    await page.goto(f"{site}/orders")
    assert await page.locator(".cached-note").count() == 1
    await page.context.set_offline(False)
    await page.goto(f"{site}/orders")
    assert await page.locator(".cached-note").count() == 0


async def test_signing_out_leaves_nothing_behind(chromium: Browser, site: str, cast: Cast) -> None:
    order = await ready(cast)
    page = await at_home(chromium, site)
    await keeps(page, "/orders", f"/orders/{order.number}")
    await page.get_by_role("button", name="Выйти").click()
    await page.get_by_role("heading", name="Где мой заказ?").wait_for()
    assert await page.evaluate(KEPT) == []
    await page.context.set_offline(True)
    await page.goto(f"{site}/orders")
    assert plain(await page.inner_text("h1")) == "Нет связи"
    await page.context.set_offline(False)
    await page.get_by_role("link", name="Попробовать ещё раз").click()
    await page.get_by_role("heading", name="Где мой заказ?").wait_for()


LATER = "days => { const { now } = Date; Date.now = () => now() + days * 86_400_000; }"


async def test_a_page_is_kept_for_two_weeks_and_not_longer(
    chromium: Browser, site: str, cast: Cast
) -> None:
    order = await ready(cast)
    path = f"/orders/{order.number}"
    page = await at_home(chromium, site)
    await keeps(page, "/orders", path)
    (worker,) = page.context.service_workers
    await page.context.set_offline(True)
    await worker.evaluate(LATER, KEPT_DAYS - 1)
    await page.goto(site + path)
    assert code_of(order) in plain(await page.inner_text("main")).replace(" ", "")
    await worker.evaluate(LATER, 2)
    await page.goto(site + path)
    assert plain(await page.inner_text("h1")) == "Нет связи"
    assert await page.evaluate(KEPT) == []


async def test_with_a_network_what_is_too_old_goes_as_well(
    chromium: Browser, site: str, cast: Cast
) -> None:
    order = await ready(cast)
    page = await at_home(chromium, site)
    await keeps(page, "/orders", f"/orders/{order.number}")
    (worker,) = page.context.service_workers
    await worker.evaluate(LATER, KEPT_DAYS + 1)
    await page.goto(f"{site}/privacy")
    assert {*await page.evaluate(KEPT)} <= {"/app/owner"}


async def test_an_erasure_and_a_session_that_ended_elsewhere_leave_nothing_with_the_next_page(
    chromium: Browser, site: str, cast: Cast
) -> None:
    order = await partly_issued(cast)
    page = await at_home(chromium, site)
    await keeps(page, "/orders", f"/orders/{order.number}")
    await page.context.clear_cookies()  # as after an erasure or a sign-out on another device
    await page.goto(f"{site}/privacy")
    while await page.evaluate(KEPT):  # noqa: ASYNC110  (a browser has no event)
        await asyncio.sleep(0.05)


async def test_another_customer_finds_nothing_of_the_one_before(
    chromium: Browser, site: str, cast: Cast
) -> None:
    order = await ready(cast)
    await cast.place(BORIS, NOW, LAMP)
    page = await at_home(chromium, site)
    await keeps(page, f"/orders/{order.number}")
    await page.context.clear_cookies()  # the session ended elsewhere
    await page.goto(site)
    await signed_in(page, BORIS)
    await keeps(page, "/orders")
    assert f"/orders/{order.number}" not in await page.evaluate(KEPT)
    await page.context.set_offline(True)
    await page.goto(f"{site}/orders/{order.number}")
    assert plain(await page.inner_text("h1")) == "Нет связи"


async def test_a_script_that_finds_the_session_ended_leaves_the_sign_in_form_alone(
    chromium: Browser, site: str
) -> None:
    """The front page's cookie, set a second time, makes the form that is shown a strange one."""
    context = await chromium.new_context(locale="ru-RU", service_workers="block")
    page = await context.new_page()
    await page.goto(site)
    await signed_in(page, ALINA)
    await context.clear_cookies()  # signed out in another tab
    assert await page.evaluate(CACHED_AGAIN) == ["/orders"]
    assert await context.cookies() == []


async def test_it_can_be_installed(chromium: Browser, site: str, cast: Cast) -> None:
    await ready(cast)
    page = await at_home(chromium, site)
    devtools = await page.context.new_cdp_session(page)
    found = await devtools.send("Page.getAppManifest")
    assert found["errors"] == []
    assert '"start_url":"/orders"' in found["data"]
    errors = await devtools.send("Page.getInstallabilityErrors")
    # Playwright's windows are incognito ones, which install nothing; all else has to be in order.
    assert {e["errorId"] for e in errors["installabilityErrors"]} <= {"in-incognito"}


async def test_the_browser_finds_no_fault_with_the_policy(
    chromium: Browser, site: str, cast: Cast
) -> None:
    order = await ready(cast)
    page = await at_home(chromium, site)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in ("/orders", f"/orders/{order.number}", "/privacy"):
        await page.goto(site + path)
        await page.wait_for_load_state("load")
    share = f"/orders/{order.number}/tracking-link"
    await page.goto(site + share)
    await page.locator(f'form[action="{share}"] button').click()
    await page.goto(await page.locator("#link").input_value())
    assert await page.locator('script[type="application/ld+json"]').count() == 1
    assert [text for text in said if re.search("polic|refus|error", text, re.IGNORECASE)] == []


async def test_the_text_for_a_trusted_person_is_copied_whole(
    chromium: Browser, site: str, cast: Cast
) -> None:
    order = await ready(cast)
    page = await at_home(chromium, site)
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    trusted = f"/orders/{order.number}/trusted-person"
    await page.goto(site + trusted)
    await page.locator(f'form[action="{trusted}"] button').click()
    text = await page.locator("#forward").input_value()
    copy = page.locator("[data-share-copy]")
    before = await copy.inner_text()
    await copy.click()
    await page.wait_for_function(
        "before => document.querySelector('[data-share-copy]').textContent !== before", arg=before
    )
    assert await page.evaluate("navigator.clipboard.readText()") == text
    assert order.number[:4] in text


async def test_the_qr_is_another_one_half_a_minute_later(
    chromium: Browser, site: str, cast: Cast
) -> None:
    order = await ready(cast)
    page = await at_home(chromium, site)
    await page.clock.install()
    await page.goto(f"{site}/orders/{order.number}")
    picture = page.locator("[data-qr] img")
    assert (await picture.get_attribute("src") or "").endswith("qr.svg")
    await page.clock.run_for(31_000)
    await page.wait_for_function("document.querySelector('[data-qr] img').src.endsWith('?1')")


def plain(text: str) -> str:
    """Return a text with plain spaces."""
    return text.replace("\N{NO-BREAK SPACE}", " ").replace("\N{NARROW NO-BREAK SPACE}", " ")
