"""The personal data of one buyer: exported as a whole, or erased (rule 4.16)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import asyncpg
import msgspec
from msgspec import Struct, field

from gotovo.order.values.customer import Contact, home_of_customer
from gotovo.order.values.number import home_of
from gotovo.store.postgres.statements import load_statements
from gotovo.store.tables.access.access_log import AccessLogStore, LoggedAccess
from gotovo.store.tables.orders.help_threads import HelpMessage, message_of
from gotovo.store.tables.orders.ratings import Rating

_sql = load_statements("tables/orders/personal_data.sql")
_contact = msgspec.json.Decoder(Contact)

_OTHER_TABLES: Final = (
    "forget_help",
    "forget_help_assignments",
    "forget_claim_comments",
    "forget_case_notes",
    "forget_photos",
    "forget_attachments",
    "forget_ratings",
    "forget_told",
    "forget_choices",
    "forget_telegram_cards",
)


class EventData(Struct, frozen=True):
    """One event of an order's history; of its actor the buyer may know only the role."""

    version: int
    type: str
    at: datetime
    recorded_at: datetime
    by: str
    body: msgspec.Raw = field(name="said")
    hash: str


class TextData(Struct, frozen=True):
    """The words of a text whose digest an event of the history has."""

    digest: str
    said: str


class LinkData(Struct, frozen=True):
    """A tracking link of an order."""

    made_at: datetime
    revoked_at: datetime | None


class PhotoData(Struct, frozen=True):
    """A picture of returned goods, fetched by its id."""

    id: UUID
    added_at: datetime


class CaseNoteData(Struct, frozen=True):
    """What was noted when a case of an order was decided."""

    written_at: datetime
    said: str


class OrderData(Struct, frozen=True, kw_only=True):
    """An order as it is stored, and the data beside it; `contact` is None once erased."""

    number: str
    contact: msgspec.Raw | None
    state: msgspec.Raw
    history: Sequence[EventData]
    texts: Sequence[TextData]
    links: Sequence[LinkData]
    help: Sequence[HelpMessage]
    claim_comment: str
    case_notes: Sequence[CaseNoteData]
    photos: Sequence[PhotoData]
    rating: Rating | None
    accesses: Sequence[LoggedAccess]


class SubscriptionData(Struct, frozen=True):
    """A browser with a push subscription, without its encryption keys."""

    endpoint: str
    language: str
    made_at: datetime


class TelegramData(Struct, frozen=True):
    """The chat with the Telegram bot: how it was agreed to, and since when."""

    chat: int
    language: str
    way: str
    linked_at: datetime
    used_at: datetime
    blocked_at: datetime | None


class OrderContact(Struct, frozen=True):
    """A closed order whose contact is still stored: the phone and the e-mail, if there is one."""

    number: str
    phone: str
    email: str


