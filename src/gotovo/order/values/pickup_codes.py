"""Pick-up codes: derived each time, never stored (rule 4.3).

A code is a function of the secret key, the order, the place of hand-over and a counter, so the
account can show it, another point can't use it, and a stolen table contains none. When the counter
is incremented, the old code is revoked.
"""

import hashlib
import hmac
from datetime import datetime

from gotovo.value import Value

WRONG_TRIES_MAX = 5
"""Wrong tries for one code before the next one is issued (rule 4.3)."""

ROTATIONS_MAX = 3
"""Codes that may be used up by wrong tries before the buyer has to ask for a new one: with
five tries each, a guesser's chance stays below 2 in 100,000."""

QR_SECONDS = 60
"""How long one QR code is shown; the one before it is still accepted, for slow clerks."""

CODES = 10**6
"""How many codes of six digits there are."""


class CodeState(Value, frozen=True, omit_defaults=True):
    """The counters of one order. No trusted person has a code while `trusted` is `trusted_used`.

    `key` and `trusted_key` are the versions of the secret under which the codes were made, so that
    a code that somebody holds stays right when the secret is rotated.
    """

    counter: int = 1
    wrong_tries: int = 0
    rotations: int = 0
    trusted: int = 0
    trusted_used: int = 0
    key: int = 1
    trusted_key: int = 1


def pickup_code(secret: bytes, number: str, place: str, counter: int) -> str:
    """Return the buyer's six digits for this order at this place."""
    return _six_digits(secret, f"pickup:{number}:{place}:{counter}")


def trusted_code(secret: bytes, number: str, place: str, counter: int) -> str:
    """Return the six digits of the person the buyer named."""
    return _six_digits(secret, f"trusted:{number}:{place}:{counter}")


def qr_text(secret: bytes, number: str, place: str, counter: int, at: datetime) -> str:
    """Return the content of the QR code in the minute of `at`: the number and a digest."""
    window = int(at.timestamp()) // QR_SECONDS
    return _qr(secret, number, place, counter, window)


def qr_is_right(  # noqa: PLR0917  (a comparison of six independent facts)
    secret: bytes, number: str, place: str, counter: int, at: datetime, shown: str
) -> bool:
    """Return whether this is the QR code of this minute or of the one before."""
    window = int(at.timestamp()) // QR_SECONDS
    return any(same(_qr(secret, number, place, counter, w), shown) for w in (window, window - 1))


def same(expected: str, shown: str) -> bool:
    """Compare in constant time, so that timing reveals nothing."""
    return hmac.compare_digest(expected.encode(), shown.encode())


def _qr(secret: bytes, number: str, place: str, counter: int, window: int) -> str:
    digest = hmac.digest(secret, f"qr:{number}:{place}:{counter}:{window}".encode(), hashlib.sha256)
    return f"{number}.{digest[:12].hex()}"


def _six_digits(secret: bytes, text: str) -> str:
    digest = hmac.digest(secret, text.encode(), hashlib.sha256)
    return f"{int.from_bytes(digest[:8], 'big') % CODES:06d}"
