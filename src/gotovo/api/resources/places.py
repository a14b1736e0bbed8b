"""Places as resources: points and warehouses are listed, read, put and patched by code.

A PUT replaces the version it names and a PATCH changes parts; neither loses a change that somebody
else made meanwhile.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Annotated, Any, Final, Generic, TypeVar

import msgspec
from msgspec import UNSET, Meta, Struct, structs
from starlette.responses import Response

from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.json_body import decode_body, decode_value, read_json
from gotovo.api.dispatch.normal_texts import normal_texts
from gotovo.api.dispatch.pagination import PAGE_ITEMS, PAGE_ITEMS_MAX, read_text_cursor, text_cursor
from gotovo.api.dispatch.preconditions import (
    ABSENT,
    check_preconditions,
    etag,
    require_match,
    stale,
)
from gotovo.api.dispatch.problems import FieldError
from gotovo.api.dispatch.request import ApiRequest, query_of
from gotovo.api.dispatch.responses import json_response, refusal_response
from gotovo.api.schemas.patches import merged, patch_struct
from gotovo.order.refusals import Code, Refusal
from gotovo.points.point import Point
from gotovo.points.validation import InvalidSetting
from gotovo.points.warehouse import Warehouse
from gotovo.store.reads.programs import StoredSettings, Version
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode

P = TypeVar("P", bound=Point | Warehouse)
V = TypeVar("V", bound=Point | Warehouse)

KEPT: Final = frozenset({"accepting", "accepts_orders"})
"""Settings that a PUT may leave out without changing them: whether a place takes orders is decided
when it is closed or opened, not when its address is corrected."""

PATCH_TRIES_MAX: Final = 16
"""How often a patch is merged again: each time somebody else has changed the place."""

REPLACING: Final = (
    RequestErrorCode.INVALID_SETTINGS,
    RequestErrorCode.PRECONDITION_REQUIRED,
    RequestErrorCode.PRECONDITION_FAILED,
)
"""The problems of a PUT beside those of its body."""

PUT_DESCRIPTION: Final = (
    "Replaces all settings; a setting that is left out gets its default, except that a closed "
    "place stays closed. Settings that exist are replaced only by a request that names their "
    "version: `If-Match` with the `ETag` they were read with (428 without it, 412 when somebody "
    "changed them meanwhile). The same settings again change nothing."
)

PATCH_DESCRIPTION: Final = (
    "A JSON merge patch (RFC 7396): what is left out stays as it is, null sets a setting back to "
    "its default or takes an entry out of a map. With `If-Match` only that version is changed."
)

StoredOf = Callable[[Sequence[str]], Awaitable[Mapping[str, StoredSettings]]]


class PlacesQuery(Value, frozen=True, forbid_unknown_fields=True):
    """A page of places in order of code."""

    after: Annotated[str, Meta(max_length=300)] = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_ITEMS_MAX)] = PAGE_ITEMS


class PlaceKind(Struct, Generic[P, V], frozen=True, kw_only=True):
    """What differs between points and warehouses: their types, their table, their rules."""

    place: type[P]
    view: type[V]
    body: type[P]
    unknown: Code
    places: Callable[[ApiDependencies], Mapping[str, P]]
    stored: Callable[[ApiDependencies], StoredOf]
    errors: Callable[[P], Sequence[InvalidSetting]]
    refusal: Callable[[ApiDependencies, P], Refusal | None]


class Places(Generic[P, V]):
    """The handlers of one kind of place, and how its settings are read from a document."""

    def __init__(self, kind: PlaceKind[P, V]) -> None:
        self.patch_body: Final = patch_struct(kind.body, f"{kind.place.__name__}Patch")
        self._kind: Final = kind
        self._decoder: Final = msgspec.json.Decoder(kind.body)
        self._patch_decoder: Final = msgspec.json.Decoder(self.patch_body)
        self._stored_decoder: Final = msgspec.json.Decoder(kind.place)

    async def page(
        self, dependencies: ApiDependencies, request: ApiRequest
    ) -> tuple[list[V], str | None]:
        """Return the views of a page in order of code, and the cursor of the next page."""
        query = query_of(request, PlacesQuery)
        (after,) = read_text_cursor(query.after, 1)
        codes = sorted(code for code in self._kind.places(dependencies) if code > after)
        shown = codes[: query.limit]
        stored = await self._kind.stored(dependencies)(shown)
        views = [self._view(*self._decoded(stored[code])) for code in shown if code in stored]
        return views, text_cursor(shown[-1]) if len(codes) > query.limit else None

    async def read(self, dependencies: ApiDependencies, request: ApiRequest) -> Response:
        """Return one place with its entity tag."""
        old = await self._stored(dependencies, request)
        return self._unknown(request) if old is None else self._response(*old, HTTPStatus.OK)

    async def put(self, dependencies: ApiDependencies, request: ApiRequest) -> Response:
        """Open a place or replace its settings; the same settings again change nothing."""
        body = self.body_of(request.content)
        old = await self._stored(dependencies, request)
        place = self.place_of(body, request.path_params["code"], old[0] if old else None)
        if old is not None and place == old[0]:
            return self._response(*old, _put_status(old[1]))
        replaces = _version_of(old)
        require_match(request, replaces)
        response = await self._replaced(dependencies, request, place, replaces)
        if response is not None:
            return response
        new = await self._stored(dependencies, request)
        raise stale("If-Match", f'"{replaces}"', _version_of(new))

    async def patch(self, dependencies: ApiDependencies, request: ApiRequest) -> Response:
        """Change some settings of a place and leave the others as they are.

        Where somebody else changes the place meanwhile, and the request names no version, its parts
        are merged into what there is then.
        """
        decode_body(request.content, self._patch_decoder)
        patch = normal_texts(read_json(request.content), self.patch_body)
        for _ in range(PATCH_TRIES_MAX):
            response = await self._patched(dependencies, request, patch)
            if response is not None:
                return response
        raise ApiError(RequestErrorCode.OVERLOADED)

    async def _patched(
        self, dependencies: ApiDependencies, request: ApiRequest, patch: Any
    ) -> Response | None:
        """Return the response, None when the place was changed between reading and storing it."""
        stored = await self._stored(dependencies, request)
        if stored is None:
            return self._unknown(request)
        old, version = stored
        check_preconditions(request, version.version)
        whole = merged(msgspec.json.decode(msgspec.json.encode(old)), patch)
        place = self.place_of(decode_value(whole, self._decoder), old.code, old)
        if place == old:
            return self._response(place, version, HTTPStatus.OK)
        return await self._replaced(dependencies, request, place, version.version)

    def body_of(self, content: bytes) -> P:
        """Return the settings that a document gives, its texts in one form; raise ApiError."""
        body = decode_body(content, self._decoder)
        decode_body(content, self._patch_decoder)  # It knows no unknown names at any depth.
        return body

    def place_of(self, body: P, code: str, old: P | None) -> P:
        """Return the valid settings in a body, in place of the old ones; raise ApiError."""
        if body.code not in {"", code}:
            raise ApiError(RequestErrorCode.INVALID_BODY, "code", body.code, code)
        settings: dict[str, Any] = {**structs.asdict(body), "code": code}
        for name in KEPT & settings.keys():
            if settings[name] is UNSET:
                del settings[name]
                if old is not None:
                    settings[name] = getattr(old, name)
        timetable = settings["timetable"]
        kept = old.timetable.closures if old is not None else UNSET
        if timetable.closures and timetable.closures != kept:
            shown = str(len(timetable.closures))
            check_settings([InvalidSetting("timetable.closures", shown, "POST …/closures")])
        settings["timetable"] = structs.replace(timetable, closures=kept)
        place = self._kind.place(**settings)
        check_settings(self._kind.errors(place))
        return place

    async def _replaced(
        self, dependencies: ApiDependencies, request: ApiRequest, place: P, old: int
    ) -> Response | None:
        """Store the settings instead of this version; None when it is not the present one."""
        refusal = self._kind.refusal(dependencies, place)
        if refusal is not None:
            return refusal_response(request, refusal)
        at = dependencies.clock()
        number = await dependencies.directory.replace(place, at, old, request.author)
        if number is None:
            return None
        new = Version(number, at)
        return self._response(place, new, _put_status(new))

    async def _stored(
        self, dependencies: ApiDependencies, request: ApiRequest
    ) -> tuple[P, Version] | None:
        """Return the place of the path with its version, from the database and not from a copy."""
        code = request.path_params["code"]
        found = (await self._kind.stored(dependencies)([code])).get(code)
        return None if found is None else self._decoded(found)

    def _decoded(self, stored: StoredSettings) -> tuple[P, Version]:
        return self._stored_decoder.decode(stored.settings), stored.version

    def _view(self, place: P, version: Version) -> V:
        """Return the settings with their version."""
        return self._kind.view(**structs.asdict(place), **structs.asdict(version))

    def _response(self, place: P, version: Version, status: HTTPStatus) -> Response:
        return json_response(self._view(place, version), status, (etag(version.version),))

    def _unknown(self, request: ApiRequest) -> Response:
        refusal = Refusal(self._kind.unknown, "code", request.path_params["code"])
        return refusal_response(request, refusal)


def check_settings(invalid: Sequence[InvalidSetting]) -> None:
    """Raise the error that lists every wrong setting, if there is one."""
    errors = tuple(FieldError(each.field, each.value, each.expected) for each in invalid)
    if errors:
        code, first = RequestErrorCode.INVALID_SETTINGS, errors[0]
        raise ApiError(code, first.field, first.value, first.expected, errors=errors)


def _version_of(stored: tuple[Point | Warehouse, Version] | None) -> int:
    return ABSENT if stored is None else stored[1].version


def _put_status(version: Version) -> HTTPStatus:
    """Return whether the place is new."""
    return HTTPStatus.CREATED if version.version == 1 else HTTPStatus.OK
