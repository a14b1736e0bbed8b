"""The id that a response, its log lines and the client's own log share."""

import os
import re
from contextvars import ContextVar
from typing import Final

from starlette.types import Scope

HEADER: Final = b"x-request-id"

_ACCEPTED: Final = re.compile(rb"[A-Za-z0-9._:-]{1,100}")
_PHONE: Final = re.compile(rb"[0-9]{10,15}")
_NAME: Final = re.compile(r"[a-z][a-z-]*|v1")
_SCOPE: Final = "gotovo.request_id"
_current: ContextVar[bytes] = ContextVar("request_id", default=b"")


def request_id_of(sent: bytes) -> bytes:
    """Return the client's X-Request-ID if it is fit to be logged, else a new one.

    One of digits alone may be a phone, so a new one takes its place.
    """
    if sent and _ACCEPTED.fullmatch(sent) and not _PHONE.fullmatch(sent):
        return sent
    return os.urandom(8).hex().encode()


def enter_request(scope: Scope) -> bytes:
    """Return the id of a request, given at its first call, for whatever runs in its context."""
    request_id: bytes | None = scope.get(_SCOPE)
    if request_id is None:
        sent = next((value for name, value in scope["headers"] if name == HEADER), b"")
        request_id = scope[_SCOPE] = request_id_of(sent)
    _current.set(request_id)
    return request_id


def current_request_id() -> str:
    """Return the id of the request under way; empty outside of one."""
    return _current.get().decode()


def logged_path(path: str) -> str:
    """Return a path for the log: its names alone, for the rest are phones, numbers and tokens."""
    return "/".join(part if not part or _NAME.fullmatch(part) else "…" for part in path.split("/"))
