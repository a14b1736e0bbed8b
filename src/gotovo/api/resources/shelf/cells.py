"""Cells of a point: what lies in one, its move into another, and what lies in none."""

from typing import Final
from urllib.parse import unquote
from uuid import UUID

import msgspec
from starlette.responses import Response

from gotovo.access.programs.scopes import KeyScope
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.idempotency import run_once
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.pagination import read_text_cursor, text_cursor
from gotovo.api.dispatch.request import ApiRequest, query_of
from gotovo.api.dispatch.responses import json_response, refusal_response
from gotovo.api.dispatch.submission import UNAVAILABLE, unavailable
from gotovo.api.resources.desk.point_access import AT_DESK, refused_point
from gotovo.api.resources.manifests.manifest_view import OrderOutcomeView, outcome_view
from gotovo.api.schemas.desk.shelf_view import (
    CellMoveBody,
    CellView,
    UnshelvedPage,
    UnshelvedParcelView,
    UnshelvedQuery,
    cell_parcel,
)
from gotovo.desk.shelf.cell_moves import MoveRequest, cell_of
from gotovo.order.refusals import Code, Refusal
from gotovo.points.cells.plan import cells_named, planned_cell
from gotovo.store.reads.desk.scans import ORDERS_MAX
from gotovo.value import Value
from gotovo.words.desk.acceptance_words import spoken_cell


class CellMoveView(Value, frozen=True, rename={"source": "from", "target": "to"}):
    """What became of each order. `more`: too much lay there at once; take the same step again."""

    source: str
    target: str
    outcomes: list[OrderOutcomeView]
    more: bool


async def read_cell(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return what lies in a cell."""
    refused = refused_point(dependencies, request)
    if refused is not None:
        return refused
    point = dependencies.directory()[0][request.path_params["code"]]
    text = unquote(request.path_params["cell"])
    cell = cell_of(point.cells, text)
    if not cell:
        refusal = Refusal(Code.UNKNOWN_CELL, "cell", text, cells_named(point.cells))
        return refusal_response(request, refusal)
    now = dependencies.clock()
    lying = await dependencies.desk_reads.in_cell(point.code, request.actor.shop, cell, now)
    numbers = sorted({each.order.number for each in lying})
    await dependencies.access_log.record(request.actor, "list", numbers)
    planned = planned_cell(point.cells, cell)
    view = CellView(
        cell=cell,
        say=spoken_cell(cell),
        size=None if planned is None else planned.size,
        fits=None if planned is None else planned.fits,
        parcels=[cell_parcel(each) for each in lying],
        more=len(numbers) >= ORDERS_MAX,
    )
    return json_response(view)


async def move_cell(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Move everything of a cell into another one."""
    refused = refused_point(dependencies, request)
    if refused is not None:
        return refused
    body = decode_body(request.content, _move_decoder)

    async def work(request_id: UUID) -> Response:
        wanted = MoveRequest(
            id=request_id,
            actor=request.actor,
            point=request.path_params["code"],
            source=body.source,
            target=body.target,
            at=body.at,
        )
        try:
            moved = await dependencies.desk.shelves.moves.move(wanted)
        except UNAVAILABLE as error:
            raise unavailable(dependencies, error) from error
        if isinstance(moved, Refusal):
            return refusal_response(request, moved)
        numbers = sorted(each.number for each in moved.outcomes)
        await dependencies.access_log.record(request.actor, "list", numbers)
        outcomes = [outcome_view(each, request.language) for each in moved.outcomes]
        return json_response(CellMoveView(moved.source, moved.target, outcomes, moved.has_more))

    return await run_once(dependencies, request, work)


async def list_unshelved(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return what has arrived and lies on no shelf."""
    refused = refused_point(dependencies, request)
    if refused is not None:
        return refused
    query = query_of(request, UnshelvedQuery)
    (after,) = read_text_cursor(query.after, 1)
    point = request.path_params["code"]
    shop = request.actor.shop
    found = await dependencies.desk.shelves.reads.unshelved(point, shop, after, query.limit + 1)
    shown = found[: query.limit]
    next_cursor = text_cursor(shown[-1].barcode) if len(found) > query.limit else None
    numbers = sorted({each.number for each in shown})
    await dependencies.access_log.record(request.actor, "list", numbers)
    items = [UnshelvedParcelView(each.barcode, each.number) for each in shown]
    return json_response(UnshelvedPage(items, next_cursor))


_move_decoder = msgspec.json.Decoder(CellMoveBody)
_OF_POINT: Final = (Code.UNKNOWN_POINT, Code.WRONG_POINT)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/api/v1/points/{code}/cells/{cell}",
        name="readCell",
        tag="shelf",
        summary="Read what lies in a cell",
        description="Of a hundred orders at most, also of closed ones that are still there.",
        handler=read_cell,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.ORDERS_READ,
        roles=AT_DESK,
        response=CellView,
        problems=(*_OF_POINT, Code.UNKNOWN_CELL),
    ),
    Endpoint(
        method="POST",
        path="/api/v1/points/{code}/moves",
        name="moveCell",
        tag="shelf",
        summary="Move everything in a cell into another one",
        description=(
            "Each order on its own: what can't move, as the parcel of a closed order, stays where "
            "it is, and its outcome says why."
        ),
        handler=move_cell,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.PARCELS_WRITE,
        roles=AT_DESK,
        body=CellMoveBody,
        body_example={"from": "54-35", "to": "12-1"},
        response=CellMoveView,
        problems=(*_OF_POINT, Code.UNKNOWN_CELL),
        repeatable=True,
    ),
    Endpoint(
        method="GET",
        path="/api/v1/points/{code}/unshelved",
        name="listUnshelved",
        tag="shelf",
        summary="List what has arrived and lies on no shelf",
        handler=list_unshelved,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.ORDERS_READ,
        roles=AT_DESK,
        query=UnshelvedQuery,
        response=UnshelvedPage,
        problems=_OF_POINT,
    ),
)
