"""The fixtures of orders on the real engine, and YooKassa over real HTTP."""

from collections.abc import AsyncIterator

import httpx
import pytest

from gotovo.payments.providers.yookassa import YooKassa, YooKassaAccount
from tests.support.payments.yookassa_ledger import SECRET, SHOP, YooKassaLedger
from tests.support.payments.yookassa_server import YooKassaServer, yookassa_server
from tests.support.web.cast import Clock
from tests.support.web.stage import cast, clock, engine, journal

__all__ = ["cast", "clock", "engine", "journal"]


@pytest.fixture
async def bank(clock: Clock) -> AsyncIterator[YooKassaServer]:
    """Give a YooKassa whose clock is the test's."""
    async with yookassa_server(YooKassaLedger(clock)) as server:
        yield server


@pytest.fixture
async def yookassa(bank: YooKassaServer) -> AsyncIterator[YooKassa]:
    """Give the shop's account there."""
    async with httpx.AsyncClient() as client:
        yield YooKassa(YooKassaAccount(SHOP, SECRET, bank.url), client)
