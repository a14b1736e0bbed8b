"""An open page keeps itself true in a real browser, and takes nothing from whoever reads it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Self
from urllib.parse import urlsplit

import asyncpg
import pytest
from msgspec import structs
from playwright.async_api import Browser, Page, expect

from gotovo.engine.changes import ChangeReader
from gotovo.engine.subscriptions import OrderSubscriptions
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.handover_opening import OpenHandover
from gotovo.order.values.order import Order
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.reads.changes import ChangeReads
from gotovo.web.site.dependencies import WebDependencies
from tests.support.browser.site import DESK, PHONE, served, signed_in
from tests.support.web.cast import ALINA, NOW, Cast, code_of
from tests.support.web.goods import LAMP
from tests.support.web.helping import answers
from tests.support.web.sample_orders.open_orders import ready, waiting_for_payment

SOON_MS = 5_000
"""A change shows within a second; the rest is for a slow machine under other tests."""


@asynccontextmanager
async def opened(
    chromium: Browser, site: str, path: str = "/orders", *, phone: bool = True
) -> AsyncGenerator[Page]:
    """Return a page of somebody signed in, once it listens for news; it must not complain."""
    size = PHONE if phone else DESK
    context = await chromium.new_context(
        viewport={"width": size["width"], "height": size["height"]},
        locale="ru-RU",
        timezone_id="Asia/Vladivostok",
    )
    page = await context.new_page()
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(site)
    await signed_in(page, ALINA)
    async with page.expect_response("**/orders/live*"):
        await page.goto(site + path)
    yield page
    assert complaints == []
    await context.close()


async def begin_handover(cast: Cast, order: Order) -> None:
    await cast.step(order, OpenHandover(code_of(order)), NOW)


async def cancel(cast: Cast, order: Order) -> None:
    await cast.step(order, Cancel(), NOW)


async def test_a_change_appears_without_a_reload_and_is_said_aloud(
    chromium: Browser, site: str, cast: Cast
) -> None:
    order = await waiting_for_payment(cast)
    async with opened(chromium, site, f"/orders/{order.number}") as page:
        await page.evaluate("window.isTheSame = true")
        await cancel(cast, order)
        status = page.locator(".order-head .status")
        await expect(status).to_contain_text("Отменено", timeout=SOON_MS)
        await expect(page.get_by_role("status")).to_contain_text("отменено")
        assert await page.evaluate("window.isTheSame")


async def test_being_handed_over_appears_with_its_stop_button(
    chromium: Browser, site: str, cast: Cast
) -> None:
    order = await ready(cast)
    async with opened(chromium, site, f"/orders/{order.number}") as page:
        await begin_handover(cast, order)
        stop = page.get_by_role("button", name="остановить")
        await expect(stop).to_be_visible(timeout=SOON_MS)
        heading = page.get_by_role("heading", name="Выдаётся прямо сейчас: ПВЗ «Баумана»")
        await expect(heading).to_be_visible()
        await stop.click()
        await expect(stop).to_have_count(0)


async def test_a_new_order_appears_in_the_list_on_two_devices_at_once(
    chromium: Browser, site: str, cast: Cast
) -> None:
    await ready(cast)
    async with opened(chromium, site) as first, opened(chromium, site, phone=False) as second:
        newer = await cast.place(ALINA, NOW, LAMP)
        for page in (first, second):
            link = page.locator(f'a[href="/orders/{newer.number}"]')
            await expect(link.first).to_be_visible(timeout=SOON_MS)


async def test_what_is_typed_survives_and_news_are_offered(
    chromium: Browser, site: str, cast: Cast
) -> None:
    order = await waiting_for_payment(cast)
    async with opened(chromium, site) as page:
        field = page.locator("input[name=q]")
        await field.fill("наушники")
        await cast.place(ALINA, NOW, LAMP)
        await cancel(cast, order)
        await expect(page.get_by_role("link", name="Есть новости")).to_be_visible(timeout=SOON_MS)
        assert await field.input_value() == "наушники"
        assert await field.evaluate("it => it === document.activeElement")


async def test_what_is_unfolded_stays_so_and_focus_where_it_was(
    chromium: Browser, site: str, cast: Cast
) -> None:
    order = await ready(cast)
    async with opened(chromium, site, f"/orders/{order.number}") as page:
        fold = page.locator("details.stages")
        await fold.locator("summary").click()
        assert await fold.evaluate("it => it.open")
        before = await page.evaluate("scrollY")
        await begin_handover(cast, order)
        await expect(page.locator(".ticket.is-open")).to_be_visible(timeout=SOON_MS)
        assert await page.locator("details.stages").evaluate("it => it.open")
        await page.wait_for_function("document.activeElement.parentElement.className == 'stages'")
        assert (await page.evaluate("scrollY") > 0) == (before > 0)


async def test_after_a_restart_of_the_server_the_page_catches_up(
    chromium: Browser, cast: Cast, dependencies: WebDependencies, pool: "asyncpg.Pool[Any]"
) -> None:
    order = await waiting_for_payment(cast)
    reads = ChangeReads(pool)
    reader = ChangeReader(PostgresJournal(pool), reads)
    again = structs.replace(dependencies, subscriptions=OrderSubscriptions(reader, reads))
    async with (
        Stoppable(dependencies) as first,
        opened(chromium, first.address, f"/orders/{order.number}") as page,
    ):
        await first.stop()
        await cancel(cast, order)
        async with served(again, first.port):
            status = page.locator(".order-head .status")
            await expect(status).to_contain_text("Отменено", timeout=15_000)


async def test_a_broken_line_is_said_quietly_with_the_time_of_what_is_shown(
    chromium: Browser, dependencies: WebDependencies, cast: Cast
) -> None:
    await ready(cast)
    async with Stoppable(dependencies) as first, opened(chromium, first.address) as page:
        await first.stop()
        voice = page.locator(".live-status")
        await expect(voice).to_contain_text("Нет связи. Показано, как было в", timeout=20_000)


async def test_every_request_goes_to_the_site_itself_and_nothing_stands_inline(
    chromium: Browser, site: str, cast: Cast
) -> None:
    order = await ready(cast)
    async with opened(chromium, site) as page:
        asked: list[str] = []
        blocked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: blocked.append(message.text))
        await page.goto(f"{site}/orders/{order.number}")
        await begin_handover(cast, order)
        await expect(page.locator(".ticket.is-open")).to_be_visible(timeout=SOON_MS)
        assert any("/orders/live" in url for url in asked)
        hosts = {urlsplit(url).netloc for url in asked if not url.startswith("data:")}
        assert hosts == {urlsplit(site).netloc}, asked
        assert [text for text in blocked if "Security" in text or "Trusted" in text] == []


async def test_a_time_tells_what_it_is_at_its_place_and_where_the_reader_is(
    chromium: Browser, site: str, cast: Cast
) -> None:
    order = await ready(cast)
    async with opened(chromium, site, f"/orders/{order.number}") as page:
        time = page.locator(".story-time time").first
        await time.focus()
        tip = page.get_by_role("tooltip")
        await expect(tip).to_contain_text("Местное время")
        await expect(tip).to_contain_text("Ваше время")
        await expect(tip).to_contain_text("GMT+10")
        await expect(tip).to_contain_text("Длительность")
        await page.keyboard.press("Escape")
        await expect(tip).to_be_hidden()


@pytest.mark.parametrize(
    ("language", "before", "after", "age"),
    [
        ("ru", "6 дней 19 часов", "6 дней 16 часов", "3 часа назад"),
        ("en", "6 days 19 hours", "6 days 16 hours", "3 hours ago"),
    ],
)
async def test_what_is_left_goes_on_by_itself(
    chromium: Browser, site: str, cast: Cast, language: str, before: str, after: str, age: str
) -> None:
    order = await ready(cast)
    async with opened(chromium, site) as page:
        await page.clock.install()
        await page.goto(f"{site}/orders/{order.number}?lang={language}")
        left = page.locator("#now [data-until]").first
        await expect(left).to_have_text(before)
        await page.clock.fast_forward("03:00:00")
        await expect(left).to_have_text(after)
        await expect(page.locator("#live")).to_contain_text(age)


async def test_news_appear_around_a_field_that_somebody_types_in(
    chromium: Browser, site: str, cast: Cast
) -> None:
    order = await waiting_for_payment(cast)
    async with opened(chromium, site) as page:
        field = page.locator("input[name=q]")
        await field.fill("лампа")
        await cancel(cast, order)
        card = page.locator(f'[data-live="{order.number}"]')
        await expect(card).to_contain_text("отмен", ignore_case=True, timeout=SOON_MS)
        assert await field.input_value() == "лампа"


async def test_an_answer_appears_in_its_thread_beside_what_is_typed_and_on_the_order(
    chromium: Browser, site: str, cast: Cast, dependencies: WebDependencies
) -> None:
    order = await ready(cast)
    where = f"/orders/{order.number}"
    async with opened(chromium, site, f"{where}/help") as page:
        field = page.get_by_label("Ваше сообщение")
        await field.fill("Тяжёлая?")
        await page.get_by_role("button", name="Отправить").click()
        newest = page.locator("#newest")
        await expect(newest).to_contain_text("Тяжёлая?")
        await field.fill("И ещё:")
        await answers(dependencies, order, "Два килограмма.")
        await expect(newest).to_contain_text("Два килограмма.", timeout=SOON_MS)
        await expect(page.get_by_role("status")).to_contain_text("Поддержка: Два килограмма.")
        await expect(newest).to_be_in_viewport()
        assert await field.input_value() == "И ещё:"
        await page.goto(site + where)
        mark = page.get_by_role("link", name="Прочитать ответ")
        await expect(mark).to_have_count(0)
        await answers(dependencies, order, "С коробкой – три.")
        await mark.click(timeout=SOON_MS)
        await expect(newest).to_contain_text("С коробкой")


async def test_without_scripts_the_page_says_of_when_it_is(
    chromium: Browser, site: str, cast: Cast
) -> None:
    order = await ready(cast)
    context = await chromium.new_context(java_script_enabled=False, locale="ru-RU")
    page = await context.new_page()
    await page.goto(site)
    await signed_in(page, ALINA)
    await page.goto(f"{site}/orders/{order.number}")
    assert "Данные на" in (await page.inner_text("#live")).replace("\xa0", " ")
    await begin_handover(cast, order)
    await page.reload()
    await expect(page.locator(".ticket.is-open")).to_be_visible()


class Stoppable:
    """A server that can be stopped before its time."""

    def __init__(self, dependencies: WebDependencies) -> None:
        self._parts = dependencies
        self._stopped = asyncio.Event()
        self._began: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.address = ""
        self.port = 0

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._serve())
        self.address = await self._began
        self.port = urlsplit(self.address).port or 0
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Stop serving."""
        self._stopped.set()
        await self._task

    async def _serve(self) -> None:
        async with served(self._parts) as address:
            self._began.set_result(address)
            await self._stopped.wait()
