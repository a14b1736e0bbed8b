"""Tracking links: a private link to follow one order, and do nothing else.

The token is derived from the secret, the order and the instant at which the link was made, so it
can be shown again while the database holds only its digest: a stolen table opens nothing. Its
first byte is the order's home, which is no secret and selects one shard. The 128 bits that follow
can't be guessed.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from typing import Final

from gotovo.access.rate_limits import RateLimit
from gotovo.keyring.keyring import Keys
from gotovo.order.values.number import home_of
from gotovo.store.tables.access.track_links import TrackLink, TrackLinkStore

GUESSES_PER_ADDRESS: Final = RateLimit("tracking guesses per address", 120, timedelta(seconds=2))
"""Of links that open nothing: a program that guesses is slowed down, a real link never is."""

_TOKEN_BYTES = 16
_TOKEN_LETTERS = 23  # Seventeen bytes in base64 without its padding.
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


async def make(store: TrackLinkStore, keys: Keys, number: str, now: datetime) -> str:
    """Return the token of the order's link, created unless there is a working one."""
    new = _token(keys.key, number, now)
    link = await store.link(number)
    if link is not None and _token_of(link, keys, number) is None:
        await store.revoke(number, now)  # It was made under a secret that has ended.
    await store.put(number, _digest(new), now)
    token = await shown(store, keys, number)
    return new if token is None else token


async def shown(store: TrackLinkStore, keys: Keys, number: str) -> str | None:
    """Return the token of the order's working link, None when it has none."""
    link = await store.link(number)
    return None if link is None else _token_of(link, keys, number)


async def find(store: TrackLinkStore, token: str) -> str | None:
    """Return the number of the order that a token opens; None for any other text."""
    if len(token) != _TOKEN_LETTERS or not token.isascii():
        return None
    home = _home(token)
    return None if home is None else await store.number(home, _digest(token))


def _token_of(link: TrackLink, keys: Keys, number: str) -> str | None:
    """Return the token of a link, None where it was made under a secret that has ended."""
    tokens = (_token(secret, number, link.made_at) for secret in keys.newest_first)
    return next((token for token in tokens if _digest(token) == link.digest), None)


def _token(secret: bytes, number: str, made_at: datetime) -> str:
    message = f"track:{number}:{made_at.astimezone(UTC).isoformat()}".encode()
    derived = hmac.digest(secret, message, hashlib.sha256)[:_TOKEN_BYTES]
    return urlsafe_b64encode(bytes((home_of(number),)) + derived).decode().rstrip("=")


def _home(token: str) -> int | None:
    """Return the home that a token begins with: eight of the first two letters' twelve bits."""
    first, second = (_LETTERS.find(letter) for letter in token[:2])
    return None if min(first, second) < 0 else first << 2 | second >> 4


def _digest(token: str) -> bytes:
    return hashlib.sha256(b"track:" + token.encode()).digest()
