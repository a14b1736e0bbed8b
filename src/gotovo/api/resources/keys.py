"""Keys of programs as a resource: create, list, revoke. The token is shown once."""

from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType, structs
from starlette.responses import Response

from gotovo.access.permissions import limits_of
from gotovo.access.programs.api_keys import (
    AT_ONCE_MAX,
    IN_SHOP,
    OVERLAP_HOURS,
    OVERLAP_HOURS_MAX,
    RATE_MAX,
    STREAMS_MAX,
    KeyTerms,
    create_key,
    limits_of_key,
    roll_key,
)
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.idempotency import run_once
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.pagination import PAGE_ITEMS, PAGE_ITEMS_MAX, cursor_of, read_cursor
from gotovo.api.dispatch.request import ApiRequest, query_of
from gotovo.api.dispatch.responses import json_response
from gotovo.api.resources.shops import unknown_shop
from gotovo.http.hot_paths import HotResponse
from gotovo.order.values.actor import Role
from gotovo.store.tables.access.api_keys import ApiKey, KeyLimits
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode

_ADMIN = frozenset({Role.ADMIN})

KeyRole = Literal["storefront", "warehouse", "point", "courier", "support", "admin", "follower"]


class KeyBody(Value, frozen=True, forbid_unknown_fields=True):
    """A new key. A key of the role `point` names its point; no other role may.

    `shop` limits a storefront, a follower, support or an administrator to the orders of one shop.
    Without it a storefront is of the default shop, the others are of the network; a key made by
    an administrator of a shop is of that shop.
    """

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    role: KeyRole
    point: Annotated[str, Meta(max_length=64)] = ""
    shop: Annotated[str, Meta(max_length=64)] = ""


class LimitsBody(Value, frozen=True, forbid_unknown_fields=True):
    """The limits of one key in each process; what is absent or null is as in the settings.

    `rate` is requests a second, 0 for any number, and `burst` how many at once; `requests` are
    those under way, `streams` event streams.
    """

    rate: Annotated[int, Meta(ge=0, le=RATE_MAX)] | None = None
    burst: Annotated[int, Meta(ge=1, le=AT_ONCE_MAX)] | None = None
    requests: Annotated[int, Meta(ge=1, le=AT_ONCE_MAX)] | None = None
    streams: Annotated[int, Meta(ge=1, le=STREAMS_MAX)] | None = None


class KeyView(Value, frozen=True):
    """A key without its token; `shop` is absent for the default shop and the network.

    `limits` is absent where the key has no limits of its own.
    """

    id: str
    name: str
    role: str
    point: str | None
    created_at: datetime
    revoked_at: datetime | None
    shop: str | UnsetType = UNSET
    limits: LimitsBody | UnsetType = UNSET


class NewKeyView(Value, frozen=True):
    """A key as it is created. Store the token: a repetition of the request gets null instead."""

    id: str
    token: str | None
    name: str
    role: str
    point: str | None
    created_at: datetime
    shop: str | UnsetType = UNSET


class RollBody(Value, frozen=True, forbid_unknown_fields=True):
    """For how many hours the earlier tokens are valid beside the new one; 0 ends them at once."""

    overlap_hours: Annotated[int, Meta(ge=0, le=OVERLAP_HOURS_MAX)] = OVERLAP_HOURS


class RolledKeyView(Value, frozen=True):
    """A rolled key. Store the token: a repetition of the request gets null instead."""

    id: str
    token: str | None
    old_until: datetime


class KeysQuery(Value, frozen=True, forbid_unknown_fields=True):
    """A page of keys."""

    after: Annotated[str, Meta(max_length=200)] = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_ITEMS_MAX)] = PAGE_ITEMS


class KeysPage(Value, frozen=True):
    """A page, newest first; `next` is null on the last one."""

    items: list[KeyView]
    next: str | None


