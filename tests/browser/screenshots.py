"""Takes a picture of every page: `just screenshots`, or with a folder of your own as argument.

More arguments name the pages to take: `… FOLDER orders order-ready`.

The orders are those of the tests, so every place an order can be in is seen: on a phone and on a
desk, in light and in dark, in both languages, the messages too; in Russian also with more contrast,
and as a printer sees it. Files are named PAGE.DEVICE.LIGHT.LANGUAGE.png.
"""

import asyncio
import re
import shutil
import sys
import tempfile
import warnings
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from itertools import count, product
from pathlib import Path
from typing import Any, Final, Literal

import asyncpg
from msgspec import Struct, structs
from playwright.async_api import Browser, Page, StorageState

from gotovo.notices.rules import Purpose
from gotovo.notices.texts.account_texts import new_device_text
from gotovo.order.values.customer import customer_id
from gotovo.points.point import CAPACITY
from gotovo.store.embedded.server import EmbeddedPostgres
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.postgres.migrations import migrate
from gotovo.store.postgres.pool import open_pool
from gotovo.store.tables.access.access_log import AccessLogStore, LoggedAccess
from gotovo.store.tables.messages.messages import (
    BuyerMessage,
    MessageStore,
    account_message_id,
)
from gotovo.web.site.dependencies import WebDependencies
from tests.support.browser.site import CHROMIUM, DESK, PHONE, chromium_open, served, signed_in
from tests.support.web.cast import (
    ALINA,
    BORIS,
    DAY,
    HOUR,
    NOBODY,
    NOW,
    SECRET,
    Cast,
    Clock,
)
from tests.support.web.goods import HEADPHONES
from tests.support.web.network import FULL_POINT, POINTS, as_it_was
from tests.support.web.pages import Lives, everybody, visits
from tests.support.web.sample_orders.closed_orders import long_ago
from tests.support.web.stage import demo_dependencies, stocked_engine, teller
from tests.support.web.teller import Teller

SECONDS_MAX: Final = 900
"""Some 1,250 pictures take six minutes on two busy cores; a hung browser must not hang us."""

CONTACTS: Final = {"hotline": "+78432000000", "bot_url": "https://t.me/gotovo_demo_bot"}
"""Where a buyer reaches somebody: at the foot of every page."""

OLD_ORDERS: Final = 25
"""Enough for a second page of the list."""

FEED_MAX: Final = 10_000
_IN_LANGUAGE: Final = """
update orders set contact = jsonb_set(contact::jsonb, '{locale}', to_jsonb($1::text))
 where contact is not null"""
MINUTE: Final = timedelta(minutes=1)

Light = Literal["light", "dark"]
Wish = Literal["", "contrast", "print"]
PAPER: Final = {"width": 718, "height": 1047}
"""A4 within margins of 1 cm, at 96 dots an inch."""

Devices = {"phone": (PHONE, 2), "desk": (DESK, 1), "paper": (PAPER, 1)}
DEVICES: Final = ("phone", "desk")
LIGHTS: Final[tuple[Light, ...]] = ("light", "dark")


_OUTSIDE = {
    "phone": "/phone",
    "phone-one": f"/phone?phone={ALINA}",
    "phone-empty": "/phone?phone=89995550000",
    "nowhere": "/nowhere",
    "look": "/look",
}

_OUTSIDE_ONLY: Final = ("/", "/sign-in-code")
"""Whoever is signed in is led on from here."""


_CODES: Final = {
    "older-orders-offer": "/older-orders?by=number",
    "older-orders-code": "/older-orders",
    "phone-change-code": "/phone-change",
    "confirmation-code": "/confirmation?for=erasure",
    "phone-mail": "/phone?phone=boris@example.com",
}
"""The pages of somebody whose phone was idle, and who asked for every code there is."""

_NEW_PHONE: Final = "89990001122"
POINT: Final = next(iter(POINTS))


class Town(Struct, frozen=True):
    """What there is to be seen."""

    dependencies: WebDependencies
    lives: Lives
    messages: Teller
    pool: "asyncpg.Pool[Any]"

    async def tell(self, language: str) -> None:
        """Send every message anew, to buyers who read this language."""
        await self.pool.execute(_IN_LANGUAGE, language)
        await self.pool.execute("delete from message")
        await self.pool.execute("delete from phone_message where purpose <> 'older_orders'")
        await self.messages(await PostgresJournal(self.pool).feed(0, 0, FEED_MAX))
        await self.messages.delivery.send_due()


