"""The follower that tells buyers: it reads the journal behind the engine and never holds it up.

The journal is followed at least once; a message's key is made of the event, so the same fact seen
again is the same message.
"""

from collections.abc import Sequence
from typing import Final

from gotovo.engine.ports import FeedEvent, PlacesSource
from gotovo.notices.channels.port import Channel
from gotovo.notices.policy import PURPOSE_OF, notice_of
from gotovo.notices.wording import MessageContext, notice_text, point_of
from gotovo.order.replay import Recorded
from gotovo.store.reads.buyer import BuyerReads
from gotovo.store.tables.messages.phone_messages import PhoneMessage
from gotovo.words.language import preferred_language

FOLLOWER: Final = "notices"
"""The name under which the journal remembers how far this follower has come."""

_NO_ZONE = "UTC"


class TellBuyers:
    """Turns events into messages and hands them to a channel."""

    def __init__(
        self,
        reads: BuyerReads,
        channel: Channel,
        places: PlacesSource,
        secret: bytes,
        *,
        site: str = "",
    ) -> None:
        """Take everything by argument; `site` is where the pages are, without it messages have no
        links.

        A message bears the instant at which its event was recorded: a follower that was away for
        an hour tells of what is an hour old.
        """
        self._reads = reads
        self._channel = channel
        self._places = places
        self._secret = secret
        self._site = site

    async def __call__(self, events: Sequence[FeedEvent]) -> None:
        """Tell what is worth telling; an exception means that these events come again."""
        for positioned in events:
            event = positioned.event
            if event.type in PURPOSE_OF:
                await self._tell(event)

    async def _tell(self, event: Recorded) -> None:
        number, version = event.number, event.version
        contact = await self._reads.contact(number)
        if contact is None:
            return
        notice = notice_of(await self._reads.history(number), version)
        if notice is None:
            return
        points, warehouses = self._places()
        point = points.get(point_of(notice))
        warehouse = warehouses.get(notice.order.warehouse)
        place = point or warehouse
        context = MessageContext(
            point=point,
            language=preferred_language(contact.locale),
            secret=self._secret,
            now=event.recorded_at,
            time_zone=place.timetable.time_zone if place else _NO_ZONE,
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
