"""A receiver beside the API."""

from collections.abc import AsyncIterator

import pytest

from tests.support.webhooks.receiver import Receiver


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """Give a receiver that takes everything."""
    receiver = Receiver()
    await receiver.open()
    yield receiver
    await receiver.close()
