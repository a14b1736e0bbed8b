"""Stock as a resource: units on hand and reserved, receipts and manual corrections."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated
from uuid import UUID, uuid5

import msgspec
from msgspec import Meta
from starlette.responses import Response

from gotovo.access.permissions import acts_for_network, limits_of
from gotovo.access.programs.scopes import KeyScope
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.idempotency import run_once
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.pagination import PAGE_ITEMS, PAGE_ITEMS_MAX, read_text_cursor, text_cursor
from gotovo.api.dispatch.request import ApiRequest, query_of
from gotovo.api.dispatch.responses import json_response, refusal_response
from gotovo.api.schemas.examples import STOCK_EXAMPLE
from gotovo.order.refusals import Code, Refusal
from gotovo.order.steps.placement import SKU_CHARACTERS_MAX
from gotovo.order.values.actor import Role
from gotovo.store.tables.network.stock import NewStockEntry, StockEntry, StockLevel, StockShort
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode

ENTRIES_MAX = 1_000
"""The delivery note of one lorry; written in one statement."""

DELTA_MAX = 10**9
"""More units of one sku than any warehouse holds; many of them still fit 63 bits."""

ENTRIES_SHOWN = 100

_WRITERS = frozenset({Role.WAREHOUSE, Role.ADMIN})
_READERS = _WRITERS | {Role.SUPPORT, Role.STOREFRONT}

Sku = Annotated[str, Meta(min_length=1, max_length=SKU_CHARACTERS_MAX)]


class EntryBody(Value, frozen=True, forbid_unknown_fields=True):
    """Adds `delta` units, or takes them off; an empty `title` leaves the old one."""

    sku: Sku
    delta: Annotated[int, Meta(ge=-DELTA_MAX, le=DELTA_MAX)]
    title: Annotated[str, Meta(max_length=500)] = ""


class StockBody(Value, frozen=True, forbid_unknown_fields=True):
    """A receipt or a correction of one warehouse: all of it, or nothing."""

    warehouse: Annotated[str, Meta(max_length=64)]
    reason: Annotated[str, Meta(min_length=1, max_length=200)]
    entries: Annotated[list[EntryBody], Meta(min_length=1, max_length=ENTRIES_MAX)]


class LevelView(Value, frozen=True):
    """One sku of one warehouse; `available` is on hand and not reserved."""

    warehouse: str
    sku: str
    title: str
    on_hand: int
    reserved: int
    available: int


class LevelsView(Value, frozen=True):
    """The levels after an entry, in order of sku."""

    levels: list[LevelView]


class StockQuery(Value, frozen=True, forbid_unknown_fields=True):
    """A page of levels, of one warehouse or of all."""

    warehouse: Annotated[str, Meta(max_length=64)] = ""
    after: Annotated[str, Meta(max_length=1_000)] = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_ITEMS_MAX)] = PAGE_ITEMS


class StockPage(Value, frozen=True):
    """A page in order of warehouse and sku; `next` is null on the last one."""

    items: list[LevelView]
    next: str | None


class EntryView(Value, frozen=True):
    """A receipt or correction as it was made; `actor` is `role:id`.

    A key of a shop gets the role alone and no reason: in a reason, people of the network may name
    another shop's order.
    """

    id: UUID
    delta: int
    reason: str
    actor: str
    recorded_at: datetime


class SkuView(Value, frozen=True):
    """One sku with its latest entries, newest first."""

    level: LevelView
    entries: list[EntryView]


async def list_stock(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a page of levels, for a warehouse's own key of that warehouse."""
    query = query_of(request, StockQuery)
    refused = _of_another_warehouse(request, query.warehouse)
    if query.warehouse and refused is not None:
        return refused
    only = limits_of(request.actor).warehouse or query.warehouse or None
    after = read_text_cursor(query.after, 2)
    found = await dependencies.stock.levels(only, (after[0], after[1]), query.limit + 1)
    shown = found[: query.limit]
    more = len(found) > query.limit
    next_cursor = text_cursor(shown[-1].warehouse, shown[-1].sku) if more else None
    return json_response(StockPage([_level(each) for each in shown], next_cursor))


