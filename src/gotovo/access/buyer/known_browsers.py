"""Known browsers: a token that says that this browser has signed in with a phone before.

It signs nobody in. It only gives the browser an allowance of sign-in codes of its own, so that its
owner gets one at once while strangers use up the phone's. The cookie holds a few tokens, the newest
first, for people who share a device. A token is a random id and the day it was made, with a keyed
digest over them and the customer: it names no phone, and is worth nothing for another one.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from gotovo.keyring.keyring import Keys

LIFETIME: Final = timedelta(days=365)
"""Browsers forget a cookie after 400 days at most; by then a phone may have another owner."""

TOKENS_MAX: Final = 4
"""A family at one computer."""

_ID_BYTES = 12
_DAY_BYTES = 3
_MAC_BYTES = 15
_LETTERS = 40  # Thirty bytes in base64.
_SEPARATOR = "."


def remember(
    keys: Keys,
    cookie: str,
    customer: str,
    now: datetime,
    *,
    random_bytes: Callable[[int], bytes],
) -> str:
    """Return the cookie of a browser that has just signed in: a new token and the others."""
    signed = random_bytes(_ID_BYTES) + _day(now).to_bytes(_DAY_BYTES, "big")
    token = urlsafe_b64encode(signed + _mac(keys.key, customer, signed)).decode()
    others = [raw for raw in _tokens(cookie) if not _is_of(keys, customer, raw)]
    kept = [urlsafe_b64encode(raw).decode() for raw in others[: TOKENS_MAX - 1]]
    return _SEPARATOR.join((token, *kept))


def find(keys: Keys, cookie: str, customer: str, now: datetime) -> str:
    """Return the id of the token that a cookie holds for a customer, empty without a valid one."""
    oldest = _day(now - LIFETIME)
    for raw in _tokens(cookie):
        made = int.from_bytes(raw[_ID_BYTES : _ID_BYTES + _DAY_BYTES], "big")
        if made >= oldest and _is_of(keys, customer, raw):
            return raw[:_ID_BYTES].hex()
    return ""


def _tokens(cookie: str) -> Iterator[bytes]:
    """Yield what may be tokens in a cookie, which anybody can have written."""
    for text in cookie.split(_SEPARATOR)[:TOKENS_MAX]:
        if len(text) == _LETTERS and text.isascii():
            try:
                yield urlsafe_b64decode(text)
            except Error:
                continue


def _is_of(keys: Keys, customer: str, raw: bytes) -> bool:
    signed, mac = raw[:-_MAC_BYTES], raw[-_MAC_BYTES:]
    return any(
        hmac.compare_digest(_mac(secret, customer, signed), mac) for secret in keys.newest_first
    )


def _mac(secret: bytes, customer: str, signed: bytes) -> bytes:
    message = b"known browser:" + customer.encode() + b":" + signed
    return hmac.digest(secret, message, hashlib.sha256)[:_MAC_BYTES]


def _day(instant: datetime) -> int:
    return int(instant.astimezone(UTC).timestamp()) // 86_400
