"""Cursors: where the last page ended, as opaque text."""

import base64
import binascii
import re
from datetime import UTC, datetime, timedelta

import msgspec

from gotovo.api.dispatch.errors import ApiError
from gotovo.words.request_errors import RequestErrorCode

PAGE_ITEMS = 50
"""The default number of items on a page: one screen."""

PAGE_ITEMS_MAX = 200

_TEXT = re.compile(r"(?P<microseconds>[0-9]{1,18})\.(?P<name>[A-Za-z0-9]{1,64})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_LATEST = (datetime(9999, 1, 1, tzinfo=UTC) - _EPOCH) // _MICROSECOND


def cursor_of(instant: datetime, name: str) -> str:
    """Return the cursor after the item of this instant and name."""
    text = f"{(instant - _EPOCH) // _MICROSECOND}.{name}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(cursor: str, field: str = "after") -> tuple[datetime, str]:
    """Return the instant and the name in a cursor; raise ApiError where it is not one."""
    found = _TEXT.fullmatch(_decoded(cursor))
    if found is None or int(found["microseconds"]) > _LATEST:
        raise ApiError(RequestErrorCode.INVALID_QUERY, field, cursor, "a cursor")
    return _EPOCH + int(found["microseconds"]) * _MICROSECOND, found["name"]


def text_cursor(*names: str) -> str:
    """Return the cursor after the item of these names."""
    return base64.urlsafe_b64encode(msgspec.json.encode(names)).decode().rstrip("=")


def read_text_cursor(cursor: str, count: int) -> tuple[str, ...]:
    """Return the names in a cursor, empty ones where there is no cursor."""
    if not cursor:
        return ("",) * count
    try:
        found = msgspec.json.decode(_decoded(cursor), type=tuple[str, ...])
    except msgspec.DecodeError:
        found = ()
    if len(found) != count or any("\x00" in name for name in found):
        raise ApiError(RequestErrorCode.INVALID_QUERY, "after", cursor, "a cursor")
    return found


def _decoded(cursor: str) -> str:
    """Return the text in a cursor, empty where it is not one."""
    padded = cursor + "=" * (-len(cursor) % 4)
    try:
        return base64.b64decode(padded, altchars=b"-_", validate=True).decode()
    except (ValueError, binascii.Error):
        return ""
