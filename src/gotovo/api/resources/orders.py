"""Orders as a resource: place, read, search, and the timeline."""

from collections.abc import Awaitable, Callable, Hashable, Sequence
from datetime import datetime
from functools import partial
from http import HTTPStatus

import msgspec
from msgspec import structs
from starlette.responses import Response

from gotovo.access.permissions import (
    READERS,
    SEES_PHONE,
    ListLimits,
    Sight,
    is_of_another_shop,
    limits_of,
    sight_varies,
)
from gotovo.access.programs.scopes import KeyScope
from gotovo.api.cache.order_cache import visibility
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.idempotency import fingerprint_of, request_command_id
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.order_access import (
    hidden_history,
    hidden_order,
    shown_found,
    sight,
    sight_of_found,
    unknown_order,
)
from gotovo.api.dispatch.pagination import cursor_of, read_cursor
from gotovo.api.dispatch.request import ApiRequest, query_of, require_scope
from gotovo.api.dispatch.responses import json_response, refusal_response
from gotovo.api.dispatch.submission import outcome_response, submitted
from gotovo.api.resources.shops import require_shop
from gotovo.api.schemas.customer_reference import customer_id_of
from gotovo.api.schemas.examples import PLACE_EXAMPLE
from gotovo.api.schemas.goods_view import GoodsView
from gotovo.api.schemas.order_view import OrderVersion, OrderView
from gotovo.api.schemas.orders_page import OrdersPage, OrdersQuery, SerializedPage
from gotovo.api.schemas.placement import (
    DRAWS_MAX,
    PlaceBody,
    draft_of,
    number_was_taken,
    numbered,
    phones_in,
)
from gotovo.api.schemas.step_bodies import check_times
from gotovo.api.schemas.timeline_view import TimelineView, timeline_view
from gotovo.engine.submission import SubmissionResult
from gotovo.http.hot_paths import HotResponse
from gotovo.order.checks.custody_check import UNCLAIMED, whose_round
from gotovo.order.refusals import Code, Refusal
from gotovo.order.story import story_of, without_words
from gotovo.order.values.actor import Role
from gotovo.order.values.number import parse
from gotovo.order.values.order import Order, place_of
from gotovo.order.values.status import STATUS_OF, STATUSES
from gotovo.store.reads.programs import NEWEST, OrderFilter, OrderRead
from gotovo.text import spellings
from gotovo.words.request_errors import RequestErrorCode

_place_decoder = msgspec.json.Decoder(PlaceBody)


