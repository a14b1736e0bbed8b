"""Due orders: the stored instant says when to look at an order, its state when it is really due.

A step that puts off what is due leaves the stored instant alone, because to change it would write
an entry into every index of the order. Whoever reads due orders sets right what was found too
early; each order is found so once at most.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

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


async def _written(postpone: Postpone, postponed: Sequence[Postponed]) -> int:
    try:
        return await postpone(sorted(postponed, key=lambda each: (each.home, each.number)))
    except RaceLost:
        return 0


def _postponed(row: DatabaseRow) -> Postponed | None:
    due = next_due(order_of(row))
    if due is None or due.at <= row["due_at"]:
        return None
    return Postponed(row["home"], row["number"], row["version"], due.at)


def _due(row: DatabaseRow) -> DueOrder:
    return DueOrder(row["number"], row["due_at"], row["due_what"], row["version"])
