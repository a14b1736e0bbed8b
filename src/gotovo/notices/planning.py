"""Message planning: a follower of the journal that decides whom to tell of what, and when.

A message's id is made from its event and its person, so an event that is read again plans nothing
new (rule 4.10). Sending is another job (`delivery.py`): a channel that hangs delays no planning.
"""

import asyncio
from collections.abc import Callable, Collection, Sequence
from datetime import timedelta
from typing import Final

import structlog

from gotovo.engine.ports import FeedEvent, PlacesSource
from gotovo.notices.policy import Notice, notice_of
from gotovo.notices.rules import PURPOSE_OF, RULES, ChannelName
from gotovo.notices.sending_time import sending_time
from gotovo.notices.texts.wording import point_of
from gotovo.order.replay import Recorded
from gotovo.order.time_zone import time_zone_of
from gotovo.store.reads.buyer import BuyerReads
from gotovo.store.tables.messages.messages import BuyerMessage, MessageStore, message_id

FOLLOWER: Final = "notices"
"""The name of this follower's cursor in the journal."""

HOLD: Final = timedelta(seconds=60)
"""How long a message waits for others that can be told with it; a setting."""

_log: Final = structlog.get_logger("gotovo")

READS_AT_ONCE: Final = 8
"""Histories read at once; commands have a pool of connections of the same size."""


class MessagePlanner:
    """Turns events into messages that wait to be sent."""

    def __init__(
        self,
        reads: BuyerReads,
        messages: MessageStore,
        places: PlacesSource,
        *,
        hold: timedelta = HOLD,
        storage_within: timedelta | None = None,
        channels: Collection[ChannelName] = (),
        on_planned: Callable[[], None] = lambda: None,
    ) -> None:
        """Call `on_planned` whenever messages were stored.

        With `storage_within` the storage begins when the message arrives, at the latest so much
        later. Through the open `channels` buyers are told what is told only if it reaches them.
        """
        self._reads = reads
        self._messages = messages
        self._places = places
        self._hold = hold
        self._storage_within = storage_within
        self._channels = frozenset(channels)
        self._on_planned = on_planned
        self._turns = asyncio.Semaphore(READS_AT_ONCE)

    async def __call__(self, events: Sequence[FeedEvent]) -> None:
        """Store the messages of these events; after an exception they are handled again."""
        of_interest = [each for each in events if each.event.type in PURPOSE_OF]
        told = [each.event for each in await self._reaching(of_interest)]
        notices = await asyncio.gather(*(self._notice(event) for event in told))
        planned = [
            self._planned(event, notice)
            for event, notice in zip(told, notices, strict=True)
            if notice is not None
        ]
        if planned:
            await self._messages.put(planned)
            self._on_planned()

    async def _reaching(self, events: Sequence[FeedEvent]) -> Sequence[FeedEvent]:
        """Leave out what is told only if it reaches the buyer, and does not.

        All of a page is asked in one statement before any history is read: of every order that is
        paid, nothing else is done for buyers who have no such channel.
        """
        asked = [each for each in events if RULES[PURPOSE_OF[each.event.type]].if_reached]
        if not asked:
            return events
        reached: set[tuple[ChannelName, str]] = set()
        channels = self._channels & {x for each in asked for x in _channels(each)}
        if channels:
            orders = {each.number: each.customer for each in asked}
            reached = {
                (ChannelName(channel), number)
                for channel, number in await self._reads.reached(orders, channels)
            }
        left_out = {
            each.position
            for each in asked
            if not any((channel, each.number) in reached for channel in _channels(each))
        }
        return [each for each in events if each.position not in left_out]

    async def _notice(self, event: Recorded) -> Notice | None:
        """Return what an event announces; one with a fault of ours must not silence all others."""
        async with self._turns:
            history = await self._reads.history(event.number)
        try:
            return notice_of(history, event.version)
        except Exception:  # noqa: BLE001  (a fault of ours, in this event alone)
            _log.exception("event can't be told", number=event.number, version=event.version)
            return None

    def _planned(self, event: Recorded, notice: Notice) -> BuyerMessage:
        order, at = notice.order, event.recorded_at
        is_held = RULES[notice.purpose].is_held and self._hold > timedelta(0)
        points, warehouses = self._places()
        zone = time_zone_of(order, points, warehouses)
        due_at = sending_time(notice.purpose, at + self._hold if is_held else at, zone)
        within = self._storage_within if RULES[notice.purpose].starts_storage else None
        return BuyerMessage(
            id=message_id(order.number, event.version, order.customer),
            customer=order.customer,
            number=order.number,
            version=event.version,
            purpose=notice.purpose,
            created_at=at,
            due_at=due_at,
            storage_at=None if within is None else due_at + within,
            hold=f"{notice.purpose}:{order.customer}:{point_of(notice)}" if is_held else None,
        )


def _channels(event: FeedEvent) -> Sequence[ChannelName]:
    return RULES[PURPOSE_OF[event.event.type]].channels
