"""The address of the webhook: a secret path, and a secret header besides.

Both are derived from the key for tokens, so nothing has to be configured.
"""

import hashlib
import hmac
from typing import Final

WEBHOOK_PATH: Final = "/hooks/telegram/"
"""What the address begins with, after scheme and host; the token follows."""

_TOKEN_CHARACTERS: Final = 40
"""160 bits in hexadecimal, which both places take."""


def webhook_path(key: bytes, bot: int) -> str:
    """Return the path that Telegram calls for a bot, under a key."""
    return WEBHOOK_PATH + _token(key, "path", bot)


def webhook_secret(key: bytes, bot: int) -> str:
    """Return the secret of the header."""
    return _token(key, "header", bot)


def _token(key: bytes, place: str, bot: int) -> str:
    digest = hmac.digest(key, f"telegram webhook {place}: {bot}".encode(), hashlib.sha256)
    return digest.hex()[:_TOKEN_CHARACTERS]
