"""A push service and a browser of the tests' own: messages are decrypted after RFC 8291.

The keys are derived with HMAC by hand (RFC 5869), and the signature is checked claim by claim, so
that nothing of the product stands on both sides.
"""

import asyncio
import hashlib
import hmac
import json
import os
import ssl
from base64 import urlsafe_b64decode
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from msgspec import Struct

from gotovo.store.tables.messages.push_subscriptions import Subscription
from tests.support.notices.http_peer import HttpPeer, PeerRequest, response

HEAD: Final = 16 + 4 + 1
DAY: Final = timedelta(days=1)


class SubscribedBrowser:
    """A browser that has subscribed: its keys never leave it."""

    def __init__(
        self, key: EllipticCurvePrivateKey | None = None, auth: bytes | None = None
    ) -> None:
        self._key = key or generate_private_key(SECP256R1())
        self.auth = auth or os.urandom(16)

    @property
    def public_key(self) -> bytes:
        return self._key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def subscription(self, endpoint: str, language: str = "ru") -> Subscription:
        return Subscription(endpoint, self.public_key, self.auth, language)

    def decrypted(self, body: bytes) -> bytes:
        """Return what a message says; raise for one that was made for another browser."""
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender, record = body[HEAD : HEAD + length], body[HEAD + length :]
        assert len(record) <= size, "one record"
        point = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), sender)
        shared = self._key.exchange(ECDH(), point)
        info = b"WebPush: info\0" + self.public_key + sender
        secret = _hkdf(self.auth, shared, info, 32)
        key = _hkdf(salt, secret, b"Content-Encoding: aes128gcm\0", 16)
        nonce = _hkdf(salt, secret, b"Content-Encoding: nonce\0", 12)
        plain = AESGCM(key).decrypt(nonce, record, None).rstrip(b"\0")
        assert plain.endswith(b"\x02"), "the last record"
        return plain[:-1]


def _hkdf(salt: bytes, secret: bytes, info: bytes, length: int) -> bytes:
    extracted = hmac.digest(salt, secret, hashlib.sha256)
    return hmac.digest(extracted, info + b"\x01", hashlib.sha256)[:length]


class Vapid(Struct, frozen=True):
    """What the sender of a message says of itself, after its signature was checked."""

    head: Mapping[str, Any]
    claims: Mapping[str, Any]
    key: bytes

    def check(self, origin: str, now: datetime) -> None:
        """Find no fault with it, as a push service at this origin would (RFC 8292)."""
        assert self.head == {"typ": "JWT", "alg": "ES256"}
        assert self.claims["aud"] == origin
        assert now < datetime.fromtimestamp(self.claims["exp"], UTC) <= now + DAY
        assert self.claims["sub"].startswith(("mailto:", "https://"))


def read_vapid(header: str) -> Vapid:
    """Return what a header says; raise InvalidSignature for one that is not signed so."""
    scheme, _, rest = header.partition(" ")
    assert scheme == "vapid"
    fields = dict(each.strip().split("=", 1) for each in rest.split(","))
    signed, _, signature = fields["t"].rpartition(".")
    raw, key = decoded(signature), decoded(fields["k"])
    assert len(raw) == 64
    numbers = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    public = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), key)
    public.verify(encode_dss_signature(*numbers), signed.encode(), ECDSA(SHA256()))
    head, claims = (json.loads(decoded(part)) for part in signed.split("."))
    return Vapid(head, claims, key)


def decoded(text: str) -> bytes:
    """Return the bytes of base64url without padding."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


class PushService:
    """An HTTPS server that answers by the path of the endpoint, 201 for all but those named."""

    def __init__(self) -> None:
        self.requests: list[PeerRequest] = []
        self.answers: dict[str, bytes] = {}
        self.origin = ""

    def endpoint(self, name: str, status: int = 201, retry_after: str = "") -> str:
        """Return the endpoint of a browser, and answer so what comes for it."""
        self.answers[f"/send/{name}"] = _answer(status, retry_after)
        return f"{self.origin}/send/{name}"

    def messages(self, name: str) -> list[PeerRequest]:
        """Return what came for a browser."""
        return [each for each in self.requests if each.path == f"/send/{name}"]

    def answer(self, request: PeerRequest) -> bytes:
        """Answer a message."""
        self.requests.append(request)
        return self.answers.get(request.path, response(404))


@asynccontextmanager
async def push_service(tls: ssl.SSLContext) -> AsyncGenerator[PushService]:
    """Run a push service until the end of the block."""
    service = PushService()
    peer = HttpPeer(service.answer)
    server = await asyncio.start_server(peer.serve, "127.0.0.1", 0, ssl=tls)
    service.origin = f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield service
    finally:
        server.close()
        await server.wait_closed()


def _answer(status: int, retry_after: str) -> bytes:
    return response(status, retry_after=retry_after) if retry_after else response(status)
