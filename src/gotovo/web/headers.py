"""What every answer tells the browser: trust nothing from elsewhere and keep nothing."""

from typing import Final

from litestar.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; "
    "style-src 'self'; "
    "img-src 'self' data:; "
    "form-action 'self'; "
    "base-uri 'none'; "
    "frame-ancestors 'none'"
)

_ALWAYS = (
    ("content-security-policy", CONTENT_SECURITY_POLICY),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("permissions-policy", "camera=(), geolocation=(), microphone=(), payment=()"),
    ("x-robots-tag", "noindex"),
)
_SECURE = (("strict-transport-security", "max-age=31536000"),)
_PRIVATE = (b"cache-control", b"no-store")


def with_headers(app: ASGIApp, *, secure: bool) -> ASGIApp:
    """Return the app with these headers on every answer, error pages included."""
    chosen = _ALWAYS + _SECURE if secure else _ALWAYS
    headers = [(name.encode(), value.encode()) for name, value in chosen]

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = list(message["headers"])
                if not any(name == _PRIVATE[0] for name, _ in given):
                    given.append(_PRIVATE)
                message["headers"] = [*given, *headers]
            await send(message)

        await app(scope, receive, send_with_headers)

    return answer
