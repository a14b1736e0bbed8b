"""Who sends a push message: a signed statement for one push service (VAPID, RFC 8292)."""

from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256

from gotovo.notices.channels.push.vapid import vapid_key, vapid_public

VALID_FOR: Final = timedelta(hours=12)
"""The RFC allows a day; half of it leaves room for clocks that differ."""

_HEAD: Final = {"typ": "JWT", "alg": "ES256"}
_NUMBER_BYTES: Final = 32


def authorization(secret: bytes, endpoint: str, contact: str, now: datetime) -> str:
    """Return the header `Authorization` for a message to an endpoint.

    `secret` is that of `vapid_key`. `contact` is where the maker of the browser reaches whoever
    runs this installation: a `mailto:` or an `https:` address.
    """
    service = urlsplit(endpoint)
    claims = {
        "aud": f"{service.scheme}://{service.netloc}",
        "exp": int((now + VALID_FOR).timestamp()),
        "sub": contact,
    }
    signed = f"{_encoded_json(_HEAD)}.{_encoded_json(claims)}"
    r, s = decode_dss_signature(vapid_key(secret).sign(signed.encode(), ECDSA(SHA256())))
    signature = r.to_bytes(_NUMBER_BYTES, "big") + s.to_bytes(_NUMBER_BYTES, "big")
    token = f"{signed}.{encoded(signature)}"
    return f"vapid t={token}, k={encoded(vapid_public(secret))}"


def encoded(value: bytes) -> str:
    """Return bytes in base64url without padding."""
    return urlsafe_b64encode(value).decode().rstrip("=")


def _encoded_json(value: dict[str, Any]) -> str:
    return encoded(msgspec.json.encode(value))
