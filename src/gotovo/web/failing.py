"""A page in words for everything that can go wrong; what went wrong inside stays in the log."""

import logging
import math
from datetime import timedelta
from typing import Any, Final

from litestar import Request, Response
from litestar.exceptions import HTTPException

from gotovo.engine.journal import CommandIdReused, JournalUnreachable
from gotovo.store.unreachable import UNREACHABLE
from gotovo.web.faults import Fault, NoChannel, StaleForm, TooOften
from gotovo.web.visit import Visit
from gotovo.words.catalogue import msgid

_log = logging.getLogger(__name__)

_UNAVAILABLE = 503
_INTERNAL = 500
_RETRY_SECONDS = 5  # A database that restarts is usually back by then.

_WORDS: Final = {
    400: (
        msgid("This could not be read"),
        msgid("The request was incomplete or garbled. Go back and try once more."),
    ),
    403: (
        msgid("This form is out of date"),
        msgid(
            "It was opened before you signed in or out, or it came from another site. Nothing was "
            "changed. Open the page again and repeat."
        ),
    ),
    404: (
        msgid("There is nothing here"),
        msgid(
            "Perhaps the number was mistyped, or the order belongs to another phone number. "
            "Only its owner can see an order."
        ),
    ),
    429: (
        msgid("Too many tries"),
        msgid("This limit keeps strangers out of your account."),
    ),
    500: (
        msgid("Something broke on our side"),
        msgid("It was written down and will be looked at. Your orders are safe."),
    ),
    503: (
        msgid("A short pause"),
        msgid(
            "The database can't be reached just now. Nothing is lost; try again in a few seconds."
        ),
    ),
}
_NO_CHANNEL: Final = (
    msgid("Signing in is not set up here"),
    msgid(
        "This installation has no way yet to send a code to a phone. Nothing was sent and nothing "
        "was kept."
    ),
)
_LIKE: Final = {405: 404, 409: 403, 413: 400, 415: 400}


def fault(request: Request[Any, Any, Any], error: Fault) -> Response[str]:
    """Answer a fault of the visitor, or a limit."""
    wait = math.ceil(error.wait.total_seconds()) if isinstance(error, TooOften) else None
    return _page(request, error.status, wait, _NO_CHANNEL if isinstance(error, NoChannel) else None)


def http_fault(request: Request[Any, Any, Any], error: HTTPException) -> Response[str]:
    """Answer what the framework found wrong before any page was asked."""
    return _page(request, error.status_code, None)


def unavailable(request: Request[Any, Any, Any], error: Exception) -> Response[str]:
    """Ask for patience."""
    _log.warning("database unreachable: %r", error)
    return _page(request, _UNAVAILABLE, _RETRY_SECONDS)


def reused(request: Request[Any, Any, Any], _error: Exception) -> Response[str]:
    """Answer a form whose command was sent before with something else in it."""
    return _page(request, StaleForm.status, None)


def broken(request: Request[Any, Any, Any], error: Exception) -> Response[str]:
    """Keep the trace for ourselves."""
    _log.error("a page failed", exc_info=error)
    return _page(request, _INTERNAL, None)


HANDLERS: Final = {
    Fault: fault,
    HTTPException: http_fault,
    CommandIdReused: reused,
    JournalUnreachable: unavailable,
    **dict.fromkeys(UNREACHABLE, unavailable),
    Exception: broken,
}


def _page(
    request: Request[Any, Any, Any],
    status: int,
    wait: int | None,
    words: tuple[str, str] | None = None,
) -> Response[str]:
    state = request.app.state
    visit = Visit(request, state.parts, state.pages, None)
    title, sentence = words or _WORDS[_LIKE.get(status, status if status in _WORDS else _INTERNAL)]
    answer = visit.page(
        "look/failing.html",
        status,
        title=visit.words(title),
        sentence=visit.words(sentence),
        wait=None if wait is None else timedelta(seconds=wait),
    )
    if wait is not None:
        answer.headers["retry-after"] = str(wait)
    return answer
