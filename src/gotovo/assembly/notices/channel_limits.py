"""The limits of the settings around each channel, and what watches whether channels work."""

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

import asyncpg

from gotovo.config import Settings
from gotovo.notices.channels.chat_message import ChatMessage
from gotovo.notices.channels.limits.channel_watch import ChannelWatch
from gotovo.notices.channels.limits.daily_allowance import DailyAllowance
from gotovo.notices.channels.limits.health_round import HealthRound
from gotovo.notices.channels.limits.limited_channel import LimitedChannel, MessageBudget
from gotovo.notices.channels.limits.shared_pace import SharedPace
from gotovo.notices.channels.mail import MailMessage
from gotovo.notices.channels.port import Channel
from gotovo.notices.channels.push.push_channel import PushMessage
from gotovo.notices.channels.sms.sms_channel import SmsChannel
from gotovo.notices.rules import ChannelName, Purpose
from gotovo.store.tables.access.rate_limits import RateLimitStore
from gotovo.store.tables.messages.channel_health import ChannelHealthStore
from gotovo.store.tables.messages.channel_spending import Expense, SpendingStore
from gotovo.store.tables.messages.phone_messages import PhoneMessage

Clock = Callable[[], datetime]

TELEGRAM_PER_SECOND: Final = 30
"""What Telegram takes of one bot; beyond it answers 429 with a wait."""

PUSH_PER_SECOND: Final = 200
"""Notifications to browsers: their makers' services name no limit, and ask to spread a crowd."""

_PLANNED: Final = frozenset(Purpose)


class ChannelLimits:
    """Puts channels within the limits of the settings, and knows all that it did."""

    def __init__(self, settings: Settings, pool: "asyncpg.Pool[Any]", clock: Clock) -> None:
        self._settings = settings
        self._pool = pool
        self._clock = clock
        self.watches: dict[ChannelName, ChannelWatch] = {}

    def sms(self, channel: SmsChannel) -> Channel[PhoneMessage]:
        """Return the channel at its pace, and within a day's cost by country."""
        settings = self._settings
        allowance = DailyAllowance(
            SpendingStore(self._pool), ChannelName.SMS, settings.daily_limits, "sms_daily_limits"
        )

        def expense_of(message: PhoneMessage) -> Expense:
            expected = channel.cost_of(message)
            return allowance.expense(message.phone, expected.segments, expected.cost)

        return LimitedChannel(
            channel,
            self._watch(ChannelName.SMS),
            self._clock,
            pace=self._pace(ChannelName.SMS, settings.sms_per_second),
            budget=MessageBudget(allowance, expense_of),
            is_urgent=is_urgent,
        )

    def mail(self, channel: Channel[MailMessage]) -> Channel[MailMessage]:
        """Return the channel at its pace."""
        return LimitedChannel(
            channel,
            self._watch(ChannelName.MAIL),
            self._clock,
            pace=self._pace(ChannelName.MAIL, self._settings.mail_per_second),
            is_urgent=is_urgent,
        )

    def telegram(self, channel: Channel[ChatMessage]) -> Channel[ChatMessage]:
        """Return the channel at the pace that Telegram allows."""
        pace = self._pace(ChannelName.TELEGRAM, TELEGRAM_PER_SECOND)
        return LimitedChannel(channel, self._watch(ChannelName.TELEGRAM), self._clock, pace=pace)

    def push(self, channel: Channel[PushMessage]) -> Channel[PushMessage]:
        """Return the channel at its pace."""
        pace = self._pace(ChannelName.PUSH, PUSH_PER_SECOND)
        return LimitedChannel(channel, self._watch(ChannelName.PUSH), self._clock, pace=pace)

    def _watch(self, name: ChannelName) -> ChannelWatch:
        self.watches[name] = watch = ChannelWatch(name, self._clock)
        return watch

    def _pace(self, name: ChannelName, per_second: int) -> SharedPace | None:
        return SharedPace(RateLimitStore(self._pool), name, per_second) if per_second else None


def is_urgent(message: PhoneMessage | MailMessage) -> bool:
    """Tell whether somebody waits for a message on a page: a code, and all else of an account."""
    return message.purpose not in _PLANNED


def health_round(
    settings: Settings,
    pool: "asyncpg.Pool[Any]",
    channels: Mapping[ChannelName, Channel[Any]],
    watches: Mapping[ChannelName, ChannelWatch],
    clock: Clock,
) -> HealthRound:
    """Return what asks channels whether they work."""
    return HealthRound(
        ChannelHealthStore(pool),
        SpendingStore(pool),
        {str(name): channel for name, channel in channels.items()},
        tuple(watches.values()),
        clock,
        {ChannelName.SMS: Decimal(settings.sms_low_balance)},
    )
