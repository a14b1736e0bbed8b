"""Webhooks as a resource: create, list, change, roll, delete. The secret is shown once.

A webhook belongs to a shop, and for a key of another shop it does not exist.
"""

from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus
from typing import Annotated, Final
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, structs
from starlette.responses import Response

from gotovo.access.emails import parse_email
from gotovo.access.permissions import limits_of
from gotovo.access.programs.api_keys import shop_named
from gotovo.access.programs.scopes import KeyScope
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
from gotovo.api.resources.webhooks.webhook_view import (
    NewWebhookView,
    RolledSecretView,
    SecretRollBody,
    WebhookBody,
    WebhookPatch,
    WebhookView,
    new_webhook_view,
    webhook_view,
    with_rolled_secret,
    with_secret,
)
from gotovo.order.values.actor import DEFAULT_SHOP, DEFAULT_SHOP_NAME, Role
from gotovo.store.tables.webhooks.webhooks import StoredWebhook
from gotovo.value import Value
from gotovo.webhooks.registration import (
    TYPES,
    WEBHOOKS_MAX,
    TooManyWebhooks,
    WebhookTerms,
    change_webhook,
    create_webhook,
    roll_webhook,
    switched,
    types_in_order,
    unknown_type,
)
from gotovo.webhooks.targets import UnfitUrl, checked_url
from gotovo.words.request_errors import RequestErrorCode

OWNERS: Final = frozenset({Role.STOREFRONT, Role.ADMIN})
"""Roles that look after webhooks: both also read the feed with all that it tells."""


class WebhooksQuery(Value, frozen=True, forbid_unknown_fields=True):
    """A page of webhooks."""

    after: Annotated[str, Meta(max_length=200)] = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_ITEMS_MAX)] = PAGE_ITEMS


class WebhooksPage(Value, frozen=True):
    """A page, newest first; `next` is null on the last one."""

    items: list[WebhookView]
    next: str | None


