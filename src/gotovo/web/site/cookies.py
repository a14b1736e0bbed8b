"""The cookies of the pages, and the jar that reads those of a request and sets those of a response.

They hold the session, that of staff, the browser's token, with whom it has signed in before, the
language and, while a sign-in code is on its way, the phone it was sent to, sealed, so that it need
not be typed again. Over https their names begin with `__Host-`, so that no neighbouring domain can
plant them.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from msgspec import Struct
from starlette.responses import Response

SESSION: Final = "gotovo-session"
BROWSER: Final = "gotovo-browser"
LANGUAGE: Final = "gotovo-language"
PHONE: Final = "gotovo-phone"
KNOWN: Final = "gotovo-known"

STAFF: Final = "gotovo-staff"
"""The token of a staff session; the API takes it from this site's own pages."""

_STRICT: Final = frozenset({STAFF})
"""Cookies that no link of another site brings along."""


class Cookie(Struct, frozen=True):
    """A cookie to set; without `lifetime` it lives as long as the browser is open."""

    key: str
    value: str
    lifetime: timedelta | None
    secure: bool
    same_site: str = "lax"

    def set_on(self, response: Response) -> None:
        """Set it so that scripts can't read it and other sites can't send it with a form.

        Our values need no quoting; starlette's set_cookie costs a sixteenth of the front page.
        """
        header = f"{self.key}={self.value}; HttpOnly; Path=/; SameSite={self.same_site}"
        if self.lifetime is not None:
            header += f"; Max-Age={int(self.lifetime.total_seconds())}"
        if self.secure:
            header += "; Secure"
        response.raw_headers.append((b"set-cookie", header.encode("latin-1")))


class CookieJar:
    """The cookies that a request sent, and those that its response will set."""

    def __init__(self, sent: Mapping[str, str], *, secure: bool) -> None:
        self._sent = sent
        self._secure = secure
        self._to_set: dict[str, Cookie] = {}

    def read(self, cookie: str) -> str:
        """Return the value the browser sent, empty without one; ours are all ASCII."""
        value = self._sent.get(name_of(cookie, secure=self._secure), "")
        return value if value.isascii() else ""

    def set(self, cookie: str, value: str, lifetime: timedelta | None) -> None:
        """Set a cookie with the response; the last value wins."""
        key = name_of(cookie, secure=self._secure)
        same_site = "strict" if cookie in _STRICT else "lax"
        self._to_set[key] = Cookie(key, value, lifetime, self._secure, same_site)

    def delete(self, cookie: str) -> None:
        """Make the browser delete a cookie."""
        self.set(cookie, "", timedelta())

    @property
    def sets_nothing(self) -> bool:
        """Tell whether the response leaves the browser's cookies as they are."""
        return not self._to_set

    def set_on(self, response: Response) -> None:
        """Add everything that was set to a response."""
        for cookie in self._to_set.values():
            cookie.set_on(response)


class SessionCookie(Struct, frozen=True):
    """The cookie of a signed-in browser: the session's token, and the home of the buyer's orders.

    The home is part of every order number and no secret. It lets one statement find the session
    and the orders together, on the one shard that has them; with another home in the cookie it
    finds no orders at all.
    """

    token: str
    home: int

    def serialize(self) -> str:
        """Return the cookie's value."""
        return f"{self.home:02x}.{self.token}"


def parse_session_cookie(value: str) -> SessionCookie | None:
    """Parse the value of the session's cookie; None unless it has our format."""
    home, _, token = value.partition(".")
    if len(home) != len("ff") or not token:
        return None
    try:
        return SessionCookie(token, int(home, 16))
    except ValueError:
        return None


def name_of(cookie: str, *, secure: bool) -> str:
    """Return the name a cookie has in the browser."""
    return f"__Host-{cookie}" if secure else cookie
