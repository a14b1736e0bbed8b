"""Tokens of API keys: what a program sends, and what is stored of it.

A token is `gtv_<id>_<proof>`. The proof is random and the table holds only a digest of the whole
token, so nobody can tell a token again: not the server, not whoever copies its database or secret.
"""

import base64
import hashlib
import re
import secrets
from typing import Final
from uuid import UUID

_ID_BYTES: Final = 10
_PROOF_BYTES: Final = 20
_TOKEN: Final = re.compile(r"gtv_([a-z2-7]{16})_[a-z2-7]{32}")
_SCHEME: Final = "bearer "


def key_id_of(seed: UUID) -> str:
    """Return a key's id, the same for the same seed, so that repeating a creation makes one key."""
    return _base32(hashlib.sha256(b"key:" + seed.bytes).digest()[:_ID_BYTES])


def new_token(key_id: str) -> str:
    """Return a new token for a key."""
    return f"gtv_{key_id}_{_base32(secrets.token_bytes(_PROOF_BYTES))}"


def digest_of(token: str) -> bytes:
    """Return what is stored of a token; 160 bits of proof need no slow hash."""
    return hashlib.sha256(token.encode()).digest()


def claim_of(authorization: str) -> str | None:
    """Return the id of the key that a header's token says it is of; None where it is no token."""
    if authorization[: len(_SCHEME)].lower() != _SCHEME:
        return None
    found = _TOKEN.fullmatch(authorization[len(_SCHEME) :].strip())
    return found[1] if found else None


def proof_of(authorization: str) -> bytes:
    """Return the digest of the token in a header that claims a key."""
    return digest_of(authorization[len(_SCHEME) :].strip())


def _base32(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=").lower()
