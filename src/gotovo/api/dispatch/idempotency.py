"""Idempotency: the same key gives the same bytes, and another request under it is refused.

The engine stores the records of requests that change an order, with the order itself. Those of
other requests (keys, stock) are stored here.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable
from typing import Final
from uuid import UUID

from starlette.responses import Response

from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.request import ApiRequest
from gotovo.engine.fingerprints import fingerprint, form_of, is_same_request
from gotovo.http.hot_paths import HotResponse
from gotovo.store.tables.access.api_keys import StoredResponse
from gotovo.words.language import LANGUAGE_NUMBERS, Language
from gotovo.words.request_errors import RequestErrorCode

IDEMPOTENCY_KEY_MAX = 200
"""Characters of an Idempotency-Key: five UUIDs, and cheap to hash."""

_LANGUAGES: Final[dict[int, Language]] = {
    number: language for language, number in LANGUAGE_NUMBERS.items()
}
"""The form of a response is its language."""
_FITS = re.compile(rb"[\x21-\x7e]{1,200}")


def require_idempotency_key(headers: dict[bytes, bytes]) -> bytes:
    """Return the Idempotency-Key, or raise when it is missing or does not fit."""
    key = headers.get(b"idempotency-key")
    if key is None:
        raise ApiError(RequestErrorCode.IDEMPOTENCY_KEY_MISSING, "Idempotency-Key")
    if not _FITS.fullmatch(key):
        raise ApiError(
            RequestErrorCode.IDEMPOTENCY_KEY_INVALID,
            "Idempotency-Key",
            key[:IDEMPOTENCY_KEY_MAX].decode("latin-1"),
            f"1..{IDEMPOTENCY_KEY_MAX} visible ASCII characters",
        )
    return key


def request_command_id(request: ApiRequest) -> UUID:
    """Return the command id derived from this key holder and the Idempotency-Key."""
    key = require_idempotency_key(request.header_bytes)
    return _id(b"request", request.holder.key_id, key)


def listed_command_id(request: ApiRequest, listed: str) -> UUID:
    """Return the command id derived from this key holder and an id in a list of commands."""
    return _id(b"command", request.holder.key_id, listed.encode())


def fingerprint_of(request: ApiRequest, about: bytes = b"") -> bytes:
    """Return the fingerprint of a request: method, path and body, byte for byte.

    `about` is the query where that says what is asked.
    """
    path = request.path.encode() + (b"?" + about if about else b"")
    request_bytes = b"\0".join((request.method.encode(), path, request.content))
    return fingerprint(request_bytes, LANGUAGE_NUMBERS[request.language])


def response_language(request: ApiRequest, first: bytes) -> Language:
    """Return the language of the response to a request, by the fingerprint of the first one.

    A repetition has the same bytes, so it has the language of the first (rule 4.13).
    """
    return _LANGUAGES.get(form_of(first), request.language)


class InFlight:
    """Holds the id of a request in progress; a second one is refused until it ends."""

    __slots__ = ("_ids", "_request_id")

    def __init__(self, dependencies: ApiDependencies, request_id: UUID) -> None:
        self._ids = dependencies.in_flight
        self._request_id = request_id

    def __enter__(self) -> None:
        """Hold the id, or raise when it is held already."""
        if self._request_id in self._ids:
            raise ApiError(RequestErrorCode.IN_FLIGHT, headers=((b"retry-after", b"1"),))
        self._ids.add(self._request_id)

    def __exit__(self, *_error: object) -> None:
        """Release the id."""
        self._ids.discard(self._request_id)


async def run_once(
    dependencies: ApiDependencies,
    request: ApiRequest,
    work: Callable[[UUID], Awaitable[Response]],
    about: bytes = b"",
) -> Response:
    """Do the work once and store its response; `work` itself must be idempotent.

    It is repeated only when the process stopped between the work and storing the response.
    """
    request_id = request_command_id(request)
    own = fingerprint_of(request, about)
    with InFlight(dependencies, request_id):
        stored = await dependencies.keys.response_to(request_id)
        if stored is None:
            response = await work(request_id)
            now = dependencies.clock()
            new = StoredResponse(own, response.status_code, bytes(response.body))
            await dependencies.keys.remember(request_id, new, now)
            stored = await dependencies.keys.response_to(request_id) or new
    if not is_same_request(stored.fingerprint, own):
        raise reused(request)
    return HotResponse(stored.body, stored.status)


def reused(request: ApiRequest) -> ApiError:
    """Return the error of a key that was used for a different request before."""
    key = request.header_bytes.get(b"idempotency-key", b"").decode("latin-1")
    return ApiError(RequestErrorCode.IDEMPOTENCY_KEY_REUSED, "Idempotency-Key", key)


def _id(kind: bytes, key_id: str, name: bytes) -> UUID:
    digest = hashlib.sha256(b"\0".join((kind, key_id.encode(), name))).digest()
    return UUID(bytes=digest[:16])
