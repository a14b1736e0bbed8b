"""The main ways by keyboard alone; and what a person sees who prints a page."""

import re

import pytest
from playwright.async_api import Browser, Page, expect

from gotovo.web.site.dependencies import WebDependencies
from tests.support.browser.site import DESK, PHONE, signed_in
from tests.support.web.cast import ALINA, Cast
from tests.support.web.pages import everybody, paths
from tests.support.web.sample_orders.closed_orders import long_ago
from tests.support.web.sample_orders.open_orders import ready, waiting_for_payment

TABS_MAX = 60
"""Presses of the key before a person gives up."""

STOPS_MAX = 200
"""Far more than any page has."""

FOCUSED = """() => {
  const at = document.activeElement;
  const box = at.getBoundingClientRect();
  const shown = [at, at.closest(".order-card, .order-row")].filter(Boolean)
    .some((each) => parseFloat(getComputedStyle(each).outlineWidth) >= 2
      && getComputedStyle(each).outlineStyle !== "none");
  return { text: (at.getAttribute("aria-label") ?? at.textContent).replace(/\\s+/g, " ").trim(),
    shown, width: box.width, tag: at.tagName };
}"""


async def opened(chromium: Browser, site: str, width: int, height: int, *, scripts: bool) -> Page:
    """Return a page of somebody who is signed in."""
    context = await chromium.new_context(
        viewport={"width": width, "height": height},
        locale="ru-RU",
        java_script_enabled=scripts,
    )
    page = await context.new_page()
    await page.goto(site)
    await signed_in(page, ALINA)
    return page


async def tab_to(page: Page, words: str) -> None:
    """Press the key until what has these words has the focus; each stop on the way is visible."""
    for _ in range(TABS_MAX):
        await page.keyboard.press("Tab")
        stop = await page.evaluate(FOCUSED)
        if stop["tag"] != "BODY":
            assert stop["shown"], f"the focus can't be seen on {stop}"
        if words in stop["text"].replace("\xa0", " "):
            return
    pytest.fail(f"{words!r} is not reached by keyboard")


async def test_the_first_stop_leads_past_the_head_of_the_page(
    chromium: Browser, site: str, cast: Cast
) -> None:
    await ready(cast)
    page = await opened(chromium, site, DESK["width"], DESK["height"], scripts=True)
    await page.goto(f"{site}/orders")
    await page.keyboard.press("Tab")
    assert (await page.evaluate(FOCUSED))["text"] == "К содержанию"
    await page.keyboard.press("Enter")
    await page.wait_for_url("**#main")


