"""Places as resources: what points and warehouses share to be listed, read and put by code."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, TypeVar

from msgspec import Meta, structs

from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.pagination import PAGE_ITEMS, PAGE_ITEMS_MAX, read_text_cursor, text_cursor
from gotovo.api.dispatch.problems import FieldError
from gotovo.api.dispatch.request import ApiRequest, query_of
from gotovo.points.point import Point
from gotovo.points.validation import InvalidSetting
from gotovo.points.warehouse import Warehouse
from gotovo.store.reads.programs import Version
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode

P = TypeVar("P", Point, Warehouse)
V = TypeVar("V", bound=Point | Warehouse)

VersionsOf = Callable[[Sequence[str]], Awaitable[Mapping[str, Version]]]


class PlacesQuery(Value, frozen=True, forbid_unknown_fields=True):
    """A page of places in order of code."""

    after: Annotated[str, Meta(max_length=300)] = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_ITEMS_MAX)] = PAGE_ITEMS


async def page_of(
    request: ApiRequest, places: Mapping[str, P], versions_of: VersionsOf, view: type[V]
) -> tuple[list[V], str | None]:
    """Return the views of a page in order of code, and the cursor of the next page."""
    query = query_of(request, PlacesQuery)
    (after,) = read_text_cursor(query.after, 1)
    codes = sorted(code for code in places if code > after)
    shown = codes[: query.limit]
    versions = await versions_of(shown)
    views = [view_of(places[code], versions[code], view) for code in shown if code in versions]
    return views, text_cursor(shown[-1]) if len(codes) > query.limit else None


def place_of_body(request: ApiRequest, body: P, place: type[P]) -> P:
    """Return the settings in a body; its code is the one in the path."""
    code = request.path_params["code"]
    if body.code not in {"", code}:
        raise ApiError(RequestErrorCode.INVALID_BODY, "code", body.code, code)
    return place(**{**structs.asdict(body), "code": code})


def check_settings(invalid: Sequence[InvalidSetting]) -> None:
    """Raise the error that lists every wrong setting, if there is one."""
    errors = tuple(FieldError(each.field, each.value, each.expected) for each in invalid)
    if errors:
        code, first = RequestErrorCode.INVALID_SETTINGS, errors[0]
        raise ApiError(code, first.field, first.value, first.expected, errors=errors)


def view_of(place: P, version: Version, view: type[V]) -> V:
    """Return the settings with their version."""
    return view(**structs.asdict(place), **structs.asdict(version))


def put_status(version: Version) -> HTTPStatus:
    """Return whether the place is new."""
    return HTTPStatus.CREATED if version.version == 1 else HTTPStatus.OK
