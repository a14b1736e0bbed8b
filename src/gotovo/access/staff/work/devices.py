"""Devices of a point: what a browser or a handheld shows to be recognised.

A token is random and proves nothing about a person: it says where somebody works. Whoever copies it
has to sign in as well.
"""

import base64
import hashlib
import re
import secrets
from enum import StrEnum
from typing import Final
from uuid import UUID

DEVICES_MAX: Final = 200
"""Devices of a point that are not revoked: a large one has ten."""

DEVICE_HEADER: Final = b"gotovo-device"
"""The header in which a handheld's program sends its token; a browser has a cookie."""

DEVICE_COOKIE: Final = "gotovo_device"

COOKIE_DAYS: Final = 400
"""The longest that browsers keep a cookie; each beginning of a shift renews it."""

_PROOF_BYTES: Final = 32
_TOKEN: Final = re.compile(r"gtd_[a-z2-7]{52}")


class DeviceKind(StrEnum):
    """How a device is recognised: a browser by its cookie, a handheld by a header."""

    BROWSER = "browser"
    HANDHELD = "handheld"


def new_device_token() -> str:
    """Return a new token for a device."""
    raw = secrets.token_bytes(_PROOF_BYTES)
    return f"gtd_{base64.b32encode(raw).decode().rstrip('=').lower()}"


def device_digest(token: str) -> bytes | None:
    """Return what is stored of a token; None for what is none. 256 bits need no slow hash."""
    return hashlib.sha256(token.encode()).digest() if _TOKEN.fullmatch(token) else None


def device_id_of(seed: UUID) -> UUID:
    """Return a device's id, the same for the same request, so that repeating it makes one."""
    return UUID(bytes=hashlib.sha256(b"device:" + seed.bytes).digest()[:16])
