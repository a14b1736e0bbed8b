"""Error pages: a page in words for every error; details of internal errors stay in the log."""

import math
from datetime import timedelta
from http import HTTPStatus
from typing import Final

import structlog
from starlette.responses import Response

from gotovo.engine.ports import CommandIdReused
from gotovo.http.errors import RequestError, TooManyRequests
from gotovo.http.request_ids import logged_path
from gotovo.store.postgres.errors import ForeignSecret
from gotovo.store.postgres.unreachable import DATABASE_UNREACHABLE
from gotovo.web.site.errors import (
    AlreadySignedIn,
    CodeNotSent,
    CodesUsedUp,
    ConfirmationRequired,
    NoChannel,
    SignInRequired,
    StaleForm,
)
from gotovo.web.site.responses import render, see_other
from gotovo.web.site.visit import Visit
from gotovo.words.translations import msgid

_log = structlog.get_logger("gotovo.web")

_WAIT_SHOWN_FROM = 60  # Seconds; a shorter wait needs no figure.
_RETRY_SECONDS = 5  # A database that restarts is usually back by then.
_DISK_RETRY_SECONDS = 30  # Room is made by a person, or by a program that cleans up.

_WORDS: Final = {
    400: (
        msgid("We could not read this request"),
        msgid("The request was incomplete or garbled. Go back and try again."),
    ),
    403: (
        msgid("This form has expired"),
        msgid(
            "It was opened before you signed in or out, or it came from another site. Nothing "
            "was changed. Open the page again and retry."
        ),
    ),
    404: (
        msgid("Page not found"),
        msgid(
            "The number may be mistyped, or the order may belong to another phone number. Only "
            "its owner can see an order."
        ),
    ),
    429: (
        msgid("Too many requests"),
        msgid("Wait a moment and try again. Nothing is lost."),
    ),
    500: (
        msgid("Something went wrong on our side"),
        msgid("The error was logged, and we will look into it. Your orders are safe."),
    ),
    503: (
        msgid("A short pause"),
        msgid(
            "The database is unavailable right now. Nothing is lost; try again in a few seconds."
        ),
    ),
}
_DISK_FULL: Final = (
    msgid("Nothing can be saved right now"),
    msgid(
        "Our disk is full, and we are making room. Nothing you did before is lost; try again in a "
        "few minutes."
    ),
)
_NO_CHANNEL: Final = (
    msgid("Sign-in is not set up here"),
    msgid(
        "This installation cannot send codes to phones yet. Nothing was sent and nothing was "
        "stored."
    ),
)
_CODE_NOT_SENT: Final = (
    msgid("The code could not be sent"),
    msgid(
        "The message service did not accept it just now. Nothing was counted against your number; "
        "try again in a minute, or sign in with a passkey."
    ),
)
_CODES_USED_UP: Final = (
    msgid("No more codes to this country today"),
    msgid(
        "The shop sends only so many messages a day to numbers of this country, and today's are "
        "used up. Sign in with a passkey, or try again tomorrow."
    ),
)
_LIKE: Final = {405: 404, 408: 400, 413: 400}


def error_page(visit: Visit, error: Exception) -> Response:
    """Return the page of an error, whatever it is."""
    if isinstance(error, RequestError):
        return _of_request_error(visit, error)
    if isinstance(error, CommandIdReused):  # the form was sent before with other values
        return _page(visit, StaleForm.status)
    if isinstance(error, (*DATABASE_UNREACHABLE, ForeignSecret)):
        if visit.dependencies.is_disk_full(error):
            _log.error("the disk of the database is full", error=error)
            status = HTTPStatus.SERVICE_UNAVAILABLE
            return _page(visit, status, wait=_DISK_RETRY_SECONDS, words=_DISK_FULL)
        _log.warning("database unusable", error=error)
        return _page(visit, HTTPStatus.SERVICE_UNAVAILABLE, wait=_RETRY_SECONDS)
    _log.error("a page failed", path=logged_path(visit.request.scope["path"]), exc_info=error)
    return _page(visit, HTTPStatus.INTERNAL_SERVER_ERROR)


def _of_request_error(visit: Visit, error: RequestError) -> Response:
    """Return the page about an invalid request, or about a limit, or the page to go to first."""
    match error:
        case SignInRequired():
            return see_other(visit, "/", number=error.number)
        case ConfirmationRequired():
            return see_other(visit, "/confirmation", **{"for": error.action})
        case AlreadySignedIn():
            return see_other(visit, "/orders")
        case TooManyRequests():
            response = _page(visit, error.status, wait=math.ceil(error.wait.total_seconds()))
        case NoChannel():
            response = _page(visit, error.status, words=_NO_CHANNEL)
        case CodesUsedUp():
            response = _page(visit, error.status, words=_CODES_USED_UP)
        case CodeNotSent():
            response = _page(visit, error.status, words=_CODE_NOT_SENT)
        case _:
            response = _page(visit, error.status)
    response.raw_headers += error.headers
    return response


def _page(
    visit: Visit, status: int, *, wait: int | None = None, words: tuple[str, str] | None = None
) -> Response:
    title, sentence = words or _WORDS[_LIKE.get(status, status)]
    response = render(
        visit,
        "design/error.html",
        status,
        title=visit.translate(title),
        sentence=visit.translate(sentence),
        wait=timedelta(seconds=wait) if wait and wait >= _WAIT_SHOWN_FROM else None,
    )
    if wait is not None:
        response.headers["retry-after"] = str(wait)
    return response
