"""Secrets of webhooks: made here, stored sealed, several of them valid while one is rolled.

They are sealed under the secret of the installation (AES-SIV, RFC 5297) and bound to their webhook:
a copy of the database tells nobody how to sign, and no secret can be moved to another webhook.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from gotovo.keyring.keyring import Keys
from gotovo.store.tables.webhooks.webhooks import StoredWebhook

SECRET_BYTES: Final = 32
"""Within the 24 to 64 bytes of the specification; as long as the digest."""

SECRETS_MAX: Final = 4
"""Secrets of a webhook that sign at once; each adds a signature to every message."""

_PREFIX: Final = "whsec_"
_PURPOSE: Final = b"webhook secrets"


def new_secret() -> str:
    """Return a new secret as its owner gets it."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def sealed(keys: Keys, webhook: str, secret: str) -> bytes:
    """Return a secret as it is stored."""
    return _cipher(keys.key).encrypt(secret.encode(), [webhook.encode()])


def opened(keys: Keys, webhook: str, stored: bytes) -> str | None:
    """Return a stored secret; None where its key was destroyed."""
    for key in keys.newest_first:
        try:
            return _cipher(key).decrypt(stored, [webhook.encode()]).decode()
        except InvalidTag:
            continue
    return None


def signing_secrets(keys: Keys, webhook: StoredWebhook, now: datetime) -> Sequence[str]:
    """Return the secrets that sign now, the newest first; those that can't be read are left out."""
    return [
        secret
        for stored, end in zip(webhook.secrets, webhook.secret_ends, strict=True)
        if (end is None or now < end) and (secret := opened(keys, webhook.id, stored)) is not None
    ]


def rolled(
    webhook: StoredWebhook, new: bytes, overlap: timedelta, now: datetime
) -> tuple[list[bytes], list[datetime | None]]:
    """Return the secrets with their ends after a roll: the earlier ones sign for the overlap."""
    until = now + overlap
    kept = [
        (stored, until if end is None else min(end, until))
        for stored, end in zip(webhook.secrets, webhook.secret_ends, strict=True)
        if end is None or now < end
    ]
    if not overlap:
        kept = []
    kept = kept[: SECRETS_MAX - 1]
    return [new, *(stored for stored, _ in kept)], [None, *(end for _, end in kept)]


@lru_cache(maxsize=16)
def _cipher(key: bytes) -> AESSIV:
    return AESSIV(hmac.digest(key, _PURPOSE, hashlib.sha256))
