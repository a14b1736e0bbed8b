"""Push: a signed-in browser subscribes to notifications, or unsubscribes."""

import binascii
from base64 import urlsafe_b64decode
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from starlette.responses import Response

from gotovo.http.errors import BadRequest
from gotovo.notices.channels.push.vapid import vapid_public
from gotovo.store.tables.access.sign_in import Session
from gotovo.store.tables.messages.push_subscriptions import Subscription
from gotovo.web.site.responses import see_other
from gotovo.web.site.visit import Visit

_AUTH_BYTES: Final = 16
_PRIVATE_DOMAINS: Final = frozenset(
    {"local", "localhost", "internal", "lan", "home", "arpa", "test"}
)
_BYTES: Final = "application/octet-stream"


async def push_key(visit: Visit) -> Response:
    """Return the key that a browser subscribes with."""
    return Response(vapid_public(visit.dependencies.keyring().push.key), media_type=_BYTES)


async def subscribe(visit: Visit, current: Session) -> Response:
    """Store the browser's subscription."""
    subscription = Subscription(
        endpoint=_endpoint(visit.field("endpoint")),
        public_key=_public_key(visit.field("p256dh")),
        auth=_auth(visit.field("auth")),
        language=visit.language,
    )
    await visit.dependencies.push.put(
        current.customer, visit.identity.session_key, subscription, visit.now
    )
    return see_other(visit, "/devices")


async def unsubscribe(visit: Visit) -> Response:
    """Remove the subscription; only its browser knows the endpoint."""
    await visit.dependencies.push.forget(visit.field("endpoint"))
    return see_other(visit, "/devices")


def _endpoint(text: str) -> str:
    """Return an address of a push service; one inside our own network is a BadRequest."""
    try:
        address = urlsplit(text)
        port = address.port
    except ValueError as error:
        raise BadRequest from error
    is_public = _is_public_name(address.hostname or "")
    if (
        address.scheme != "https"
        or not is_public
        or port is not None
        or address.username is not None
    ):
        raise BadRequest
    if not text.isascii() or not text.isprintable() or " " in text:
        raise BadRequest
    return text


def _is_public_name(host: str) -> bool:
    """Tell whether it is a public host name; IP addresses, however written, end in no word."""
    name, _, top = host.rpartition(".")
    return bool(name) and top.isascii() and top.isalpha() and top not in _PRIVATE_DOMAINS


def _public_key(text: str) -> bytes:
    """Return a browser's public key; a BadRequest unless it is a point of the curve."""
    point = _decode(text)
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
    except ValueError as error:
        raise BadRequest from error
    return point


def _auth(text: str) -> bytes:
    auth = _decode(text)
    if len(auth) != _AUTH_BYTES:
        raise BadRequest
    return auth


def _decode(text: str) -> bytes:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (binascii.Error, ValueError) as error:
        raise BadRequest from error
