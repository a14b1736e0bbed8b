"""The access log in PostgreSQL: a row for each key, subject and day, not one for each access."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal

import asyncpg
from msgspec import Struct

from gotovo.order.values.actor import Role
from gotovo.order.values.customer import home_of_customer
from gotovo.order.values.number import home_of, is_valid
from gotovo.store.postgres.statements import load_statements

SETTLED_AFTER: Final = timedelta(minutes=30)
"""How long after its end a day gets no more rows; what is written later counts for the next one."""

_DIGEST_SECONDS = 600
"""The digest of a million rows takes some seconds; a busy server may take longer."""

_sql = load_statements("tables/access/access_log.sql")

AccessKind = Literal["order", "history", "list", "help", "customer"]
"""One order, its timeline, a list that contained it, its help thread, or who its buyer is."""


class LoggedAccess(Struct, frozen=True):
    """Accesses by one key to one subject. `subject` is an order's number or a customer's id.

    `actor` is `role:id` as in the journal; `place` is empty for a key that works anywhere. `shop`,
    the title of the key's shop, is read with the key: empty for the default one and the network.
    """

    subject: str
    actor: str
    place: str
    what: AccessKind
    times: int
    first_at: datetime
    last_at: datetime
    shop: str = ""

    @property
    def role(self) -> Role:
        """Return the key's role; only the operator can see which key it was."""
        return Role(self.actor.partition(":")[0])

    @property
    def number(self) -> str:
        """Return the order's number, empty where all orders of a customer were seen."""
        return self.subject if is_valid(self.subject) else ""


class AccessLogStore:
    """Reads and writes `order_look`."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is one statement."""
        self._pool = pool

    async def put(self, entries: Sequence[LoggedAccess], not_before: date = date.min) -> None:
        """Add to the rows of the same day; no two entries may have the same key.

        What is of a day before `not_before`, which is settled, is added to that day.
        """
        await self._pool.execute(
            _sql["put_looks"],
            [_home_of(each.subject) for each in entries],
            [each.subject for each in entries],
            [max(each.first_at.date(), not_before) for each in entries],
            [each.actor for each in entries],
            [each.place for each in entries],
            [each.what for each in entries],
            [each.times for each in entries],
            [each.first_at for each in entries],
            [each.last_at for each in entries],
        )

    async def of_subjects(self, home: int, subjects: Sequence[str]) -> Sequence[LoggedAccess]:
        """Return who has seen orders or customers of one home, the earliest first."""
        rows = await self._pool.fetch(_sql["looks_of_subjects"], home, subjects)
        return [LoggedAccess(**row) for row in rows]

    async def latest(
        self, customer: str, limit: int, since: datetime | None = None
    ) -> Sequence[LoggedAccess]:
        """Return who has seen any order of a customer placed since an instant, the latest first."""
        home = home_of_customer(customer)
        rows = await self._pool.fetch(_sql["latest_looks"], home, customer, limit, since)
        return [LoggedAccess(**row) for row in rows]


async def day_digest(connection: Any, day: date) -> tuple[int, str]:
    """Return how many rows a day has, and their digest, whatever order they are stored in."""
    rows = await connection.fetch(_sql["day_of_looks"], day, timeout=_DIGEST_SECONDS)
    whole = hashlib.sha256()
    for row in rows:
        whole.update(row["home"].to_bytes(1, "big") + row["digest"])
    return sum(row["rows"] for row in rows), whole.hexdigest()


async def first_day(connection: Any) -> date | None:
    """Return the earliest day that there are rows of."""
    return await connection.fetchval(_sql["first_day_of_looks"])


def _home_of(subject: str) -> int:
    return home_of(subject) if is_valid(subject) else home_of_customer(subject)
