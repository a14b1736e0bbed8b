"""What signing in, inviting and managing staff stand on, in one place."""

from collections.abc import Callable
from typing import Any, Final

from msgspec import Struct

from gotovo.access.buyer.passkey_values import RelyingParty
from gotovo.access.buyer.passkeys import site_of
from gotovo.access.buyer.phone_accounts import PhoneAccounts
from gotovo.access.security_log import SecurityEvent, SecurityLog
from gotovo.access.staff.proofs.passwords import Passwords
from gotovo.access.staff.sessions import StaffSessions
from gotovo.keyring.keyring import Keyring
from gotovo.store.tables.access.passkeys import PasskeyStore
from gotovo.store.tables.access.rate_limits import RateLimitStore
from gotovo.store.tables.security.entries import Author
from gotovo.store.tables.shifts.shifts import ShiftStore
from gotovo.store.tables.staff.credentials import StaffCredentialStore
from gotovo.store.tables.staff.people import StaffStore
from gotovo.store.tables.staff.sessions import StaffSessionStore

LOGIN_LENGTH_MAX: Final = 64
NAME_LENGTH_MAX: Final = 100

DEMO_AUTHOR: Final = Author("system:demo")
"""Who invites the demo's staff: nobody else is signed in as with a click."""


class StaffAccess(Struct, frozen=True, kw_only=True):
    """The stores of staff, and what proves who they are.

    `challenges` are those that passkeys sign. Without a `site` no browser makes passkeys. Whoever
    signs out of a session in a shift ends the shift: `shifts`.
    `passkeys_only`: nobody signs in with a password.
    """

    people: StaffStore
    credentials: StaffCredentialStore
    sessions: StaffSessions
    shifts: ShiftStore
    challenges: PasskeyStore
    passwords: Passwords
    phone_accounts: PhoneAccounts
    rate_limits: RateLimitStore
    security_log: SecurityLog
    keyring: Callable[[], Keyring]
    random_bytes: Callable[[int], bytes]
    site: RelyingParty | None = None
    passkeys_only: bool = False

    def record(self, event: SecurityEvent) -> None:
        """Collect an event of the security log."""
        self.security_log.record(event)


def staff_access_on(
    pool: Any,
    *,
    keyring: Callable[[], Keyring],
    phone_accounts: PhoneAccounts,
    security_log: SecurityLog,
    random_bytes: Callable[[int], bytes],
    public_url: str = "",
    passkeys_only: bool = False,
    passwords: Passwords | None = None,
) -> StaffAccess:
    """Return the same on a pool of connections.

    `public_url` is the site that passkeys are bound to.
    """
    return StaffAccess(
        people=StaffStore(pool),
        credentials=StaffCredentialStore(pool),
        sessions=StaffSessions(StaffSessionStore(pool), lambda: keyring().tokens, random_bytes),
        shifts=ShiftStore(pool),
        challenges=PasskeyStore(pool),
        passwords=passwords or Passwords(),
        phone_accounts=phone_accounts,
        rate_limits=RateLimitStore(pool),
        security_log=security_log,
        keyring=keyring,
        random_bytes=random_bytes,
        site=site_of(public_url) if public_url else None,
        passkeys_only=passkeys_only,
    )


def login_of(typed: str) -> str:
    """Return a login as it is stored, however it was typed; empty for what can't be one."""
    login = typed.strip().lower()
    is_fit = login.isprintable() and " " not in login and len(login) <= LOGIN_LENGTH_MAX
    return login if is_fit else ""
