"""The signature of Stripe's notifications: https://docs.stripe.com/webhooks#verify-manually.

The header has an instant and signatures, `t=1492774577,v1=5257a8…`: HMAC-SHA256 over the instant, a
point and the body. While a secret is being replaced there is a signature by each.
"""

import hashlib
import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from gotovo.payments.providers.port import NotificationRefused, RefusedBecause

SIGNATURE_HEADER: Final = "stripe-signature"

TOLERANCE: Final = timedelta(seconds=300)
"""How far the instant of a signature may be from ours, either way; Stripe's libraries say so."""

HEADER_MAX: Final = 4_096
SIGNATURES_MAX: Final = 16
"""Far more than Stripe sends: one for each secret, and one of another scheme."""

_INSTANT: Final = re.compile(r"[0-9]{1,10}", re.ASCII)
_SIGNATURE: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


def verified_at(header: str, body: bytes, secrets: Sequence[bytes], now: datetime) -> datetime:
    """Return when a notification was signed by one of the secrets.

    Raises NotificationRefused: forged without such a signature, stale if it is another hour's.
    """
    instant, signatures = _parts(header)
    signed = instant.encode() + b"." + body
    expected = [hmac.new(each, signed, hashlib.sha256).hexdigest() for each in secrets]
    # Each is compared with each, whatever was found: how long it takes tells nothing.
    matches = [hmac.compare_digest(mine, told) for mine in expected for told in signatures]
    if not any(matches):
        raise NotificationRefused(RefusedBecause.FORGED, "no signature by a secret of ours")
    signed_at = datetime.fromtimestamp(int(instant), UTC)
    if abs(now - signed_at) > TOLERANCE:
        reason = f"signed more than {TOLERANCE.seconds} seconds from now"
        raise NotificationRefused(RefusedBecause.STALE, reason)
    return signed_at


def _parts(header: str) -> tuple[str, Sequence[str]]:
    """Return the instant and the signatures of a header."""
    if not header:
        raise NotificationRefused(RefusedBecause.FORGED, "no signature")
    pairs = [each.strip().partition("=") for each in header[: HEADER_MAX + 1].split(",")]
    instants = [value for name, _, value in pairs if name == "t"]
    signatures = [value for name, _, value in pairs if name == "v1"]
    is_readable = (
        len(header) <= HEADER_MAX
        and len(instants) == 1
        and _INSTANT.fullmatch(instants[0])
        and 0 < len(signatures) <= SIGNATURES_MAX
        and all(_SIGNATURE.fullmatch(each) for each in signatures)
    )
    if not is_readable:
        raise NotificationRefused(RefusedBecause.FORGED, "a signature that can't be read")
    return instants[0], signatures
