"""A shop with webhooks on the real database, and receivers on the loopback interface."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from tests.support.webhooks.receiver import Receiver
from tests.support.webhooks.shop import WebhookShop


@pytest.fixture
async def webhook_shop(pool: "asyncpg.Pool[Any]") -> AsyncIterator[WebhookShop]:
    """Give a shop whose orders are events."""
    shop = WebhookShop(pool)
    await shop.open()
    yield shop
    await shop.close()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Give a receiver that takes everything."""
    receiver = Receiver()
    await receiver.open()
    yield receiver
    await receiver.close()
