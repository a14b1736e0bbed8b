"""A sealed copy of the secret file: what opens it is a passphrase (scrypt, then AES-256-GCM)."""

import os
from typing import Final

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt
from msgspec import Struct

from gotovo.store.postgres.errors import BackupError

PASSPHRASE_CHARACTERS_MIN: Final = 12
"""Four words; each guess costs a tenth of a second and 64 MiB."""

_COST: Final = 1 << 16
_COST_MIN: Final = 2
_COST_MAX: Final = 1 << 20
_SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_ABOUT: Final = b"gotovo secret"


class SealedSecret(Struct, frozen=True, tag="gotovo sealed secret 1", tag_field="kind"):
    """The file; bytes are in base64."""

    cost: int
    salt: bytes
    nonce: bytes
    sealed: bytes


def sealed(secret_file: bytes, passphrase: str) -> bytes:
    """Return the text of a sealed copy; raise BackupError for a passphrase that is too short."""
    if len(passphrase) < PASSPHRASE_CHARACTERS_MIN:
        message = f"the passphrase needs at least {PASSPHRASE_CHARACTERS_MIN} characters"
        raise BackupError(message)
    salt, nonce = os.urandom(_SALT_BYTES), os.urandom(_NONCE_BYTES)
    cipher = AESGCM(_key(passphrase, salt, _COST))
    copy = SealedSecret(_COST, salt, nonce, cipher.encrypt(nonce, secret_file, _ABOUT))
    return msgspec.json.format(msgspec.json.encode(copy), indent=2) + b"\n"


def unsealed(text: bytes, passphrase: str) -> bytes:
    """Return what the secret file held; raise BackupError where it can't be opened."""
    try:
        copy = msgspec.json.decode(text, type=SealedSecret)
    except msgspec.DecodeError as error:
        message = f"the sealed copy of the secret is damaged: {error}"
        raise BackupError(message) from error
    is_sound = _COST_MIN <= copy.cost <= _COST_MAX and copy.cost.bit_count() == 1
    if not is_sound or len(copy.nonce) != _NONCE_BYTES:
        message = "the sealed copy of the secret is damaged: its cost or nonce is none"
        raise BackupError(message)
    try:
        cipher = AESGCM(_key(passphrase, copy.salt, copy.cost))
        return cipher.decrypt(copy.nonce, copy.sealed, _ABOUT)
    except InvalidTag as error:
        message = "the passphrase does not open the sealed copy of the secret"
        raise BackupError(message) from error


def _key(passphrase: str, salt: bytes, cost: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=cost, r=8, p=1).derive(passphrase.encode())
