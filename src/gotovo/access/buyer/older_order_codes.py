"""Codes by e-mail that open older orders: who reads the mail of one of them is its buyer.

The code goes to the address of the latest order that is closed to the phone, so the mailbox of
whoever had the number last counts, and nobody else's. It is bound to the session and the account,
lives ten minutes and allows five attempts.

Limits are asked in this order: the session, the account, the mailbox, the installation. One account
cannot use up what a mailbox gets, so nobody is kept out by whoever has a phone of theirs, and no
mailbox is flooded. Nobody without a session gets as far as any of them.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct

from gotovo.access.buyer.one_time_codes import OneTimeCodes
from gotovo.access.emails import ascii_email
from gotovo.access.rate_limits import RateLimit, give_back, hourly, refused_for, refused_for_any
from gotovo.keyring.keyring import Keys
from gotovo.order.values.customer import Contact
from gotovo.store.tables.access.accounts import AccountStore
from gotovo.store.tables.access.rate_limits import RateLimitStore
from gotovo.store.tables.access.sign_in import Session, SignInStore
from gotovo.words.formats.emails import mask_email

LIFETIME: Final = timedelta(minutes=10)
"""Mail may take some minutes; NIST SP 800-63B allows ten."""

TRIES_MAX: Final = 5

CODES_PER_SESSION: Final = RateLimit("older order codes per session", 3, timedelta(hours=1))
"""Mail gets lost, and people ask again."""

CODES_PER_ACCOUNT: Final = RateLimit("older order codes per account", 4, timedelta(hours=4))
"""At most 10 in 24 hours: with five attempts each, 50 guesses a day among a million codes."""

CODES_PER_MAILBOX: Final = RateLimit("older order codes per mailbox", 6, timedelta(hours=2))
"""At most 18 in 24 hours, eight more than one account can ask for."""

ORDERS_READ: Final = 50
"""Older orders that are looked at for an address, the latest first."""

_codes: Final = OneTimeCodes("older-orders", LIFETIME, TRIES_MAX)


class OlderOrderCodes(Struct, frozen=True):
    """Codes for older orders of one session, whose token is `token` and stored key `key`."""

    sign_in: SignInStore
    accounts: AccountStore
    limits: RateLimitStore
    secret: bytes
    forms: Keys
    session: Session
    token: str
    key: bytes
    now: datetime

    async def mailbox(self) -> Contact | None:
        """Return the latest closed order's contact with an address that mail can reach."""
        since = self.session.orders_since
        if since is None:
            return None
        contacts = await self.accounts.older_contacts(self.session.customer, since, ORDERS_READ)
        return _reachable(contacts)

    async def wait(self, address: str, per_hour: int) -> timedelta | None:
        """Count a code to an address; return how long to wait if a limit refuses it."""
        limits, secret, now = self.limits, self.secret, self.now
        asker = await refused_for(limits, secret, CODES_PER_SESSION, self.key.hex(), now)
        if asker is not None:
            return asker
        account = await refused_for(limits, secret, CODES_PER_ACCOUNT, self.session.customer, now)
        if account is not None:
            return account
        taken = _of_mailbox(address, per_hour)
        wait = await refused_for_any(limits, secret, taken, now)
        if wait is not None:
            await give_back(limits, secret, {CODES_PER_ACCOUNT: self.session.customer}, now)
        return wait

    async def not_sent(self, address: str, per_hour: int) -> None:
        """Give back what counts mail: this one was not sent. The session's use stays counted."""
        taken = {CODES_PER_ACCOUNT: self.session.customer, **_of_mailbox(address, per_hour)}
        await give_back(self.limits, self.secret, taken, self.now)

    async def ask(self, address: str, random_bytes: Callable[[int], bytes]) -> str:
        """Make a code for the mail to an address."""
        return await _codes.ask(
            self.sign_in,
            self.forms,
            self._browser,
            self.now,
            customer=self.session.customer,
            shown_as=mask_email(address),
            random_bytes=random_bytes,
        )

    async def sent_to(self) -> str | None:
        """Return the masked address that the living code was sent to."""
        return await _codes.sent_to(self.sign_in, self._browser, self.now)

    async def prove(self, typed: str) -> tuple[bool, int]:
        """Open all orders if the code is right; return whether it was, and what tries are left."""
        attempt = await _codes.answer(self.sign_in, self.forms, self._browser, typed, self.now)
        if attempt.customer != self.session.customer:
            return False, attempt.tries_left
        await self.accounts.open(self.session.customer, self.key)
        return True, 0

    @property
    def _browser(self) -> str:
        return f"older-orders:{self.token}"


def _of_mailbox(address: str, per_hour: int) -> dict[RateLimit, str]:
    """Return the limits of mail to one address; upper and lower case are one mailbox."""
    return {
        CODES_PER_MAILBOX: address.lower(),
        hourly("older order codes of all", per_hour): "",
    }


def _reachable(contacts: Sequence[Contact]) -> Contact | None:
    return next((each for each in contacts if each.email and ascii_email(each.email)), None)
