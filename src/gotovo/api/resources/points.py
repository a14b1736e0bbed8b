"""Pick-up points as a resource: any key reads them, an administrator's key changes them."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Final

from msgspec import UNSET, Meta, UnsetType
from starlette.responses import Response

from gotovo.access.programs.scopes import KeyScope
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import KEY_ROLES, Endpoint, ProtectedBy
from gotovo.api.dispatch.request import ApiRequest
from gotovo.api.dispatch.responses import json_response
from gotovo.api.resources.places import (
    PATCH_DESCRIPTION,
    PUT_DESCRIPTION,
    REPLACING,
    PlaceKind,
    Places,
    PlacesQuery,
)
from gotovo.api.schemas.examples import POINT_EXAMPLE, POINT_PATCH_EXAMPLE
from gotovo.order.refusals import Code, Refusal
from gotovo.order.values.actor import Role
from gotovo.points.point import Point, point_errors
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode

Text = Annotated[str, Meta(max_length=500)]
Name = Annotated[str, Meta(max_length=64)]


class PointBody(Point, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of a point; its code is in the path and may be left out.

    Without `accepting` it stays as it is; a new one takes orders.
    """

    code: Name = ""
    title: Text
    address: Text
    warehouse: Name
    phone: Name = ""
    accepting: bool | UnsetType = UNSET  # pyright: ignore[reportIncompatibleVariableOverride]


class PointView(Point, frozen=True, kw_only=True):
    """A point; `version` counts its changes."""

    version: int
    updated_at: datetime


class PointsPage(Value, frozen=True):
    """A page in order of code; `next` is null on the last one."""

    items: list[PointView]
    next: str | None


def _refusal(dependencies: ApiDependencies, point: Point) -> Refusal | None:
    if point.warehouse in dependencies.directory()[1]:
        return None
    return Refusal(Code.UNKNOWN_WAREHOUSE, "warehouse", point.warehouse)


POINTS: Final = Places(
    PlaceKind(
        place=Point,
        view=PointView,
        body=PointBody,
        unknown=Code.UNKNOWN_POINT,
        places=lambda dependencies: dependencies.directory()[0],
        stored=lambda dependencies: dependencies.reads.stored_points,
        errors=point_errors,
        refusal=_refusal,
    )
)


async def list_points(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a page of points."""
    return json_response(PointsPage(*await POINTS.page(dependencies, request)))


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/api/v1/points",
        name="listPoints",
        tag="points",
        summary="List pick-up points",
        handler=list_points,
        protected_by=ProtectedBy.NETWORK,
        scope=KeyScope.PLACES_READ,
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
        handler=POINTS.read,
        protected_by=ProtectedBy.NETWORK,
        scope=KeyScope.PLACES_READ,
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
        description=PUT_DESCRIPTION,
        handler=POINTS.put,
        protected_by=ProtectedBy.NETWORK_KEY,
        scope=KeyScope.PLACES_WRITE,
        roles=frozenset({Role.ADMIN}),
        body=PointBody,
        body_example=POINT_EXAMPLE,
        response=PointView,
        further_statuses=(HTTPStatus.CREATED,),
        problems=(Code.UNKNOWN_WAREHOUSE, *REPLACING),
    ),
    Endpoint(
        method="PATCH",
        path="/api/v1/points/{code}",
        name="patchPoint",
        tag="points",
        summary="Change some settings of a pick-up point",
        description=PATCH_DESCRIPTION,
        handler=POINTS.patch,
        protected_by=ProtectedBy.NETWORK_KEY,
        scope=KeyScope.PLACES_WRITE,
        roles=frozenset({Role.ADMIN}),
        body=POINTS.patch_body,
        body_example=POINT_PATCH_EXAMPLE,
        response=PointView,
        problems=(
            Code.UNKNOWN_POINT,
            Code.UNKNOWN_WAREHOUSE,
            RequestErrorCode.INVALID_SETTINGS,
            RequestErrorCode.PRECONDITION_FAILED,
        ),
    ),
)
