"""Shops as a resource: the network lists and puts them; a shop's own key sees its own."""

import re
from http import HTTPStatus
from typing import Annotated, Final

import msgspec
from msgspec import Meta
from starlette.responses import Response

from gotovo.access.permissions import limits_of
from gotovo.access.programs.scopes import KeyScope
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.pagination import PAGE_ITEMS, PAGE_ITEMS_MAX, read_text_cursor, text_cursor
from gotovo.api.dispatch.preconditions import ABSENT, etag, require_match, stale
from gotovo.api.dispatch.request import ApiRequest, query_of
from gotovo.api.dispatch.responses import json_response
from gotovo.api.schemas.examples import SHOP_EXAMPLE
from gotovo.order.values.actor import DEFAULT_SHOP_NAME, OFFICE, Role
from gotovo.store.tables.network.shops import StoredShop
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode

_CODE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""Codes stand in addresses, commands and answers, so they are plain."""

EXPECTED_CODE: Final = (
    f"1..64 letters, digits, '.', '_' or '-', a letter or digit first; not {DEFAULT_SHOP_NAME}"
)


TITLE_CHARACTERS_MAX: Final = 200


class ShopBody(Value, frozen=True, forbid_unknown_fields=True):
    """The settings of a shop; its code is in the path."""

    title: Annotated[str, Meta(min_length=1, max_length=TITLE_CHARACTERS_MAX)]


class ShopView(Value, frozen=True):
    """A shop; `version` counts its changes."""

    code: str
    title: str
    version: int


class ShopsQuery(Value, frozen=True, forbid_unknown_fields=True):
    """A page of shops in order of code."""

    after: Annotated[str, Meta(max_length=300)] = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_ITEMS_MAX)] = PAGE_ITEMS


class ShopsPage(Value, frozen=True):
    """A page in order of code; `next` is null on the last one."""

    items: list[ShopView]
    next: str | None


async def list_shops(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a page of shops; to a key of a shop, its own."""
    query = query_of(request, ShopsQuery)
    (after,) = read_text_cursor(query.after, 1)
    only = limits_of(request.actor).shop
    found = await dependencies.shops.page(after, only, query.limit + 1)
    shown = found[: query.limit]
    next_cursor = text_cursor(shown[-1].code) if len(found) > query.limit else None
    return json_response(ShopsPage([_view(each) for each in shown], next_cursor))


async def put(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Open a shop or change its title; the same title again changes nothing."""
    body = decode_body(request.content, _decoder)
    code = request.path_params["code"]
    if not is_shop_code(code):
        raise ApiError(RequestErrorCode.INVALID_BODY, "code", code, EXPECTED_CODE)
    old = await dependencies.shops.find(code)
    if old is not None and old.title == body.title:
        return _response(old)
    version = old.version if old else ABSENT
    require_match(request, version)
    now = dependencies.clock()
    new = await dependencies.shops.put(code, body.title, now, version, request.author)
    if new is None:
        present = await dependencies.shops.find(code)
        raise stale("If-Match", f'"{version}"', present.version if present else ABSENT)
    return _response(StoredShop(code, body.title, new))


def is_shop_code(code: str) -> bool:
    """Tell whether a shop can have this code."""
    return code != DEFAULT_SHOP_NAME and _CODE.fullmatch(code) is not None


async def require_shop(
    dependencies: ApiDependencies, request: ApiRequest, shop: str | None, prefix: str = ""
) -> None:
    """Raise the error of a shop that is named and does not exist.

    To a key of a shop no other one exists or does not: placing for one is not permitted.
    """
    if shop is None or limits_of(request.actor).shop is not None:
        return
    if not await dependencies.shops.is_known(shop):
        raise unknown_shop(shop, prefix)


def unknown_shop(shop: str, prefix: str = "") -> ApiError:
    """Return the error of a shop that nobody has set up."""
    return ApiError(RequestErrorCode.INVALID_BODY, f"{prefix}shop", shop, "the code of a shop")


def _view(shop: StoredShop) -> ShopView:
    return ShopView(shop.code, shop.title, shop.version)


def _response(shop: StoredShop) -> Response:
    status = HTTPStatus.CREATED if shop.version == 1 else HTTPStatus.OK
    return json_response(_view(shop), status, (etag(shop.version),))


_decoder = msgspec.json.Decoder(ShopBody)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/api/v1/shops",
        name="listShops",
        tag="shops",
        summary="List shops",
        description="The default shop, which has no code, is not listed.",
        handler=list_shops,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.SHOPS_READ,
        roles=OFFICE,
        query=ShopsQuery,
        response=ShopsPage,
        problems=(RequestErrorCode.INVALID_QUERY,),
    ),
    Endpoint(
        method="PUT",
        path="/api/v1/shops/{code}",
        name="putShop",
        tag="shops",
        summary="Open a shop or change its title",
        description="A shop that exists is changed only by a request with `If-Match`.",
        handler=put,
        protected_by=ProtectedBy.NETWORK_KEY,
        scope=KeyScope.SHOPS_WRITE,
        roles=frozenset({Role.ADMIN}),
        body=ShopBody,
        body_example=SHOP_EXAMPLE,
        response=ShopView,
        further_statuses=(HTTPStatus.CREATED,),
        problems=(
            RequestErrorCode.PRECONDITION_REQUIRED,
            RequestErrorCode.PRECONDITION_FAILED,
        ),
    ),
)
