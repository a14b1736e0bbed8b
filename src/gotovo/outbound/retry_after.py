"""How long a server asks to be left alone (`Retry-After`, RFC 9110, 10.2.3)."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

WAIT_MAX: Final = timedelta(days=1)
"""No server is waited for longer."""


def retry_after(text: str, now: datetime) -> timedelta | None:
    """Return what a header `Retry-After` asks for (RFC 9110), None where it says nothing."""
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), int(WAIT_MAX.total_seconds())))
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return max(timedelta(), (at if at.tzinfo else at.replace(tzinfo=UTC)) - now)
