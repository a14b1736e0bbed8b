"""Subscriptions of open pages to the orders of one customer.

A page subscribes with the cursor it was read at, and is notified at once of what has happened
since. Notifications name orders, not what has changed: the page reads itself again.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress

from gotovo.engine.changes import ChangeReader
from gotovo.engine.ports import ChangedOrders, ChangeFeed, OrderChange
from gotovo.value import Value

NUMBERS_MAX = 32
"""Orders of one customer that are named one by one; beyond that only that there are many."""


class Notification(Value, frozen=True):
    """Which orders have changed up to `cursor`; none are named when they are too many."""

    cursor: int
    numbers: tuple[str, ...]


class OrderSubscription:
    """One open page. Changes that it has not taken yet are merged: a bounded number of orders."""

    def __init__(self) -> None:
        self.is_over = False
        self._known = -1
        self._cursor = 0
        self._numbers: dict[str, None] = {}
        self._error: Exception | None = None
        self._woken = asyncio.Event()

    async def next(self, seconds: float) -> Notification | None:
        """Return the next notification, or None after a while or when the subscription is over.

        Raises what the journal raised: the page subscribes again with its cursor.
        """
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        self._woken.clear()
        if self._error is not None:
            raise self._error.with_traceback(None)
        if self.is_over or not self._numbers:
            return None
        numbers, self._numbers = tuple(self._numbers), {}
        return Notification(self._cursor, numbers if len(numbers) <= NUMBERS_MAX else ())

    def add(self, position: int, number: str) -> None:
        """Add a change, unless it was known when the page subscribed."""
        if position > self._known:
            self._add(position, (number,))

    def catch_up(self, changed: ChangedOrders) -> None:
        """Add what happened before the page subscribed."""
        self._known = changed.head
        if changed.numbers:
            self._add(changed.head, changed.numbers)

    def fail(self, error: Exception) -> None:
        """Raise this error in the waiting page."""
        self._error = error
        self._woken.set()

    def end(self) -> None:
        """Return None from now on."""
        self.is_over = True
        self._woken.set()

    def _add(self, cursor: int, numbers: Sequence[str]) -> None:
        self._cursor = max(self._cursor, cursor)
        for number in numbers:
            if len(self._numbers) <= NUMBERS_MAX:
                self._numbers[number] = None
        self._woken.set()


class OrderSubscriptions:
    """All open pages of this process, by customer: one subscriber of the change reader."""

    def __init__(self, reader: ChangeReader, changes: ChangeFeed, lane: int = 0) -> None:
        self.reader = reader
        self._changes = changes
        self._lane = lane
        self._by_customer: dict[str, set[OrderSubscription]] = {}

    @asynccontextmanager
    async def subscribe(self, customer: str, after: int) -> AsyncGenerator[OrderSubscription]:
        """Subscribe to the orders of a customer from a cursor on, while the context is open."""
        subscription = OrderSubscription()
        async with self.reader.subscribe(self):
            alike = self._by_customer.setdefault(customer, set())
            alike.add(subscription)
            try:
                # Asked once changes are being delivered: what is committed in between comes twice
                # and counts once, and nothing is lost between the two.
                subscription.catch_up(
                    await self._changes.changed_orders(self._lane, customer, after, NUMBERS_MAX + 1)
                )
                if self.reader.is_closed:
                    subscription.end()
                yield subscription
            finally:
                alike.discard(subscription)
                if not alike and self._by_customer.get(customer) is alike:
                    del self._by_customer[customer]

    def receive(self, lane: int, changes: Sequence[OrderChange]) -> None:  # noqa: ARG002
        """Notify the pages of the customers whose orders have changed."""
        for change in changes:
            for subscription in self._by_customer.get(change.customer, ()):
                subscription.add(change.position, change.number)

    def reset(self, lane: int, head: int) -> None:
        """Do nothing: each page catches up by itself when it subscribes."""

    def fail(self, error: Exception) -> None:
        """Fail every subscription: pages subscribe again."""
        for subscription in self._all():
            subscription.fail(error)

    def end(self) -> None:
        """End every subscription."""
        for subscription in self._all():
            subscription.end()

    def _all(self) -> list[OrderSubscription]:
        return [each for alike in self._by_customer.values() for each in alike]
