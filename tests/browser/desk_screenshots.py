"""Takes a picture of every screen of the desk: `just desk-screenshots`, or with a folder of yours.

On each device, in light and dark, in both languages: every state that tests.support.browser.
desk_states walks through, the settings, and the gallery of answers. Files are named
STATE.DEVICE.LIGHT.LANGUAGE.png. Words after the folder choose among windows, as `phone` or `ru`.
"""

import asyncio
import sys
import warnings
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any, Final, NamedTuple, cast

import asyncpg
from playwright.async_api import Browser

from gotovo.store.postgres.migrations import migrate
from gotovo.store.postgres.pool import open_pool
from tests.browser.screenshots import scratch_database
from tests.support.browser.desk_site import DeskSite, desk_site
from tests.support.browser.desk_states import WALKS
from tests.support.browser.scanner import unhurried
from tests.support.browser.site import chromium_open

SECONDS_MAX: Final = 1_800
DEVICES: Final = {
    "tablet": (1024, 600),
    "upright": (600, 1024),
    "phone": (360, 740),
    "wide": (1600, 900),
}
LANGUAGES: Final = {"ru": "ru-RU", "en": "en-GB"}


class Look(NamedTuple):
    """One window: how it is held, its colours, and its language."""

    device: str
    light: str
    language: str

    @property
    def name(self) -> str:
        """Return the part of a picture's name that says which window it is of."""
        return ".".join(self)


def main() -> None:
    """Take all pictures and say where they are."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    warnings.filterwarnings("ignore", message=".*[Ee]mbedded server.*")
    with scratch_database() as url:
        asyncio.run(_take_all(folder, url))
    sys.stdout.write(f"{len(list(folder.glob('*.png')))} pictures in {folder}\n")


async def _take_all(folder: Path, url: str) -> None:
    connection: asyncpg.Connection[Any] = await asyncpg.connect(url)
    await migrate(connection)
    await connection.close()
    pool = await open_pool(url)
    async with (
        asyncio.timeout(SECONDS_MAX),
        desk_site(pool, now=datetime.now(UTC)) as desk,
        chromium_open() as browser,
    ):
        for device, light, language in product(DEVICES, ("light", "dark"), LANGUAGES):
            look = Look(device, light, language)
            if set(sys.argv[2:]) <= set(look):
                await _pictures(browser, desk, folder, look)
    await pool.close()


async def _pictures(browser: Browser, desk: DeskSite, folder: Path, look: Look) -> None:
    """Walk through every state once in one window."""
    width, height = DEVICES[look.device]
    context = await browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=cast("Any", look.light),
        locale=LANGUAGES[look.language],
    )
    await unhurried(context)
    page = await desk.open(context)
    for walk in WALKS:
        async for state in walk(page, desk):
            await page.screenshot(path=folder / f"{state}.{look.name}.png")
    await page.keyboard.press("Escape")
    await page.goto(f"{desk.address}/desk/orders")
    await page.locator("h1").wait_for()
    await page.keyboard.press("F9")
    await page.screenshot(path=folder / f"settings.{look.name}.png")
    for path in ("today", "today/closing", "today/closures", "today/orders/expiring_today"):
        await page.goto(f"{desk.address}/desk/{path}")
        await page.locator("main .answer:not([data-tone=busy])").wait_for()
        await page.screenshot(path=folder / f"{path.replace('/', '-')}.{look.name}.png")
    await page.goto(f"{desk.address}/look/answers")
    await page.locator(".answer").first.wait_for()
    await page.screenshot(path=folder / f"gallery.{look.name}.png", full_page=True)
    await context.close()


if __name__ == "__main__":
    main()
