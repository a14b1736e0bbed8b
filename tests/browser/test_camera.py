"""The camera at the desk: a code before it is a scan, read by a worker from our own server."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import asyncpg
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from gotovo.order.values.number import draw
from gotovo.web.site.rendering.bundle import read_bundle
from tests.support.browser.camera import arguments_for, film_of
from tests.support.browser.desk_site import DeskSite, desk_site, tablet
from tests.support.browser.site import CHROMIUM

MISSING: Final = read_bundle().reason
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"no pages of staff: {MISSING}")

LABEL: Final = f"{draw(7, 12_345)}01"
RUNNING: Final = """
document.querySelector("video").srcObject?.getTracks().some((track) => track.readyState === "live")
"""


@pytest_asyncio.fixture(loop_scope="session")
async def desk(pool: "asyncpg.Pool[Any]", filming: Browser) -> AsyncIterator[DeskSite]:
    """Serve the desk; windows close before the site, which waits for its visitors."""
    async with desk_site(pool) as site:
        yield site
        for context in filming.contexts:
            await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def filming(tmp_path: Path) -> AsyncIterator[Browser]:
    """Give a browser whose camera sees a label."""
    film = tmp_path / "label.y4m"
    film_of(LABEL, film)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=CHROMIUM, args=arguments_for(film)
        )
        yield browser
        await browser.close()


async def test_a_label_before_the_camera_is_scanned(desk: DeskSite, filming: Browser) -> None:
    page = await desk.open(await tablet(filming))
    files: list[str] = []
    page.on("request", lambda request: files.append(request.url))
    await page.get_by_role("button", name="Camera").click()
    await expect(page.locator("main .answer")).to_contain_text("Order not found", timeout=20_000)
    await expect(page.locator("dialog[open]")).to_have_count(0)
    assert not await page.evaluate(RUNNING), "the light of the camera has to go out"
    assert [x for x in files if not x.startswith((desk.address, "blob:", "data:"))] == []
    assert any(f"/scan?code={LABEL[:12]}" in x for x in files)


async def test_nothing_of_the_camera_is_loaded_before_it_is_used(
    desk: DeskSite, filming: Browser
) -> None:
    context = await tablet(filming)
    files: list[str] = []
    context.on("request", lambda request: files.append(request.url))
    page = await desk.open(context)
    await page.wait_for_load_state("networkidle")
    assert [x for x in files if "camera" in x or "decoder" in x or "wasm" in x] == []
    await page.get_by_role("button", name="Camera").click()
    await expect(page.locator("main .answer")).to_have_attribute("data-tone", "error")
    assert any(x.endswith(".wasm") for x in files)


async def test_the_camera_stops_with_its_dialog(desk: DeskSite, filming: Browser) -> None:
    page = await _without_decoder(desk, filming)
    await page.get_by_role("button", name="Camera").click()
    await expect(page.locator("dialog[open] video")).to_have_js_property("paused", value=False)
    assert await page.evaluate(RUNNING)
    await page.keyboard.press("Escape")
    await expect(page.locator("dialog[open]")).to_have_count(0)
    assert not await page.evaluate(RUNNING)


async def test_a_device_without_camera_says_so_and_what_to_do(
    desk: DeskSite, filming: Browser
) -> None:
    context = await tablet(filming)
    await context.add_init_script(
        "navigator.mediaDevices.getUserMedia = () =>"
        " Promise.reject(new DOMException('', 'NotFoundError'))"
    )
    page = await desk.open(context)
    await page.get_by_role("button", name="Camera").click()
    told = page.locator("dialog[open] [role=status]")
    await expect(told).to_have_text("This device has no camera. Use a scanner, or type the number.")


async def _without_decoder(desk: DeskSite, browser: Browser) -> Page:
    """Open the desk with a worker that finds no code, so that the dialog stays open."""
    context = await tablet(browser)
    await context.add_init_script("Worker.prototype.postMessage = () => undefined")
    return await desk.open(context)
