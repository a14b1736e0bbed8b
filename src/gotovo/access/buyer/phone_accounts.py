"""Accounts of phones: whose orders a phone opens, and moving an account to another phone.

Until its buyer moves, a phone opens the account of its own digest, the id that its orders carry.
Who moves keeps the account with all its orders; the new phone opens it from then on, and the old
number opens a new, empty one for whoever gets it next. Only phones that moved are stored.

A change begins some seconds after it is written, when every process has read it: they all place
the order of a phone into the same account.

When the customer's key is replaced, accounts keep their ids. A phone is then looked up by its
digest under the new key; one without a row opens what it opened under the older key until buyers
were moved, and the account of its new digest afterwards (decision 32).
"""

import asyncio
import hashlib
import hmac
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from gotovo.access.buyer.accounts import IDLE_PHONE
from gotovo.keyring.keyring import Keys
from gotovo.order.values.customer import customer_id
from gotovo.store.postgres.errors import ForeignSecret
from gotovo.store.tables.access.accounts import NewPhone, PhoneAccount, PhoneAccountStore
from gotovo.store.tables.access.sign_in import Session
from gotovo.store.tables.security.customer_keys import (
    FIRST,
    CustomerKeyState,
    settled,
    under_way,
)
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


class UnknownCustomerKey(ForeignSecret):
    """Buyers are looked up by a version of the secret that this process does not have."""

    def __init__(self, version: int) -> None:
        """Say which one is missing."""
        super().__init__(
            f"buyers are looked up by version {version} of the secret, which this process does not "
            "have: copy the secret file from the machine where it was rotated"
        )


class PhoneAccounts:
    """Cache of all phones that moved, and of the key in use, at most `STALE_SECONDS` old."""

    def __init__(
        self,
        store: PhoneAccountStore,
        keys: Callable[[], Keys],
        clock: Callable[[], datetime],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Start empty: the first request waits for the first refresh. `keys` are the customer's."""
        self.store: Final = store
        self.keys: Final = keys
        self._clock = clock
        self._monotonic = monotonic
        self._moved: dict[str, PhoneAccount] = {}
        self._states: Sequence[CustomerKeyState] = ()
        self._newest = _BEGINNING
        self._read_at = float("-inf")
        self._reading: asyncio.Task[None] | None = None

    async def customer_of(self, phone: str) -> str:
        """Return the id of the account that a phone (E.164) opens."""
        return (await self.looked_up([phone]))(phone)

    async def looked_up(self, phones: Iterable[str]) -> AccountOfPhone:
        """Return the function from these phones (E.164) to the accounts that they open."""
        return await self._answered(phones, is_write=False)

    async def current(self, phones: Iterable[str]) -> AccountOfPhone:
        """Return the same for a write, which has to find the same account ever after.

        While buyers are moved to another key, a phone without a row gets one.
        """
        return await self._answered(phones, is_write=True)

    async def _answered(self, phones: Iterable[str], *, is_write: bool) -> AccountOfPhone:
        await self._freshen()
        if settled(self._states) == FIRST and self._begun is None:
            return self._first_account_of  # Without a look at the phones: they may be many.
        wanted = set(phones)
        try:
            found = await self._by_rows(wanted, is_write=is_write)
        except UnknownCustomerKey:  # It may have been destroyed since the last refresh.
            found = None
        if found is None:
            await self.refresh()
            found = await self._by_rows(wanted, is_write=is_write)
        return (found or {}).__getitem__

    async def _by_rows(self, phones: Iterable[str], *, is_write: bool) -> dict[str, str] | None:
        """Return the accounts of phones; None where buyers were moved meanwhile."""
        begun, before = self._begun, settled(self._states)
        version = before if begun is None else begun.version
        digests = self._digests(version, phones)
        rows = await self.store.lookups.lookups(digests.values())
        found = {phone: rows[digest] for phone, digest in digests.items() if digest in rows}
        missing = digests.keys() - found.keys()
        if begun is None:
            return found | {phone: digests[phone] for phone in missing}
        found |= await self._before(before, missing)
        if is_write and missing:
            wanted = {digests[phone]: found[phone] for phone in missing}
            claimed = await self.store.lookups.claim(version, wanted)
            if claimed is None:
                return None
            found |= {phone: claimed.get(digests[phone], found[phone]) for phone in missing}
        return found

    async def _before(self, version: int, phones: Iterable[str]) -> dict[str, str]:
        """Return the accounts of phones as they were looked up under the older key."""
        if version == FIRST:
            return {phone: self._first_account_of(phone) for phone in phones}
        digests = self._digests(version, phones)
        rows = await self.store.lookups.lookups(digests.values())
        return {phone: rows.get(digest, digest) for phone, digest in digests.items()}

    def _first_account_of(self, phone: str) -> str:
        digest = customer_id(self._key(FIRST), phone)
        found = self._moved.get(digest)
        if found is None:
            return digest
        return found.customer if found.since <= self._clock() else found.former or digest

    def _digests(self, version: int, phones: Iterable[str]) -> dict[str, str]:
        key = self._key(version)
        return {phone: customer_id(key, phone) for phone in phones}

    def _key(self, version: int) -> bytes:
        key = self.keys().exactly(version)
        if key is None:
            raise UnknownCustomerKey(version)
        return key

    @property
    def _begun(self) -> CustomerKeyState | None:
        """The version that buyers are being moved to, once every process knows of it."""
        state = under_way(self._states)
        return state if state is not None and state.begins_at <= self._clock() else None

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
        self._states = await self.store.lookups.states()
        for each in await self.store.changed(self._newest - _OVERLAP):
            self._moved[each.phone] = each
            self._newest = max(self._newest, each.since)
        self._read_at = began_at


def _retrieve_error(reading: asyncio.Task[None]) -> None:
    """Retrieve a failed read's exception: what is known is valid until `STALE_SECONDS`."""
    if not reading.cancelled():
        reading.exception()


async def move(
    accounts: PhoneAccounts,
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
    keys = accounts.keys()
    text = f"left:{session.customer}:{since.isoformat()}".encode()
    left_to = hmac.digest(keys.key, text, hashlib.sha256)[:16].hex()
    digests = {version: customer_id(key, phone) for version, key in keys.accepted}
    to = NewPhone(digests, mask_phone(phone), unused, now - unused_for, since)
    is_moved = await accounts.store.move(session.customer, to, left_to, now)
    await accounts.refresh()
    return is_moved
