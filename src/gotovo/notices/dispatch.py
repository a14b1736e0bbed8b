"""Message dispatch: a follower of the journal that sends buyers their messages.

Delivery is at least once: a message's key is derived from its event, so a repeated event gives the
same message. It runs behind the engine and never delays it.
"""

from collections.abc import Sequence
from typing import Final

from gotovo.engine.ports import FeedEvent, PlacesSource
from gotovo.notices.channels.port import Channel
from gotovo.notices.policy import PURPOSE_OF, notice_of
from gotovo.notices.wording import MessageContext, notice_text, point_of
from gotovo.order.replay import Recorded
from gotovo.order.time_zone import time_zone_of
from gotovo.store.reads.buyer import BuyerReads
from gotovo.store.tables.messages.phone_messages import PhoneMessage
from gotovo.words.language import preferred_language

FOLLOWER: Final = "notices"
"""The name of this follower's cursor in the journal."""


class MessageDispatcher:
    """Turns events into messages and sends them through a channel."""

    def __init__(
        self,
        reads: BuyerReads,
        channel: Channel,
        places: PlacesSource,
        secret: bytes,
        *,
        site: str = "",
    ) -> None:
        """Without `site`, the address of the pages, messages have no links.

        A message has the time at which its event was recorded, also when it is sent later.
        """
        self._reads = reads
        self._channel = channel
        self._places = places
        self._secret = secret
        self._site = site

    async def __call__(self, events: Sequence[FeedEvent]) -> None:
        """Send the messages of these events; after an exception they are handled again."""
        for feed_event in events:
            event = feed_event.event
            if event.type in PURPOSE_OF:
                await self._dispatch(event)

    async def _dispatch(self, event: Recorded) -> None:
        number, version = event.number, event.version
        contact = await self._reads.contact(number)
        if contact is None:
            return
        notice = notice_of(await self._reads.history(number), version)
        if notice is None:
            return
        points, warehouses = self._places()
        point = points.get(point_of(notice))
        context = MessageContext(
            point=point,
            language=preferred_language(contact.locale),
            secret=self._secret,
            now=event.recorded_at,
            time_zone=time_zone_of(notice.order, points, warehouses),
            site=self._site,
        )
        message = PhoneMessage(
            key=f"{number}:{version}",
            phone=contact.phone,
            purpose=notice.purpose,
            number=number,
            sent_at=context.now,
            text=notice_text(notice, context),
        )
        await self._channel.send(message)
