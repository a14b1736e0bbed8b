"""A process that sends messages until it is killed, as `python -m` runs it.

Its arguments are the addresses of the database and of the provider, and the machine's time at
which the tests' clock showed its beginning.
"""

import asyncio
import sys
import time
from datetime import datetime, timedelta
from random import Random
from typing import Final

from gotovo.notices.attempts import DeliveryTerms
from gotovo.notices.channels.sms.template import read_template
from gotovo.notices.delivery import MessageDelivery
from gotovo.notices.routes.phone_route import PhoneRoute
from gotovo.notices.rules import ChannelName
from gotovo.store.postgres.pool import open_pool
from gotovo.store.reads.buyer import BuyerReads
from gotovo.store.tables.messages.messages import MessageStore
from gotovo.store.tables.network.directory import Directory
from tests.support.notices.sms import channel_to
from tests.support.web.cast import KEYRING, NOW

ANSWER_SECONDS: Final = 0.3
TERMS: Final = DeliveryTerms(
    lease=timedelta(seconds=3),
    attempt_max=timedelta(seconds=1),
    backoff_first=0.05,
    backoff_max=0.5,
)
PROVIDER: Final = read_template(
    """
    name = "Provider"
    send.url = "https://provider.test/send"
    send.fields = { to = "{phone}", text = "{text}", id = "{id}" }
    answer.id = ["id"]
    """
)


async def send(url: str, provider: str, began_at: float) -> None:
    """Send without end."""

    def clock() -> datetime:
        return NOW + timedelta(days=1, seconds=time.time() - began_at)

    pool = await open_pool(url, size=4)
    directory = Directory(pool)
    await directory.refresh()
    async with channel_to(PROVIDER, provider, seconds_max=ANSWER_SECONDS) as channel:
        delivery = MessageDelivery(
            BuyerReads(pool),
            MessageStore(pool),
            directory,
            {ChannelName.SMS: PhoneRoute(channel)},
            lambda: KEYRING,
            clock,
            terms=TERMS,
            rng=Random(),
        )
        while True:
            await delivery.send_due()
            await asyncio.sleep(await delivery.wait_seconds(0.1))


if __name__ == "__main__":
    asyncio.run(send(sys.argv[1], sys.argv[2], float(sys.argv[3])))
