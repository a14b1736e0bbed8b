"""Health of the channels: asked in the background by one process at a time, read by all.

What is wrong becomes warnings of `/readyz`: the installation still serves, and messages wait.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from gotovo.notices.channels.limits.channel_watch import ChannelWatch
from gotovo.notices.channels.port import Channel, ChannelHealth
from gotovo.store.tables.messages.channel_health import ChannelHealthStore, StoredHealth
from gotovo.store.tables.messages.channel_spending import Spending, SpendingStore

ASKED_EVERY: Final = timedelta(seconds=60)
"""How often a channel is asked, whatever the number of processes."""

READ_SECONDS: Final = 15.0
"""How often a process reads what was found."""

HEALTH_SECONDS_MAX: Final = 20.0
"""For one channel: longer than its own limits of time."""

SPENDING_KEPT: Final = timedelta(days=400)
"""How long it is known what a day cost: a year ago can be compared."""

_DAY: Final = timedelta(days=1)
_GUIDE: Final = {"sms": "docs/guides/sms.md"}
_OTHERS: Final = "docs/operating/observability.md"


class HealthRound:
    """Asks channels whether they work, and says what is wrong."""

    def __init__(  # noqa: PLR0917  (what is asked, where it is stored, and when)
        self,
        store: ChannelHealthStore,
        spending: SpendingStore,
        channels: Mapping[str, Channel[Any]],
        watches: Sequence[ChannelWatch],
        clock: Callable[[], datetime],
        low_balances: Mapping[str, Decimal],
    ) -> None:
        """A balance below the channel's of `low_balances` is low, or what a day costs if more."""
        self._store = store
        self._spending = spending
        self._channels = channels
        self._watches = watches
        self._clock = clock
        self._low_balances = low_balances
        self._found: Sequence[str] = ()
        self._today: Sequence[Spending] = ()

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what is wrong with channels: as one of the processes found it, and this one."""
        return (*self._found, *self._of_watches())

    @property
    def spent_today(self) -> Sequence[Spending]:
        """Return what messages have cost today, as last read."""
        return self._today

    @property
    def watches(self) -> Sequence[ChannelWatch]:
        """Return what watches each channel."""
        return self._watches

    async def run(self) -> None:
        """Ask the channels that no process has asked lately, and read what was found."""
        asked = await asyncio.gather(*(self._ask(name) for name in self._channels))
        today = self._clock().date()
        if any(asked):
            await self._store.forget_others(list(self._channels))
            await self._spending.forget(today - SPENDING_KEPT)
        stored = await self._store.all()
        self._today = await self._spending.of_day(today)
        low = [await self._low_balance(each) for each in stored]
        self._found = (
            *(_down(each) for each in stored if each.failing_since is not None),
            *(each for each in low if each),
            *(_used_up(each) for each in self._today if each.refused_at is not None),
        )

    async def _ask(self, name: str) -> bool:
        """Ask a channel whose turn it is; tell whether this process did."""
        now = self._clock()
        if not await self._store.claim(name, now, now - ASKED_EVERY):
            return False
        try:
            async with asyncio.timeout(HEALTH_SECONDS_MAX):
                health = await self._channels[name].health()
        except TimeoutError:
            health = ChannelHealth(reachable=False, reason="no answer in time")
        balance = health.balance
        await self._store.put(
            StoredHealth(
                channel=name,
                answered_at=self._clock(),
                reachable=health.reachable,
                reason=health.reason,
                balance=None if balance is None else balance.amount,
                currency="" if balance is None else balance.currency,
                failing_since=None,
            )
        )
        return True

    async def _low_balance(self, health: StoredHealth) -> str:
        """Return what to say about a balance, nothing while it is enough for a day."""
        if health.balance is None:
            return ""
        today = self._clock().date()
        day = await self._spending.largest_day(health.channel, health.currency, today - _DAY, today)
        least = max(day, self._low_balances.get(health.channel, Decimal(0)))
        if health.balance >= least:
            return ""
        return (
            f"{health.channel}: {health.balance:.2f} {health.currency} are left at the provider, "
            f"less than {least:.2f}; see {_page(health.channel)}"
        )

    def _of_watches(self) -> Iterator[str]:
        for watch in self._watches:
            failing = watch.failing
            if failing is not None:
                yield (
                    f"{watch.channel}: {failing.count} messages in a row were not taken since "
                    f"{failing.since:%Y-%m-%d %H:%M}Z, {failing.reason}; see {_page(watch.channel)}"
                )


def _down(health: StoredHealth) -> str:
    return (
        f"{health.channel} can't be reached since {health.failing_since:%Y-%m-%d %H:%M}Z, "
        f"{health.reason}; see {_page(health.channel)}"
    )


def _used_up(spending: Spending) -> str:
    return (
        f"{spending.channel}: the day's limit for messages to +{spending.country} is used up, "
        f"{spending.spent.normalize():f} {spending.unit}; see {_page(spending.channel)}"
    )


def _page(channel: str) -> str:
    return _GUIDE.get(channel, _OTHERS)
