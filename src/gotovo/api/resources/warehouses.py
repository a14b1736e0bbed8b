"""Warehouses as a resource: read by everybody with a key, changed by an administrator."""

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
from gotovo.api.dispatch.pagination import read_text_cursor, text_cursor
from gotovo.api.dispatch.problems import FieldError, refusal_problem
from gotovo.api.dispatch.request import ApiRequest, query_of
from gotovo.api.dispatch.responses import json_response, problem_response
from gotovo.api.resources.points import PlacesQuery
from gotovo.api.schemas.examples import WAREHOUSE_EXAMPLE
from gotovo.order.refusals import Code, Refusal
from gotovo.order.values.actor import Role
from gotovo.points.warehouse import Warehouse, warehouse_errors
from gotovo.store.reads.programs import Version
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode


class WarehouseBody(Warehouse, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The settings of a warehouse; its code is in the address and may be left out."""

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
    query = query_of(request, PlacesQuery)
    warehouses = dependencies.directory()[1]
    (after,) = read_text_cursor(query.after, 1)
    codes = sorted(code for code in warehouses if code > after)
    shown = codes[: query.limit]
    versions = await dependencies.reads.warehouse_versions(shown)
    views = [_view(warehouses[code], versions[code]) for code in shown if code in versions]
    following = text_cursor(shown[-1]) if len(codes) > query.limit else None
    return json_response(WarehousesPage(views, following))


async def read(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return one warehouse."""
    code = request.path_params["code"]
    warehouse = dependencies.directory()[1].get(code)
    versions = await dependencies.reads.warehouse_versions([code])
    if warehouse is None or code not in versions:
        refusal = Refusal(Code.UNKNOWN_WAREHOUSE, "code", code)
        return problem_response(refusal_problem(refusal, None, request.path, request.language))
    return json_response(_view(warehouse, versions[code]))


async def put(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Open a warehouse or change its settings; the same settings again change nothing."""
    code = request.path_params["code"]
    body = decode_body(request.content, _decoder)
    if body.code not in {"", code}:
        raise ApiError(RequestErrorCode.INVALID_BODY, "code", body.code, code)
    warehouse = Warehouse(**structs.asdict(structs.replace(body, code=code)))
    errors = tuple(FieldError(f.field, f.value, f.expected) for f in warehouse_errors(warehouse))
    if errors:
        first = errors[0]
        raise ApiError(
            RequestErrorCode.INVALID_SETTINGS,
            first.field,
            first.value,
            first.expected,
            errors=errors,
        )
    if dependencies.directory()[1].get(code) != warehouse:
        await dependencies.directory.put_warehouse(warehouse, dependencies.clock())
    stored = (await dependencies.reads.warehouse_versions([code]))[code]
    status = HTTPStatus.CREATED if stored.version == 1 else HTTPStatus.OK
    return json_response(_view(warehouse, stored), status)


def _view(warehouse: Warehouse, version: Version) -> WarehouseView:
    told = structs.asdict(warehouse)
    return WarehouseView(**told, version=version.version, updated_at=version.updated_at)


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
        description="The whole settings; what is left out gets its default.",
        handler=put,
        roles=frozenset({Role.ADMIN}),
        body=WarehouseBody,
        body_example=WAREHOUSE_EXAMPLE,
        response=WarehouseView,
        further_statuses=(HTTPStatus.CREATED,),
        problems=(RequestErrorCode.INVALID_SETTINGS,),
    ),
)
