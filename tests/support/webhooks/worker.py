"""A process that sends for webhooks until it is killed: `python -m tests.support.webhooks.worker`.

Its arguments are the address of the database and how many seconds a lease lasts.
"""

import asyncio
import sys
from uuid import uuid4

from gotovo.store.postgres.pool import open_pool
from gotovo.webhooks.dispatcher import WebhookDispatcher
from tests.support.webhooks.shop import tools


async def send(url: str, lease_seconds: float) -> None:
    """Send without end."""
    pool = await open_pool(url, size=4)
    dispatcher = WebhookDispatcher(
        tools(pool, lease_seconds=lease_seconds, timeout_seconds=0.2), uuid4().hex
    )
    dispatcher.job._every_seconds = 0.1
    await dispatcher.job.run()


if __name__ == "__main__":
    asyncio.run(send(sys.argv[1], float(sys.argv[2])))
