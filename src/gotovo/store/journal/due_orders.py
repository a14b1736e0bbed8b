"""Due orders: the stored instant says when to look at an order, its state when it is really due.

A step that puts off what is due leaves the stored instant alone, because to change it would write
an entry into every index of the order. Whoever reads due orders sets right what was found too
early; each order is found so once at most.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from operator import attrgetter

from gotovo.engine.ports import DueOrder, RaceLost
from gotovo.order.deadlines import next_due
from gotovo.store.journal.batch_rows import DatabaseRow, order_of
from gotovo.value import Value


class Postponed(Value, frozen=True):
    """An order that was found too early, and the instant (UTC) at which it is due."""

    home: int
    number: str
    version: int
    due_at: datetime


ReadRows = Callable[[], Awaitable[Sequence[DatabaseRow]]]
"""Reads a page of rows whose stored instant has come, the earliest first."""

ReadRowsAfter = Callable[[DueOrder | None], Awaitable[Sequence[DatabaseRow]]]
"""Reads the page of rows that follows an order, None for the first; the earliest first."""

Postpone = Callable[[Sequence[Postponed]], Awaitable[int]]
"""Stores the instants of some orders; returns how many of them had not changed."""


async def due_page(read: ReadRows, postpone: Postpone) -> list[DueOrder]:
    """Return a page of orders that are really due, in the order of their instants.

    A page that had others among them is read again, as its later orders may come from behind it.
    What another commit changes at the same moment is left for the next time.
    """
    while True:
        rows = await read()
        found = [(row, _postponed(row)) for row in rows]
        postponed = [each for _, each in found if each is not None]
        if not postponed or not await _written(postpone, postponed):
            return [_due(row) for row, each in found if each is None]


async def first_due(read_after: ReadRowsAfter, now: datetime) -> datetime | None:
    """Return the first instant that has really come, None where none has; nothing is written."""
    after = None
    while rows := await read_after(after):
        after = _due(rows[-1])
        for row in rows:
            due = next_due(order_of(row))
            if due is not None and due.at <= now:
                return due.at
    return None


async def settle(read_after: ReadRowsAfter, postpone: Postpone) -> int:
    """Store of every order when it is really due; return how many were put off.

    A release before schema 39 takes the stored instant at its word.
    """
    count, after = 0, None
    while rows := await read_after(after):
        after = _due(rows[-1])
        postponed = [each for each in map(_postponed, rows) if each is not None]
        if postponed:
            count += await _written(postpone, postponed)
    return count


async def _written(postpone: Postpone, postponed: Sequence[Postponed]) -> int:
    try:
        # By number, as batches do: whoever locks orders in one order waits and does not deadlock.
        return await postpone(sorted(postponed, key=attrgetter("number")))
    except RaceLost:
        return 0


def _postponed(row: DatabaseRow) -> Postponed | None:
    due = next_due(order_of(row))
    if due is None or due.at <= row["due_at"]:
        return None
    return Postponed(row["home"], row["number"], row["version"], due.at)


def _due(row: DatabaseRow) -> DueOrder:
    return DueOrder(row["number"], row["due_at"], row["due_what"], row["version"])