async def test_an_order_is_found_paid_and_cancelled_by_keyboard_alone(
    chromium: Browser, site: str, cast: Cast
) -> None:
    order = await waiting_for_payment(cast)
    page = await opened(chromium, site, PHONE["width"], PHONE["height"], scripts=False)
    await page.locator("#q").focus()
    await page.keyboard.type("баумана")
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="Нашёлся 1 заказ").wait_for()
    await tab_to(page, "Наушники")
    await page.keyboard.press("Enter")
    await page.wait_for_url(f"**/orders/{order.number}")
    await tab_to(page, "Оплатить 4 391")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/demo-bank/**")
    await tab_to(page, "Оплатить 4 391")
    await page.keyboard.press("Enter")
    await page.locator(".status", has_text="В обработке").wait_for()
    await tab_to(page, "Отменить заказ")
    await page.keyboard.press("Enter")
    await page.get_by_role("heading", name="Отменить заказ?").wait_for()
    await tab_to(page, "Отменить заказ")
    await page.keyboard.press("Enter")
    await page.locator(".status", has_text="Отменено").wait_for()


async def test_a_filter_is_chosen_and_left_by_keyboard(
    chromium: Browser, site: str, cast: Cast
) -> None:
    await ready(cast)
    await waiting_for_payment(cast)
    page = await opened(chromium, site, DESK["width"], DESK["height"], scripts=False)
    await tab_to(page, "Ожидает оплаты")
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile(r"status=awaiting_payment$"))
    assert await page.locator(".order-card").count() == 1
    await tab_to(page, "Все")
    await page.keyboard.press("Enter")
    await page.wait_for_url(re.compile(r"/orders$"))


async def test_an_order_that_is_ready_is_printed_on_one_sheet(
    chromium: Browser, site: str, cast: Cast
) -> None:
    order = await ready(cast)
    page = await opened(chromium, site, DESK["width"], DESK["height"], scripts=True)
    await page.goto(f"{site}/orders/{order.number}")
    sheets = (await page.pdf(format="A4")).count(b"/Type /Page\n")
    assert sheets == 1
    await page.emulate_media(media="print")
    for shown in (".ticket-code b", ".place", ".hours", ".goods"):
        assert await page.locator(shown).first.is_visible(), shown
    for left_out in (".top-links", ".bottom", "form", ".qr"):
        assert await page.locator(left_out).locator("visible=true").count() == 0, left_out


async def test_the_list_goes_on_by_itself_and_the_way_back_finds_it_as_it_was(
    chromium: Browser, site: str, cast: Cast
) -> None:
    for number in range(45):
        await long_ago(cast, number)
    page = await opened(chromium, site, PHONE["width"], PHONE["height"], scripts=True)
    await page.goto(f"{site}/orders")
    rows = page.locator(".order-row")
    assert await rows.count() >= 20
    for grown in (40, 45):
        await rows.last.scroll_into_view_if_needed()
        await expect(rows).to_have_count(grown)
    assert await page.locator("a[data-more]").count() == 0
    last = rows.nth(44)
    title = await last.locator("a").get_attribute("href")
    await last.scroll_into_view_if_needed()
    await last.locator("a").click()
    await page.wait_for_url(f"**{title}")
    await page.go_back()
    await expect(rows).to_have_count(45)
    await expect(last).to_be_in_viewport()
    assert len({await a.get_attribute("href") for a in await rows.locator("a").all()}) == 45


WALKED = """() => {
  const at = document.activeElement;
  if (at === document.body) return null;
  const all = [...document.querySelectorAll("*")];
  const painted = [at, at.closest("label, .order-card, .order-row, .search")].filter(Boolean)
    .some((each) => parseFloat(getComputedStyle(each).outlineWidth) >= 2
      && getComputedStyle(each).outlineStyle !== "none");
  return { index: all.indexOf(at), painted, what: at.outerHTML.slice(0, 90) };
}"""

MISSED = """(seen) => {
  const all = [...document.querySelectorAll("*")];
  const groups = new Set(seen.map((index) => all[index].name).filter(Boolean));
  return all.filter((it, index) => it.matches("a[href], button, input, select, textarea, summary")
      && it.type !== "hidden" && !it.disabled && it.checkVisibility() && !seen.includes(index)
      && !(it.type === "radio" && groups.has(it.name)))
    .map((it) => it.outerHTML.slice(0, 90));
}"""


async def test_on_every_page_the_key_reaches_everything_and_leaves_again(
    chromium: Browser, site: str, cast: Cast, dependencies: WebDependencies
) -> None:
    lives = await everybody(cast, dependencies)
    page = await opened(chromium, site, PHONE["width"], PHONE["height"], scripts=False)
    faults: dict[str, list[str]] = {}
    for path in paths(lives):
        await page.goto(site + path)
        seen: list[int] = []
        found: list[str] = []
        while len(seen) < STOPS_MAX:
            await page.keyboard.press("Tab")
            stop = await page.evaluate(WALKED)
            if stop is None or stop["index"] in seen:
                break
            seen.append(stop["index"])
            found += [] if stop["painted"] else [f"not seen: {stop['what']}"]
        found += [f"not reached: {each}" for each in await page.evaluate(MISSED, seen)]
        if found or len(seen) == STOPS_MAX:
            faults[path] = found or ["there is no way out"]
    assert faults == {}