class Camera(Struct, frozen=True):
    """One browser window: its size, its light, its language, and who is signed in."""

    browser: Browser
    folder: Path
    device: str
    light: Light
    language: str
    only: frozenset[str] = frozenset()
    wish: Wish = ""

    async def window(self, who: StorageState | None = None) -> Page:
        """Open a window of its own."""
        viewport, scale = Devices[self.device]
        context = await self.browser.new_context(
            viewport={"width": viewport["width"], "height": viewport["height"]},
            device_scale_factor=scale,
            color_scheme=self.light,
            contrast="more" if self.wish == "contrast" else "no-preference",
            locale={"ru": "ru-RU", "en": "en-GB"}[self.language],
            java_script_enabled=False,
            storage_state=who,
        )
        page = await context.new_page()
        if self.wish == "print":
            await page.emulate_media(media="print")
        return page

    async def take(self, page: Page, name: str) -> None:
        """Take a picture of the whole page."""
        if self.only and name not in self.only:
            return
        light = f"{self.light}-{self.wish}" if self.wish else self.light
        file = f"{name}.{self.device}.{light}.{self.language}.png"
        await page.screenshot(path=self.folder / file, full_page=True)


def main() -> None:
    """Take all pictures and say where they are."""
    if len(sys.argv) < 2 or sys.argv[1].startswith("-") or CHROMIUM is None:
        sys.exit("usage: python -m tests.browser.screenshots FOLDER [PAGE...]; it needs chromium")
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    warnings.filterwarnings("ignore", message=".*[Ee]mbedded server.*")
    with scratch_database() as url:
        asyncio.run(_take_all(folder, url, frozenset(sys.argv[2:])))
    sys.stdout.write(f"{len(list(folder.glob('*.png')))} pictures in {folder}\n")


async def _take_all(folder: Path, url: str, only: frozenset[str]) -> None:
    async with asyncio.timeout(SECONDS_MAX), _town(url) as town, chromium_open() as browser:
        silent = structs.replace(town.dependencies, channel=None, phone=None)
        async with served(town.dependencies) as site, served(silent) as silent_site:
            alina = await _session(browser, site, ALINA)
            nobody = await _session(browser, site, NOBODY)
            boris = await _session(browser, site, BORIS)
            boris = await _send_codes(browser, site, boris)
            phones = count(9_001_110_001)
            for language in ("en", "ru"):
                await town.tell(language)
                for device, light in product(DEVICES, LIGHTS):
                    camera = Camera(browser, folder, device, light, language, only)
                    await _outside(camera, site, f"+7{next(phones)}")
                    await _visits(camera, silent_site, None, {"front-no-channel": "/"})
                    await _visits(camera, site, nobody, {"orders-none": "/orders"})
                    await _visits(camera, site, alina, _inside(town))
                    await _visits(camera, site, boris, _CODES)
                    await _refusal(camera, site, alina, town)
            for device, light in product(DEVICES, LIGHTS):
                camera = Camera(browser, folder, device, light, "ru", only, "contrast")
                await _visits(camera, site, alina, _inside(town))
            camera = Camera(browser, folder, "paper", "light", "ru", only, "print")
            await _visits(camera, site, alina, _inside(town))