async def create(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Create a webhook; only the response of the request that did so tells its secret."""
    body = decode_body(request.content, _decoder)
    shop = await _shop(dependencies, request, body)
    url = _checked_url(dependencies, body.url)
    _check_types(body.types)
    owner = _checked_email(body.owner_email)
    terms = WebhookTerms(shop, url, body.types, body.title, owner)
    secret = ""

    async def work(request_id: UUID) -> Response:
        nonlocal secret
        keys, now = dependencies.keyring().feeds, dependencies.clock()
        try:
            stored, secret = await create_webhook(
                dependencies.webhooks, keys, request_id, terms, now, request.author
            )
        except TooManyWebhooks as error:
            code, named = RequestErrorCode.TOO_MANY_WEBHOOKS, shop or DEFAULT_SHOP_NAME
            raise ApiError(code, "shop", named, str(WEBHOOKS_MAX)) from error
        return json_response(new_webhook_view(stored), HTTPStatus.CREATED)

    response = await run_once(dependencies, request, work)
    if not secret:
        return response
    return json_response(with_secret(bytes(response.body), secret), response.status_code)


async def list_webhooks(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a page of webhooks of the key's shop, or of all of them."""
    query = query_of(request, WebhooksQuery)
    after, after_id = read_cursor(query.after) if query.after else (None, "")
    after_id = after_id and f"{_PREFIX}{after_id}"
    shop = limits_of(request.actor).shop
    found = await dependencies.webhooks.page(after, after_id, query.limit + 1, shop)
    views = [webhook_view(each) for each in found[: query.limit]]
    last = found[query.limit - 1] if len(found) > query.limit else None
    next_cursor = cursor_of(last.created_at, last.id.removeprefix(_PREFIX)) if last else None
    return json_response(WebhooksPage(views, next_cursor))


async def read(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return one webhook."""
    return _response(await webhook_of(dependencies, request))


async def change(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Change a webhook: its address, types and title, and whether it is on."""
    patch = decode_body(request.content, _patch_decoder)
    for _ in range(PATCH_TRIES_MAX):
        webhook = await webhook_of(dependencies, request)
        check_preconditions(request, webhook.version)
        changed = _patched(dependencies, webhook, patch)
        if changed == webhook:
            return _response(webhook)
        store, now = dependencies.webhooks, dependencies.clock()
        deliveries = dependencies.webhook_deliveries
        if await change_webhook(store, deliveries, changed, now, request.author):
            return _response(await webhook_of(dependencies, request))
    raise ApiError(RequestErrorCode.OVERLOADED)


async def roll(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Give a webhook another secret; only the response of the request that did so tells it."""
    body = decode_body(request.content, _roll_decoder)
    overlap = timedelta(hours=body.overlap_hours)
    secret = ""

    async def work(_request_id: UUID) -> Response:
        nonlocal secret
        for _ in range(PATCH_TRIES_MAX):
            webhook = await webhook_of(dependencies, request)
            keys, now = dependencies.keyring().feeds, dependencies.clock()
            secret = await roll_webhook(
                dependencies.webhooks, keys, webhook, overlap, now, request.author
            )
            if secret:
                return json_response(RolledSecretView(webhook.id, None, now + overlap))
        raise ApiError(RequestErrorCode.OVERLOADED)

    response = await run_once(dependencies, request, work)
    if not secret:
        return response
    return json_response(with_rolled_secret(bytes(response.body), secret))


async def delete(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Delete a webhook, and what it still had to send."""
    webhook = await webhook_of(dependencies, request)
    await dependencies.webhooks.delete(webhook.id, dependencies.clock(), request.author)
    return Response(status_code=HTTPStatus.NO_CONTENT)


async def webhook_of(dependencies: ApiDependencies, request: ApiRequest) -> StoredWebhook:
    """Return the webhook of the path; raise the error of one that is not the key's shop's."""
    id_, shop = request.path_params["id"], limits_of(request.actor).shop
    webhook = await dependencies.webhooks.find(id_)
    if webhook is None or (shop is not None and webhook.shop != shop):
        raise ApiError(RequestErrorCode.UNKNOWN_WEBHOOK, "id", id_)
    return webhook


async def _shop(dependencies: ApiDependencies, request: ApiRequest, body: WebhookBody) -> str:
    """Return the shop of a new webhook: the key's own, or the one that the network names."""
    own, named = limits_of(request.actor).shop, shop_named(body.shop)
    if own is not None:
        if named not in {None, own}:
            expected = own or DEFAULT_SHOP_NAME
            raise ApiError(RequestErrorCode.INVALID_BODY, "shop", body.shop, expected)
        return own
    if named is None:
        return DEFAULT_SHOP
    if not await dependencies.shops.is_known(named):
        raise unknown_shop(body.shop)
    return named


def _patched(
    dependencies: ApiDependencies, webhook: StoredWebhook, patch: WebhookPatch
) -> StoredWebhook:
    if patch.url is not UNSET:
        webhook = structs.replace(webhook, url=_checked_url(dependencies, patch.url))
    if patch.types is not UNSET:
        _check_types(patch.types)
        webhook = structs.replace(webhook, types=types_in_order(patch.types))
    if patch.title is not UNSET:
        webhook = structs.replace(webhook, title=patch.title)
    if patch.owner_email is not UNSET:
        webhook = structs.replace(webhook, owner_email=_checked_email(patch.owner_email))
    if patch.state is not UNSET:
        webhook = switched(webhook, dependencies.clock(), is_on=patch.state == "on")
    return webhook


def _checked_url(dependencies: ApiDependencies, url: str) -> str:
    try:
        return checked_url(url, is_http_allowed=dependencies.has_webhook_networks)
    except UnfitUrl as error:
        raise ApiError(RequestErrorCode.INVALID_BODY, "url", url, error.expected) from error


def _checked_email(typed: str) -> str:
    email = parse_email(typed) if typed else ""
    if email is None:
        expected = "like it@shop.example"
        raise ApiError(RequestErrorCode.INVALID_BODY, "owner_email", typed, expected)
    return email


def _check_types(types: Sequence[str] | None) -> None:
    unknown = unknown_type(types or ())
    if unknown is not None:
        expected = ", ".join(TYPES)
        raise ApiError(RequestErrorCode.INVALID_BODY, "types", unknown, expected)


def _response(webhook: StoredWebhook) -> Response:
    return json_response(webhook_view(webhook), headers=(etag(webhook.version),))


_PREFIX: Final = "wh_"
"""What ids begin with; cursors take letters and digits alone."""

_decoder = msgspec.json.Decoder(WebhookBody)
_patch_decoder = msgspec.json.Decoder(WebhookPatch)
_roll_decoder = msgspec.json.Decoder(SecretRollBody)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path="/api/v1/webhooks",
        name="createWebhook",
        tag="webhooks",
        summary="Create a webhook",
        description=(
            "It gets what happens from now on. Only this response contains the secret. Repeating "
            "the request returns the webhook with `secret: null`; if the first response was lost, "
            "roll it. Who may do this may have every event of the shop sent to any address."
        ),
        handler=create,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.WEBHOOKS_WRITE,
        roles=OWNERS,
        body=WebhookBody,
        body_example={"url": "https://shop.example/hooks/gotovo", "types": ["order.placed"]},
        response=NewWebhookView,
        response_status=HTTPStatus.CREATED,
        repeatable=True,
        problems=(RequestErrorCode.TOO_MANY_WEBHOOKS,),
    ),
    Endpoint(
        method="GET",
        path="/api/v1/webhooks",
        name="listWebhooks",
        tag="webhooks",
        summary="List webhooks",
        handler=list_webhooks,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.WEBHOOKS_READ,
        roles=OWNERS,
        query=WebhooksQuery,
        response=WebhooksPage,
        problems=(RequestErrorCode.INVALID_QUERY,),
    ),
    Endpoint(
        method="GET",
        path="/api/v1/webhooks/{id}",
        name="readWebhook",
        tag="webhooks",
        summary="Read a webhook",
        handler=read,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.WEBHOOKS_READ,
        roles=OWNERS,
        response=WebhookView,
        problems=(RequestErrorCode.UNKNOWN_WEBHOOK,),
    ),
    Endpoint(
        method="PATCH",
        path="/api/v1/webhooks/{id}",
        name="changeWebhook",
        tag="webhooks",
        summary="Change a webhook, or switch it on or off",
        description=(
            "What is left out stays as it is. Switched on again, it sends everything that has "
            "happened meanwhile. With `If-Match` only that version is changed. Effective within "
            "ten seconds."
        ),
        handler=change,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.WEBHOOKS_WRITE,
        roles=OWNERS,
        body=WebhookPatch,
        body_example={"types": ["order.placed", "order.paid"], "state": "on"},
        response=WebhookView,
        problems=(RequestErrorCode.UNKNOWN_WEBHOOK, RequestErrorCode.PRECONDITION_FAILED),
    ),
    Endpoint(
        method="POST",
        path="/api/v1/webhooks/{id}/roll",
        name="rollWebhook",
        tag="webhooks",
        summary="Roll the secret of a webhook",
        description=(
            "Only this response contains the new secret. Messages are signed with it and with the "
            "earlier ones for `overlap_hours` more, so that a receiver can change over without a "
            "pause."
        ),
        handler=roll,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.WEBHOOKS_WRITE,
        roles=OWNERS,
        body=SecretRollBody,
        body_example={"overlap_hours": 24},
        response=RolledSecretView,
        repeatable=True,
        problems=(RequestErrorCode.UNKNOWN_WEBHOOK,),
    ),
    Endpoint(
        method="DELETE",
        path="/api/v1/webhooks/{id}",
        name="deleteWebhook",
        tag="webhooks",
        summary="Delete a webhook",
        description="What it still had to send is dropped; the feed has it.",
        handler=delete,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.WEBHOOKS_WRITE,
        roles=OWNERS,
        response_status=HTTPStatus.NO_CONTENT,
        problems=(RequestErrorCode.UNKNOWN_WEBHOOK,),
    ),
)
