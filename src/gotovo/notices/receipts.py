"""Receipts: what a channel tells of a message that it took, and what follows.

Receipts may come twice, in any order, or about messages that are not ours; only the first that
settles a message changes anything.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from gotovo.notices.channels.port import DeliveryState, Receipt
from gotovo.notices.rules import RULES, ChannelName, Purpose
from gotovo.notices.settlement import settled
from gotovo.store.tables.messages.messages import (
    BuyerMessage,
    MessageOutcome,
    MessageState,
    MessageStore,
)

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
        count = 0
        for receipt in receipts:
            for message in await self._messages.sent(channel, receipt.provider_id):
                outcome = self._outcome(channel, message, receipt)
                if outcome is None:
                    continue
                outcome = settled(outcome, message, self._clock())
                if await self._messages.receive(message, outcome):
                    count += 1
                    if outcome.state is MessageState.WAITING:
                        self._on_lost()
        return count

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
