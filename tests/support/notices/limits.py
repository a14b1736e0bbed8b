"""What the tests of limits share: a clock that sleeping moves, and a channel of the test's own."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from msgspec import Struct

from gotovo.notices.channels.port import (
    ChannelHealth,
    MessageCost,
    Receipt,
    ReceiptRefused,
    ReceiptRequest,
    Sent,
)
from gotovo.store.tables.messages.phone_messages import PhoneMessage
from tests.support.notices.sms import READY


class SleepingClock:
    """A clock that stands until somebody sleeps."""

    def __init__(self) -> None:
        self.now = READY.sent_at

    def __call__(self) -> datetime:
        return self.now

    async def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.now += timedelta(seconds=seconds)


class Outgoing(Struct):
    """A channel that does as it is told, and shows what it has sent.

    `before_taking` is what happens while a message is on its way.
    """

    sent: list[PhoneMessage] = []
    error: Exception | None = None
    cost: MessageCost | None = None
    balance: MessageCost | None = None
    asked: int = 0
    before_taking: Callable[[], Awaitable[None]] | None = None

    async def send(self, message: PhoneMessage) -> Sent:
        """Take a message."""
        if self.error is not None:
            raise self.error
        if self.before_taking is not None:
            await self.before_taking()
        self.sent.append(message)
        return Sent(provider_id=message.key, segments=3, cost=self.cost)

    async def health(self) -> ChannelHealth:
        """Tell how it is."""
        self.asked += 1
        if self.error is not None:
            return ChannelHealth(reachable=False, reason=str(self.error))
        return ChannelHealth(reachable=True, balance=self.balance)

    def receipts(self, request: ReceiptRequest) -> Sequence[Receipt]:  # noqa: ARG002  (of no one)
        """Refuse every call-back."""
        raise ReceiptRefused("no receipts")


def roubles(amount: str) -> MessageCost:
    """Return a sum."""
    return MessageCost(Decimal(amount), "RUB")
