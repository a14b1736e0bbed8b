"""The three cookies of the pages: who is signed in, which browser this is, which language.

Over https their names begin with `__Host-`, so that no neighbour domain can plant them.
"""

from datetime import timedelta
from typing import Final

from litestar.datastructures import Cookie

SESSION: Final = "gotovo-session"
BROWSER: Final = "gotovo-browser"
LANGUAGE: Final = "gotovo-language"


def name_of(cookie: str, *, secure: bool) -> str:
    """Return the name a cookie has in the browser."""
    return f"__Host-{cookie}" if secure else cookie


def given(cookie: str, value: str, lives: timedelta | None, *, secure: bool) -> Cookie:
    """Return a cookie that scripts can't read and other sites can't send along with a form."""
    return Cookie(
        key=name_of(cookie, secure=secure),
        value=value,
        path="/",
        max_age=None if lives is None else int(lives.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=secure,
    )


def taken(cookie: str, *, secure: bool) -> Cookie:
    """Return the cookie that makes the browser forget this one."""
    return given(cookie, "", timedelta(), secure=secure)
