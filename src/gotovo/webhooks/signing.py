"""Signatures of messages (Standard Webhooks 1.0), by the reference library."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from standardwebhooks import Webhook


def signed_headers(
    secrets: Sequence[str], message: str, now: datetime, payload: bytes
) -> list[tuple[bytes, bytes]]:
    """Return id, timestamp and a signature for each secret, the newest first.

    A receiver takes a message when one signature is right, so a secret is rolled without a pause.
    """
    text = payload.decode()
    signatures = " ".join(_signer(secret).sign(message, now, text) for secret in secrets)
    return [
        (b"webhook-id", message.encode()),
        (b"webhook-timestamp", str(int(now.timestamp())).encode()),
        (b"webhook-signature", signatures.encode()),
    ]


@lru_cache(maxsize=1_024)
def _signer(secret: str) -> Webhook:
    return Webhook(secret)