@contextmanager
def scratch_database() -> Generator[str]:
    """Give a database that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="gotovo-screenshots-"))
    folder.chmod(0o711)
    server = EmbeddedPostgres(folder)
    try:
        yield server.start().url
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@asynccontextmanager
async def _town(url: str) -> AsyncGenerator[Town]:
    """Let everybody live their order."""
    connection: asyncpg.Connection[Any] = await asyncpg.connect(url)
    await migrate(connection)
    await connection.close()
    pool, clock = await open_pool(url), Clock()
    journal = PostgresJournal(pool)
    engine = await stocked_engine(pool, journal, clock)
    dependencies = structs.replace(demo_dependencies(pool, engine, clock), **CONTACTS)
    cast = Cast(engine, clock)
    lives = await everybody(cast, dependencies)
    await _looked_at(pool, lives)
    await _warned(pool)
    await cast.place(BORIS, NOW - 400 * DAY, HEADPHONES, email="boris@example.com")
    for number in range(OLD_ORDERS):
        await long_ago(cast, number)
    clock.now = NOW + MINUTE  # so that codes for signing in are the latest messages
    yield Town(dependencies, lives, teller(dependencies, pool), pool)
    await engine.close()
    await pool.close()


async def _warned(pool: "asyncpg.Pool[Any]") -> None:
    """Let a device be new, so that the page of devices has a message."""
    customer = customer_id(SECRET, ALINA)
    warning = BuyerMessage(
        id=account_message_id(customer, Purpose.NEW_DEVICE, "first"),
        customer=customer,
        number="",
        version=0,
        purpose=Purpose.NEW_DEVICE,
        created_at=NOW - HOUR,
        due_at=NOW - HOUR,
        phone=ALINA,
        text=new_device_text("Chrome, Linux", "22\xa0ноября, 13:05", "ru", ""),
    )
    await MessageStore(pool).put([warning])


async def _session(browser: Browser, site: str, phone: str) -> StorageState:
    """Sign in once; the windows of all sizes share the cookies."""
    context = await browser.new_context(locale="ru-RU", java_script_enabled=False)
    page = await context.new_page()
    await page.goto(site)
    await signed_in(page, phone)
    state = await context.storage_state()
    await context.close()
    return state


async def _outside(camera: Camera, site: str, phone: str) -> None:
    """Go the way of somebody who is not signed in, with a slip at each field."""
    if camera.only and not any(name.startswith(("front", "code")) for name in camera.only):
        await _visits(camera, site, None, _OUTSIDE)
        return
    page = await camera.window()
    await page.goto(site)
    await camera.take(page, "front")
    await page.locator("#phone").fill("12")
    await page.keyboard.press("Enter")
    await page.locator("#phone-wrong").wait_for()
    await camera.take(page, "front-wrong-phone")
    await page.locator("#phone").fill(phone)
    await page.locator("#number").fill("1234 5678 9013")
    await page.keyboard.press("Enter")
    await page.locator("#number-wrong").wait_for()
    await camera.take(page, "front-wrong-number")
    await page.goto(f"{site}/sign-in-code")
    await camera.take(page, "code-none")
    await page.goto(site)
    await page.locator("#phone").fill(phone)
    await page.keyboard.press("Enter")
    await page.locator("#code").wait_for()
    await camera.take(page, "code")
    await page.locator("#code").fill("000000")
    await page.keyboard.press("Enter")
    await page.locator("#code-wrong").wait_for()
    await camera.take(page, "code-wrong")
    for _ in range(2):
        await page.locator("#code").fill("000000")
        await page.keyboard.press("Enter")
        await page.wait_for_load_state()
    await page.locator("#code").wait_for(state="detached")
    await camera.take(page, "code-spent")
    await page.locator('[name="again"] + button').click()
    await page.locator("#code").wait_for()
    await camera.take(page, "code-again")
    await page.context.close()
    await _visits(camera, site, None, _OUTSIDE)


async def _visits(
    camera: Camera, site: str, who: StorageState | None, paths: dict[str, str]
) -> None:
    page = await camera.window(who)
    for name, path in paths.items():
        if camera.only and name not in camera.only:
            continue
        await page.goto(site + path)
        await camera.take(page, name)
    await page.context.close()


async def _send_codes(browser: Browser, site: str, who: StorageState) -> StorageState:
    """Ask for a code by e-mail, for one to a new phone, and for one to confirm who it is."""
    context = await browser.new_context(storage_state=who, java_script_enabled=False)
    page = await context.new_page()
    await page.goto(f"{site}/older-orders")
    await page.locator("form[action='/older-orders-code'] button").click()
    await page.locator("input[name=code]").wait_for()
    for path, phone in (("/phone-change", _NEW_PHONE), ("/confirmation?for=erasure", BORIS)):
        await page.goto(site + path)
        await page.locator("input[name=phone]").fill(phone)
        await page.keyboard.press("Enter")
        await page.locator("input[name=code]").wait_for()
    state = await context.storage_state()
    await context.close()
    return state


async def _looked_at(pool: "asyncpg.Pool[Any]", lives: Lives) -> None:
    """Let a pick-up point and support look at orders, so that the log of it is no empty list."""
    number, alina = lives.orders["ready"].number, customer_id(SECRET, ALINA)
    await AccessLogStore(pool).put(
        [
            LoggedAccess(number, "point:lena", POINT, "order", 3, NOW - HOUR, NOW),
            LoggedAccess(alina, "support:sonya", "", "customer", 1, NOW - DAY, NOW - DAY),
        ]
    )


async def _refusal(camera: Camera, site: str, who: StorageState, town: Town) -> None:
    """Choose a point that has become full since its page was opened."""
    name = "order-point-full"
    if camera.only and name not in camera.only:
        return
    page = await camera.window(who)
    number = town.lives.orders["being_picked"].number
    with as_it_was(structs.replace(FULL_POINT, capacity=CAPACITY)):
        await page.goto(f"{site}/orders/{number}/redirection/{FULL_POINT.code}")
    await page.locator("main form button").click()
    await page.locator("[role=alert]").wait_for()
    await camera.take(page, name)
    await page.context.close()


def _inside(town: Town) -> dict[str, str]:
    """Return the pages of somebody with orders in every place, by the name of their picture."""
    return {
        "orders-found": "/orders?q=баумана",
        **{
            _name(route, name): path
            for route, name, path in visits(town.lives)
            if route not in _OUTSIDE_ONLY
        },
    }


def _name(route: str, of: str) -> str:
    """Return `order-ready` for the page of an order, `slot-attempted` for an act with one."""
    act = re.sub(r"/orders/\{number\}|/\{token\}|[{}]", "", route).strip("/").replace("/", "-")
    act = {"": "order", "code": "code-primary-order"}.get(act, act)
    return re.sub(r"\W+", "-", f"{act}-{of}").strip("-")


if __name__ == "__main__":
    main()
