"""Addresses for receipts: a secret path for each provider, from the key for tokens of the secret.

A provider is told the whole address, so whoever calls the path is the provider, or was told by it.
Where the provider signs its call-backs as well, the signature is checked besides.
"""

import hashlib
import hmac
from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import quote

from gotovo.notices.channels.port import ReceiptRefused

RECEIPTS_PATH: Final = "/receipts/sms/"
"""What every address begins with, after scheme and host; the token follows."""

_TOKEN_CHARACTERS: Final = 40
"""160 bits in hexadecimal."""


class ReceiptAddress:
    """The address for a provider's receipts; those of older keys are accepted as well."""

    def __init__(self, origin: str, provider: str, keys: Callable[[], Sequence[bytes]]) -> None:
        """`origin` is scheme and host as providers reach them; `keys` begin with the newest."""
        self.origin = origin
        self._provider = provider
        self._keys = keys

    @property
    def url(self) -> str:
        """Return the newest address."""
        return f"{self.origin}{RECEIPTS_PATH}{quote(self.token)}"

    @property
    def token(self) -> str:
        """Return the newest token."""
        return receipt_token(self._keys()[0], self._provider)

    def check(self, path: str) -> None:
        """Raise ReceiptRefused for a path that does not end with one of our tokens."""
        shown = path.rpartition("/")[2].encode("utf-8", "replace")
        tokens = [receipt_token(key, self._provider) for key in self._keys()]
        known = [hmac.compare_digest(shown, token.encode()) for token in tokens]
        if not path.startswith(RECEIPTS_PATH) or not any(known):
            raise ReceiptRefused("the address has a wrong token")


def receipt_token(key: bytes, provider: str) -> str:
    """Return the token of a provider under a key."""
    return hmac.digest(key, f"sms receipts: {provider}".encode(), hashlib.sha256).hex()[
        :_TOKEN_CHARACTERS
    ]


def wire_id(key: str) -> str:
    """Return what a message is called at a provider, the same each time it is sent.

    Providers take at most 40 letters and digits.
    """
    return hashlib.sha256(f"sms: {key}".encode()).hexdigest()[:32]
