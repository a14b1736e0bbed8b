"""Push: a signed-in browser subscribes to notifications, renews its subscription, or ends it."""

import binascii
import hashlib
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from starlette.responses import Response

from gotovo.http.errors import BadRequest
from gotovo.http.forms import read_form
from gotovo.notices.channels.push.vapid import vapid_public
from gotovo.store.tables.access.sign_in import Session
from gotovo.store.tables.messages.push_subscriptions import Subscription
from gotovo.web.site.errors import PageNotFound
from gotovo.web.site.page import signed_in
from gotovo.web.site.responses import see_other
from gotovo.web.site.visit import Visit
from gotovo.words.language import Language

_AUTH_BYTES: Final = 16
_LISTED: Final = 32
_ENDPOINT_MAX: Final = 2_000
_PRIVATE_DOMAINS: Final = frozenset(
    {"local", "localhost", "internal", "lan", "home", "arpa", "test"}
)
_BYTES: Final = "application/octet-stream"


async def push_is_open(visit: Visit, _path_params: dict[str, str]) -> None:
    """Need an installation that sends notifications; elsewhere these pages do not exist."""
    if not visit.dependencies.is_push_open:
        raise PageNotFound


async def push_subscriber(visit: Visit, path_params: dict[str, str]) -> Session:
    """Need the same, and somebody who is signed in."""
    await push_is_open(visit, path_params)
    return await signed_in(visit, path_params)


async def listed_browsers(visit: Visit, current: Session) -> str:
    """Return digests of the buyer's browsers that get notifications, for the script."""
    living = await visit.dependencies.push.living(current.customer, visit.now)
    return " ".join(hashlib.sha256(x.endpoint.encode()).hexdigest()[:_LISTED] for x in living)


async def push_key(visit: Visit) -> Response:
    """Return the key that a browser subscribes with."""
    return Response(vapid_public(visit.dependencies.keyring().push.key), media_type=_BYTES)


async def subscribe(visit: Visit, current: Session) -> Response:
    """Store the browser's subscription."""
    subscription = _subscription(visit.form, visit.language)
    await visit.dependencies.push.put(
        current.customer, visit.identity.session_key, subscription, visit.now
    )
    return see_other(visit, "/devices")


async def unsubscribe(visit: Visit) -> Response:
    """Remove the subscription; only its browser knows the endpoint."""
    await visit.dependencies.push.forget(visit.field("endpoint"))
    return see_other(visit, "/devices")


async def renew_subscription(visit: Visit) -> Response:
    """Take the new subscription of a browser whose maker's service has changed it.

    Its worker has no form and no page. That it knows the older endpoint, which only this browser
    and we do, is the proof.
    """
    form = await read_form(visit.request)
    subscription = _subscription(form, visit.language)
    if not await visit.dependencies.push.replace(form.get("older", ""), subscription):
        raise PageNotFound
    return Response(status_code=HTTPStatus.NO_CONTENT)


def _subscription(form: Mapping[str, str], language: Language) -> Subscription:
    """Return what a browser has sent; a BadRequest for what none sends."""
    return Subscription(
        endpoint=_endpoint(form.get("endpoint", "")),
        public_key=_public_key(form.get("p256dh", "")),
        auth=_auth(form.get("auth", "")),
        language=language,
    )


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
    if len(text) > _ENDPOINT_MAX or not text.isascii() or not text.isprintable() or " " in text:
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
