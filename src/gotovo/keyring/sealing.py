"""Sealed values: a browser keeps them for us, and neither it nor anybody with its files reads them.

AES-256-GCM with a key of its own, derived from that of forms. A value is sealed for a
purpose and a browser: copied into another one it opens as nothing.
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from gotovo.keyring.keyring import Keys

_NONCE_BYTES: Final = 12


def seal(
    keys: Keys, random_bytes: Callable[[int], bytes], purpose: str, browser: str, text: str
) -> str:
    """Return a text so that only `unseal` with the same purpose and browser reads it."""
    nonce = random_bytes(_NONCE_BYTES)
    sealed = _cipher(keys.key, purpose).encrypt(nonce, text.encode(), browser.encode())
    return urlsafe_b64encode(nonce + sealed).decode()


def unseal(keys: Keys, purpose: str, browser: str, sealed: str) -> str:
    """Return what was sealed; empty for anything else."""
    try:
        data = urlsafe_b64decode(sealed)
    except ValueError:
        return ""
    nonce, encrypted = data[:_NONCE_BYTES], data[_NONCE_BYTES:]
    for secret in keys.newest_first:
        try:
            return _cipher(secret, purpose).decrypt(nonce, encrypted, browser.encode()).decode()
        except (ValueError, InvalidTag):
            continue
    return ""


def _cipher(secret: bytes, purpose: str) -> AESGCM:
    return AESGCM(hmac.digest(secret, f"sealed:{purpose}".encode(), hashlib.sha256))
