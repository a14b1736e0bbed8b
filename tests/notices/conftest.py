"""The fixtures of the pages, for the tests of this folder."""

import pytest

from gotovo.notices.dispatch import MessageDispatcher
from gotovo.store.journal.journal import PostgresJournal
from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.buyer_phone import BuyerPhone
from tests.support.web.stage import (
    buyer,
    cast,
    clock,
    database_url,
    dependencies,
    dispatcher,
    engine,
    journal,
    stage_url,
)

__all__ = [
    "buyer",
    "cast",
    "clock",
    "database_url",
    "dependencies",
    "dispatcher",
    "engine",
    "journal",
    "stage_url",
]


@pytest.fixture
def phone(
    journal: PostgresJournal, dispatcher: MessageDispatcher, dependencies: WebDependencies
) -> BuyerPhone:
    """Give the phone of the buyer whom these tests are about."""
    assert dependencies.phone is not None
    return BuyerPhone(journal, dispatcher, dependencies.phone)
