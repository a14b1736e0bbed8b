"""The fixtures of the pages, for the tests of this folder."""

from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from gotovo.store.journal.journal import PostgresJournal
from gotovo.web.site.dependencies import WebDependencies
from tests.support.notices.message_desk import MessageDesk
from tests.support.notices.push_stage import PushStage, push_stage
from tests.support.web.buyer_phone import BuyerPhone
from tests.support.web.cast import Clock
from tests.support.web.stage import (
    buyer,
    cast,
    clock,
    dependencies,
    dispatcher,
    engine,
    journal,
)
from tests.support.web.teller import Teller

__all__ = [
    "buyer",
    "cast",
    "clock",
    "dependencies",
    "dispatcher",
    "engine",
    "journal",
]


@pytest.fixture
def phone(
    journal: PostgresJournal, dispatcher: Teller, dependencies: WebDependencies
) -> BuyerPhone:
    """Give the phone of the buyer whom these tests are about."""
    assert dependencies.phone is not None
    return BuyerPhone(journal, dispatcher, dependencies.phone)


@pytest.fixture
def desk(
    dependencies: WebDependencies, pool: asyncpg.Pool, journal: PostgresJournal, clock: Clock
) -> MessageDesk:
    """Give what plans and sends, by hand."""
    return MessageDesk(dependencies, pool, journal, clock)


@pytest.fixture
async def push(tmp_path: Path, pool: asyncpg.Pool, clock: Clock) -> AsyncIterator[PushStage]:
    """Give a push service, and the channel that sends to it."""
    async with push_stage(tmp_path, pool, clock) as stage:
        yield stage
