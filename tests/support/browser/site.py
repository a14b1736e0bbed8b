"""The pages on a port of their own, and a person who signs in with a real browser."""

import asyncio
import os
import shutil
import socket
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from granian.constants import Interfaces
from granian.server.embed import Server
from playwright.async_api import Browser, Page, async_playwright
from starlette.types import ASGIApp

from gotovo.web.application import web_app
from gotovo.web.site.dependencies import WebDependencies


def _playwright_chromium() -> str | None:
    """Return the newest Chromium that `playwright install chromium` has downloaded."""
    folder = os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache/ms-playwright"
    found = sorted(Path(folder).glob("chromium-*/chrome-linux*/chrome"))
    return str(found[-1]) if found else None


CHROMIUM: Final = (
    shutil.which("chromium-headless-shell") or shutil.which("chromium") or _playwright_chromium()
)
NO_BROWSER: Final = "there is no Chromium; requirements/browser installs one"
PHONE: Final = {"width": 390, "height": 844}
DESK: Final = {"width": 1280, "height": 900}

CODE_DIGITS: Final = 6

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-sync",
    "--disable-component-update",
)


@asynccontextmanager
async def served(
    dependencies: WebDependencies,
    port: int = 0,
    around: Callable[[ASGIApp], ASGIApp] = lambda pages: pages,
) -> AsyncGenerator[str]:
    """Serve the pages on loopback and give their address; `around` adds what is beside them."""
    port = port or _free_port()
    server = Server(
        around(web_app(dependencies)),
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGINL,
        log_enabled=False,
    )
    running = asyncio.create_task(server.serve())
    await _answers(port)
    yield f"http://127.0.0.1:{port}"
    dependencies.subscriptions.reader.close()  # A server waits for the streams that are open.
    server.stop()
    await running


@asynccontextmanager
async def chromium_open() -> AsyncGenerator[Browser]:
    """Open the system's own browser."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=_FLAGS)
        yield browser
        await browser.close()


async def signed_in(page: Page, phone: str) -> None:
    """Sign in as a person does, in any language: by keyboard, with the code from the demo phone."""
    site = page.url.split("/sign-in")[0].rstrip("/")
    await page.locator("input[name=phone]").fill(phone)
    await page.keyboard.press("Enter")
    await page.locator("input[name=code]").wait_for()
    messages = await page.context.new_page()
    await messages.goto(f"{site}/phone")
    text = await messages.locator(".bubble-text").last.inner_text()
    await messages.close()
    code = next(word for word in text.split() if word.isdigit() and len(word) == CODE_DIGITS)
    await page.locator("input[name=code]").fill(code)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/orders")
    await page.locator("h1").wait_for()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _answers(port: int) -> None:
    """Wait until something listens; whoever calls limits a wait that is in vain."""
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            return
