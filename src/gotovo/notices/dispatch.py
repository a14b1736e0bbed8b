"""Message dispatch: a follower of the journal that sends buyers their messages.

Delivery is at least once: a message's key is derived from its event, so a repeated event gives the
same message. It runs behind the engine and never delays it. What can wait is stored in the quiet
hours and sent at their end (rule 4.10).
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from gotovo.engine.ports import FeedEvent, PlacesSource
from gotovo.keyring.keyring import Keyring
from gotovo.notices.channels.port import Channel
from gotovo.notices.policy import (
    PURPOSE_OF,
    Notice,
    is_overtaken,
    is_repeated_later,
    notice_of,
    state_after,
)
from gotovo.notices.sending_time import sending_time
from gotovo.notices.wording import MessageContext, notice_text, point_of
from gotovo.order.replay import Recorded
from gotovo.order.time_zone import time_zone_of
from gotovo.order.values.customer import Contact
from gotovo.points.point import Point
from gotovo.store.postgres.unreachable import DATABASE_UNREACHABLE
from gotovo.store.reads.buyer import BuyerReads
from gotovo.store.tables.messages.deferred_messages import DeferredMessage, DeferredMessageStore
from gotovo.store.tables.messages.phone_messages import PhoneMessage
from gotovo.words.language import preferred_language

FOLLOWER: Final = "notices"
"""The name of this follower's cursor in the journal."""

DEFERRED_PAGE: Final = 200
"""Deferred messages read at once: a second's work, and no more is repeated after a crash."""

DEFERRED_SECONDS: Final = 1.0
"""How often deferred messages are looked for."""


class MessageNotSent(Exception):
    """A message could not be made or sent; it stays deferred and is tried again."""


class MessageDispatcher:
    """Turns events into messages and sends them through a channel."""

    def __init__(  # noqa: PLR0917  (what a message is made of, and where it goes)
        self,
        reads: BuyerReads,
        channel: Channel[PhoneMessage],
        deferred: DeferredMessageStore,
        places: PlacesSource,
        keyring: Callable[[], Keyring],
        clock: Callable[[], datetime],
        *,
        site: str = "",
    ) -> None:
        """Without `site`, the address of the pages, messages have no links.

        A message has the time at which its event was recorded, or at which the quiet hours that
        it was recorded in end, also when it is sent later.
        """
        self._reads = reads
        self._channel = channel
        self._deferred = deferred
        self._places = places
        self._keyring = keyring
        self._clock = clock
        self._site = site

    async def __call__(self, events: Sequence[FeedEvent]) -> None:
        """Send or defer the messages of these events; after an exception they are handled again."""
        for feed_event in events:
            event = feed_event.event
            if event.type in PURPOSE_OF:
                await self._dispatch(event)

    async def send_deferred(self) -> int:
        """Send what was deferred until now, or drop what was overtaken; return how many rows.

        A message that can't be sent does not hold up the others; MessageNotSent names the first.
        """
        now, after = self._clock(), None
        count = 0
        failed: tuple[DeferredMessage, Exception] | None = None
        while page := await self._deferred.due(now, after, DEFERRED_PAGE):
            after = page[-1]
            for message in page:
                try:
                    await self._send_late(message)
                except DATABASE_UNREACHABLE:
                    raise
                except Exception as error:  # noqa: BLE001  (it is whatever the channel raises)
                    failed = failed or (message, error)
                    continue
                await self._deferred.delete(message)
                count += 1
        if failed is not None:
            message, error = failed
            raise MessageNotSent(f"{message.number}:{message.version}: {error!r}") from error
        return count

    async def _dispatch(self, event: Recorded) -> None:
        number, version, at = event.number, event.version, event.recorded_at
        contact = await self._reads.contact(number)
        if contact is None:
            return
        notice = notice_of(await self._reads.history(number), version)
        if notice is None:
            return
        _, time_zone = self._place(notice)
        send_at = sending_time(notice.purpose, at, time_zone)
        if send_at > at:
            await self._deferred.put(DeferredMessage(number, version, send_at))
        else:
            await self._send(notice, contact, version, at)

    async def _send_late(self, message: DeferredMessage) -> None:
        """Send a message that has waited, by the order's state of now."""
        contact = await self._reads.contact(message.number)
        if contact is None:
            return
        history = await self._reads.history(message.number)
        notice = notice_of(history, message.version)
        order = state_after(history, len(history))
        if notice is None or order is None or is_overtaken(notice.purpose, order):
            return
        if is_repeated_later(history, message.version):
            return
        notice = Notice(notice.purpose, order, notice.refund, notice.hours, notice.why)
        await self._send(notice, contact, message.version, message.send_at)

    async def _send(self, notice: Notice, contact: Contact, version: int, at: datetime) -> None:
        point, time_zone = self._place(notice)
        context = MessageContext(
            point=point,
            language=preferred_language(contact.locale),
            codes=self._keyring().codes,
            now=at,
            time_zone=time_zone,
            site=self._site,
        )
        number = notice.order.number
        message = PhoneMessage(
            key=f"{number}:{version}",
            phone=contact.phone,
            purpose=notice.purpose,
            number=number,
            sent_at=at,
            text=notice_text(notice, context),
        )
        await self._channel.send(message)

    def _place(self, notice: Notice) -> tuple[Point | None, str]:
        """Return the point, and the time zone of it or of the warehouse with a courier."""
        points, warehouses = self._places()
        point = points.get(point_of(notice))
        return point, time_zone_of(notice.order, points, warehouses)
