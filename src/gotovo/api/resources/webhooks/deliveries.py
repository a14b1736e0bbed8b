"""What became of the messages of a webhook, and sending one of them again."""

from http import HTTPStatus
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta
from starlette.responses import Response

from gotovo.access.programs.scopes import KeyScope
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.idempotency import run_once
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.pagination import PAGE_ITEMS, PAGE_ITEMS_MAX
from gotovo.api.dispatch.request import ApiRequest, query_of
from gotovo.api.dispatch.responses import json_response
from gotovo.api.resources.webhooks.webhook_view import DeliveryView, ResendBody, delivery_view
from gotovo.api.resources.webhooks.webhooks import OWNERS, webhook_of
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode


class DeliveriesQuery(Value, frozen=True, forbid_unknown_fields=True):
    """A page of messages, of all states or of one."""

    state: Literal["", "waiting", "behind", "delivered", "resending", "failed"] = ""
    after: Annotated[str, Meta(max_length=64)] = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_ITEMS_MAX)] = PAGE_ITEMS


class DeliveriesPage(Value, frozen=True):
    """A page, newest event first; `next` is null on the last one."""

    items: list[DeliveryView]
    next: str | None


async def list_deliveries(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a page of messages, each with its last attempt."""
    query = query_of(request, DeliveriesQuery)
    webhook = await webhook_of(dependencies, request)
    deliveries = dependencies.webhook_deliveries
    if query.after and await deliveries.find(webhook.id, query.after) is None:
        raise ApiError(RequestErrorCode.INVALID_QUERY, "after", query.after, "a cursor")
    found = await deliveries.page(webhook.id, query.state, query.after, query.limit + 1)
    shown = found[: query.limit]
    next_cursor = shown[-1].message if len(found) > query.limit else None
    return json_response(DeliveriesPage([delivery_view(each) for each in shown], next_cursor))


async def resend(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Send a message again; one that waits behind another stays there."""
    body = decode_body(request.content, _decoder)

    async def work(_request_id: UUID) -> Response:
        webhook = await webhook_of(dependencies, request)
        deliveries, now = dependencies.webhook_deliveries, dependencies.clock()
        found = await deliveries.resend(webhook.id, body.message, now)
        found = found or await deliveries.find(webhook.id, body.message)
        if found is None:
            raise ApiError(RequestErrorCode.UNKNOWN_MESSAGE, "message", body.message)
        return json_response(delivery_view(found), HTTPStatus.ACCEPTED)

    return await run_once(dependencies, request, work)


_decoder = msgspec.json.Decoder(ResendBody)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/api/v1/webhooks/{id}/deliveries",
        name="listDeliveries",
        tag="webhooks",
        summary="List what became of messages",
        description="Newest event first, for 30 days after a message has arrived.",
        handler=list_deliveries,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.WEBHOOKS_READ,
        roles=OWNERS,
        query=DeliveriesQuery,
        response=DeliveriesPage,
        problems=(RequestErrorCode.UNKNOWN_WEBHOOK, RequestErrorCode.INVALID_QUERY),
    ),
    Endpoint(
        method="POST",
        path="/api/v1/webhooks/{id}/resend",
        name="resendMessage",
        tag="webhooks",
        summary="Send a message again",
        description=(
            "With the same `webhook-id`, and as the feed shows the event now. A message that waits "
            "is tried at once; one that has arrived is sent anew, in no order with others."
        ),
        handler=resend,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.WEBHOOKS_WRITE,
        roles=OWNERS,
        body=ResendBody,
        body_example={"message": "evt_5d41402abc4b2a76b9719d911017c592"},
        response=DeliveryView,
        response_status=HTTPStatus.ACCEPTED,
        repeatable=True,
        problems=(RequestErrorCode.UNKNOWN_WEBHOOK, RequestErrorCode.UNKNOWN_MESSAGE),
    ),
)