class PersonalData:
    """Reads and erases the data of one customer at a time."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        """Use a pool; the engine erases contacts, order by order; nothing here does."""
        self._pool = pool
        self._access_log = AccessLogStore(pool)

    async def orders(
        self,
        customer: str,
        after: tuple[datetime, str] | None,
        limit: int,
        since: datetime | None = None,
    ) -> tuple[Sequence[OrderData], tuple[datetime, str] | None]:
        """Return a page of orders, oldest first, and the next cursor if there are more."""
        home = home_of_customer(customer)
        rows = await self._pool.fetch(
            _sql["orders_of_buyer"], home, customer, *(after or (None, None)), limit + 1, since
        )
        page = rows[:limit]
        numbers = [row["number"] for row in page]
        events = await self._of_orders("events_of_orders", home, numbers)
        texts = await self._of_orders("texts_of_orders", home, numbers)
        links = await self._of_orders("links_of_orders", home, numbers)
        thread = await self._of_orders("help_of_orders", home, numbers)
        comments = await self._of_orders("claim_comments_of_orders", home, numbers)
        notes = await self._of_orders("case_notes_of_orders", home, numbers)
        photos = await self._of_orders("photos_of_orders", home, numbers)
        ratings = await self._of_orders("ratings_of_orders", home, numbers)
        accesses: dict[str, list[LoggedAccess]] = {number: [] for number in numbers}
        for each in await self._access_log.of_subjects(home, numbers):
            accesses[each.subject].append(each)
        orders = [
            OrderData(
                number=number,
                contact=_raw(row["contact"]),
                state=_whole(row["state"]),
                history=[_event(each) for each in events[number]],
                texts=[TextData(**each) for each in texts[number]],
                links=[LinkData(**each) for each in links[number]],
                help=[message_of(each) for each in thread[number]],
                claim_comment="".join(each["said"] for each in comments[number]),
                case_notes=[CaseNoteData(**each) for each in notes[number]],
                photos=[PhotoData(**each) for each in photos[number]],
                rating=next((Rating(**each) for each in ratings[number]), None),
                accesses=accesses[number],
            )
            for number, row in zip(numbers, page, strict=True)
        ]
        more = len(rows) > limit
        return orders, (page[-1]["placed_at"], numbers[-1]) if more else None

    async def subscriptions(self, customer: str) -> Sequence[SubscriptionData]:
        """Return the browsers with a push subscription."""
        home = home_of_customer(customer)
        rows = await self._pool.fetch(_sql["subscriptions_of_buyer"], home, customer)
        return [SubscriptionData(**row) for row in rows]

    async def telegram(self, customer: str) -> TelegramData | None:
        """Return the chat with the Telegram bot."""
        row = await self._pool.fetchrow(_sql["telegram_of_buyer"], customer)
        return None if row is None else TelegramData(**row)

    async def accesses(self, customer: str) -> Sequence[LoggedAccess]:
        """Return who has seen all orders of a customer at once."""
        return await self._access_log.of_subjects(home_of_customer(customer), [customer])

    async def latest_accesses(
        self, customer: str, limit: int, since: datetime | None = None
    ) -> Sequence[LoggedAccess]:
        """Return who has seen any order of a customer, the latest first."""
        return await self._access_log.latest(customer, limit, since)

    async def open_orders(
        self, customer: str, limit: int, since: datetime | None = None
    ) -> Sequence[str]:
        """Return the numbers of open orders, which prevent erasure."""
        rows = await self._pool.fetch(
            _sql["open_orders"], home_of_customer(customer), customer, limit, since
        )
        return [row["number"] for row in rows]

    async def known_orders(
        self, customer: str, limit: int, since: datetime | None = None
    ) -> Sequence[OrderContact]:
        """Return closed orders whose contact is still stored."""
        rows = await self._pool.fetch(
            _sql["known_orders"], home_of_customer(customer), customer, limit, since
        )
        contacts = [(row["number"], _contact.decode(row["contact"])) for row in rows]
        return [OrderContact(number, each.phone, each.email) for number, each in contacts]

    async def forget_messages(self, recipients: Sequence[str]) -> None:
        """Delete the messages sent to phones and addresses.

        Contacts go afterwards, so it can be repeated.
        """
        await self._pool.execute(_sql["forget_messages"], recipients)

    async def forget_order(self, number: str) -> None:
        """Delete what the buyer added to one order, and notes on it; it can be repeated."""
        await self._pool.execute(_sql["forget_order"], home_of(number), number)

    async def forget(self, customer: str, since: datetime | None = None) -> None:
        """Delete all but orders; sessions last, so that it can be repeated after a failure.

        What belongs to orders placed before `since` stays: whoever has the phone now may not be
        the person of those.
        """
        home = home_of_customer(customer)
        await self._pool.execute(_sql["forget_links"], home, customer, since)
        await self._pool.execute(_sql["forget_subscriptions"], home, customer)
        for each in _OTHER_TABLES:
            await self._pool.execute(_sql[each], home, customer, since)
        await self._pool.execute(_sql["forget_telegram_invitations"], customer)
        await self._pool.execute(_sql["forget_telegram_chat"], customer)
        await self._pool.execute(_sql["forget_sign_in_codes"], customer)
        await self._pool.execute(_sql["forget_passkeys"], customer)
        await self._pool.execute(_sql["forget_sessions"], customer)

    async def _of_orders(
        self, name: str, home: int, numbers: Sequence[str]
    ) -> Mapping[str, Sequence[dict[str, Any]]]:
        """Return the rows of a statement by order number, in their order."""
        found: dict[str, list[dict[str, Any]]] = {number: [] for number in numbers}
        for row in await self._pool.fetch(_sql[name], home, numbers):
            columns = dict(row)
            found[columns.pop("number")].append(columns)
        return found


def _event(row: Mapping[str, Any]) -> EventData:
    role, _, _ = row["actor"].partition(":")
    return EventData(
        row["version"],
        row["type"],
        row["at"],
        row["recorded_at"],
        role,
        _whole(row["body"]),
        row["hash"].hex(),
    )


def _whole(stored: str | bytes) -> msgspec.Raw:
    return msgspec.Raw(stored.encode() if isinstance(stored, str) else stored)


def _raw(stored: str | bytes | None) -> msgspec.Raw | None:
    return None if stored is None else _whole(stored)
