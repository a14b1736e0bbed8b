"""What buyers chose to be told, in PostgreSQL: every change, kept as the record of consent."""

from collections.abc import Collection, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

import asyncpg
from msgspec import Struct

from gotovo.order.values.customer import home_of_customer
from gotovo.store.postgres.statements import load_statements

_DAY: Final = timedelta(days=1)

_sql = load_statements("tables/messages/notice_choices.sql")


class NoticeChoice(Struct, frozen=True, kw_only=True):
    """One change: messages of a kind may be sent through a channel from `chosen_at` on, or not.

    `source` is where it was chosen, `wording` the version of the sentences it was chosen by.
    """

    channel: str
    kind: str
    chosen_at: datetime
    is_on: bool
    source: str
    wording: int


class NoticeChoiceStore:
    """Choices by customer."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is one statement."""
        self._pool = pool

    async def put(
        self,
        customer: str,
        chosen: Collection[tuple[str, str, bool]],
        at: datetime,
        source: str,
        wording: int,
    ) -> None:
        """Store changes of one customer: channel, kind, and whether it is on."""
        if chosen:
            channels, kinds, states = zip(*chosen, strict=True)
            home = home_of_customer(customer)
            await self._pool.execute(
                _sql["put_choices"], home, customer, channels, kinds, states, at, source, wording
            )

    async def of_customer(self, customer: str) -> Sequence[NoticeChoice]:
        """Return every change of a customer, oldest first; none of who had the phone before."""
        home = home_of_customer(customer)
        rows = await self._pool.fetch(_sql["choices_of_buyer"], home, customer)
        return [NoticeChoice(**row) for row in rows]

    async def channels_off(self, customer: str, kind: str) -> frozenset[str]:
        """Return the channels that are switched off for a kind now."""
        home = home_of_customer(customer)
        rows = await self._pool.fetch(_sql["channels_off"], home, customer, kind)
        return frozenset(row["channel"] for row in rows)

    async def has_email(self, customer: str) -> bool:
        """Return whether an order has an e-mail address of the customer."""
        return bool(
            await self._pool.fetchval(_sql["has_email"], home_of_customer(customer), customer)
        )

    async def is_of_former_owner(self, customer: str, day: date) -> bool:
        """Return whether a day (UTC) is before the present owner of the phone had it."""
        begin = datetime.combine(day, time(0), UTC)
        return bool(await self._pool.fetchval(_sql["is_of_former_owner"], customer, begin + _DAY))
