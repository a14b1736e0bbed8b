"""What a test asks of YooKassa, and an adapter of ours over a server that speaks its API."""

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

from msgspec import Struct, structs

from gotovo.order.values.money import Money
from gotovo.order.values.number import draw
from gotovo.outbound.exchange import open_client
from gotovo.payments.providers.port import (
    AttemptName,
    PaymentMethod,
    PaymentRequest,
    ProviderPayment,
    RefundRequest,
    UnreadableEntry,
)
from gotovo.payments.providers.provider_http import SECONDS_MAX
from gotovo.payments.providers.yookassa import YooKassa, YooKassaAccount
from tests.support.payments.yookassa_ledger import SECRET, SHOP, YooKassaLedger
from tests.support.payments.yookassa_server import YooKassaServer, yookassa_server

NOW: Final = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
NUMBER: Final = draw(7, 1)
ASKED: Final = PaymentRequest(
    attempt=AttemptName(NUMBER, 1),
    amount=Money(1_234_50, "RUB"),
    method=PaymentMethod.CARD,
    description="Заказ 1234 5678 9012",
    return_url="https://shop.example/orders/1/payment",
    shop="main",
    language="ru",
)
T = TypeVar("T")


class MovedClock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now

    def pass_(self, **passed: float) -> None:
        """Let time pass."""
        self.now += timedelta(**passed)


class YooKassaStage(Struct):
    """A server, its clock, and an adapter that asks it."""

    server: YooKassaServer
    clock: MovedClock
    provider: YooKassa

    @property
    def ledger(self) -> YooKassaLedger:
        """Return what the server has."""
        return self.server.ledger

    async def paid(self, **changes: Any) -> ProviderPayment:
        """Return a payment that its buyer has made."""
        payment = await self.provider.create(asked(**changes))
        self.ledger.pay(payment.reference)
        return await self.provider.payment(payment.reference)


@asynccontextmanager
async def yookassa_stage(
    *, currencies: str = "RUB", secret: str = SECRET, seconds_max: float = SECONDS_MAX
) -> AsyncGenerator[YooKassaStage]:
    """Run a server, with an adapter, until the end of the block."""
    clock = MovedClock()
    ledger = YooKassaLedger(clock, currencies=frozenset(currencies.split()))
    async with yookassa_server(ledger) as server, open_client() as client:
        account = YooKassaAccount(SHOP, secret, server.url)
        yield YooKassaStage(server, clock, YooKassa(account, client, seconds_max))


def asked(**changes: Any) -> PaymentRequest:
    """Return a request for money, changed."""
    return structs.replace(ASKED, **changes)


def refund_asked(payment_id: str, amount: int, key: str = "gotovo-refund-1") -> RefundRequest:
    """Return a request for a refund of so many kopecks."""
    return RefundRequest(
        key=key,
        payment_id=payment_id,
        amount=Money(amount, "RUB"),
        description="Возврат по заказу",
    )


async def all_of(found: AsyncIterator[T | UnreadableEntry]) -> list[T]:
    """Return everything of a list that can be read."""
    listed: list[T] = []
    async for each in found:
        assert not isinstance(each, UnreadableEntry), each
        listed.append(each)
    return listed
