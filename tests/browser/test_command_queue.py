"""The desk's queue in a real browser: IndexedDB, Web Locks, tabs that come and go."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext

from gotovo.web.site.rendering.bundle import read_bundle
from tests.support.browser.queue_site import QueueSite, bundled_queue

MISSING: Final = read_bundle().reason
pytestmark = pytest.mark.skipif(bool(MISSING), reason=f"no pages of staff: {MISSING}")

ORDER: Final = "643112090560"
SHORT, LONG = 200, 60_000
SUBMIT: Final = "([number, index, answer]) => window.submit(number, index, answer)"
ALL_DONE: Final = "window.states().length > 0 && window.states().every((x) => x === 'done')"


@pytest.fixture
def site(tmp_path: Path) -> QueueSite:
    """Give the page's server."""
    return QueueSite(bundled_queue(tmp_path))


@pytest_asyncio.fixture(loop_scope="session")
async def device(shared_chromium: Browser, site: QueueSite) -> AsyncIterator[BrowserContext]:
    """Give a device: its tabs share one store."""
    context = await shared_chromium.new_context()
    await site.serve(context)
    yield context
    await context.close()


async def test_a_command_survives_the_tab_that_took_it(
    device: BrowserContext, site: QueueSite
) -> None:
    site.is_reachable = False
    page = await site.open(device)
    assert await page.evaluate(SUBMIT, [ORDER, 1, SHORT]) == "queued"
    await page.close()
    site.is_reachable = True
    after = await site.open(device)
    await after.wait_for_function(ALL_DONE)
    assert site.indexes == [1]
    assert {"index", "at"} <= site.arrived[0]["body"].keys()


async def test_a_command_whose_answer_is_lost_is_sent_again_under_its_own_id(
    device: BrowserContext, site: QueueSite
) -> None:
    site.loses_answers = True
    page = await site.open(device)
    assert await page.evaluate(SUBMIT, [ORDER, 1, SHORT]) == "queued"
    site.loses_answers = False
    await page.wait_for_function(ALL_DONE)
    assert site.indexes == [1]
    assert len({each["key"] for each in site.arrived}) == 1
    assert len(site.arrived) > 1


async def test_two_tabs_send_everything_once_and_in_order(
    device: BrowserContext, site: QueueSite
) -> None:
    left, right = await site.open(device), await site.open(device)
    for index in range(10):
        tab = (left, right)[index % 2]
        assert await tab.evaluate(SUBMIT, [ORDER, index, LONG]) == "done"
    hurried = [
        tab.evaluate(SUBMIT, [ORDER, 100 + index, LONG])
        for index, tab in enumerate([left, right] * 5)
    ]
    assert set(await asyncio.gather(*hurried)) == {"done"}
    assert site.indexes[:10] == list(range(10))
    assert sorted(site.indexes[10:]) == list(range(100, 110))
    assert len(site.arrived) == len(site.indexes), "something was sent twice"


async def test_the_other_tab_goes_on_when_the_one_that_sends_is_gone(
    device: BrowserContext, site: QueueSite
) -> None:
    left, right = await site.open(device), await site.open(device)
    site.is_reachable = False
    assert await left.evaluate(SUBMIT, [ORDER, 1, SHORT]) == "queued"
    assert await right.evaluate(SUBMIT, [ORDER, 2, SHORT]) == "queued"
    await left.close()
    site.is_reachable = True
    await right.wait_for_function(ALL_DONE)
    assert site.indexes == [1, 2]
