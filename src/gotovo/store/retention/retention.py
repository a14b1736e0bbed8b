"""What is due by the retention rules, and its removal, in PostgreSQL."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import asyncpg
import msgspec

from gotovo.order.values.number import home_of
from gotovo.order.values.order import Order
from gotovo.store.postgres.statements import load_statements
from gotovo.store.retention.rule import RetentionRule, Walk
from gotovo.value import Value

_by_time = {
    **load_statements("retention/by_time/access.sql"),
    **load_statements("retention/by_time/messages.sql"),
    **load_statements("retention/by_time/manifests.sql"),
    **load_statements("retention/by_time/boxes.sql"),
    **load_statements("retention/by_time/staff.sql"),
    **load_statements("retention/by_time/attachments.sql"),
}
_rounds = {
    **load_statements("retention/rounds.sql"),
    **load_statements("retention/attachment_rounds.sql"),
}
_order = msgspec.json.Decoder(Order)

_BEFORE_ALL: Final = (-1, "")


class Progress(Value, frozen=True, kw_only=True):
    """How far a rule has come: its round through the orders, and what it removed so far."""

    rule: str
    after_placed_at: datetime | None = None
    after_number: str | None = None
    began_at: datetime | None = None
    ended_at: datetime | None = None
    removed: int = 0
    removed_at: datetime | None = None


class RoundPage(Value, frozen=True):
    """A page of a round: how many orders it has, the last, and those that may be due."""

    length: int
    last_placed_at: datetime | None
    last_number: str
    orders: Sequence[Order]


class RetentionStore:
    """Finds and removes what the rules name; every call is one statement."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    async def remove(self, rule: RetentionRule, before: datetime, limit: int) -> int:
        """Delete rows of a rule by time, from before an instant; return how many."""
        return _count(await self._pool.execute(_by_time[_name(rule)], before, limit))

    async def count_due(self, rule: RetentionRule, before: datetime, most: int) -> int:
        """Count rows of a rule by time, up to a bound."""
        return await self._pool.fetchval(_by_time[f"{_name(rule)}_due"], before, most)

    async def remove_beside(
        self, rule: RetentionRule, numbers: Sequence[str], before: datetime
    ) -> int:
        """Delete or blank what stands beside these orders; return how many rows."""
        homes = [home_of(number) for number in numbers]
        return _count(await self._pool.execute(_rounds[_name(rule)], homes, numbers, before))

    async def page(
        self, rule: RetentionRule, after: Progress, before: datetime, limit: int
    ) -> RoundPage | None:
        """Return the next page of a round, None at its end."""
        number = after.after_number
        if rule.walk is Walk.CLOSED_ORDERS:
            cursor: tuple[Any, ...] = (after.after_placed_at, number or "")
        else:
            cursor = _BEFORE_ALL if number is None else (home_of(number), number)
        rows = await self._pool.fetch(_rounds[f"{_name(rule)}_page"], *cursor, limit, before)
        if not rows:
            return None
        orders = [_order.decode(row["state"]) for row in rows if row["state"] is not None]
        return RoundPage(len(rows), rows[-1]["placed_at"], rows[-1]["number"], orders)

    async def progress(self) -> Mapping[str, Progress]:
        """Return how far the rules have come that have run."""
        rows = await self._pool.fetch(_rounds["progress"])
        return {row["rule"]: Progress(**row) for row in rows}

    async def advance(self, old: Progress, new: Progress) -> bool:
        """Move a round on; return False when another process has moved it."""
        moved = await self._pool.fetchval(
            _rounds["advance"],
            new.rule,
            old.after_number,
            old.began_at,
            new.after_placed_at,
            new.after_number,
            new.began_at,
            new.ended_at,
        )
        return moved is not None

    async def add_removed(self, rule: RetentionRule, count: int, at: datetime) -> None:
        """Count what a rule has removed."""
        await self._pool.execute(_rounds["add_removed"], rule.name, count, at)


def _name(rule: RetentionRule) -> str:
    return rule.name.replace("-", "_")


def _count(status: str) -> int:
    """Return the number of rows in a command's status, as in `DELETE 3`."""
    return int(status.rpartition(" ")[2])
