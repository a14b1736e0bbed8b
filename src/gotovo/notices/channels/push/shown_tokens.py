"""Tokens by which a browser says that it has shown a message.

A push service only says that it took a message; nobody may ever see it. The message bears a token
that the service worker sends back. It names the message and the browser, is signed, and is worth
nothing for anything else, so it needs no session: a phone may send it hours later.
"""

import binascii
import hashlib
import hmac
from base64 import urlsafe_b64decode
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from gotovo.notices.channels.port import ReceiptRefused
from gotovo.notices.channels.push.authorization import encoded

PUSH_RECEIPTS_PATH: Final = "/receipts/push"
"""Where service workers send tokens to; stored workers of older versions know it."""

TOKEN_CHARACTERS: Final = 54
TOKEN_BYTES_MAX: Final = 256
"""Of a body that is read: anybody may send one, and nothing but a token is in it."""

_ID_BYTES: Final = 16
_BROWSER_BYTES: Final = 8
_MAC_BYTES: Final = 16


def shown_token(key: bytes, message: str, endpoint: str) -> str:
    """Return the token of a message, by its UUID, to one browser."""
    browser = hashlib.sha256(endpoint.encode()).digest()[:_BROWSER_BYTES]
    named = UUID(message).bytes + browser
    return encoded(named + _mac(key, named))


def message_of_token(token: str, keys: Sequence[bytes]) -> str:
    """Return the message that a token says was shown; raise ReceiptRefused for a forged one."""
    try:
        raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    except (binascii.Error, ValueError):
        raw = b""
    named, mac = raw[: _ID_BYTES + _BROWSER_BYTES], raw[_ID_BYTES + _BROWSER_BYTES :]
    if len(token) != TOKEN_CHARACTERS or len(mac) != _MAC_BYTES:
        raise ReceiptRefused(f"the token is not one of {TOKEN_CHARACTERS} characters in base64url")
    known = [hmac.compare_digest(mac, _mac(key, named)) for key in keys]
    if not any(known):
        raise ReceiptRefused("the token is not signed by this installation")
    return str(UUID(bytes=named[:_ID_BYTES]))


def _mac(key: bytes, named: bytes) -> bytes:
    return hmac.digest(key, b"push shown: " + named, hashlib.sha256)[:_MAC_BYTES]
