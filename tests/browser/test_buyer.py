"""A buyer with a real browser, on a phone and on a desk, with scripts switched off."""

from playwright.async_api import Browser, Page, expect

from tests.support.browser.site import DESK, PHONE, signed_in
from tests.support.web.cast import ALINA, Cast, code_of
from tests.support.web.sample_orders.open_orders import ready, waiting_for_payment


async def opened(
    chromium: Browser, site: str, viewport: dict[str, int], locale: str = "ru-RU"
) -> Page:
    """Return a page with the front of the site on it."""
    context = await chromium.new_context(
        viewport={"width": viewport["width"], "height": viewport["height"]},
        locale=locale,
        java_script_enabled=False,
    )
    page = await context.new_page()
    await page.goto(site)
    return page


async def test_from_the_front_page_to_the_code_in_a_few_taps(
    chromium: Browser, site: str, cast: Cast
) -> None:
    order = await ready(cast)
    page = await opened(chromium, site, PHONE)
    await signed_in(page, "8 900 123 45 67")
    await page.get_by_role("link", name="Наушники").click()
    shown = await page.locator(".ticket-code b").inner_text()
    assert shown.replace("\xa0", "") == code_of(order)


async def test_an_order_is_paid_and_cancelled_without_scripts(
    chromium: Browser, site: str, cast: Cast
) -> None:
    order = await waiting_for_payment(cast)
    page = await opened(chromium, site, DESK)
    await signed_in(page, ALINA)
    await page.goto(f"{site}/orders/{order.number}")
    await page.get_by_role("button", name="Оплатить").first.click()
    await page.wait_for_url("**/demo-bank/**")
    await page.get_by_role("button", name="Оплатить").first.click()
    await page.locator(".status", has_text="В обработке").wait_for()
    await page.get_by_role("link", name="Отменить заказ").click()
    await page.get_by_role("button", name="Отменить заказ").click()
    await page.locator(".status", has_text="Отменено").wait_for()
    assert "Возвращаем" in (await page.inner_text("main")).replace("\xa0", " ")


async def test_stages_unfold_by_keyboard(chromium: Browser, site: str, cast: Cast) -> None:
    order = await ready(cast)
    page = await opened(chromium, site, PHONE)
    await signed_in(page, ALINA)
    await page.goto(f"{site}/orders/{order.number}")
    stage = page.get_by_text("Собирается на складе")
    await expect(stage).to_be_hidden()
    await page.locator(".stages summary").focus()
    await page.keyboard.press("Enter")
    await expect(stage).to_be_visible()
