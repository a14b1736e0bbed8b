"""Deprecation: what will go is announced in every response, and in the OpenAPI document.

An endpoint says so itself, a field by `deprecated(…)` in its annotation. The response headers are
those of RFC 9745 (`Deprecation`) and RFC 8594 (`Sunset`); which field is meant, the document tells.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Meta, Struct

from gotovo.http.errors import Header

if TYPE_CHECKING:
    from gotovo.api.dispatch.endpoint import Endpoint

NOTICE_DAYS: Final = 180
"""From the announcement to the end at the earliest: programs of shops are changed twice a year."""

_SINCE: Final = "x-deprecated-since"
_SUNSET: Final = "x-sunset"
_KINDS_MAX: Final = 1024  # The table of endpoints has fewer than a hundred rows.
_LINK: Final = b'</api/docs>; rel="deprecation"; type="text/html"'


class Deprecation(Struct, frozen=True):
    """Since when something is deprecated, and from when on it may be missing; days in UTC."""

    since: date
    sunset: date
    instead: str = ""
    """What to use from now on, for people to read."""

    def __post_init__(self) -> None:
        """Hold to the notice that clients were promised."""
        days = (self.sunset - self.since).days
        assert days >= NOTICE_DAYS, f"{days} days of notice: {NOTICE_DAYS} are promised"

    @property
    def headers(self) -> tuple[Header, ...]:
        """Return the headers of every response that it concerns."""
        since, sunset = _midnight(self.since), _midnight(self.sunset)
        return (
            (b"deprecation", b"@%d" % int(since.timestamp())),
            (b"sunset", format_datetime(sunset, usegmt=True).encode()),
            (b"link", _LINK),
        )

    @property
    def schema(self) -> dict[str, Any]:
        """Return what an operation or a field has in the OpenAPI document."""
        return {"deprecated": True, _SINCE: f"{self.since}", _SUNSET: f"{self.sunset}"}

    @property
    def sentence(self) -> str:
        """Return the end of a description."""
        instead = f" Use {self.instead} instead." if self.instead else ""
        return f"Deprecated since {self.since}; may be gone from {self.sunset} on.{instead}"


def deprecated(since: date, sunset: date, instead: str = "") -> Meta:
    """Return what announces the end of a field, beside its type in `Annotated`."""
    it = Deprecation(since, sunset, instead)
    return Meta(description=it.sentence, extra_json_schema=it.schema)


def deprecation_of(endpoint: "Endpoint") -> Deprecation | None:
    """Return what a response of the endpoint announces: of several ends the next one."""
    own = [endpoint.deprecation] if endpoint.deprecation else []
    kinds = (endpoint.body, endpoint.query, *endpoint.responses)
    of_fields = _deprecations_of_fields(tuple(kind for kind in kinds if kind is not None))
    return min([*own, *of_fields], key=_end, default=None)


@lru_cache(maxsize=_KINDS_MAX)
def _deprecations_of_fields(kinds: tuple[Any, ...]) -> tuple[Deprecation, ...]:
    """Return those of every field in the types; their schemas take milliseconds to make."""
    _, components = msgspec.json.schema_components(kinds)
    return tuple(_marked(list(components.values())))


def _marked(schema: Any) -> Iterator[Deprecation]:
    """Yield the deprecation of every field in a schema."""
    if isinstance(schema, dict):
        if schema.get("deprecated") is True and _SINCE in schema:
            since, sunset = schema[_SINCE], schema[_SUNSET]
            yield Deprecation(date.fromisoformat(since), date.fromisoformat(sunset))
        parts: Any = schema.values()
    else:
        parts = schema if isinstance(schema, list) else ()
    for part in parts:
        yield from _marked(part)


def _end(deprecation: Deprecation) -> date:
    return deprecation.sunset


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
