"""The key that identifies this installation to push services (VAPID, RFC 8292).

It is derived from the push key of the secret: stored nowhere else, the same in every process, and
valid as long as the secret. A subscription is bound to it.
"""

import hashlib
import hmac
from functools import lru_cache

from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of P-256 (FIPS 186-5): a private key is a number below it."""


@lru_cache(maxsize=1)
def vapid_key(secret: bytes) -> EllipticCurvePrivateKey:
    """Return the private key; 512 bits are reduced below the order, so that no key is likelier."""
    derived = int.from_bytes(hmac.digest(secret, b"vapid", hashlib.sha512), "big")
    return derive_private_key(derived % (_ORDER - 1) + 1, SECP256R1())


def vapid_public(secret: bytes) -> bytes:
    """Return the public key for browsers: an uncompressed point of P-256, 65 bytes."""
    public = vapid_key(secret).public_key()
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
