"""Receipts: what a channel tells of a message that it took, and what follows.

Receipts may come twice, in any order, or about messages that are not ours; only the first that
settles a message changes anything. A channel may tell of a message before the process that sent it
has stored what the channel calls it, so what is not known is looked up again for a moment.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final

from gotovo.notices.channels.port import DeliveryState, Receipt
from gotovo.notices.rules import RULES, ChannelName, Purpose
from gotovo.notices.settlement import settled
from gotovo.store.tables.messages.messages import (
    BuyerMessage,
    MessageOutcome,
    MessageState,
    MessageStore,
)

LOOK_AGAIN_SECONDS: Final = (0.1, 0.4, 1.5)
"""Pauses before a message is looked up again: storing that it was sent takes milliseconds. Receipts
of sign-in codes are never found; providers wait longer than this for an answer."""

_LOST = frozenset({DeliveryState.UNDELIVERED, DeliveryState.EXPIRED})


class ReceiptDesk:
    """Takes receipts of all channels."""

    def __init__(
        self,
        messages: MessageStore,
        channels: Sequence[ChannelName],
        clock: Callable[[], datetime],
        *,
        on_lost: Callable[[], None] = lambda: None,
    ) -> None:
        """`channels` are those in use; call `on_lost` when a message is to be sent another way."""
        self._messages = messages
        self._channels = channels
        self._clock = clock
        self._on_lost = on_lost

    async def take(self, channel: ChannelName, receipts: Sequence[Receipt]) -> int:
        """Store what receipts tell; return how many messages they settled."""
        count, unknown = await self._take(channel, [x for x in receipts if _settles(x.state)])
        for seconds in LOOK_AGAIN_SECONDS:
            if not unknown:
                break
            await asyncio.sleep(seconds)
            more, unknown = await self._take(channel, unknown)
            count += more
        return count

    async def _take(
        self, channel: ChannelName, receipts: Sequence[Receipt]
    ) -> tuple[int, Sequence[Receipt]]:
        """Return how many messages were settled, and the receipts of which none is known."""
        count, unknown = 0, list[Receipt]()
        for receipt in receipts:
            messages = await self._messages.sent(channel, receipt.provider_id)
            if not messages:
                unknown.append(receipt)
            for message in messages:
                outcome = self._outcome(channel, message, receipt)
                if outcome is None:
                    continue
                outcome = settled(outcome, message, self._clock())
                if await self._messages.receive(message, outcome):
                    count += 1
                    if outcome.state is MessageState.WAITING:
                        self._on_lost()
        return count, unknown

    def _outcome(
        self, channel: ChannelName, message: BuyerMessage, receipt: Receipt
    ) -> MessageOutcome | None:
        """Return what a receipt makes of a message, None if it settles nothing."""
        if receipt.state is DeliveryState.DELIVERED:
            return MessageOutcome(state=MessageState.DELIVERED, tried=message.tried)
        if receipt.state not in _LOST:
            return None
        tried = (*message.tried, channel)
        reason = receipt.status or receipt.state
        rule = RULES[Purpose(message.purpose)]
        if any(name in self._channels and name not in tried for name in rule.channels):
            again_at = self._clock()
            return MessageOutcome(
                state=MessageState.WAITING, again_at=again_at, tried=tried, reason=reason
            )
        return MessageOutcome(state=MessageState.FAILED, tried=tried, reason=reason)


def _settles(state: DeliveryState) -> bool:
    return state is DeliveryState.DELIVERED or state in _LOST
