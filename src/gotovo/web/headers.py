"""What every answer tells the browser: trust nothing from elsewhere and keep nothing."""

from collections.abc import Sequence
from typing import Final

from gotovo.web.answer import Answer, Header
from gotovo.web.asgi import Message

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
_UNSAFE = (("x-gotovo-unsafe", "confirmed orders may be lost"),)
_PRIVATE = (b"cache-control", b"no-store")
_OF_ASSETS: Final = (b"x-content-type-options", b"cross-origin-resource-policy")


def start_of(answer: Answer, always: Sequence[Header]) -> Message:
    """Return the ASGI message that begins an answer; `always` is what `said_always` returned.

    What an answer says itself stands in place of what is said always.
    """
    own = {name for name, _ in answer.headers}
    headers = [
        (b"content-type", answer.media_type),
        (b"content-length", str(len(answer.body)).encode()),
        *answer.headers,
        *(each for each in always if each[0] not in own),
    ]
    if _PRIVATE[0] not in own:
        headers.append(_PRIVATE)
    return {"type": "http.response.start", "status": answer.status, "headers": headers}


def said_always(*, secure: bool, unsafe: bool) -> Sequence[Header]:
    """Return the headers of every answer, error pages included."""
    chosen = _ALWAYS + (_SECURE if secure else ()) + (_UNSAFE if unsafe else ())
    return tuple((name.encode(), value.encode()) for name, value in chosen)


def said_with_assets(always: Sequence[Header]) -> Sequence[Header]:
    """Return what of it counts for a file that a page loads: the rest is read with pages alone."""
    return tuple(each for each in always if each[0] in _OF_ASSETS)
