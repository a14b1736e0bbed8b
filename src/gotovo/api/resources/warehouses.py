"""Warehouses as a resource: any key reads them, an administrator's key changes them."""

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
from gotovo.api.schemas.examples import WAREHOUSE_EXAMPLE, WAREHOUSE_PATCH_EXAMPLE
from gotovo.order.refusals import Code, Refusal
from gotovo.order.values.actor import Role
from gotovo.points.warehouse import Warehouse, warehouse_errors
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode


class WarehouseBody(Warehouse, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of a warehouse; its code is in the path and may be left out.

    Without `accepts_orders` it stays as it is; a new one takes orders.
    """

    code: Annotated[str, Meta(max_length=64)] = ""
    title: Annotated[str, Meta(max_length=500)]
    accepts_orders: bool | UnsetType = UNSET  # pyright: ignore[reportIncompatibleVariableOverride]


class WarehouseView(Warehouse, frozen=True, kw_only=True):
    """A warehouse; `version` counts its changes."""

    version: int
    updated_at: datetime


class WarehousesPage(Value, frozen=True):
    """A page in order of code; `next` is null on the last one."""

    items: list[WarehouseView]
    next: str | None


def _refusal(_dependencies: ApiDependencies, _warehouse: Warehouse) -> Refusal | None:
    return None


WAREHOUSES: Final = Places(
    PlaceKind(
        place=Warehouse,
        view=WarehouseView,
        body=WarehouseBody,
        unknown=Code.UNKNOWN_WAREHOUSE,
        places=lambda dependencies: dependencies.directory()[1],
        stored=lambda dependencies: dependencies.reads.stored_warehouses,
        errors=warehouse_errors,
        refusal=_refusal,
    )
)


async def list_warehouses(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a page of warehouses."""
    return json_response(WarehousesPage(*await WAREHOUSES.page(dependencies, request)))


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/api/v1/warehouses",
        name="listWarehouses",
        tag="warehouses",
        summary="List warehouses",
        handler=list_warehouses,
        protected_by=ProtectedBy.NETWORK,
        scope=KeyScope.PLACES_READ,
        roles=KEY_ROLES,
        query=PlacesQuery,
        response=WarehousesPage,
        problems=(RequestErrorCode.INVALID_QUERY,),
    ),
    Endpoint(
        method="GET",
        path="/api/v1/warehouses/{code}",
        name="readWarehouse",
        tag="warehouses",
        summary="Read a warehouse",
        handler=WAREHOUSES.read,
        protected_by=ProtectedBy.NETWORK,
        scope=KeyScope.PLACES_READ,
        roles=KEY_ROLES,
        response=WarehouseView,
        problems=(Code.UNKNOWN_WAREHOUSE,),
    ),
    Endpoint(
        method="PUT",
        path="/api/v1/warehouses/{code}",
        name="putWarehouse",
        tag="warehouses",
        summary="Open a warehouse or change its settings",
        description=PUT_DESCRIPTION,
        handler=WAREHOUSES.put,
        protected_by=ProtectedBy.NETWORK_KEY,
        scope=KeyScope.PLACES_WRITE,
        roles=frozenset({Role.ADMIN}),
        body=WarehouseBody,
        body_example=WAREHOUSE_EXAMPLE,
        response=WarehouseView,
        further_statuses=(HTTPStatus.CREATED,),
        problems=REPLACING,
    ),
    Endpoint(
        method="PATCH",
        path="/api/v1/warehouses/{code}",
        name="patchWarehouse",
        tag="warehouses",
        summary="Change some settings of a warehouse",
        description=PATCH_DESCRIPTION,
        handler=WAREHOUSES.patch,
        protected_by=ProtectedBy.NETWORK_KEY,
        scope=KeyScope.PLACES_WRITE,
        roles=frozenset({Role.ADMIN}),
        body=WAREHOUSES.patch_body,
        body_example=WAREHOUSE_PATCH_EXAMPLE,
        response=WarehouseView,
        problems=(
            Code.UNKNOWN_WAREHOUSE,
            RequestErrorCode.INVALID_SETTINGS,
            RequestErrorCode.PRECONDITION_FAILED,
        ),
    ),
)
