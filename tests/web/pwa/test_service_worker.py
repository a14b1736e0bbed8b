"""The worker knows for how long it keeps a page, and the docs say the same."""

from pathlib import Path

import httpx

from gotovo.store.retention.other_places import ELSEWHERE
from gotovo.web.pwa.service_worker import KEPT_DAYS
from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.stage import browser_of

ACCOUNT = Path(__file__).parents[3] / "docs/concepts/account.md"


async def test_the_worker_has_the_days_for_which_a_page_is_kept(
    dependencies: WebDependencies,
) -> None:
    async with browser_of(dependencies) as client:
        answer: httpx.Response = await client.get("/sw.js")
    assert f'"days":{KEPT_DAYS}' in answer.text


def test_the_docs_name_the_same_time() -> None:
    assert any(place.time.startswith(f"{KEPT_DAYS} days") for place in ELSEWHERE)
    assert f"cached for {KEPT_DAYS} days" in ACCOUNT.read_text("utf-8")
