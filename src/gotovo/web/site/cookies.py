"""The cookies of the pages: who is signed in, which browser this is, which language; and, while a
code is on its way, the phone it was sent to, so that it need not be typed again for another one.

Over https their names begin with `__Host-`, so that no neighbour domain can plant them.
"""

from datetime import timedelta
from typing import Final

from msgspec import Struct
from starlette.responses import Response

SESSION: Final = "gotovo-session"
BROWSER: Final = "gotovo-browser"
LANGUAGE: Final = "gotovo-language"
PHONE: Final = "gotovo-phone"


class Cookie(Struct, frozen=True):
    """A cookie to be kept; without a time it lives as long as the browser is open."""

    key: str
    value: str
    lives: timedelta | None
    secure: bool

    def set_on(self, response: Response) -> None:
        """Set it so that scripts can't read it and other sites can't send it with a form.

        Our values need no quoting; starlette's set_cookie costs a sixteenth of the front page.
        """
        header = f"{self.key}={self.value}; HttpOnly; Path=/; SameSite=lax"
        if self.lives is not None:
            header += f"; Max-Age={int(self.lives.total_seconds())}"
        if self.secure:
            header += "; Secure"
        response.raw_headers.append((b"set-cookie", header.encode("latin-1")))


class SessionCookie(Struct, frozen=True):
    """What the browser of somebody signed in keeps: the token, and the home of their orders.

    The home is part of every order number of theirs and no secret. It lets one statement find the
    session and the orders together, on the one shard that has them; whoever writes another one
    there finds no orders at all.
    """

    token: str
    home: int

    def said(self) -> str:
        """Return the cookie's value."""
        return f"{self.home:02x}.{self.token}"


def session_cookie(value: str) -> SessionCookie | None:
    """Read the value of the session's cookie; anything else than one of ours is none."""
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


def given(cookie: str, value: str, lives: timedelta | None, *, secure: bool) -> Cookie:
    """Return a cookie under its name."""
    return Cookie(name_of(cookie, secure=secure), value, lives, secure)


def taken(cookie: str, *, secure: bool) -> Cookie:
    """Return the cookie that makes the browser forget this one."""
    return given(cookie, "", timedelta(), secure=secure)
