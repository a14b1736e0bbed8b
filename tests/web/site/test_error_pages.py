"""When something fails there is a page in words, and never a trace."""

from typing import Any

import asyncpg
from msgspec import structs
from structlog.testing import capture_logs

from gotovo.engine.ports import JournalUnreachable, Places
from gotovo.engine.submission import Submission, SubmissionResult
from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, Cast
from tests.support.web.sample_orders.open_orders import waiting_for_payment
from tests.support.web.stage import browser_of


class AwayEngine:
    """An engine whose database is away."""

    async def submit(self, submission: Submission) -> SubmissionResult:
        """Fail as the engine does when it has waited long enough."""
        raise JournalUnreachable(submission.number)


async def test_a_page_that_is_not_there_says_so(buyer: Buyer) -> None:
    page = await buyer.opens("/nowhere")
    assert page.status_code == 404
    assert "Page not found" in text_of(page.text)


async def test_without_the_database_the_page_asks_for_patience(
    buyer: Buyer, pool: "asyncpg.Pool[Any]"
) -> None:
    await buyer.signs_in(ALINA)
    await pool.close()
    page = await buyer.opens("/orders")
    assert page.status_code == 503
    assert page.headers["retry-after"] == "5"
    assert "Nothing is lost" in text_of(page.text)


async def test_a_change_that_cannot_be_written_asks_for_patience(
    dependencies: WebDependencies, cast: Cast
) -> None:
    order = await waiting_for_payment(cast)
    async with browser_of(structs.replace(dependencies, engine=AwayEngine())) as client:
        buyer = Buyer(client)
        await buyer.signs_in(ALINA)
        path = f"/orders/{order.number}"
        path = f"{path}/cancellation"
        page = await buyer.sends(await buyer.opens(path), path)
    assert page.status_code == 503
    assert "A short pause" in text_of(page.text)


def is_full(_error: BaseException | None) -> bool:
    """Tell what the parent of the program knows."""
    return True


async def test_a_full_disk_is_said_in_words(
    dependencies: WebDependencies, pool: "asyncpg.Pool[Any]"
) -> None:
    full = structs.replace(dependencies, is_disk_full=is_full)
    async with browser_of(full) as client:
        buyer = Buyer(client)
        await buyer.signs_in(ALINA)
        await pool.close()
        page = await buyer.opens("/orders")
    assert page.status_code == 503
    assert page.headers["retry-after"] == "30"
    assert "Our disk is full" in text_of(page.text)


async def test_a_fault_of_ours_is_logged_and_not_shown(
    dependencies: WebDependencies,
) -> None:
    def broken() -> Places:
        raise RuntimeError("the inside of the machine")

    with capture_logs() as log:
        async with browser_of(structs.replace(dependencies, places=broken)) as client:
            page = await client.get("/phone")
    assert page.status_code == 500
    assert "Something went wrong on our side" in text_of(page.text)
    assert "the inside of the machine" not in page.text
    assert [repr(line["exc_info"]) for line in log] == ["RuntimeError('the inside of the machine')"]
