"""Planning and sending of receipts by hand, on the clock of a test."""

from datetime import timedelta
from random import Random

import asyncpg

from gotovo.order.steps.payment import Pay
from gotovo.order.values.money import Money
from gotovo.order.values.order import Order
from gotovo.payments.receipts.fiscal_planning import FiscalPlanner
from gotovo.payments.receipts.fiscal_sending import FiscalSending, FiscalTools
from gotovo.payments.receipts.port import CashRegister
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.reads.buyer import BuyerReads
from gotovo.store.tables.cases.cases import CaseStore
from gotovo.store.tables.money.fiscal_receipts import FiscalReceipts
from gotovo.store.tables.money.fiscal_terms import FiscalTermsStore
from tests.support.payments.fiscal_samples import TERMS
from tests.support.web.cast import NOW, Cast, Clock

BEGAN = NOW - timedelta(days=30)
"""When receipts were switched on: before every order of a test."""


class FiscalDesk:
    """What plans and sends, beside the tables that it works on."""

    def __init__(self, pool: asyncpg.Pool, journal: PostgresJournal, clock: Clock) -> None:
        self.pool = pool
        self.clock = clock
        self.receipts = FiscalReceipts(pool)
        self.terms = FiscalTermsStore(pool)
        self.failures: list[str] = []
        self._journal = journal

    async def begin(self) -> None:
        """Switch receipts on, long ago, and store the terms of the default shop."""
        await self.receipts.begin(BEGAN)
        await self.terms.put("", TERMS, BEGAN)

    async def plan(self) -> None:
        """Plan everything that the journal tells."""
        planner = FiscalPlanner(
            BuyerReads(self.pool), self.receipts, CaseStore(self.pool), self.clock
        )
        after = 0
        while page := await self._journal.feed(0, after, 1_000):
            await planner(page)
            after = page[-1].position

    def sending(self, register: CashRegister) -> FiscalSending:
        tools = FiscalTools(
            receipts=self.receipts,
            terms=self.terms,
            reads=BuyerReads(self.pool),
            cases=CaseStore(self.pool),
            register=register,
            clock=self.clock,
        )
        return FiscalSending(
            tools, rng=Random(7), report=lambda error: self.failures.append(str(error))
        )

    async def send(self, register: CashRegister, times: int = 1) -> None:
        """Plan, then send as often, an hour apart."""
        await self.plan()
        sending = self.sending(register)
        for _ in range(times):
            self.clock.now += timedelta(hours=1)
            await sending.send_due()

    async def states(self, order: Order) -> list[tuple[str, str, int]]:
        """Return kind, state and sum of the receipts of an order."""
        rows = await self.receipts.of_order(order.number)
        return [(row.kind.value, row.state.value, row.amount) for row in rows]

    async def cases(self) -> list[str]:
        """Return the subjects of the cases that were opened."""
        rows = await self.pool.fetch("select about from case_file order by opened_at, about")
        return [row["about"] for row in rows]


async def pay_by(cast: Cast, order: Order, provider: str, payment_id: str, amount: int) -> Order:
    """Report a payment of some provider."""
    command = Pay(Money(amount, "RUB"), provider, payment_id)
    return await cast.step(order, command, order.placed_at + timedelta(minutes=5))
