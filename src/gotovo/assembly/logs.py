"""The log of a process: one line an event, with the request's id, and nothing about a person.

The driver puts arguments into its messages, PostgreSQL the values of a row, and any exception may
name what it stumbled over. So of an exception the log has its type, the places in the code it came
through, and what a database says without values; a message only where the program wrote it for
operators. Lines of other libraries take the same way, without their arguments. A text that
looks like a phone, an e-mail address or a token is masked wherever it stands.
"""

import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import Any, Final, Literal, TextIO, cast

import structlog
from typing_extensions import override

from gotovo.assembly.log_limits import LineLimits, StandardError
from gotovo.http.request_ids import current_request_id
from gotovo.store.postgres.errors import StoreError

LogFormat = Literal["json", "text"]

PLACES_MAX: Final = 30
"""Places in the code per exception, the innermost: the outer ones are the server's."""

CAUSES_MAX: Final = 5

_MASKED: Final = re.compile(
    r"\+[1-9]\d{9,14}(?!\d)|[^\s@\"'<>=(]+@[^\s@\"'<>=)]+\.\w+|gtv_\w+|/track/[\w-]+"
    r"|/unsubscribe/[\w.-]+"
)
_MASK: Final = "***"
_OF_DATABASES: Final = ("sqlstate", "table_name", "column_name", "constraint_name")
_LEVELS: Final = {"debug": 10, "info": 20, "warning": 30, "error": 40}

Event = MutableMapping[str, Any]


def open_log(level: str, form: LogFormat) -> None:
    """Let every line of this process take this way: ours, other libraries' and lost exceptions."""
    configure_structlog(level, form)
    logging.basicConfig(handlers=[ForwardingHandler()], level=_LEVELS[level], force=True)
    logging.captureWarnings(capture=True)
    sys.excepthook = _log_uncaught
    sys.unraisablehook = _log_unraisable


def configure_structlog(level: str, form: LogFormat) -> None:
    """Configure our own lines; they go to standard error as it is at that moment."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            with_request_id,
            without_values,
            masked,
            LineLimits(),
            structlog.processors.JSONRenderer(ensure_ascii=False)
            if form == "json"
            else structlog.dev.ConsoleRenderer(colors=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=lambda *_: structlog.PrintLogger(cast("TextIO", StandardError())),
    )


def with_request_id(_logger: Any, _method: str, event: Event) -> Event:
    """Add the id of the request under way."""
    request_id = current_request_id()
    if request_id:
        event.setdefault("request_id", request_id)
    return event


def without_values(_logger: Any, _method: str, event: Event) -> Event:
    """Describe exceptions instead of writing their messages."""
    raised = event.pop("exc_info", None)
    if raised is True:
        raised = sys.exc_info()[1]
    elif isinstance(raised, tuple):
        raised = raised[1]
    if isinstance(raised, BaseException):
        event["exception"] = described(raised)
    for name, value in event.items():
        if isinstance(value, BaseException):
            event[name] = summary(value)
    return event


def masked(_logger: Any, _method: str, event: Event) -> Event:
    """Mask what looks like a phone, an e-mail address or a token."""
    for name, value in event.items():
        event[name] = _masked(value)
    return event


def _masked(value: Any) -> Any:
    match value:
        case str():
            return _MASKED.sub(_MASK, value)
        case dict():
            return {key: _masked(each) for key, each in value.items()}
        case list() | tuple():
            return [_masked(each) for each in value]
        case None | bool() | int() | float():
            return value
        case _:
            return _MASKED.sub(_MASK, str(value))


def described(error: BaseException, causes_max: int = CAUSES_MAX) -> dict[str, Any]:
    """Return an exception without values: its type, what is known of it, and where it was."""
    places = [
        f"{frame.filename}:{line} {frame.name}"
        for frame, line in _frames(error.__traceback__)[-PLACES_MAX:]
    ]
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    found: dict[str, Any] = {"type": _type_of(error), **_facts_of(error), "places": places}
    if cause is not None and causes_max:
        found["cause"] = described(cause, causes_max - 1)
    if isinstance(error, BaseExceptionGroup):
        found["exceptions"] = [
            described(each, causes_max - 1) for each in error.exceptions[:CAUSES_MAX]
        ]
    return found


def summary(error: BaseException) -> str:
    """Return an exception in a few words, without values."""
    return " ".join([_type_of(error), *map(str, _facts_of(error).values())])


def _frames(raised: TracebackType | None) -> list[tuple[traceback.FrameSummary, int]]:
    return [(frame, frame.lineno or 0) for frame in traceback.extract_tb(raised)]


def _type_of(error: BaseException) -> str:
    kind = type(error)
    return f"{kind.__module__}.{kind.__qualname__}".removeprefix("builtins.")


def _facts_of(error: BaseException) -> Mapping[str, Any]:
    if isinstance(error, StoreError):
        return {"message": str(error)}
    if isinstance(error, OSError):
        return {"message": error.strerror} if error.strerror else {}
    return {name: said for name in _OF_DATABASES if (said := getattr(error, name, None))}


class ForwardingHandler(logging.Handler):
    """Writes the lines of other libraries in our form: what happened, without what it was about.

    Only the first line of a message is taken, and none of its arguments: asyncio writes the whole
    exception below, with its message.
    """

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        log = structlog.get_logger(record.name)
        first = str(record.msg).partition("\n")[0]
        level = min(max(record.levelno // 10 * 10, logging.DEBUG), logging.CRITICAL)
        log.log(level, first, logger=record.name, exc_info=record.exc_info)


def _log_uncaught(
    _kind: type[BaseException], error: BaseException, _traceback: TracebackType | None
) -> None:
    structlog.get_logger("gotovo").error("the process ends by an exception", exc_info=error)


def _log_unraisable(lost: "sys.UnraisableHookArgs") -> None:
    structlog.get_logger("gotovo").warning("an exception was lost", exc_info=lost.exc_value)
