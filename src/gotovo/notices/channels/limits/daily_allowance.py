"""The cost guard: what messages of a channel may cost in a day (UTC), by country.

It is counted in PostgreSQL before a message is sent, so that all processes share it. Messages that
come while a count is under way are counted together by the next one: the row of a country is
written once for many messages.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Final

import structlog
from msgspec import structs

from gotovo.access.phones import calling_code
from gotovo.notices.channels.port import AllowanceSpent, MessageCost
from gotovo.store.tables.messages.channel_spending import Expense, SpendingStore

SEGMENTS: Final = "segments"
"""The unit of what has no price."""

ELSEWHERE: Final = "*"
"""Each country that is not named."""

_DAY: Final = timedelta(days=1)

_log = structlog.get_logger("gotovo.messages")


class DailyAllowance:
    """Counts what messages of one channel cost; limits are by calling code, `*` for each other."""

    def __init__(
        self, store: SpendingStore, channel: str, limits: Mapping[str, int], setting: str
    ) -> None:
        """`setting` is where the operator changes the limits; a country without one has none."""
        self._store = store
        self._channel = channel
        self._limits = limits
        self._setting = setting
        self._lock = asyncio.Lock()
        self._waiting: list[_Count] = []

    def expense(self, phone: str, segments: int, cost: MessageCost | None) -> Expense:
        """Return what a message to a phone (E.164) is expected to cost."""
        country = str(calling_code(phone))
        limit = self._limits.get(country, self._limits.get(ELSEWHERE))
        return Expense(
            country=country,
            unit=SEGMENTS if cost is None else cost.currency,
            amount=Decimal(segments) if cost is None else cost.amount,
            limit=None if limit is None else Decimal(limit),
        )

    async def spend(self, expense: Expense, now: datetime) -> None:
        """Count an expense; raise AllowanceSpent where it does not fit into the day."""
        count = _Count(expense)
        self._waiting.append(count)
        async with self._lock:
            if count.fits is None:
                others = [each for each in self._waiting if each is not count]
                self._waiting = []
                await self._count([count, *others], now)
        if not count.fits:
            await self._refuse(expense, now)

    async def correct(self, expense: Expense, now: datetime, cost: MessageCost | None) -> None:
        """Put right what was counted: `cost` is what was billed, None for nothing at all."""
        if cost is None:
            more, messages = -expense.amount, -1
        elif cost.currency == expense.unit and cost.amount > 0:
            more, messages = cost.amount - expense.amount, 0
        else:
            return
        if more or messages:
            change = structs.replace(expense, amount=more, messages=messages)
            await self._store.correct(self._channel, now.date(), change)

    async def _count(self, counts: Sequence["_Count"], now: datetime) -> None:
        """Count what is wanted in one statement; what does not fit as a whole, one by one."""
        together: dict[tuple[str, str], list[_Count]] = {}
        for each in counts:
            together.setdefault((each.expense.country, each.expense.unit), []).append(each)
        sums = [_sum(group) for group in together.values()]
        fitting = await self._store.spend(self._channel, now.date(), sums)
        for key, group in together.items():
            for each in group:
                each.fits = key in fitting or (
                    len(group) > 1
                    and bool(await self._store.spend(self._channel, now.date(), [each.expense]))
                )

    async def _refuse(self, expense: Expense, now: datetime) -> None:
        country, unit = expense.country, expense.unit
        if await self._store.refuse(self._channel, now.date(), country, unit, now):
            _log.warning(
                "the day's limit of messages to a country is used up",
                channel=self._channel,
                country=country,
                limit=f"{expense.limit} {unit}",
                fix=f"see whether somebody makes you pay for messages, or raise {self._setting}",
            )
        message = f"the day's limit for messages to +{country} is used up ({self._setting})"
        tomorrow = datetime.combine(now.date() + _DAY, time(0), UTC)
        raise AllowanceSpent(message, retry_after=(tomorrow - now).total_seconds())


class _Count:
    """An expense, and whether it fitted; None until that is known."""

    def __init__(self, expense: Expense) -> None:
        self.expense = expense
        self.fits: bool | None = None


def _sum(counts: Sequence[_Count]) -> Expense:
    first = counts[0].expense
    return Expense(
        country=first.country,
        unit=first.unit,
        amount=sum((each.expense.amount for each in counts), Decimal(0)),
        limit=first.limit,
        messages=len(counts),
    )
