"""Refunds between a database, an engine and a provider over HTTP, and a power cut at any moment."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from random import Random
from typing import Any, cast
from uuid import uuid4

import asyncpg

from gotovo.engine.background.followers import Follower
from gotovo.engine.engine import Engine
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.payment import Pay
from gotovo.order.values.actor import Actor
from gotovo.order.values.money import Money
from gotovo.order.values.order import Order
from gotovo.outbound.exchange import open_client
from gotovo.payments.providers.port import AttemptName, PaymentMethod, PaymentRequest
from gotovo.payments.providers.yookassa import YooKassa, YooKassaAccount
from gotovo.payments.refunds.refund_outcomes import RefundOutcomes
from gotovo.payments.refunds.refund_planner import FOLLOWER, RefundPlanner
from gotovo.payments.refunds.refund_sender import RefundSender
from gotovo.payments.refunds.refund_watcher import RefundWatcher
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.reads.programs import ProgramReads
from gotovo.store.tables.cases.cases import CaseStore
from gotovo.store.tables.payments.refund_transfers import RefundTransfer, RefundTransfers
from tests.support.engine.cast import ADMIN, COST, Buyer, Shop
from tests.support.payments.yookassa_ledger import SECRET, SHOP, YooKassaLedger
from tests.support.payments.yookassa_server import YooKassaServer, yookassa_server

LEASE_OVER = {"minutes": 11}
"""After this the work of a process that died is taken by another one."""


class Killed(BaseException):
    """The power is gone; nothing of the process goes on, no handler of errors either."""


class PowerCut:
    """Cuts the power before or after one of the effects of a process, counted from 0."""

    def __init__(self, at: int) -> None:
        self.left = at
        self.effects = 0
        self.is_out = False

    def point(self) -> None:
        """Pass a moment at which the power may go, or is gone."""
        if self.is_out or self.left == 0:
            self.is_out = True
            raise Killed
        self.left -= 1
        self.effects += 1


class Powered:
    """Something of a process: every call has a moment before it and one after it."""

    def __init__(self, real: object, power: PowerCut) -> None:
        self._real = real
        self._power = power

    def __getattr__(self, name: str) -> Any:
        """Return the method with its two moments; what is no call is passed on."""
        method = getattr(self._real, name)
        if name in {"refunds", "name"}:
            return method

        async def called(*arguments: Any, **named: Any) -> Any:
            self._power.point()
            result = await method(*arguments, **named)
            self._power.point()
            return result

        return called


class RefundProcess:
    """One process that plans and sends refunds; `power` may be cut at any moment of it."""

    def __init__(self, office: "RefundOffice", power: PowerCut) -> None:
        transfers = cast("RefundTransfers", Powered(office.transfers, power))
        engine = cast("Engine", Powered(office.engine, power))
        cases = cast("CaseStore", Powered(office.cases, power))
        providers = {"yookassa": cast("YooKassa", Powered(office.provider, power))}
        outcomes = RefundOutcomes(transfers, engine, cases, office.shop.clock)
        reads = ProgramReads(office.pool)
        self.sender = RefundSender(
            transfers, engine, outcomes, providers, clock=office.shop.clock, rng=Random(1)
        )
        self.watcher = RefundWatcher(transfers, self.sender, outcomes, providers)
        self.planner = RefundPlanner(transfers, reads, providers, outcomes)
        self.follower = Follower(FOLLOWER, office.shop.journal, self.planner)

    async def work(self) -> None:
        """Plan and send what there is to do now."""
        await self.follower.catch_up()
        await self.sender.run()


class RefundOffice:
    """A shop at a provider, its buyers, and the process that gives their money back."""

    def __init__(self, pool: "asyncpg.Pool[Any]", server: YooKassaServer, client: Any) -> None:
        self.pool = pool
        self.server = server
        self.shop = Shop(PostgresJournal(pool))
        server.ledger.clock = self.shop.clock
        self.engine = self.shop.engine()
        self.provider = YooKassa(YooKassaAccount(SHOP, SECRET, server.url), client)
        self.transfers = RefundTransfers(pool)
        self.cases = CaseStore(pool)
        self.process = self.start()

    def start(self, power: PowerCut | None = None) -> RefundProcess:
        """Start a process."""
        return RefundProcess(self, power or PowerCut(-1))

    @property
    def ledger(self) -> YooKassaLedger:
        """Return what the provider knows."""
        return self.server.ledger

    async def captured(self, amount: int) -> str:
        """Let somebody pay at the provider; return the payment's id."""
        request = PaymentRequest(
            attempt=AttemptName(f"test-{uuid4().hex[:12]}", 1),
            amount=Money(amount, "RUB"),
            method=PaymentMethod.CARD,
            description="tea",
            return_url="https://shop.test/",
            shop="",
            language="ru",
        )
        payment = await self.provider.create(request)
        self.ledger.pay(payment.reference)
        return payment.reference

    async def paid(self, *parts: int) -> Buyer:
        """Place an order and pay it through the provider, in one part or several."""
        buyer = self.shop.buyer()
        await self.take(buyer.place())
        for part in parts or (COST,):
            payment_id = await self.captured(part)
            await self.take(buyer.ask(Pay(Money(part, "RUB"), "yookassa", payment_id)))
        return buyer

    async def cancelled(self, *parts: int) -> Buyer:
        """Return the buyer of a paid order that was cancelled: its refund has started."""
        buyer = await self.paid(*parts)
        await self.take(buyer.ask(Cancel()))
        return buyer

    async def take(self, submission: Any) -> Order:
        """Take a step that has to be accepted; return the order after it."""
        result = await self.engine.submit(submission)
        assert result.refusal is None, result.refusal
        assert result.order is not None
        return result.order

    async def step(self, buyer: Buyer, command: Any, actor: Actor = ADMIN) -> Order:
        """Take a step with a buyer's order."""
        return await self.take(buyer.ask(command, actor=actor))

    async def order(self, buyer: Buyer) -> Order:
        """Return a buyer's order as it is stored."""
        read = await ProgramReads(self.pool).order(buyer.number)
        assert read is not None
        return read.order

    async def parts(self, buyer: Buyer, refund: int = 1) -> Sequence[RefundTransfer]:
        """Return the transfers of a buyer's refund."""
        number = buyer.number
        home = (await self.pool.fetchval("select home from orders where number = $1", number)) or 0
        return await self.transfers.of_refund(home, f"{number}-R{refund}")

    async def case_kinds(self) -> list[str]:
        """Return the kinds of the cases that were opened."""
        rows = await self.pool.fetch("select kind from case_file order by kind, about")
        return [row["kind"] for row in rows]

    def given_back(self, payment_id: str) -> int:
        """Return what the provider has given back of a payment, in minor units."""
        return round(
            sum(
                float(each["amount"]["value"]) * 100
                for each in self.ledger.refunds.values()
                if each["payment_id"] == payment_id and each["status"] == "succeeded"
            )
        )

    async def after(self, **span: float) -> None:
        """Let time pass, and the process work."""
        self.shop.clock.now += timedelta(**span)
        await self.process.work()


@asynccontextmanager
async def refund_office(pool: "asyncpg.Pool[Any]") -> AsyncGenerator[RefundOffice]:
    """Open an office with its provider; there are a thousand of everything."""
    await pool.executemany(
        "insert into stock (home, warehouse, sku, title, on_hand, reserved)"
        " values (0, 'KZN', $1, $1, 1000, 0)",
        [("tea",), ("cup",)],
    )
    async with yookassa_server() as server, open_client() as client:
        office = RefundOffice(pool, server, client)
        yield office
        await office.shop.close()
