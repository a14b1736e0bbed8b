"""The fixtures of orders in the database, and a desk for receipts."""

import asyncpg
import pytest

from gotovo.store.journal.journal import PostgresJournal
from tests.support.payments.fiscal_desk import FiscalDesk
from tests.support.web.cast import Clock
from tests.support.web.stage import cast, clock, engine, journal

__all__ = ["cast", "clock", "engine", "journal"]


@pytest.fixture
async def desk(pool: asyncpg.Pool, journal: PostgresJournal, clock: Clock) -> FiscalDesk:
    """Give a desk with receipts switched on, and terms for the default shop."""
    desk = FiscalDesk(pool, journal, clock)
    await desk.begin()
    return desk
