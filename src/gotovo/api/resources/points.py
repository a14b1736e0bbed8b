"""Pick-up points as a resource: read by everybody with a key, changed by an administrator."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

import msgspec
from msgspec import Meta, structs
from starlette.responses import Response

from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import KEY_ROLES, Endpoint
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.pagination import PAGE_ITEMS, PAGE_ITEMS_MAX, read_text_cursor, text_cursor
from gotovo.api.dispatch.problems import FieldError, refusal_problem
from gotovo.api.dispatch.request import ApiRequest, query_of
from gotovo.api.dispatch.responses import json_response, problem_response
from gotovo.api.schemas.examples import POINT_EXAMPLE
from gotovo.order.refusals import Code, Refusal
from gotovo.order.values.actor import Role
from gotovo.points.point import Point, point_errors
from gotovo.store.reads.programs import Version
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode

Text = Annotated[str, Meta(max_length=500)]
Name = Annotated[str, Meta(max_length=64)]


class PointBody(Point, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of a point; its code is in the address and may be left out."""

    code: Name = ""
    title: Text
    address: Text
    warehouse: Name
    phone: Name = ""


class PointView(Point, frozen=True, kw_only=True):
    """A point; `version` counts its changes."""

    version: int
    updated_at: datetime


class PlacesQuery(Value, frozen=True, forbid_unknown_fields=True):
    """A page of places in order of code."""

    after: Annotated[str, Meta(max_length=300)] = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_ITEMS_MAX)] = PAGE_ITEMS


class PointsPage(Value, frozen=True):
    """A page in order of code; `next` is null on the last one."""

    items: list[PointView]
    next: str | None


async def list_points(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a page of points."""
    query = query_of(request, PlacesQuery)
    points = dependencies.directory()[0]
    (after,) = read_text_cursor(query.after, 1)
    codes = sorted(code for code in points if code > after)
    shown = codes[: query.limit]
    versions = await dependencies.reads.point_versions(shown)
    views = [_view(points[code], versions[code]) for code in shown if code in versions]
    following = text_cursor(shown[-1]) if len(codes) > query.limit else None
    return json_response(PointsPage(views, following))


async def read(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return one point."""
    code = request.path_params["code"]
    point = dependencies.directory()[0].get(code)
    versions = await dependencies.reads.point_versions([code])
    if point is None or code not in versions:
        return _unknown(Code.UNKNOWN_POINT, "code", code, request)
    return json_response(_view(point, versions[code]))


async def put(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Open a point or change its settings; the same settings again change nothing."""
    code = request.path_params["code"]
    body = decode_body(request.content, _decoder)
    if body.code not in {"", code}:
        raise ApiError(RequestErrorCode.INVALID_BODY, "code", body.code, code)
    point = Point(**structs.asdict(structs.replace(body, code=code)))
    errors = tuple(FieldError(f.field, f.value, f.expected) for f in point_errors(point))
    if errors:
        first = errors[0]
        raise ApiError(
            RequestErrorCode.INVALID_SETTINGS,
            first.field,
            first.value,
            first.expected,
            errors=errors,
        )
    if point.warehouse not in dependencies.directory()[1]:
        return _unknown(Code.UNKNOWN_WAREHOUSE, "warehouse", point.warehouse, request)
    if dependencies.directory()[0].get(code) != point:
        await dependencies.directory.put_point(point, dependencies.clock())
    stored = (await dependencies.reads.point_versions([code]))[code]
    status = HTTPStatus.CREATED if stored.version == 1 else HTTPStatus.OK
    return json_response(_view(point, stored), status)


def _view(point: Point, version: Version) -> PointView:
    told = structs.asdict(point)
    return PointView(**told, version=version.version, updated_at=version.updated_at)


def _unknown(code: Code, field: str, value: str, request: ApiRequest) -> Response:
    refusal = Refusal(code, field, value)
    return problem_response(refusal_problem(refusal, None, request.path, request.language))


_decoder = msgspec.json.Decoder(PointBody)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/api/v1/points",
        name="listPoints",
        tag="points",
        summary="List pick-up points",
        handler=list_points,
        roles=KEY_ROLES,
        query=PlacesQuery,
        response=PointsPage,
        problems=(RequestErrorCode.INVALID_QUERY,),
    ),
    Endpoint(
        method="GET",
        path="/api/v1/points/{code}",
        name="readPoint",
        tag="points",
        summary="Read a pick-up point",
        handler=read,
        roles=KEY_ROLES,
        response=PointView,
        problems=(Code.UNKNOWN_POINT,),
    ),
    Endpoint(
        method="PUT",
        path="/api/v1/points/{code}",
        name="putPoint",
        tag="points",
        summary="Open a pick-up point or change its settings",
        description="The whole settings; what is left out gets its default.",
        handler=put,
        roles=frozenset({Role.ADMIN}),
        body=PointBody,
        body_example=POINT_EXAMPLE,
        response=PointView,
        further_statuses=(HTTPStatus.CREATED,),
        problems=(Code.UNKNOWN_WAREHOUSE, RequestErrorCode.INVALID_SETTINGS),
    ),
)
