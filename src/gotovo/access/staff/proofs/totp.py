"""One-time codes of staff (TOTP, RFC 6238): a second factor beside every password.

The secret is sealed under the keyring, so a copy of the database alone makes no codes; a secret
sealed under an older key is sealed anew at the next sign-in. A code is accepted one step early or
late, and none twice: the step of the last one is remembered.
"""

import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from pyotp import random_base32
from pyotp.totp import TOTP

from gotovo.keyring.keyring import Keys
from gotovo.keyring.sealing import seal, unseal

STEP_SECONDS: Final = 30
"""What authenticator apps assume, whatever the QR code says."""

DRIFT_STEPS: Final = 1
"""A phone's clock is seldom half a minute off, and a person types for some seconds."""

RECOVERY_CODES: Final = 10
_RECOVERY_BYTES: Final = 10  # 80 bits: a fast digest is enough.
_RECOVERY_GROUP: Final = 4
_CODE: Final = re.compile(r"[0-9]{6}")
_ISSUER: Final = "Gotovo"
_PURPOSE: Final = "staff totp"


def new_secret() -> str:
    """Return a new secret, in base32 as authenticator apps take it: 160 bits."""
    return random_base32(32)


def enrolment_uri(secret: str, login: str) -> str:
    """Return the address that a QR code tells an authenticator app."""
    return TOTP(secret, interval=STEP_SECONDS).provisioning_uri(name=login, issuer_name=_ISSUER)


def matching_step(secret: str, code: str, now: datetime) -> int | None:
    """Return the step of a right code, None for a wrong one or without a secret."""
    typed = re.sub(r"[\s-]", "", code)
    if not secret or not _CODE.fullmatch(typed):
        return None
    totp = TOTP(secret, interval=STEP_SECONDS)
    current = int(now.timestamp()) // STEP_SECONDS
    found = [
        step
        for step in range(current - DRIFT_STEPS, current + DRIFT_STEPS + 1)
        if secrets.compare_digest(totp.generate_otp(step), typed)
    ]
    return found[-1] if found else None


def sealed_secret(
    keys: Keys, random_bytes: Callable[[int], bytes], person: UUID, secret: str
) -> bytes:
    """Return a secret as it is stored: only this person's row opens it."""
    return seal(keys, random_bytes, _PURPOSE, person.hex, secret).encode()


def opened_secret(keys: Keys, person: UUID, sealed: bytes) -> str:
    """Return a stored secret, empty where no key of this installation opens it."""
    return unseal(keys, _PURPOSE, person.hex, sealed.decode("ascii", "replace"))


def is_sealed_under_newest(keys: Keys, person: UUID, sealed: bytes) -> bool:
    """Tell whether a secret is sealed under the key that new ones are."""
    newest = Keys(keys.version, ((keys.version, keys.key),))
    return bool(opened_secret(newest, person, sealed))


def new_recovery_codes() -> Sequence[str]:
    """Return codes to write down, for the day the phone is lost."""
    return [_recovery_code() for _ in range(RECOVERY_CODES)]


def recovery_digest(person: UUID, code: str) -> bytes:
    """Return what is stored of a recovery code, however it is typed."""
    plain = re.sub(r"[\s-]", "", code).lower()
    return hashlib.sha256(f"recovery:{person.hex}:{plain}".encode()).digest()


def looks_like_recovery(code: str) -> bool:
    """Tell whether what was typed has the form of a recovery code."""
    return re.fullmatch(r"[a-z2-7]{16}", re.sub(r"[\s-]", "", code).lower()) is not None


def _recovery_code() -> str:
    plain = base64.b32encode(secrets.token_bytes(_RECOVERY_BYTES)).decode().lower()
    groups = [plain[i : i + _RECOVERY_GROUP] for i in range(0, len(plain), _RECOVERY_GROUP)]
    return "-".join(groups)
