"""A cached page: compressed, but for its end, which tells when it is read."""

from datetime import datetime
from typing import Final

from msgspec import Struct, structs
from starlette.responses import Response

from gotovo.engine.ports import Places
from gotovo.http.compression import CompressedStart
from gotovo.http.errors import Header
from gotovo.http.hot_paths import HotResponse
from gotovo.keyring.keyring import Keyring
from gotovo.store.tables.access.sign_in import Session
from gotovo.words.formats.dates import format_rfc3339

_HTML: Final = b"text/html; charset=utf-8"
_GZIP: Final[Header] = (b"content-encoding", b"gzip")
_NOW: Final = b' data-now="'
"""Where the end of a page begins: there it tells scripts the time (`design/live.html`)."""


class PageSources(Struct, frozen=True):
    """What pages are made from beside the journal and the session: the same objects, or others."""

    minute: datetime
    places: Places
    keyring: Keyring

    def are(self, others: "PageSources") -> bool:
        """Tell whether a page would still be made from the same."""
        return (
            self.minute == others.minute
            and all(mine is other for mine, other in zip(self.places, others.places, strict=True))
            and self.keyring == others.keyring
        )


class CachedPage:
    """A page as it was made for a session."""

    def __init__(
        self, response: Response, session: Session, sources: PageSources, now: datetime
    ) -> None:
        body = bytes(response.body)
        start, mark, end = body.partition(_NOW)
        self._session = _unused(session)
        self.sources: Final = sources
        self._start = CompressedStart(start)
        self._end = (mark + end).split(_quoted(now))
        self._headers = (_GZIP, *(x for x in response.raw_headers if x[0].startswith(b"x-")))

    def __len__(self) -> int:
        """Return how many bytes it takes."""
        return len(self._start) + sum(map(len, self._end))

    def is_for(self, session: Session | None) -> bool:
        """Tell whether it would be made for this session; pages do not show its last use."""
        return session is not None and _unused(session) == self._session

    def response(self, now: datetime) -> Response:
        """Return the page as it is read now."""
        body = self._start.with_end(_quoted(now).join(self._end))
        return HotResponse(body, media_type=_HTML, headers=self._headers)


def _unused(session: Session) -> Session:
    return structs.replace(session, seen_at=None)


def _quoted(now: datetime) -> bytes:
    return f'"{format_rfc3339(now)}"'.encode()
