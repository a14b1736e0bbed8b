"""Takes a picture of every screen of the desk: `just desk-screenshots`, or with a folder of yours.

On each device, in light and dark, in both languages: home, answers of each kind, the settings, and
the gallery of answers. Files are named SCREEN.DEVICE.LIGHT.LANGUAGE.png.
"""

import asyncio
import sys
import warnings
from itertools import product
from pathlib import Path
from typing import Any, Final, cast

import asyncpg
from playwright.async_api import Page

from gotovo.store.postgres.migrations import migrate
from gotovo.store.postgres.pool import open_pool
from tests.browser.screenshots import scratch_database
from tests.support.browser.desk_site import DeskSite, desk_site
from tests.support.browser.site import chromium_open

SECONDS_MAX: Final = 600
DEVICES: Final = {
    "tablet": (1024, 600),
    "upright": (600, 1024),
    "phone": (360, 740),
    "wide": (1600, 900),
}
LANGUAGES: Final = {"ru": "ru-RU", "en": "en-GB"}
UNKNOWN: Final = "522394187207"


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
    async with asyncio.timeout(SECONDS_MAX), desk_site(pool) as desk, chromium_open() as browser:
        number = (await desk.api.ready())["number"]
        for device, light, language in product(DEVICES, ("light", "dark"), LANGUAGES):
            width, height = DEVICES[device]
            context = await browser.new_context(
                viewport={"width": width, "height": height},
                color_scheme=cast("Any", light),
                locale=LANGUAGES[language],
            )
            page = await desk.open(context)
            await _screens(page, desk, number, folder, f"{device}.{light}.{language}.png")
            await context.close()
    await pool.close()


async def _screens(page: Page, desk: DeskSite, number: str, folder: Path, name: str) -> None:
    await page.screenshot(path=folder / f"home.{name}")
    for screen, code in (("ready", number), ("unknown", UNKNOWN), ("unreadable", "4601234567890")):
        await page.keyboard.press("F1")
        await page.keyboard.type(code)
        await page.keyboard.press("Enter")
        await page.locator("main .answer:not([data-tone=busy])").wait_for()
        await page.wait_for_load_state("networkidle")
        await page.screenshot(path=folder / f"{screen}.{name}")
    await page.keyboard.press("F4")
    await page.screenshot(path=folder / f"lookup.{name}")
    await page.keyboard.press("F9")
    await page.screenshot(path=folder / f"settings.{name}")
    for path in ("today", "today/closing", "today/closures", "today/orders/expiring_today"):
        await page.goto(f"{desk.address}/desk/{path}")
        await page.locator("main .answer:not([data-tone=busy])").wait_for()
        await page.screenshot(path=folder / f"{path.replace('/', '-')}.{name}")
    await page.goto(f"{desk.address}/look/answers")
    await page.locator(".answer").first.wait_for()
    await page.screenshot(path=folder / f"gallery.{name}", full_page=True)


if __name__ == "__main__":
    main()
