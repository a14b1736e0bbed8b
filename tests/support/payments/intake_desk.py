"""Orders that are paid through YooKassa's documented API, and the intake that is told of it."""

import itertools
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import asyncpg
import httpx

from gotovo.engine.engine import Engine
from gotovo.order.values.money import Money
from gotovo.order.values.order import Order, total
from gotovo.payments.intake.payment_intake import PaymentIntake
from gotovo.payments.providers.port import AttemptName
from gotovo.payments.providers.yookassa import YooKassa, YooKassaAccount
from gotovo.store.reads.programs import ProgramReads
from gotovo.store.tables.cases.cases import CaseStore
from gotovo.store.tables.payments.payment_attempts import (
    NewAttempt,
    PaymentAttempt,
    PaymentAttempts,
)
from tests.support.payments.requests import basket
from tests.support.payments.yookassa_ledger import SECRET, SHOP, Json, YooKassaLedger
from tests.support.payments.yookassa_server import YooKassaServer, yookassa_server
from tests.support.web.cast import ALINA, Cast, Clock
from tests.support.web.goods import CATALOGUE

MINUTE = timedelta(minutes=1)


class IntakeDesk:
    """Everything that a payment goes through, on one clock."""

    def __init__(
        self,
        pool: "asyncpg.Pool[Any]",
        engine: Engine,
        clock: Clock,
        server: YooKassaServer,
        client: httpx.AsyncClient,
    ) -> None:
        """Open the account of the server's shop."""
        self.pool = pool
        self.clock = clock
        self.server = server
        self.ledger: YooKassaLedger = server.ledger
        self.provider = YooKassa(YooKassaAccount(SHOP, SECRET, server.url), client)
        self.providers = {self.provider.name: self.provider}
        self.attempts = PaymentAttempts(pool)
        self.intake = PaymentIntake(
            self.providers,
            self.attempts,
            CaseStore(pool),
            engine,
            order=self._order,
            clock=clock,
        )
        self.cast = Cast(engine, clock)
        self._reads = ProgramReads(pool)
        self._nth = itertools.count(1)

    async def place(self) -> Order:
        """Place an order that waits for its payment."""
        return await self.cast.place(ALINA, self.clock(), CATALOGUE[0])

    async def order(self, number: str) -> Order:
        """Return an order as it stands."""
        order = await self._order(number)
        assert order is not None
        return order

    async def begin(self, order: Order, *, answered: bool = True, **asked: Any) -> PaymentAttempt:
        """Begin an attempt, and create its payment; the answer may be lost."""
        now = self.clock()
        amount = asked.pop("amount", Money(total(order), order.currency))
        attempt = await self.attempts.begin(
            NewAttempt(
                number=order.number,
                shop=order.shop,
                provider="yookassa",
                method="sbp",
                amount=amount,
                created_at=now,
                expires_at=now + 60 * MINUTE,
                check_at=now + MINUTE,
            )
        )
        payment = await self.provider.create(
            basket(attempt=AttemptName(order.number, attempt.attempt), amount=amount, **asked)
        )
        if answered:
            await self.attempts.created(
                attempt,
                reference=payment.reference,
                payment_id=payment.payment_id,
                url=payment.url,
                check_at=now + MINUTE,
            )
        return await self.attempt(attempt)

    async def attempt(self, attempt: PaymentAttempt) -> PaymentAttempt:
        """Return an attempt as it stands."""
        found = await self.attempts.attempt(attempt.number, attempt.attempt)
        assert found is not None
        return found

    def captured(self, **metadata: str) -> Json:
        """Return a captured payment that nobody here asked for, in the name of anybody."""
        asked: Json = {
            "amount": {"value": "100.00", "currency": "RUB"},
            "confirmation": {"type": "redirect", "return_url": "https://shop.example/"},
            "capture": True,
            "metadata": metadata,
        }
        return self.ledger.pay(self.ledger.create_payment(asked)["id"])

    async def cases(self) -> list[dict[str, Any]]:
        """Return all cases: kind, order and proofs."""
        rows = await self.pool.fetch(
            "select kind, number, proofs from case_file order by opened_at"
        )
        return [{**row, "proofs": json.loads(row["proofs"])} for row in rows]

    async def _order(self, number: str) -> Order | None:
        found = await self._reads.order(number)
        return None if found is None else found.order


@asynccontextmanager
async def intake_desk(
    pool: "asyncpg.Pool[Any]", engine: Engine, clock: Clock
) -> AsyncGenerator[IntakeDesk]:
    """Run YooKassa's server beside the engine until the end of the block."""
    async with (
        yookassa_server(YooKassaLedger(clock)) as server,
        httpx.AsyncClient(trust_env=False) as client,
    ):
        yield IntakeDesk(pool, engine, clock, server, client)