async def create(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Create a key; only the response of the request that did so tells its token."""
    body = decode_body(request.content, _decoder)
    is_point = body.role == Role.POINT
    if is_point and body.point not in dependencies.directory()[0]:
        raise ApiError(RequestErrorCode.INVALID_BODY, "point", body.point, "the code of a point")
    if not is_point and body.point:
        raise ApiError(RequestErrorCode.INVALID_BODY, "point", body.point, "absent")
    shop = await _shop(dependencies, request, body)

    token = ""

    async def work(request_id: UUID) -> Response:
        nonlocal token
        stored, token = await create_key(
            dependencies.keys,
            request_id,
            KeyTerms(body.name, Role(body.role), body.point, shop),
            dependencies.clock(),
        )
        return json_response(_new_view(stored), HTTPStatus.CREATED)

    response = await run_once(dependencies, request, work)
    await dependencies.api_keys.catch_up()
    if not token:
        return response
    return HotResponse(_with_token(bytes(response.body), token), response.status_code)


async def roll(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Give a key another token; only the response of the request that did so tells it."""
    body = decode_body(request.content, _roll_decoder)
    key_id = request.path_params["id"]
    overlap = timedelta(hours=body.overlap_hours)
    token = ""

    async def work(_request_id: UUID) -> Response:
        nonlocal token
        now = dependencies.clock()
        shop = limits_of(request.actor).shop
        token = await roll_key(dependencies.keys, key_id, overlap, now, shop)
        if not token:
            raise ApiError(RequestErrorCode.UNKNOWN_KEY, "id", key_id)
        return json_response(RolledKeyView(key_id, None, now + overlap))

    response = await run_once(dependencies, request, work)
    await dependencies.api_keys.catch_up()
    if not token:
        return response
    view = _rolled_decoder.decode(bytes(response.body))
    return json_response(structs.replace(view, token=token))


async def limit(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Set the limits of a key, in place of those that it had."""
    body = decode_body(request.content, _limits_decoder)
    key_id = request.path_params["id"]

    async def work(_request_id: UUID) -> Response:
        if not await dependencies.keys.limit(key_id, KeyLimits(*structs.astuple(body))):
            raise ApiError(RequestErrorCode.UNKNOWN_KEY, "id", key_id)
        return json_response(body)

    response = await run_once(dependencies, request, work)
    await dependencies.api_keys.catch_up()
    return response


async def list_keys(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a page of keys, revoked ones included."""
    query = query_of(request, KeysQuery)
    after, after_id = read_cursor(query.after) if query.after else (None, "")
    shop = limits_of(request.actor).shop
    found = await dependencies.keys.page(after, after_id, query.limit + 1, shop)
    views = [_view(key) for key in found[: query.limit]]
    last = found[query.limit - 1] if len(found) > query.limit else None
    return json_response(KeysPage(views, cursor_of(last.created_at, last.id) if last else None))


async def revoke(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Revoke a key; a second time changes nothing."""
    key_id = request.path_params["id"]
    shop = limits_of(request.actor).shop
    if not await dependencies.keys.revoke(key_id, dependencies.clock(), shop):
        raise ApiError(RequestErrorCode.UNKNOWN_KEY, "id", key_id)
    await dependencies.api_keys.catch_up()
    return Response(status_code=HTTPStatus.NO_CONTENT)


async def _shop(dependencies: ApiDependencies, request: ApiRequest, body: KeyBody) -> str | None:
    """Return the shop of a new key, None where the role decides it; raise the error of another."""
    own = limits_of(request.actor).shop
    if own is not None:
        if Role(body.role) not in IN_SHOP:
            roles = ", ".join(sorted(IN_SHOP))
            raise ApiError(RequestErrorCode.INVALID_BODY, "role", body.role, roles)
        if body.shop not in {"", own}:
            raise ApiError(RequestErrorCode.INVALID_BODY, "shop", body.shop, own or "absent")
        return own
    if body.shop and Role(body.role) not in IN_SHOP:
        raise ApiError(RequestErrorCode.INVALID_BODY, "shop", body.shop, "absent")
    if body.shop and not await dependencies.shops.is_known(body.shop):
        raise unknown_shop(body.shop)
    return body.shop or None


def _view(key: ApiKey) -> KeyView:
    point, shop = key.point or None, key.shop or UNSET
    limits = limits_of_key(key)
    own = UNSET if limits == KeyLimits() else LimitsBody(*structs.astuple(limits))
    return KeyView(key.id, key.name, key.role, point, key.created_at, key.revoked_at, shop, own)


def _new_view(key: ApiKey) -> NewKeyView:
    """Return the response as it is stored: without its token."""
    point, shop = key.point or None, key.shop or UNSET
    return NewKeyView(key.id, None, key.name, key.role, point, key.created_at, shop)


def _with_token(body: bytes, token: str) -> bytes:
    """Put the token into the stored response: it is in no response that is stored."""
    return msgspec.json.encode(structs.replace(_new_decoder.decode(body), token=token))


_decoder = msgspec.json.Decoder(KeyBody)
_new_decoder = msgspec.json.Decoder(NewKeyView)
_limits_decoder = msgspec.json.Decoder(LimitsBody)
_roll_decoder = msgspec.json.Decoder(RollBody)
_rolled_decoder = msgspec.json.Decoder(RolledKeyView)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path="/api/v1/keys",
        name="createKey",
        tag="keys",
        summary="Create a key",
        description=(
            "Only this response contains the token. Repeating the request returns the key with "
            "`token: null`; if the first response was lost, roll the key."
        ),
        handler=create,
        protected_by=ProtectedBy.SHOP,
        roles=_ADMIN,
        body=KeyBody,
        body_example={"name": "shop", "role": "storefront"},
        response=NewKeyView,
        response_status=HTTPStatus.CREATED,
        repeatable=True,
    ),
    Endpoint(
        method="GET",
        path="/api/v1/keys",
        name="listKeys",
        tag="keys",
        summary="List keys",
        handler=list_keys,
        protected_by=ProtectedBy.SHOP,
        roles=_ADMIN,
        query=KeysQuery,
        response=KeysPage,
        problems=(RequestErrorCode.INVALID_QUERY,),
    ),
    Endpoint(
        method="POST",
        path="/api/v1/keys/{id}/roll",
        name="rollKey",
        tag="keys",
        summary="Roll a key",
        description=(
            "The key gets a new token, which only this response contains; its id, limits and "
            "Idempotency-Keys stay. All earlier tokens are valid for `overlap_hours` more, so "
            "that programs can change over without a pause."
        ),
        handler=roll,
        protected_by=ProtectedBy.SHOP,
        roles=_ADMIN,
        body=RollBody,
        body_example={"overlap_hours": 24},
        response=RolledKeyView,
        repeatable=True,
        problems=(RequestErrorCode.UNKNOWN_KEY,),
    ),
    Endpoint(
        method="POST",
        path="/api/v1/keys/{id}/limits",
        name="limitKey",
        tag="keys",
        summary="Set the limits of a key",
        description=(
            "For keys of the network alone: a shop does not set its own limits. Effective within "
            "three seconds in every process."
        ),
        handler=limit,
        protected_by=ProtectedBy.NETWORK_KEY,
        roles=_ADMIN,
        body=LimitsBody,
        body_example={"rate": 100, "burst": 1_000, "requests": 50, "streams": 5},
        response=LimitsBody,
        repeatable=True,
        problems=(RequestErrorCode.UNKNOWN_KEY,),
    ),
    Endpoint(
        method="DELETE",
        path="/api/v1/keys/{id}",
        name="revokeKey",
        tag="keys",
        summary="Revoke a key",
        description="Effective within three seconds in every process.",
        handler=revoke,
        protected_by=ProtectedBy.SHOP,
        roles=_ADMIN,
        response_status=HTTPStatus.NO_CONTENT,
        problems=(RequestErrorCode.UNKNOWN_KEY,),
    ),
)
