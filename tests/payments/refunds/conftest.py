"""An office that gives money back through a provider."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from tests.support.payments.refunds import RefundOffice, refund_office


@pytest.fixture
async def office(pool: "asyncpg.Pool[Any]") -> AsyncIterator[RefundOffice]:
    """Give an office on one node of PostgreSQL."""
    async with refund_office(pool) as office:
        yield office