async def read(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return one sku with its receipts and corrections."""
    warehouse, sku = request.path_params["warehouse"], request.path_params["sku"]
    refused = _of_another_warehouse(request, warehouse)
    if refused is not None:
        return refused
    levels = await dependencies.reads.levels(warehouse, [sku])
    if not levels:
        refusal = Refusal(Code.UNKNOWN_SKU, "sku", sku)
        return refusal_response(request, refusal)
    entries = await dependencies.stock.entries(warehouse, sku, ENTRIES_SHOWN)
    return json_response(SkuView(_level(levels[0]), [_entry(each, request) for each in entries]))


async def enter(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Apply a receipt or a correction once, however often it is sent."""
    body = decode_body(request.content, _decoder)
    _check_sense(body)
    refused = _of_another_warehouse(request, body.warehouse)
    if refused is not None:
        return refused
    if body.warehouse not in dependencies.directory()[1]:
        refusal = Refusal(Code.UNKNOWN_WAREHOUSE, "warehouse", body.warehouse)
        return refusal_response(request, refusal)

    async def work(request_id: UUID) -> Response:
        entries = [
            NewStockEntry(
                uuid5(request_id, str(index)),
                body.warehouse,
                entry.sku,
                entry.delta,
                body.reason,
                entry.title,
            )
            for index, entry in enumerate(body.entries)
        ]
        actor = f"{request.actor.role}:{request.actor.id}"
        try:
            await dependencies.stock.enter(entries, actor, dependencies.clock())
        except StockShort as error:
            raise await _short(dependencies, body) from error
        levels = await dependencies.reads.levels(body.warehouse, [entry.sku for entry in entries])
        return json_response(LevelsView([_level(x) for x in levels]), HTTPStatus.CREATED)

    return await run_once(dependencies, request, work)


def _of_another_warehouse(request: ApiRequest, warehouse: str) -> Response | None:
    """Return the refusal of a warehouse that is not the only one of the key (rule 4.19)."""
    own = limits_of(request.actor).warehouse
    if own is None or own == warehouse:
        return None
    refusal = Refusal(Code.NOT_IN_CUSTODY, "warehouse", own, warehouse)
    return refusal_response(request, refusal)


async def _short(dependencies: ApiDependencies, body: StockBody) -> ApiError:
    """Return which entry takes off more than there is, and whether somebody has reserved it."""
    skus = [entry.sku for entry in body.entries]
    levels = {each.sku: each for each in await dependencies.reads.levels(body.warehouse, skus)}
    left = {sku: level.on_hand - level.reserved for sku, level in levels.items()}
    for index, entry in enumerate(body.entries):
        available = left.get(entry.sku, 0)
        left[entry.sku] = available + entry.delta
        if left[entry.sku] < 0:
            reserved = entry.sku in levels and levels[entry.sku].reserved > 0
            below = RequestErrorCode.STOCK_BELOW_RESERVED
            code = below if reserved else RequestErrorCode.STOCK_BELOW_ZERO
            field = f"entries[{index}].delta"
            return ApiError(code, field, str(entry.delta), f"int >= {-available}")
    return ApiError(RequestErrorCode.STOCK_BELOW_RESERVED, "entries")


def _check_sense(body: StockBody) -> None:
    """Raise the error of an entry that neither moves units nor names its goods."""
    for index, entry in enumerate(body.entries):
        if entry.delta == 0 and not entry.title:
            raise ApiError(
                RequestErrorCode.INVALID_BODY, f"entries[{index}].delta", "0", "int, not 0"
            )


def _entry(entry: StockEntry, request: ApiRequest) -> EntryView:
    """Return an entry, to a shop without what is the network's own (rule 4.18)."""
    reason, actor = entry.reason, entry.actor
    if not acts_for_network(request.actor):
        reason, actor = "", actor.partition(":")[0]
    return EntryView(entry.id, entry.delta, reason, actor, entry.recorded_at)


def _level(level: StockLevel) -> LevelView:
    return LevelView(
        warehouse=level.warehouse,
        sku=level.sku,
        title=level.title,
        on_hand=level.on_hand,
        reserved=level.reserved,
        available=level.on_hand - level.reserved,
    )


_decoder = msgspec.json.Decoder(StockBody)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/api/v1/stock",
        name="listStock",
        tag="stock",
        summary="List stock levels",
        handler=list_stock,
        protected_by=ProtectedBy.NETWORK,
        scope=KeyScope.STOCK_READ,
        roles=_READERS,
        query=StockQuery,
        response=StockPage,
        problems=(Code.NOT_IN_CUSTODY, RequestErrorCode.INVALID_QUERY),
    ),
    Endpoint(
        method="GET",
        path="/api/v1/stock/{warehouse}/{sku}",
        name="readStock",
        tag="stock",
        summary="Read one sku with its receipts and corrections",
        handler=read,
        protected_by=ProtectedBy.NETWORK,
        scope=KeyScope.STOCK_READ,
        roles=_READERS,
        response=SkuView,
        problems=(Code.UNKNOWN_SKU, Code.NOT_IN_CUSTODY),
    ),
    Endpoint(
        method="POST",
        path="/api/v1/stock",
        name="enterStock",
        tag="stock",
        summary="Enter a receipt or a correction",
        description="All entries or none. A negative `delta` takes off unreserved units.",
        handler=enter,
        protected_by=ProtectedBy.NETWORK_KEY,
        scope=KeyScope.STOCK_WRITE,
        roles=_WRITERS,
        body=StockBody,
        body_example=STOCK_EXAMPLE,
        response=LevelsView,
        response_status=HTTPStatus.CREATED,
        problems=(
            Code.UNKNOWN_WAREHOUSE,
            Code.NOT_IN_CUSTODY,
            RequestErrorCode.STOCK_BELOW_RESERVED,
            RequestErrorCode.STOCK_BELOW_ZERO,
        ),
        repeatable=True,
    ),
)
