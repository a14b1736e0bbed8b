"""Payments through YooKassa's documented API, over the real engine and database."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest

from gotovo.engine.engine import Engine
from tests.support.payments.intake_desk import IntakeDesk, intake_desk
from tests.support.web.cast import Clock
from tests.support.web.stage import clock, engine, journal

__all__ = ["clock", "engine", "journal"]


@pytest.fixture
async def desk(
    pool: "asyncpg.Pool[Any]",
    engine: Engine,
    clock: Clock,
) -> AsyncIterator[IntakeDesk]:
    """Give orders that can be paid, and what takes their payments in."""
    async with intake_desk(pool, engine, clock) as opened:
        yield opened