async def place(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Place an order under a number that is free."""
    body = decode_body(request.content, _place_decoder)
    check_times(body, ("at",))
    if body.carried_over:
        require_scope(request, KeyScope.IMPORTS, "carried_over")
    await require_shop(dependencies, request, body.shop)
    account_of = await dependencies.phone_accounts.current(phones_in([body]))
    keyring = dependencies.keyring()
    draft = draft_of(body, keyring.identity.key, account_of, request.actor)
    command_id, fingerprint = request_command_id(request), fingerprint_of(request)
    outcome: SubmissionResult | None = None
    for turn in range(DRAWS_MAX):
        submission = numbered(
            draft, keyring.numbers.key, command_id, fingerprint, actor=request.actor, turn=turn
        )
        outcome = await submitted(dependencies, request, submission)
        if not number_was_taken(outcome):
            break
    assert outcome is not None
    return await outcome_response(dependencies, outcome, request, HTTPStatus.CREATED)


async def read(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return one order, if the key may see it."""
    number = parse(request.path_params["number"])
    if number is None:
        return unknown_order(request)
    make = partial(_read, dependencies, request, number)
    response = await _cached(dependencies, request, number, "order", make)
    if response.status_code == HTTPStatus.OK:
        await dependencies.access_log.record(request.actor, "order", (number,))
    return response


async def _read(dependencies: ApiDependencies, request: ApiRequest, number: str) -> Response:
    found = await dependencies.reads.order(number)
    if found is None or is_of_another_shop(found.shop, request.actor):
        return unknown_order(request)
    if not sight_varies(request.actor):
        cached = dependencies.order_cache.get(found, request.actor.role, request.language)
        return HotResponse(cached)
    refused = hidden_order(dependencies, request, found.order)
    return refused or HotResponse(shown_found(dependencies, request, found))


async def read_timeline(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return when each status and stage began and ended, by the order's history."""
    number = parse(request.path_params["number"])
    if number is None:
        return unknown_order(request)
    make = partial(_read_timeline, dependencies, request, number)
    response = await _cached(dependencies, request, number, "timeline", make)
    if response.status_code == HTTPStatus.OK:
        await dependencies.access_log.record(request.actor, "history", (number,))
    return response


async def _read_timeline(
    dependencies: ApiDependencies, request: ApiRequest, number: str
) -> Response:
    history = await dependencies.reads.history(number)
    story = story_of(history, await dependencies.texts.of_history(history))
    if story is None:
        return unknown_order(request)
    refused = hidden_history(dependencies, request, story.order)
    if sight(dependencies, request, story.order) is Sight.NAMELESS:
        story = without_words(story)
    return refused or json_response(timeline_view(story, request.language))


async def search(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a page of the orders that match the query."""
    query = query_of(request, OrdersQuery)
    limits = limits_of(request.actor)
    place = limits.point
    if place and query.point not in {"", place}:
        refusal = Refusal(Code.WRONG_POINT, "point", query.point, place)
        return refusal_response(request, refusal)
    after = read_cursor(query.after) if query.after else NEWEST
    by_phone = request.actor.role in SEES_PHONE
    wanted = await _filter(dependencies, query, limits, after, by_phone=by_phone)
    if wanted is None:
        return json_response(OrdersPage([], None))
    if query.q:
        found, is_of_buyer = await _searched(dependencies, query.q, wanted, by_phone=by_phone)
        return await _shown(dependencies, request, found, query.limit, is_of_buyer=is_of_buyer)
    if wanted.customer is None:
        return await _shown(
            dependencies, request, await dependencies.reads.orders(wanted), query.limit
        )
    await dependencies.access_log.record(request.actor, "list", (wanted.customer,))
    make = partial(_listed, dependencies, request, wanted)
    return await _cached(dependencies, request, wanted.customer, wanted, make)


async def _shown(
    dependencies: ApiDependencies,
    request: ApiRequest,
    found: Sequence[OrderRead],
    items: int,
    *,
    is_of_buyer: bool = False,
) -> Response:
    """Return a page of orders; the access log records each of them."""
    await dependencies.access_log.record(
        request.actor, "list", [each.number for each in found[:items]]
    )
    return _page(dependencies, request, found, items, is_of_buyer=is_of_buyer)


async def _listed(
    dependencies: ApiDependencies, request: ApiRequest, wanted: OrderFilter
) -> Response:
    """Return a page of one buyer's orders."""
    found = await dependencies.reads.orders(wanted)
    return _page(dependencies, request, found, wanted.limit - 1, is_of_buyer=True)


def _page(
    dependencies: ApiDependencies,
    request: ApiRequest,
    found: Sequence[OrderRead],
    items: int,
    *,
    is_of_buyer: bool = False,
) -> Response:
    """Return a page of orders.

    Where they were looked for by their buyer, it is without those that do not show whose they are.
    """
    shown = found[:items]
    if sight_varies(request.actor):
        hidden = {Sight.NAMELESS, Sight.NOTHING} if is_of_buyer else {Sight.NOTHING}
        shown = [x for x in shown if sight_of_found(dependencies, request, x) not in hidden]
    serialized = [shown_found(dependencies, request, each) for each in shown]
    last = found[items - 1] if len(found) > items else None
    next_cursor = cursor_of(last.placed_at, last.number) if last else None
    return json_response(SerializedPage([msgspec.Raw(each) for each in serialized], next_cursor))


async def _cached(
    dependencies: ApiDependencies,
    request: ApiRequest,
    subject: str,
    variant: Hashable,
    make: Callable[[], Awaitable[Response]],
) -> Response:
    """Return a cached response about one order or one buyer, one per role, language and shop.

    Those of who handles parcels also depend on each order and on the time, and are not cached.
    """
    if sight_varies(request.actor):
        return await make()
    key = (variant, visibility(request.actor.role, request.language), request.actor.shop)
    return await dependencies.response_cache.respond(subject, key, make)


async def _filter(
    dependencies: ApiDependencies,
    query: OrdersQuery,
    limits: ListLimits,
    after: tuple[datetime, str],
    *,
    by_phone: bool,
) -> OrderFilter | None:
    """Return the filter, for one more than a page holds; None when no order can match."""
    statuses = (query.status,) if query.status else STATUSES
    if query.stage is not None:
        statuses = tuple(s for s in statuses if s == STATUS_OF[query.stage])
    accounts, customer = dependencies.phone_accounts, None
    if query.customer:
        customer = await customer_id_of(accounts, query.customer, by_phone=by_phone)
        if customer is None and not by_phone:
            raise ApiError(
                RequestErrorCode.INVALID_QUERY, "customer", query.customer, "a customer's id"
            )
    if not statuses or (query.customer and customer is None):
        return None
    return OrderFilter(
        statuses=statuses,
        customer=customer,
        point=limits.point or query.point or None,
        stage=query.stage,
        shop=limits.shop,
        courier=limits.courier,
        warehouse=limits.warehouse,
        after=after,
        limit=query.limit + 1,
    )


async def _searched(
    dependencies: ApiDependencies, text: str, wanted: OrderFilter, *, by_phone: bool
) -> tuple[list[OrderRead], bool]:
    """Return the orders with this number, else this external id, else this phone or buyer.

    And whether they were looked for by their buyer, here or by the filter.
    """
    is_of_buyer = wanted.customer is not None
    number = parse(text)
    if number is not None:
        found = await dependencies.reads.order(number)
        if found is not None and wanted.shop in {None, found.shop}:
            return [found] if _fits(found.order, wanted) else [], is_of_buyer
    known = await dependencies.reads.by_external_id(spellings(text.strip()), wanted)
    if known:
        return [each for each in known if _fits(each.order, wanted)], is_of_buyer
    customer = await customer_id_of(dependencies.phone_accounts, text, by_phone=by_phone)
    if customer is None or wanted.customer not in {None, customer}:
        return [], is_of_buyer
    return list(await dependencies.reads.orders(structs.replace(wanted, customer=customer))), True


def _fits(order: Order, wanted: OrderFilter) -> bool:
    return (
        STATUS_OF[order.stage] in wanted.statuses
        and wanted.customer in {None, order.customer}
        and wanted.point in {None, place_of(order)}
        and wanted.stage in {None, order.stage}
        and wanted.shop in {None, order.shop}
        and wanted.warehouse in {None, order.warehouse}
        and (wanted.courier is None or whose_round(order) in {wanted.courier, UNCLAIMED})
        and (order.placed_at, order.number) < wanted.after
    )


PLACE_PROBLEMS: tuple[Code, ...] = (
    Code.NUMBER_TAKEN,
    Code.EXTERNAL_ID_TAKEN,
    Code.UNKNOWN_POINT,
    Code.POINT_CLOSED,
    Code.POINT_FULL,
    Code.WRONG_METHOD,
    Code.PREPAYMENT_REQUIRED,
    Code.ADDRESS_MISSING,
    Code.UNKNOWN_WAREHOUSE,
    Code.WAREHOUSE_CLOSED,
    Code.REGION_NOT_SERVED,
    Code.UNKNOWN_SKU,
    Code.WRONG_QUANTITY,
    Code.WRONG_AMOUNT,
    Code.IN_THE_FUTURE,
    Code.TOO_LONG_AGO,
    Code.WRONG_TIME,
)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path="/api/v1/orders",
        name="placeOrder",
        tag="orders",
        summary="Place an order",
        description=(
            "Records the order; nothing is reserved before it is paid, save for an order that is "
            "paid at its pick-up point. The number is drawn at random, so orders placed one after "
            "another have unrelated numbers."
        ),
        handler=place,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.ORDERS_WRITE,
        roles=frozenset({Role.STOREFRONT, Role.SUPPORT, Role.ADMIN}),
        body=PlaceBody,
        body_example=PLACE_EXAMPLE,
        response=OrderView,
        minimal_response=OrderVersion,
        response_status=HTTPStatus.CREATED,
        problems=PLACE_PROBLEMS,
        repeatable=True,
        shortens=True,
    ),
    Endpoint(
        method="GET",
        path="/api/v1/orders",
        name="findOrders",
        tag="orders",
        summary="Find orders",
        handler=search,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.ORDERS_READ,
        roles=READERS,
        query=OrdersQuery,
        response=OrdersPage,
        problems=(Code.WRONG_POINT, RequestErrorCode.INVALID_QUERY),
    ),
    Endpoint(
        method="GET",
        path="/api/v1/orders/{number}",
        name="readOrder",
        tag="orders",
        summary="Read an order",
        description=(
            "How much of it depends on the key: see the table of what each role sees. A point gets "
            "only the goods of another point's order, while they may be brought to it."
        ),
        handler=read,
        protected_by=ProtectedBy.ORDER,
        scope=KeyScope.ORDERS_READ,
        roles=READERS,
        response=OrderView,
        reduced_response=GoodsView,
        problems=(Code.UNKNOWN_ORDER, Code.WRONG_POINT),
    ),
    Endpoint(
        method="GET",
        path="/api/v1/orders/{number}/timeline",
        name="readTimeline",
        tag="orders",
        summary="Read when each status and stage began",
        handler=read_timeline,
        protected_by=ProtectedBy.ORDER,
        scope=KeyScope.ORDERS_READ,
        roles=READERS,
        response=TimelineView,
        problems=(Code.UNKNOWN_ORDER, Code.WRONG_POINT),
    ),
)
