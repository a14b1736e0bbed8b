"""Warehouses as a resource: any key reads them, an administrator's key changes them."""

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
from gotovo.api.schemas.examples import WAREHOUSE_EXAMPLE
from gotovo.order.refusals import Code, Refusal
from gotovo.order.values.actor import Role
from gotovo.points.warehouse import Warehouse, warehouse_errors
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode


class WarehouseBody(Warehouse, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of a warehouse; its code is in the path and may be left out."""

    code: Annotated[str, Meta(max_length=64)] = ""
    title: Annotated[str, Meta(max_length=500)]


class WarehouseView(Warehouse, frozen=True, kw_only=True):
    """A warehouse; `version` counts its changes."""

    version: int
    updated_at: datetime


class WarehousesPage(Value, frozen=True):
    """A page in order of code; `next` is null on the last one."""

    items: list[WarehouseView]
    next: str | None


async def list_warehouses(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a page of warehouses."""
    warehouses = dependencies.directory()[1]
    views, next_cursor = await page_of(
        request, warehouses, dependencies.reads.warehouse_versions, WarehouseView
    )
    return json_response(WarehousesPage(views, next_cursor))


async def read(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return one warehouse."""
    code = request.path_params["code"]
    warehouse = dependencies.directory()[1].get(code)
    versions = await dependencies.reads.warehouse_versions([code])
    if warehouse is None or code not in versions:
        return refusal_response(request, Refusal(Code.UNKNOWN_WAREHOUSE, "code", code))
    return json_response(view_of(warehouse, versions[code], WarehouseView))


async def put(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Open a warehouse or change its settings; the same settings again change nothing."""
    warehouse = place_of_body(request, decode_body(request.content, _decoder), Warehouse)
    check_settings(warehouse_errors(warehouse))
    if dependencies.directory()[1].get(warehouse.code) != warehouse:
        await dependencies.directory.put_warehouse(warehouse, dependencies.clock())
    version = (await dependencies.reads.warehouse_versions([warehouse.code]))[warehouse.code]
    return json_response(view_of(warehouse, version, WarehouseView), put_status(version))


_decoder = msgspec.json.Decoder(WarehouseBody)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/api/v1/warehouses",
        name="listWarehouses",
        tag="warehouses",
        summary="List warehouses",
        handler=list_warehouses,
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
        handler=read,
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
        description="Replaces all settings; a setting that is left out gets its default.",
        handler=put,
        roles=frozenset({Role.ADMIN}),
        body=WarehouseBody,
        body_example=WAREHOUSE_EXAMPLE,
        response=WarehouseView,
        further_statuses=(HTTPStatus.CREATED,),
        problems=(RequestErrorCode.INVALID_SETTINGS,),
    ),
)
