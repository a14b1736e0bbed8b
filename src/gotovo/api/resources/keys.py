"""Keys of programs as a resource: create, list, revoke. The token is shown once."""

from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, structs
from starlette.responses import Response

from gotovo.access.permissions import limits_of
from gotovo.access.programs.api_keys import IN_SHOP, KeyTerms, create_key, roll_key, shop_named
from gotovo.access.programs.grants import Excess, excess, inherited_scopes, scopes_text
from gotovo.access.programs.scopes import KeyScope, foreign_to
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.idempotency import run_once
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.pagination import PAGE_ITEMS, PAGE_ITEMS_MAX, cursor_of, read_cursor
from gotovo.api.dispatch.request import ApiRequest, query_of
from gotovo.api.dispatch.responses import json_response
from gotovo.api.resources.shops import unknown_shop
from gotovo.api.schemas.key_view import (
    KeyBody,
    KeyView,
    LimitsBody,
    NewKeyView,
    RollBody,
    RolledKeyView,
    key_view,
    new_key_view,
    with_rolled_token,
    with_token,
)
from gotovo.order.values.actor import DEFAULT_SHOP_NAME, Role
from gotovo.store.tables.access.api_keys import ApiKey, KeyLimits
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode

_ADMIN = frozenset({Role.ADMIN})


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
    scopes = _scopes(request, body)
    own = request.holder
    terms = KeyTerms(body.name, Role(body.role), body.point, shop, scopes, own.key_id)
    token = ""

    async def work(request_id: UUID) -> Response:
        nonlocal token
        now = dependencies.clock()
        stored, token = await create_key(dependencies.keys, request_id, terms, now, request.author)
        return json_response(new_key_view(stored), HTTPStatus.CREATED)

    response = await run_once(dependencies, request, work)
    await dependencies.api_keys.catch_up()
    if not token:
        return response
    return json_response(with_token(bytes(response.body), token), response.status_code)


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
        await _check_within(dependencies, request, key_id)
        token = await roll_key(dependencies.keys, key_id, overlap, now, shop, request.author)
        if not token:
            raise ApiError(RequestErrorCode.UNKNOWN_KEY, "id", key_id)
        return json_response(RolledKeyView(key_id, None, now + overlap))

    response = await run_once(dependencies, request, work)
    await dependencies.api_keys.catch_up()
    if not token:
        return response
    return json_response(with_rolled_token(bytes(response.body), token))


async def limit(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Set the limits of a key, in place of those that it had."""
    body = decode_body(request.content, _limits_decoder)
    key_id = request.path_params["id"]

    async def work(_request_id: UUID) -> Response:
        limits, now = KeyLimits(*structs.astuple(body)), dependencies.clock()
        if not await dependencies.keys.limit(key_id, limits, now, request.author):
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
    views = [key_view(key) for key in found[: query.limit]]
    last = found[query.limit - 1] if len(found) > query.limit else None
    return json_response(KeysPage(views, cursor_of(last.created_at, last.id) if last else None))


async def revoke(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Revoke a key; a second time changes nothing."""
    key_id = request.path_params["id"]
    shop, now = limits_of(request.actor).shop, dependencies.clock()
    if not await dependencies.keys.revoke(key_id, now, shop, request.author):
        raise ApiError(RequestErrorCode.UNKNOWN_KEY, "id", key_id)
    await dependencies.api_keys.catch_up()
    return Response(status_code=HTTPStatus.NO_CONTENT)


async def _shop(dependencies: ApiDependencies, request: ApiRequest, body: KeyBody) -> str | None:
    """Return the shop of a new key, None where the role decides it; raise the error of another."""
    own, named = limits_of(request.actor).shop, shop_named(body.shop)
    if own is not None:
        if Role(body.role) not in IN_SHOP:
            roles = ", ".join(sorted(IN_SHOP))
            raise ApiError(RequestErrorCode.INVALID_BODY, "role", body.role, roles)
        if named not in {None, own}:
            expected = own or DEFAULT_SHOP_NAME
            raise ApiError(RequestErrorCode.INVALID_BODY, "shop", body.shop, expected)
        return own
    if named is not None and Role(body.role) not in IN_SHOP:
        raise ApiError(RequestErrorCode.INVALID_BODY, "shop", body.shop, "absent")
    if named is not None and not await dependencies.shops.is_known(named):
        raise unknown_shop(body.shop)
    return named


def _scopes(request: ApiRequest, body: KeyBody) -> Sequence[KeyScope] | None:
    """Return the scopes of a new key, None for all of its role; raise the error of others."""
    own, role = request.holder, Role(body.role)
    foreign = foreign_to(role, body.scopes)
    if foreign is not None:
        expected = scopes_text(scope for scope in KeyScope if not foreign_to(role, (scope,)))
        raise ApiError(RequestErrorCode.INVALID_BODY, "scopes", foreign, expected)
    scopes = body.scopes or inherited_scopes(own, role)
    too_much = excess(own, role, scopes)
    if too_much is not None:
        raise _exceeds(too_much)
    if scopes == []:
        raise _exceeds(Excess("scopes", "", scopes_text(own.scopes)))
    return scopes


async def _check_within(dependencies: ApiDependencies, request: ApiRequest, key_id: str) -> None:
    """Raise the error of a key that has more than the own one: its token would be an escalation."""
    key = await dependencies.keys.find(key_id)
    if key is None or _is_hidden(key, request):
        raise ApiError(RequestErrorCode.UNKNOWN_KEY, "id", key_id)
    too_much = excess(request.holder, Role(key.role), key.scopes)
    if too_much is not None:
        raise _exceeds(too_much)


def _is_hidden(key: ApiKey, request: ApiRequest) -> bool:
    """Tell whether a key is of another shop or of the network, for an administrator of a shop."""
    shop = limits_of(request.actor).shop
    return shop is not None and key.shop != shop


def _exceeds(too_much: Excess) -> ApiError:
    code = RequestErrorCode.EXCEEDS_KEY
    return ApiError(code, too_much.field, too_much.value, too_much.expected)


_decoder = msgspec.json.Decoder(KeyBody)
_limits_decoder = msgspec.json.Decoder(LimitsBody)
_roll_decoder = msgspec.json.Decoder(RollBody)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path="/api/v1/keys",
        name="createKey",
        tag="keys",
        summary="Create a key",
        description=(
            "Only this response contains the token. Repeating the request returns the key with "
            "`token: null`; if the first response was lost, roll the key. A key can make none that "
            "may do more than itself."
        ),
        handler=create,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.KEYS_WRITE,
        roles=_ADMIN,
        body=KeyBody,
        body_example={"name": "shop", "role": "storefront"},
        response=NewKeyView,
        response_status=HTTPStatus.CREATED,
        repeatable=True,
        problems=(RequestErrorCode.EXCEEDS_KEY,),
    ),
    Endpoint(
        method="GET",
        path="/api/v1/keys",
        name="listKeys",
        tag="keys",
        summary="List keys",
        handler=list_keys,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.KEYS_READ,
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
        scope=KeyScope.KEYS_WRITE,
        roles=_ADMIN,
        body=RollBody,
        body_example={"overlap_hours": 24},
        response=RolledKeyView,
        repeatable=True,
        problems=(RequestErrorCode.UNKNOWN_KEY, RequestErrorCode.EXCEEDS_KEY),
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
        scope=KeyScope.KEYS_WRITE,
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
        scope=KeyScope.KEYS_WRITE,
        roles=_ADMIN,
        response_status=HTTPStatus.NO_CONTENT,
        problems=(RequestErrorCode.UNKNOWN_KEY,),
    ),
)
