"""A device that makes passkeys and signs with them, as far as the server can tell."""

import hashlib
import json
import os
from base64 import urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from gotovo.access.buyer.passkey_values import PasskeyCreation, PasskeyProof

_PRESENT_AND_VERIFIED = 0b0000_0101
_PRESENT = 0b0000_0001
_WITH_KEY = 0b0100_0000


class Authenticator:
    """One passkey of one site; what a test changes, it lies about."""

    def __init__(self, host: str, origin: str) -> None:
        self.host = host
        self.origin = origin
        self.id = os.urandom(32)
        self.count = 0
        self.is_verified = True
        self._key = ec.generate_private_key(ec.SECP256R1())

    def make(self, options: bytes) -> PasskeyCreation:
        """Answer the options for making a passkey."""
        public = self._key.public_key().public_numbers()
        cose = {
            1: 2,
            3: -7,
            -1: 1,
            -2: public.x.to_bytes(32, "big"),
            -3: public.y.to_bytes(32, "big"),
        }
        kept = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(cose)
        told = {"fmt": "none", "attStmt": {}, "authData": self._data(_WITH_KEY) + kept}
        client = self._client("webauthn.create", options)
        return PasskeyCreation(text(self.id), text(client), text(cbor2.dumps(told)))

    def sign(self, options: bytes) -> PasskeyProof:
        """Answer the options for signing in."""
        client, data = self._client("webauthn.get", options), self._data(0)
        signed = self._key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return PasskeyProof(text(self.id), text(client), text(data), text(signed))

    def _data(self, flags: int) -> bytes:
        flags |= _PRESENT_AND_VERIFIED if self.is_verified else _PRESENT
        host = hashlib.sha256(self.host.encode()).digest()
        return host + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, options: bytes) -> bytes:
        asked: dict[str, Any] = json.loads(options)
        said = {"type": kind, "challenge": asked["challenge"], "origin": self.origin}
        return json.dumps(said).encode()


def text(raw: bytes) -> str:
    """Return bytes as a browser sends them."""
    return urlsafe_b64encode(raw).decode().rstrip("=")
