"""A channel within its limits: at the pace of all processes, and within a day's cost by country."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Final, Generic, TypeVar

import structlog
from msgspec import Struct

from gotovo.notices.channels.limits.channel_watch import ChannelWatch
from gotovo.notices.channels.limits.daily_allowance import DailyAllowance
from gotovo.notices.channels.limits.shared_pace import SharedPace
from gotovo.notices.channels.port import (
    AllowanceSpent,
    Channel,
    ChannelBusy,
    ChannelError,
    ChannelHealth,
    ChannelUnavailable,
    MessageCost,
    Receipt,
    ReceiptRequest,
    Sent,
)
from gotovo.store.tables.messages.channel_spending import Expense

WAIT_SECONDS_MAX: Final = 1.0
"""How long a message waits here for its turn; a longer wait is the caller's."""

_log = structlog.get_logger("gotovo.messages")

Message = TypeVar("Message")


class MessageBudget(Struct, Generic[Message], frozen=True):
    """The guard of a channel's cost, and what a message is expected to cost."""

    allowance: DailyAllowance
    expense_of: Callable[[Message], Expense]


class LimitedChannel(Generic[Message]):
    """Sends through another channel, and watches what becomes of it."""

    def __init__(
        self,
        channel: Channel[Message],
        watch: ChannelWatch,
        clock: Callable[[], datetime],
        *,
        pace: SharedPace | None = None,
        budget: MessageBudget[Message] | None = None,
        is_urgent: Callable[[Message], bool] = lambda _message: False,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`is_urgent` is what a person waits for on a page: it does not wait behind the others."""
        self._channel = channel
        self._watch = watch
        self._clock = clock
        self._pace = pace
        self._budget = budget
        self._is_urgent = is_urgent
        self._sleep = sleep

    async def send(self, message: Message) -> Sent:
        """Send a message in its turn; raise ChannelBusy or AllowanceSpent where it has none now."""
        try:
            await self._turn(message)
            expense = await self._spend(message)
        except (ChannelBusy, AllowanceSpent):
            self._watch.held()
            raise
        try:
            sent = await self._channel.send(message)
        except Exception as error:
            self._watch.failed(error)
            if not _is_maybe_taken(error):
                await self._correct(expense, None)
            raise
        self._watch.taken()
        if sent.cost is not None:
            await self._correct(expense, sent.cost)
        return sent

    async def health(self) -> ChannelHealth:
        """Ask the channel itself."""
        return await self._channel.health()

    def receipts(self, request: ReceiptRequest) -> Sequence[Receipt]:
        """Let the channel read a call-back."""
        return self._channel.receipts(request)

    async def _turn(self, message: Message) -> None:
        if self._pace is None:
            return
        is_urgent, waited = self._is_urgent(message), 0.0
        while True:
            wait = await self._pace.wait(self._clock(), is_urgent=is_urgent)
            seconds = wait.total_seconds()
            if seconds <= 0:
                return
            waited += seconds
            if waited > WAIT_SECONDS_MAX:
                raise ChannelBusy(seconds)
            await self._sleep(seconds)

    async def _spend(self, message: Message) -> tuple[Expense, datetime] | None:
        if self._budget is None:
            return None
        expense, now = self._budget.expense_of(message), self._clock()
        await self._budget.allowance.spend(expense, now)
        return expense, now

    async def _correct(
        self, counted: tuple[Expense, datetime] | None, cost: MessageCost | None
    ) -> None:
        """Put right what was counted; where that fails, what was expected stays counted.

        What became of the message is known by now: an error here would send it again.
        """
        if counted is None or self._budget is None:
            return
        try:
            await self._budget.allowance.correct(*counted, cost)
        except Exception as error:  # noqa: BLE001  (whatever the database says, see above)
            _log.warning("cost of a message not corrected", error=type(error).__name__)


def _is_maybe_taken(error: Exception) -> bool:
    """Return whether a message may have been sent, and billed, all the same."""
    if isinstance(error, ChannelUnavailable):
        return error.maybe_taken
    return not isinstance(error, ChannelError)
