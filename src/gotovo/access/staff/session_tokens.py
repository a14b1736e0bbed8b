"""Tokens of staff sessions: what a browser or a handheld sends, and what is stored of it.

A token is `gts_<proof>_<mark>`. The proof is random and the table holds only a digest of the whole
token. The mark is a keyed digest of the proof: garbage is told from a token without a look at the
database, so guesses cost it nothing. A secret that is rotated away ends the sessions made under it.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from typing import Final

from gotovo.keyring.keyring import Keys

_PROOF_BYTES: Final = 20
_MARK_BYTES: Final = 10
_TOKEN: Final = re.compile(r"gts_([a-z2-7]{32})_([a-z2-7]{16})")
_SCHEME: Final = "bearer "
_HEADER: Final = re.compile(rb"bearer +gts_", re.IGNORECASE)


def new_session_token(keys: Keys, random_bytes: Callable[[int], bytes]) -> str:
    """Return a new token; `keys` are those of tokens."""
    proof = _base32(random_bytes(_PROOF_BYTES))
    return f"gts_{proof}_{_mark(keys.key, proof)}"


def session_digest(keys: Keys, token: str) -> bytes | None:
    """Return the digest that a session is stored under, None for what was never a token of ours."""
    found = _TOKEN.fullmatch(token)
    if found is None:
        return None
    proof, mark = found.groups()
    if not any(hmac.compare_digest(_mark(key, proof), mark) for key in keys.newest_first):
        return None
    return hashlib.sha256(token.encode()).digest()


def claims_session(authorization: bytes) -> bool:
    """Tell whether an Authorization header says that it holds the token of a staff session."""
    return _HEADER.match(authorization) is not None


def bearer_token(authorization: str) -> str:
    """Return the token in such a header."""
    return authorization[len(_SCHEME) :].strip()


def _mark(key: bytes, proof: str) -> str:
    digest = hmac.digest(key, f"staff session:{proof}".encode(), hashlib.sha256)
    return _base32(digest[:_MARK_BYTES])


def _base32(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=").lower()
