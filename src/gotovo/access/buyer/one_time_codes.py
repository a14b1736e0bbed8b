"""One-time codes: six digits in a message that prove that somebody reads it.

A code works once, for a time, a few attempts, and only in the browser or session that requested it.
The stored digest is keyed with the secret and the token of that browser: a stolen table is worth
nothing, although there are only a million codes.
"""

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime, timedelta

from msgspec import Struct

from gotovo.keyring.keyring import Keys
from gotovo.store.tables.access.sign_in import CodeAttempt, PendingCode, SignInStore

_CODES = 10**6
_RANDOM_BYTES = 16  # Far more than six digits need, so that no code is likelier than another.


class OneTimeCodes(Struct, frozen=True):
    """The codes of one purpose; `browser`, everywhere, is the token that a code is bound to."""

    purpose: str
    lifetime: timedelta
    tries_max: int

    async def ask(
        self,
        store: SignInStore,
        keys: Keys,
        browser: str,
        now: datetime,
        *,
        customer: str,
        shown_as: str,
        random_bytes: Callable[[int], bytes],
    ) -> str:
        """Make a code and return it for the message; `shown_as` is where it goes, masked."""
        code = f"{int.from_bytes(random_bytes(_RANDOM_BYTES), 'big') % _CODES:06d}"
        pending = PendingCode(
            customer=customer,
            shown_as=shown_as,
            digest=_digest_of(self.purpose, keys.key, browser, code),
            expires_at=now + self.lifetime,
            tries_left=self.tries_max,
        )
        await store.put_code(_browser_key(browser), pending)
        return code

    async def answer(
        self, store: SignInStore, keys: Keys, browser: str, typed: str, now: datetime
    ) -> CodeAttempt:
        """Try a typed code; spaces and dashes don't matter."""
        code = "".join(c for c in typed if c.isalnum())
        digests = [_digest_of(self.purpose, key, browser, code) for key in keys.newest_first]
        return await store.try_code(_browser_key(browser), digests, now, self.lifetime)

    async def sent_to(self, store: SignInStore, browser: str, now: datetime) -> str | None:
        """Return where this browser's living code was sent to, masked."""
        return await store.pending_code(_browser_key(browser), now)


def _digest_of(purpose: str, secret: bytes, browser: str, code: str) -> bytes:
    return hmac.digest(secret, f"{purpose}:{browser}:{code}".encode(), hashlib.sha256)


def _browser_key(browser: str) -> bytes:
    """Return the key under which the database stores a browser's code."""
    return hashlib.sha256(b"browser:" + browser.encode()).digest()
