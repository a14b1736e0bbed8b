"""Accounts of phones: whose orders a phone opens, and moving an account to another phone.

Until its buyer moves, a phone opens the account of its own digest, the id that its orders carry.
Who moves keeps the account with all its orders; the new phone opens it from then on, and the old
number opens a new, empty one for whoever gets it next. Only phones that moved are stored.

A change begins some seconds after it is written, when every process has read it: they all place
the order of a phone into the same account.
"""

import asyncio
import hashlib
import hmac
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from gotovo.access.buyer.accounts import IDLE_PHONE
from gotovo.order.values.customer import customer_id
from gotovo.store.tables.access.accounts import NewPhone, PhoneAccount, PhoneAccountStore
from gotovo.store.tables.access.sign_in import Session
from gotovo.words.formats.phones import mask_phone

REFRESH_SECONDS: Final = 1.0
"""How old the cache may be before it is refreshed in the background."""

STALE_SECONDS: Final = 3.0
"""How old the cache may be at most: beyond it, requests wait for a refresh."""

BEGINS_AFTER: Final = timedelta(seconds=6)
"""How long after it was written a change begins: a process has read it by then, at a clock that is
some seconds ahead too."""

_OVERLAP: Final = timedelta(minutes=5)
"""How far back a refresh reads again: transactions do not commit in the order of their instants."""

_BEGINNING: Final = datetime(2000, 1, 1, tzinfo=UTC)


AccountOfPhone = Callable[[str], str]
"""Returns the id of the account that a phone (E.164) opens."""


class PhoneAccounts:
    """Cache of all phones that moved, at most `STALE_SECONDS` behind the table."""

    def __init__(
        self,
        store: PhoneAccountStore,
        secret: bytes,
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start empty: the first request waits for the first refresh."""
        self.store: Final = store
        self._secret = secret
        self._clock = clock
        self._monotonic = monotonic
        self._moved: dict[str, PhoneAccount] = {}
        self._newest = _BEGINNING
        self._read_at = float("-inf")
        self._reading: asyncio.Task[None] | None = None

    async def customer_of(self, phone: str) -> str:
        """Return the id of the account that a phone (E.164) opens."""
        return (await self.current())(phone)

    async def current(self) -> AccountOfPhone:
        """Return the function from phones (E.164) to accounts, for a request that has many."""
        await self._freshen()
        return self._account_of

    def _account_of(self, phone: str) -> str:
        digest = customer_id(self._secret, phone)
        found = self._moved.get(digest)
        if found is None:
            return digest
        return found.customer if found.since <= self._clock() else found.former or digest

    async def refresh(self) -> None:
        """Read what has changed; concurrent requests share one read."""
        if self._reading is None or self._reading.done():
            self._reading = asyncio.create_task(self._read())
        await asyncio.shield(self._reading)

    async def _freshen(self) -> None:
        age = self._monotonic() - self._read_at
        if age > STALE_SECONDS:
            await self.refresh()
        elif age > REFRESH_SECONDS and (self._reading is None or self._reading.done()):
            self._reading = asyncio.create_task(self._read())
            self._reading.add_done_callback(_retrieve_error)

    async def _read(self) -> None:
        began_at = self._monotonic()
        for each in await self.store.changed(self._newest - _OVERLAP):
            self._moved[each.phone] = each
            self._newest = max(self._newest, each.since)
        self._read_at = began_at


def _retrieve_error(reading: asyncio.Task[None]) -> None:
    """Retrieve a failed read's exception: what is known is valid until `STALE_SECONDS`."""
    if not reading.cancelled():
        reading.exception()


async def move(  # noqa: PLR0917  (where accounts are, who moves where, and from when on)
    accounts: PhoneAccounts,
    secret: bytes,
    session: Session,
    phone: str,
    now: datetime,
    unused_for: timedelta = IDLE_PHONE,
) -> bool:
    """Let a phone (E.164), whose holder has just proved it, open the account of a session.

    Return False where its own account is not `unused_for` so long: nobody loses an order.
    """
    unused = await accounts.customer_of(phone)
    since = now + BEGINS_AFTER
    text = f"left:{session.customer}:{since.isoformat()}".encode()
    left_to = hmac.digest(secret, text, hashlib.sha256)[:16].hex()
    digest, shown_as = customer_id(secret, phone), mask_phone(phone)
    to = NewPhone(digest, shown_as, unused, now - unused_for, since)
    is_moved = await accounts.store.move(session.customer, to, left_to, now)
    await accounts.refresh()
    return is_moved
