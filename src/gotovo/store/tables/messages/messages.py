"""Messages to buyers in PostgreSQL, from the event they announce to what became of them.

An open message is taken by one process at a time. If the process dies, the message is free again
after some time, and its next attempt has the same id.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct

from gotovo.order.values.customer import home_of_customer
from gotovo.order.values.number import home_of
from gotovo.store.postgres.statements import load_statements

MESSAGES_MAX = 100
"""Messages shown of one order; about ten are usual."""

HELD_MAX = 20
"""Orders told in one message besides the first: a text with more is read by nobody."""

_sql = load_statements("tables/messages/messages.sql")


class MessageState(StrEnum):
    """Where a message stands."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"


class BuyerMessage(Struct, frozen=True, kw_only=True):
    """A message to send: the event of an order that it announces, and to whom.

    One about an account has no `number`, and `phone` and `text` instead of an event.

    It may be sent from `due_at` on; one that `was` sent had until then to arrive. Messages with the
    same `hold` that wait at the same time are sent as one. `tried` are the channels that were given
    up; `channel` has been tried since `channel_since`. Where the storage begins when it arrives,
    `storage_at` is when that is looked after at the latest.
    """

    id: UUID
    customer: str
    number: str
    version: int
    purpose: str
    created_at: datetime
    due_at: datetime
    storage_at: datetime | None = None
    hold: str | None = None
    attempt: int = 0
    tried: tuple[str, ...] = ()
    channel: str | None = None
    channel_since: datetime | None = None
    was: MessageState = MessageState.WAITING
    phone: str | None = None
    text: str | None = None


class MessageOutcome(Struct, frozen=True, kw_only=True):
    """What became of an attempt. With `again_at` the message waits, else this is its end.

    It arrived or failed at `settled_at`; the storage deadline follows that at `storage_at`.
    `is_uncounted`: nothing was tried, so that the next attempt has the number of this one.
    """

    state: MessageState
    again_at: datetime | None = None
    tried: tuple[str, ...] = ()
    channel: str | None = None
    channel_since: datetime | None = None
    reason: str | None = None
    sent_at: datetime | None = None
    text: str | None = None
    provider_id: str | None = None
    segments: int | None = None
    settled_at: datetime | None = None
    storage_at: datetime | None = None
    is_uncounted: bool = False


class StorageMessage(Struct, frozen=True):
    """A message that an order's storage deadline has to follow now: what became of it so far.

    `sent_at` is None while no channel has taken it, `settled_at` until it arrived or failed.
    """

    id: UUID
    number: str
    state: MessageState
    sent_at: datetime | None
    settled_at: datetime | None
    storage_at: datetime


class OpenMessages(Struct, frozen=True):
    """How many messages are open, and how many of them could be sent by now, and since when."""

    waiting: int
    overdue: int
    since: datetime | None


class MessageRecord(Struct, frozen=True):
    """A message as it is shown: the last channel, and what became of it.

    `send_at` is when the next attempt is, None at the end. `tried` are the channels that were given
    up before. `settled_at` is when it arrived, where that is known.
    """

    channel: str | None
    purpose: str
    state: MessageState
    created_at: datetime
    send_at: datetime | None
    sent_at: datetime | None
    reason: str | None
    text: str | None
    tried: tuple[str, ...] = ()
    settled_at: datetime | None = None


def message_id(number: str, version: int, customer: str) -> UUID:
    """Return the id of the message that tells a customer about an event."""
    return UUID(bytes=hashlib.sha256(f"{number}:{version}:{customer}".encode()).digest()[:16])


def account_message_id(customer: str, purpose: str, key: str) -> UUID:
    """Return the id of a message about an account; `key` tells apart those of one purpose."""
    named = f"account:{customer}:{purpose}:{key}"
    return UUID(bytes=hashlib.sha256(named.encode()).digest()[:16])


