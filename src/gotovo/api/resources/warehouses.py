"""Warehouses as a resource: read by everybody with a key, changed by an administrator."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

import msgspec
from msgspec import Meta, structs

from gotovo.api.answer import Answer, json_answer, problem_answer
from gotovo.api.body import decode_body
from gotovo.api.dispatch.dependencies import ApiParts
from gotovo.api.dispatch.endpoint import KEY_ROLES, Endpoint
from gotovo.api.dispatch.errors import Fault
from gotovo.api.dispatch.pagination import read_text_cursor, text_cursor
from gotovo.api.dispatch.problems import FieldFault, refusal_problem
from gotovo.api.request import Request, query_of
from gotovo.api.resources.points import PlacesQuery
from gotovo.api.schemas.examples import WAREHOUSE_EXAMPLE
from gotovo.order.refusals import Code, Refusal
from gotovo.order.values.actor import Role
from gotovo.points.warehouse import Warehouse, warehouse_faults
from gotovo.store.reads.programs import Version
from gotovo.value import Value
from gotovo.words.request_errors import RequestFault


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


async def list_warehouses(parts: ApiParts, request: Request) -> Answer:
    """Return a page of warehouses."""
    query = query_of(request, PlacesQuery)
    warehouses = parts.directory()[1]
    (after,) = read_text_cursor(query.after, 1)
    codes = sorted(code for code in warehouses if code > after)
    shown = codes[: query.limit]
    versions = await parts.reads.warehouse_versions(shown)
    views = [_view(warehouses[code], versions[code]) for code in shown if code in versions]
    following = text_cursor(shown[-1]) if len(codes) > query.limit else None
    return json_answer(WarehousesPage(views, following))


async def read(parts: ApiParts, request: Request) -> Answer:
    """Return one warehouse."""
    code = request.names["code"]
    warehouse = parts.directory()[1].get(code)
    versions = await parts.reads.warehouse_versions([code])
    if warehouse is None or code not in versions:
        refusal = Refusal(Code.UNKNOWN_WAREHOUSE, "code", code)
        return problem_answer(refusal_problem(refusal, None, request.path, request.language))
    return json_answer(_view(warehouse, versions[code]))


async def put(parts: ApiParts, request: Request) -> Answer:
    """Open a warehouse or change its settings; the same settings again change nothing."""
    code = request.names["code"]
    body = decode_body(request.body, _decoder)
    if body.code not in {"", code}:
        raise Fault(RequestFault.INVALID_BODY, "code", body.code, code)
    warehouse = Warehouse(**structs.asdict(structs.replace(body, code=code)))
    faults = tuple(FieldFault(f.field, f.value, f.expected) for f in warehouse_faults(warehouse))
    if faults:
        first = faults[0]
        raise Fault(
            RequestFault.INVALID_SETTINGS, first.field, first.value, first.expected, faults=faults
        )
    if parts.directory()[1].get(code) != warehouse:
        await parts.directory.put_warehouse(warehouse, parts.clock())
    stored = (await parts.reads.warehouse_versions([code]))[code]
    status = HTTPStatus.CREATED if stored.version == 1 else HTTPStatus.OK
    return json_answer(_view(warehouse, stored), status)


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
        answer=WarehousesPage,
        problems=(RequestFault.INVALID_QUERY,),
    ),
    Endpoint(
        method="GET",
        path="/api/v1/warehouses/{code}",
        name="readWarehouse",
        tag="warehouses",
        summary="Read a warehouse",
        handler=read,
        roles=KEY_ROLES,
        answer=WarehouseView,
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
        answer=WarehouseView,
        further_statuses=(HTTPStatus.CREATED,),
        problems=(RequestFault.INVALID_SETTINGS,),
    ),
)
