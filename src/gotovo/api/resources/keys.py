"""Keys of programs as a resource: create, list, revoke. The token is shown once."""

from datetime import timedelta
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta, structs
from starlette.responses import Response

from gotovo.access.permissions import limits_of
from gotovo.access.programs.api_keys import (
    IN_SHOP,
    KeyTerms,
    TooManyKeys,
    create_key,
    limits_of_key,
    roll_key,
    shop_named,
)
from gotovo.access.programs.grants import inherited_limits, reach_of
from gotovo.access.programs.scopes import KeyScope
from gotovo.access.staff.fresh_proof import DangerousStep
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.idempotency import run_once
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.pagination import PAGE_ITEMS, PAGE_ITEMS_MAX, cursor_of, read_cursor
from gotovo.api.dispatch.preconditions import check_preconditions, etag
from gotovo.api.dispatch.request import ApiRequest, query_of
from gotovo.api.dispatch.responses import json_response
from gotovo.api.resources.places import PATCH_TRIES_MAX
from gotovo.api.resources.shops import unknown_shop
from gotovo.api.schemas.key_reach import (
    check_limits,
    check_manages,
    check_place,
    check_within,
    new_reach,
    patched_key,
)
from gotovo.api.schemas.key_view import (
    KeyBody,
    KeyPatch,
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
    check_place(body, *dependencies.directory())
    shop = await _shop(dependencies, request, body)
    reach = new_reach(request.holder.reach, body, dependencies.clock())
    terms = KeyTerms(
        name=body.name,
        role=reach.role,
        point=body.point,
        shop=shop,
        scopes=reach.scopes,
        creator=request.holder.key_id,
        networks=reach.networks,
        expires_at=reach.expires_at,
        warehouse=body.warehouse,
        limits=inherited_limits(request.holder.limits, dependencies.key_settings),
    )
    token = ""

    async def work(request_id: UUID) -> Response:
        nonlocal token
        now = dependencies.clock()
        try:
            stored, token = await create_key(
                dependencies.keys,
                request_id,
                terms,
                now,
                request.author,
                dependencies.keys_per_shop,
            )
        except TooManyKeys as error:
            shop_name, most = shop or DEFAULT_SHOP_NAME, str(error.keys_max)
            code = RequestErrorCode.TOO_MANY_KEYS
            raise ApiError(code, "shop", shop_name, most) from error
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
        key = await _found(dependencies, request)
        check_within(request.holder.reach, reach_of(key))
        check_limits(request.holder.limits, limits_of_key(key), dependencies.key_settings)
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
    """Set the limits of a key, in place of those that it had.

    A key may always get less than it has; more, as far as the key has it that asks. None changes a
    key that may do what it may not itself.
    """
    body = decode_body(request.content, _limits_decoder)
    key_id = request.path_params["id"]

    async def work(_request_id: UUID) -> Response:
        wanted, now = KeyLimits(*structs.astuple(body)), dependencies.clock()
        for _ in range(PATCH_TRIES_MAX):
            key = await _found(dependencies, request)
            if key.revoked_at is not None:
                break
            check_manages(request.holder.reach, key)
            present = limits_of_key(key)
            check_limits(request.holder.limits, wanted, dependencies.key_settings, present)
            if await dependencies.keys.limit(key_id, wanted, now, request.author, present):
                return json_response(body)
        raise ApiError(RequestErrorCode.UNKNOWN_KEY, "id", key_id)

    response = await run_once(dependencies, request, work)
    await dependencies.api_keys.catch_up()
    return response


async def list_keys(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a page of keys, revoked ones included."""
    query = query_of(request, KeysQuery)
    after, after_id = read_cursor(query.after) if query.after else (None, "")
    shop = limits_of(request.actor).shop
    found = await dependencies.keys.page(after, after_id, query.limit + 1, shop)
    now = dependencies.clock()
    views = [key_view(key, now) for key in found[: query.limit]]
    last = found[query.limit - 1] if len(found) > query.limit else None
    return json_response(KeysPage(views, cursor_of(last.created_at, last.id) if last else None))


async def read(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return one key."""
    return _key_response(dependencies, await _found(dependencies, request))


async def change(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Change a key in use: its name, scopes, networks and expiry.

    Where somebody else changes it meanwhile, and the request names no version, the changes are made
    to what there is then.
    """
    patch = decode_body(request.content, _patch_decoder)
    for _ in range(PATCH_TRIES_MAX):
        key = await _found(dependencies, request)
        if key.revoked_at is not None:
            raise ApiError(RequestErrorCode.UNKNOWN_KEY, "id", key.id)
        check_manages(request.holder.reach, key)
        check_preconditions(request, key.version)
        now = dependencies.clock()
        changed = patched_key(request.holder.reach, key, patch, now)
        if changed == key:
            return _key_response(dependencies, key)
        if await dependencies.keys.change(changed, now, request.author):
            await dependencies.api_keys.catch_up()
            stored = structs.replace(changed, version=key.version + 1)
            return _key_response(dependencies, stored)
    raise ApiError(RequestErrorCode.OVERLOADED)


async def revoke(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Revoke a key; a second time changes nothing."""
    key = await _found(dependencies, request)
    check_manages(request.holder.reach, key)
    now = dependencies.clock()
    await dependencies.keys.revoke(key.id, now, key.shop, request.author)
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


async def _found(dependencies: ApiDependencies, request: ApiRequest) -> ApiKey:
    """Return the key of the path; raise the error of one that there is not, or is not the shop's.

    The network's keys do not exist for an administrator of a shop.
    """
    key_id, shop = request.path_params["id"], limits_of(request.actor).shop
    key = await dependencies.keys.find(key_id)
    if key is None or (shop is not None and key.shop != shop):
        raise ApiError(RequestErrorCode.UNKNOWN_KEY, "id", key_id)
    return key


def _key_response(dependencies: ApiDependencies, key: ApiKey) -> Response:
    return json_response(key_view(key, dependencies.clock()), headers=(etag(key.version),))


_decoder = msgspec.json.Decoder(KeyBody)
_patch_decoder = msgspec.json.Decoder(KeyPatch)
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
        danger=DangerousStep.ROLE_CHANGE,
        scope=KeyScope.KEYS_WRITE,
        roles=_ADMIN,
        body=KeyBody,
        body_example={"name": "shop", "role": "storefront"},
        response=NewKeyView,
        response_status=HTTPStatus.CREATED,
        repeatable=True,
        problems=(RequestErrorCode.EXCEEDS_KEY, RequestErrorCode.TOO_MANY_KEYS),
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
        method="GET",
        path="/api/v1/keys/{id}",
        name="readKey",
        tag="keys",
        summary="Read a key",
        handler=read,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.KEYS_READ,
        roles=_ADMIN,
        response=KeyView,
        problems=(RequestErrorCode.UNKNOWN_KEY,),
    ),
    Endpoint(
        method="PATCH",
        path="/api/v1/keys/{id}",
        name="changeKey",
        tag="keys",
        summary="Change a key",
        description=(
            "What is left out stays as it is, null takes a limit off. A key may always get less "
            "than it has; more, as far as the key has it that asks. With `If-Match` only that "
            "version is changed. Effective within three seconds in every process, and a stream "
            "that is open ends."
        ),
        handler=change,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.KEYS_WRITE,
        roles=_ADMIN,
        body=KeyPatch,
        body_example={"scopes": ["orders:read"], "networks": ["203.0.113.0/24"]},
        response=KeyView,
        problems=(
            RequestErrorCode.UNKNOWN_KEY,
            RequestErrorCode.EXCEEDS_KEY,
            RequestErrorCode.PRECONDITION_FAILED,
        ),
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
        danger=DangerousStep.ROLE_CHANGE,
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
            "For keys of the network alone: a shop does not set its own limits. A key may always "
            "get less than it has; more, as far as the key has it that asks. Effective within "
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
        problems=(RequestErrorCode.UNKNOWN_KEY, RequestErrorCode.EXCEEDS_KEY),
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
