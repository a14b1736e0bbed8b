"""Authentication of requests: the key of a program, or the session of a member of staff.

A handheld sends the token of its session as a key is sent. A browser sends it as a cookie, which
other sites could have it send as well; so a cookie counts only with proof that a page of this site
asks: a header that no form can send and no other site may (`X-Gotovo-Client`), and what the
browser itself says of where the request comes from.
"""

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import urlsplit

from starlette.types import Scope

from gotovo.access.programs.api_keys import KeyHolder, RefusedKey
from gotovo.access.staff.session_cache import UnchosenGrant
from gotovo.access.staff.session_tokens import bearer_token, claims_session
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.request import client_address
from gotovo.words.request_errors import RequestErrorCode

STAFF_COOKIE: Final = "gotovo-staff"
"""Over https it begins with `__Host-`, as every cookie of the pages does."""

CLIENT_HEADER: Final = b"x-gotovo-client"

_AUTHORIZATION: Final = b"authorization"
_COOKIE: Final = b"cookie"
_SAFE: Final = frozenset({"GET", "HEAD"})


async def authenticate(
    dependencies: ApiDependencies, scope: Scope, headers: Mapping[bytes, bytes]
) -> KeyHolder | RefusedKey:
    """Return who sends a request, or why a key opens nothing; raise ApiError for a session's.

    A request with the key of a program takes the same way as ever: one comparison is new.
    """
    authorization = headers.get(_AUTHORIZATION)
    if authorization is None:
        token = _cookie_token(dependencies, scope, headers)
        if token:
            return await _holder_of(dependencies, token)
    elif claims_session(authorization):
        return await _holder_of(dependencies, bearer_token(authorization.decode("latin-1")))
    text = "" if authorization is None else authorization.decode("latin-1")
    return await dependencies.api_keys.check(text, client_address(scope))


async def _holder_of(dependencies: ApiDependencies, token: str) -> KeyHolder:
    found = await dependencies.staff_sessions.find(token)
    if found is None:
        raise ApiError(RequestErrorCode.SESSION_ENDED)
    if isinstance(found, UnchosenGrant):
        raise ApiError(RequestErrorCode.GRANT_NOT_CHOSEN)
    return found


def _cookie_token(
    dependencies: ApiDependencies, scope: Scope, headers: Mapping[bytes, bytes]
) -> str:
    """Return the token in the staff cookie, empty without one; raise ApiError across sites."""
    if _COOKIE not in headers:
        return ""
    sent = b"; ".join(value for name, value in scope["headers"] if name == _COOKIE)
    name = f"__Host-{STAFF_COOKIE}" if dependencies.is_secure else STAFF_COOKIE
    try:
        morsel = SimpleCookie(sent.decode("latin-1")).get(name)
    except CookieError:
        return ""
    if morsel is None or not morsel.value:
        return ""
    if not _is_of_this_site(dependencies, scope["method"], headers):
        raise ApiError(RequestErrorCode.CROSS_SITE, "X-Gotovo-Client")
    return morsel.value


def _is_of_this_site(
    dependencies: ApiDependencies, method: str, headers: Mapping[bytes, bytes]
) -> bool:
    """Tell whether a page of this site sends the request, as far as its browser says."""
    if not headers.get(CLIENT_HEADER, b"").strip():
        return False
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site == b"same-origin"
    origin = headers.get(b"origin")
    if origin is None:  # An old browser sends it with everything that changes something.
        return method in _SAFE
    known = {dependencies.host, headers.get(b"host", b"").decode("latin-1")} - {""}
    return urlsplit(origin.decode("latin-1")).netloc in known