class MessageStore:
    """Messages by order."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; every call is one statement."""
        self._pool = pool

    async def put(self, planned: Iterable[BuyerMessage]) -> None:
        """Store new messages; known ones stay as they are."""
        rows = [
            (
                _home(x),
                x.id,
                x.customer,
                x.number,
                x.version,
                x.purpose,
                x.hold,
                x.created_at,
                x.due_at,
                x.storage_at,
                x.phone,
                x.text,
            )
            for x in planned
        ]
        if rows:
            await self._pool.execute(_sql["put_messages"], *zip(*rows, strict=True))

    async def take(self, now: datetime, until: datetime, limit: int) -> Sequence[BuyerMessage]:
        """Take messages that may be sent by now; until `until` no other process gets them."""
        return _messages(await self._pool.fetch(_sql["take"], now, until, limit))

    async def take_held(self, message: BuyerMessage, until: datetime) -> Sequence[BuyerMessage]:
        """Take what waits to be sent together with a message, at most `HELD_MAX`."""
        home = _home(message)
        rows = await self._pool.fetch(_sql["take_held"], home, message.hold, until, HELD_MAX)
        return _messages(rows)

    async def finish(self, message: BuyerMessage, outcome: MessageOutcome) -> bool:
        """Store what became of an attempt; tell whether it was still this process's."""
        _expect_instant(outcome)
        return bool(
            await self._pool.fetchval(
                _sql["finish"],
                _home(message),
                message.id,
                message.attempt,
                outcome.state,
                outcome.again_at,
                outcome.tried,
                outcome.channel,
                outcome.channel_since,
                outcome.reason,
                outcome.sent_at,
                outcome.text,
                outcome.provider_id,
                outcome.segments,
                outcome.settled_at,
                outcome.storage_at,
                outcome.is_uncounted,
            )
        )

    async def sent(self, channel: str, provider_id: str) -> Sequence[BuyerMessage]:
        """Return the messages that a channel calls so, and that wait for its receipt."""
        return _messages(await self._pool.fetch(_sql["sent_by_provider"], channel, provider_id))

    async def receive(self, message: BuyerMessage, outcome: MessageOutcome) -> bool:
        """Store what a receipt made of a message; tell whether it still waited for one."""
        _expect_instant(outcome)
        return bool(
            await self._pool.fetchval(
                _sql["receipt"],
                _home(message),
                message.id,
                message.attempt,
                outcome.state,
                outcome.again_at,
                outcome.tried,
                outcome.reason,
                outcome.settled_at,
                outcome.storage_at,
            )
        )

    async def next_at(self) -> datetime | None:
        """Return when the next message may be sent, None where none waits."""
        return await self._pool.fetchval(_sql["next_message"])

    async def followed_by_storage(self, now: datetime, limit: int) -> Sequence[StorageMessage]:
        """Return the messages that storage deadlines have to follow by now, longest due first."""
        rows = await self._pool.fetch(_sql["followed_by_storage"], now, limit)
        return [msgspec.convert(dict(row), StorageMessage) for row in rows]

    async def finish_storage(
        self, followed: Sequence[StorageMessage], again_at: datetime | None = None
    ) -> None:
        """Say that storage deadlines have followed, unless the messages fare otherwise since.

        With `again_at` they are to follow then.
        """
        rows = [(home_of(x.number), x.id, x.storage_at) for x in followed]
        if rows:
            await self._pool.execute(_sql["finish_storage"], *zip(*rows, strict=True), again_at)

    async def open(self, now: datetime, limit: int) -> OpenMessages:
        """Return how many messages are open, counted up to a limit."""
        (row,) = await self._pool.fetch(_sql["open_messages"], now, limit)
        return OpenMessages(**row)

    async def are_receipts_missing(self, channel: str, after: datetime, before: datetime) -> bool:
        """Tell whether a channel took messages between two instants and told nothing of any."""
        return await self._pool.fetchval(_sql["receipts_missing"], channel, after, before)

    async def of_order(self, number: str, customer: str) -> Sequence[MessageRecord]:
        """Return the messages about an order to a customer, oldest first."""
        rows = await self._pool.fetch(
            _sql["messages_of_order"], home_of(number), number, customer, MESSAGES_MAX
        )
        return [msgspec.convert(dict(row), MessageRecord) for row in rows]

    async def of_account(
        self, customer: str, since: datetime | None = None, limit: int = MESSAGES_MAX
    ) -> Sequence[MessageRecord]:
        """Return the messages about a customer's account, newest first, none before `since`."""
        rows = await self._pool.fetch(
            _sql["messages_of_account"], home_of_customer(customer), customer, since, limit
        )
        return [msgspec.convert(dict(row), MessageRecord) for row in rows]


def _home(message: BuyerMessage) -> int:
    return home_of(message.number) if message.number else home_of_customer(message.customer)


def _expect_instant(outcome: MessageOutcome) -> None:
    """Demand the instant of what settles a message: storage deadlines depend on it."""
    settles = outcome.state in {MessageState.DELIVERED, MessageState.FAILED}
    assert settles == (outcome.settled_at is not None), outcome.state


def _messages(rows: Iterable[Mapping[str, Any]]) -> Sequence[BuyerMessage]:
    return [msgspec.convert(dict(row), BuyerMessage) for row in rows]
