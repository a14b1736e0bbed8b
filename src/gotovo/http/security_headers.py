"""Headers of every response that does not set them itself: strict CSP, no sniffing, no frames."""

from collections.abc import Mapping, Sequence
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gotovo.http.errors import Header

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; "
    "style-src 'self'; "
    "img-src 'self' data:; "
    "script-src 'self'; "
    "connect-src 'self'; "
    "manifest-src 'self'; "
    "worker-src 'self'; "
    "form-action 'self'; "
    "base-uri 'none'; "
    "frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; "
    "trusted-types gotovo"
)

STAFF_HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": CONTENT_SECURITY_POLICY.replace(
        "script-src 'self'", "script-src 'self' 'wasm-unsafe-eval'"
    ),
    "permissions-policy": "camera=(self), geolocation=(), microphone=(), payment=()",
}
"""The applications of staff read codes by camera, in WebAssembly; other pages may not."""

NO_STORE: Final[Header] = (b"cache-control", b"no-store")
NO_SNIFF: Final[Header] = (b"x-content-type-options", b"nosniff")
NO_REFERRER: Final[Header] = (b"referrer-policy", b"no-referrer")
NO_CONTENT: Final[Header] = (
    b"content-security-policy",
    b"default-src 'none'; frame-ancestors 'none'",
)
"""For what is no page: shown in a browser all the same, it loads nothing and stands in no frame."""

UNSAFE: Final[Header] = (b"x-gotovo-unsafe", b"confirmed orders may be lost")
"""The installation accepts a database that may lose orders; every response says so."""

ASSET_HEADERS: Final[Sequence[Header]] = (
    NO_SNIFF,
    (b"cross-origin-resource-policy", b"same-origin"),
)
"""For files that pages load: browsers read the other headers with pages alone."""

_PAGE_HEADERS: Final[Sequence[Header]] = (
    *ASSET_HEADERS,
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=()"),
    (b"x-robots-tag", b"noindex"),
    NO_STORE,
)
SERVER: Final[Header] = (b"server", b"gotovo")
"""Granian would add its own name, and can't leave the header out."""

_HTTPS: Final[Header] = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")


def page_headers(*, unsafe: bool) -> Sequence[Header]:
    """Return the headers of every page, error pages included."""
    return (*_PAGE_HEADERS, *((UNSAFE,) if unsafe else ()))


def answer_headers(*, secure: bool) -> Sequence[Header]:
    """Return the headers of every response, whatever it is; `secure` is for a site on https."""
    return (SERVER, *((_HTTPS,) if secure else ()))


def with_headers(app: ASGIApp, headers: Sequence[Header]) -> ASGIApp:
    """Return the application with headers added to each response that does not set them itself."""

    async def respond(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in message["headers"]}
                missing = [each for each in headers if each[0] not in own]
                message["headers"] = [*message["headers"], *missing]
            await send(message)

        await app(scope, receive, send_with_headers)

    return respond
