"""Encryption of a push message for one browser (RFC 8291), as one record of aes128gcm (RFC 8188).

The push service that passes it on can't read it, nor change it unseen.
"""

import os
import struct
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

RECORD_BYTES: Final = 4_096
"""The size of the one record, and the most that a push service has to take (RFC 8030, 7.2)."""

SALT_BYTES: Final = 16
_KEY_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_SECRET_BYTES: Final = 32
_POINT_BYTES: Final = 65
_TAG_BYTES: Final = 16
_LAST_RECORD: Final = b"\x02"

PLAINTEXT_BYTES_MAX: Final = (
    RECORD_BYTES - SALT_BYTES - 4 - 1 - _POINT_BYTES - _TAG_BYTES - len(_LAST_RECORD)
)
"""3993: what is left beside the header, the tag and the delimiter."""


def encrypted(
    plaintext: bytes,
    browser_key: bytes,
    auth: bytes,
    sender: EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """Return the body of a push message: a header with salt and sender's key, then the record.

    `browser_key` is an uncompressed point of P-256 (65 bytes), `auth` the secret of the browser
    (16 bytes). `sender` and `salt` are made anew for every message; only the example of the RFC has
    others. At most PLAINTEXT_BYTES_MAX bytes.
    """
    assert len(plaintext) <= PLAINTEXT_BYTES_MAX, len(plaintext)
    sender = sender or generate_private_key(SECP256R1())
    salt = salt or os.urandom(SALT_BYTES)
    public = sender.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    browser = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), browser_key)
    info = b"WebPush: info\x00" + browser_key + public
    secret = _derived(sender.exchange(ECDH(), browser), auth, info, _SECRET_BYTES)
    key = _derived(secret, salt, b"Content-Encoding: aes128gcm\x00", _KEY_BYTES)
    nonce = _derived(secret, salt, b"Content-Encoding: nonce\x00", _NONCE_BYTES)
    head = salt + struct.pack(">IB", RECORD_BYTES, len(public)) + public
    return head + AESGCM(key).encrypt(nonce, plaintext + _LAST_RECORD, None)


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(SHA256(), length, salt, info).derive(secret)
