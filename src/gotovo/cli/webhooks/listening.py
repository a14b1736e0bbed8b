"""What a webhook would get from now on, signed with a secret made for this run."""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from msgspec import Struct

from gotovo.access.feed_cursors import shop_reader
from gotovo.access.feed_events import EventFilter
from gotovo.cli.webhooks.opened import OpenedWebhooks
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.reads.order_texts import OrderTextReads
from gotovo.webhooks.payload import message_of
from gotovo.webhooks.signing import signed_headers

POLL_SECONDS: Final = 0.5
EVENTS_AT_ONCE: Final = 200


class WouldCome(Struct, frozen=True):
    """A request that a receiver would get: headers by name, and the body."""

    headers: Mapping[str, str]
    body: bytes


async def listen(
    opened: OpenedWebhooks, shop: str, types: Sequence[str], secret: str
) -> AsyncGenerator[WouldCome]:
    """Yield what a webhook of this shop and these types would get from now on, without end."""
    journal, texts = PostgresJournal(opened.pool), OrderTextReads(opened.pool)
    wanted = EventFilter(frozenset(types), shop)
    reached = dict(await opened.store.heads())
    while True:
        heads = await opened.store.heads()
        for lane in heads:
            reached.setdefault(lane, 0)
        for lane, head in heads.items():
            while reached[lane] < head:
                events = await journal.feed_items(lane, reached[lane], EVENTS_AT_ONCE)
                for event in events:
                    reached[lane] = event.position
                    if not wanted.passes(event.type, event.shop):
                        continue
                    positions = tuple(reached[each] for each in sorted(reached))
                    cursor = opened.cursors.text_of_event(positions, shop_reader(shop))
                    message = message_of(event, lambda _position, text=cursor: text)
                    text = message.item.text
                    words = await texts.of_keys([text]) if text is not None else {}
                    body = message.payload(words)
                    headers = signed_headers([secret], message.id, datetime.now(UTC), body)
                    yield WouldCome({k.decode(): v.decode() for k, v in headers}, body)
        await asyncio.sleep(POLL_SECONDS)
