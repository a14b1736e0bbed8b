"""Push: a browser that is signed in asks to be told, or to be left alone."""

import binascii
from base64 import urlsafe_b64decode
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from starlette.responses import Response

from gotovo.http.errors import BadRequest
from gotovo.notices.channels.vapid import vapid_public
from gotovo.store.tables.access.sign_in import Session
from gotovo.store.tables.messages.push_subscriptions import Subscription
from gotovo.web.site.responses import see_other
from gotovo.web.site.visit import Visit

_AUTH_BYTES: Final = 16
_OUR_OWN: Final = frozenset({"local", "localhost", "internal", "lan", "home", "arpa", "test"})
_BYTES: Final = "application/octet-stream"


async def push_key(visit: Visit) -> Response:
    """Return the key that a browser subscribes with."""
    return Response(vapid_public(visit.dependencies.secret), media_type=_BYTES)


async def subscribe(visit: Visit, current: Session) -> Response:
    """Keep the browser that asks to be told."""
    subscription = Subscription(
        endpoint=_endpoint(visit.field("endpoint")),
        public_key=_point(visit.field("p256dh")),
        auth=_auth(visit.field("auth")),
        language=visit.language,
    )
    await visit.dependencies.push.put(
        current.customer, visit.identity.session_key, subscription, visit.now
    )
    return see_other(visit, "/devices")


async def unsubscribe(visit: Visit) -> Response:
    """Forget the browser; whoever knows its address is that browser."""
    await visit.dependencies.push.forget(visit.field("endpoint"))
    return see_other(visit, "/devices")


def _endpoint(said: str) -> str:
    """Return an address of a push service; one inside our own network is a BadRequest."""
    try:
        address = urlsplit(said)
        port = address.port
    except ValueError as error:
        raise BadRequest from error
    named = _is_public_name(address.hostname or "")
    if address.scheme != "https" or not named or port is not None or address.username is not None:
        raise BadRequest
    if not said.isascii() or not said.isprintable() or " " in said:
        raise BadRequest
    return said


def _is_public_name(host: str) -> bool:
    """Tell a name from a number: addresses have many spellings, their last part is no word."""
    name, _, top = host.rpartition(".")
    return bool(name) and top.isascii() and top.isalpha() and top not in _OUR_OWN


def _point(said: str) -> bytes:
    """Return a browser's public key; what is no point of the curve is a BadRequest."""
    point = _decoded(said)
    try:
        EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point)
    except ValueError as error:
        raise BadRequest from error
    return point


def _auth(said: str) -> bytes:
    auth = _decoded(said)
    if len(auth) != _AUTH_BYTES:
        raise BadRequest
    return auth


def _decoded(said: str) -> bytes:
    try:
        return urlsafe_b64decode(said + "=" * (-len(said) % 4))
    except (binascii.Error, ValueError) as error:
        raise BadRequest from error
