"""A shop in a real browser whose payments go to a bank with a site of its own, and come back."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from random import Random
from typing import Any

import asyncpg
import httpx
from msgspec import structs
from playwright.async_api import Page

from gotovo.engine.engine import Engine
from gotovo.order.values.order import Order, Outcome
from gotovo.payments.intake.attempt_poller import AttemptPoller
from gotovo.payments.providers.yookassa import YooKassa, YooKassaAccount
from gotovo.payments.refunds.refund_outcomes import RefundOutcomes
from gotovo.payments.refunds.refund_planner import RefundPlanner
from gotovo.payments.refunds.refund_sender import RefundSender
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.reads.programs import ProgramReads
from gotovo.store.tables.cases.cases import CaseStore
from gotovo.store.tables.payments.payment_attempts import PaymentAttempts
from gotovo.store.tables.payments.refund_transfers import RefundTransfers
from gotovo.web.site.dependencies import WebDependencies
from gotovo.words.statuses import status_label
from tests.support.browser.site import served
from tests.support.payments.checkout import checkout_at, intake_at
from tests.support.payments.yookassa_ledger import SECRET, SHOP, Json, YooKassaLedger
from tests.support.payments.yookassa_server import YooKassaServer, yookassa_server
from tests.support.web.cast import Clock

LIVE_MS = 15_000
"""A page that waits for a bank asks every five seconds; a machine under other tests gets more."""


class PayingShop:
    """The shop's site, its bank, and the jobs that run beside the pages, by hand."""

    def __init__(
        self, site: str, bank: YooKassaServer, poller: AttemptPoller, refunds: "RefundsByHand"
    ) -> None:
        self.site = site
        self.bank = bank
        self.poller = poller
        self.refunds = refunds

    @property
    def bank_pages(self) -> str:
        """Return what the addresses of the bank's pages look like."""
        return f"{self.bank.ledger.page_url}/pay/*"

    @property
    def payment(self) -> Json:
        """Return the one payment that was begun."""
        (payment,) = self.bank.ledger.payments.values()
        return payment


class RefundsByHand:
    """Plans refunds from the journal, and sends those that are due."""

    def __init__(
        self, pool: "asyncpg.Pool[Any]", engine: Engine, clock: Clock, provider: YooKassa
    ) -> None:
        transfers = RefundTransfers(pool)
        outcomes = RefundOutcomes(transfers, engine, CaseStore(pool), clock)
        providers = {provider.name: provider}
        self._journal = PostgresJournal(pool)
        self._planner = RefundPlanner(transfers, ProgramReads(pool), providers, outcomes)
        self._sender = RefundSender(
            transfers, engine, outcomes, providers, clock=clock, rng=Random(7)
        )

    async def send_due(self) -> None:
        """Plan everything that the journal tells, and do what is due."""
        await self._planner(await self._journal.feed(0, 0, 1_000))
        await self._sender.run()


@asynccontextmanager
async def paying_shop(
    dependencies: WebDependencies, pool: "asyncpg.Pool[Any]", engine: Engine, clock: Clock
) -> AsyncGenerator[PayingShop]:
    """Serve the pages of a shop whose bank's pages have another host."""
    async with yookassa_server(YooKassaLedger(clock)) as bank, httpx.AsyncClient() as client:
        bank.ledger.page_url = bank.ledger.page_url.replace("127.0.0.1", "localhost")
        account = YooKassa(YooKassaAccount(SHOP, SECRET, bank.url), client)
        intake = intake_at(pool, engine, clock, account)
        checkout = checkout_at(pool, engine, clock, account)
        poller = AttemptPoller({account.name: account}, PaymentAttempts(pool), intake, clock)
        refunds = RefundsByHand(pool, engine, clock, account)
        pages = structs.replace(dependencies, checkout=checkout, demo_bank=None)
        async with served(pages) as site:
            yield PayingShop(site, bank, poller, refunds)


def pay_button(order: Order, method: str = "card") -> str:
    """Return the button of an order's page that leads to the bank."""
    return f"form[action='/orders/{order.number}/payment'] button[value='{method}']"


async def goes_to_bank(page: Page, shop: PayingShop, order: Order) -> None:
    """Press the button of the order's page, and wait for the page of the bank."""
    await page.goto(f"{shop.site}/orders/{order.number}")
    await page.locator(pay_button(order)).click()
    await page.wait_for_url(shop.bank_pages, timeout=LIVE_MS)


async def pays_at_bank(page: Page, shop: PayingShop, order: Order) -> None:
    """Pay on the page of the bank, and come back to an order in processing."""
    await goes_to_bank(page, shop, order)
    await page.get_by_role("button", name="Pay").click()
    await sees_status(page, "processing")


async def sees_status(page: Page, status: str, outcome: Outcome | None = None) -> None:
    """Wait until the head of an order's page says a status."""
    said = page.locator(".order-head .status", has_text=status_label(status, outcome, "en"))
    await said.first.wait_for(timeout=LIVE_MS)
