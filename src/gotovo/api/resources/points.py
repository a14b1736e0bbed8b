"""Pick-up points as a resource: any key reads them, an administrator's key changes them."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.responses import Response

from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import KEY_ROLES, Endpoint
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.request import ApiRequest
from gotovo.api.dispatch.responses import json_response, refusal_response
from gotovo.api.resources.places import (
    PlacesQuery,
    check_settings,
    page_of,
    place_of_body,
    put_status,
    view_of,
)
from gotovo.api.schemas.examples import POINT_EXAMPLE
from gotovo.order.refusals import Code, Refusal
from gotovo.order.values.actor import Role
from gotovo.points.point import Point, point_errors
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode

Text = Annotated[str, Meta(max_length=500)]
Name = Annotated[str, Meta(max_length=64)]


class PointBody(Point, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of a point; its code is in the path and may be left out."""

    code: Name = ""
    title: Text
    address: Text
    warehouse: Name
    phone: Name = ""


class PointView(Point, frozen=True, kw_only=True):
    """A point; `version` counts its changes."""

    version: int
    updated_at: datetime


class PointsPage(Value, frozen=True):
    """A page in order of code; `next` is null on the last one."""

    items: list[PointView]
    next: str | None


async def list_points(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a page of points."""
    points = dependencies.directory()[0]
    views, next_cursor = await page_of(
        request, points, dependencies.reads.point_versions, PointView
    )
    return json_response(PointsPage(views, next_cursor))


async def read(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return one point."""
    code = request.path_params["code"]
    point = dependencies.directory()[0].get(code)
    versions = await dependencies.reads.point_versions([code])
    if point is None or code not in versions:
        return refusal_response(request, Refusal(Code.UNKNOWN_POINT, "code", code))
    return json_response(view_of(point, versions[code], PointView))


async def put(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Open a point or change its settings; the same settings again change nothing."""
    point = place_of_body(request, decode_body(request.content, _decoder), Point)
    check_settings(point_errors(point))
    if point.warehouse not in dependencies.directory()[1]:
        refusal = Refusal(Code.UNKNOWN_WAREHOUSE, "warehouse", point.warehouse)
        return refusal_response(request, refusal)
    if dependencies.directory()[0].get(point.code) != point:
        await dependencies.directory.put_point(point, dependencies.clock())
    version = (await dependencies.reads.point_versions([point.code]))[point.code]
    return json_response(view_of(point, version, PointView), put_status(version))


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
        description="Replaces all settings; a setting that is left out gets its default.",
        handler=put,
        roles=frozenset({Role.ADMIN}),
        body=PointBody,
        body_example=POINT_EXAMPLE,
        response=PointView,
        further_statuses=(HTTPStatus.CREATED,),
        problems=(Code.UNKNOWN_WAREHOUSE, RequestErrorCode.INVALID_SETTINGS),
    ),
)
