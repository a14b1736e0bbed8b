"""The queue of help: open threads, what is due first before the others; who takes which."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta
from starlette.responses import Response

from gotovo.access.permissions import limits_of
from gotovo.access.programs.scopes import KeyScope
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.idempotency import run_once
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.pagination import PAGE_ITEMS, PAGE_ITEMS_MAX, cursor_of, read_cursor
from gotovo.api.dispatch.request import ApiRequest, query_of
from gotovo.api.dispatch.responses import json_response
from gotovo.api.resources.help.holding import asker, order_of, taken, taken_by_asker
from gotovo.order.refusals import Code
from gotovo.order.values.actor import OFFICE
from gotovo.order.values.help.help_clock import HelpChannel
from gotovo.store.tables.orders.help_threads import LONGEST, OpenThread, QueueFilter
from gotovo.value import Value
from gotovo.words.language import Language
from gotovo.words.request_errors import RequestErrorCode
from gotovo.words.statuses import status_label

Assignee = Annotated[str, Meta(max_length=200)]


class HelpQuery(Value, frozen=True, forbid_unknown_fields=True):
    """A page of the queue: every open thread, those past their clock, or those of who asks."""

    after: Annotated[str, Meta(max_length=200)] = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_ITEMS_MAX)] = PAGE_ITEMS
    filter: Literal["open", "overdue", "mine"] = "open"


class OpenThreadView(Value, frozen=True):
    """An order whose buyer waits for an answer.

    `waiting_since` is when the oldest of the open `questions` was asked, `due_at` until when the
    first of them is to be answered, and `channel` where that one was asked. `assignee` is who
    answers, `role:id` as in events; null for nobody yet.
    """

    number: str
    status: str
    status_label: str
    waiting_since: datetime
    due_at: datetime
    overdue: bool
    questions: int
    channel: HelpChannel
    assignee: str | None
    assigned_at: datetime | None


class OpenThreadPage(Value, frozen=True):
    """A page, what is due first before the others; `next` is null on the last one."""

    items: list[OpenThreadView]
    next: str | None


class HelpAssignmentBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Takes the open questions of an order.

    `instead_of` is who has them now, to take them over; without it only what nobody has is taken.
    """

    instead_of: Assignee = ""


class HelpReleaseBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Gives the open questions of an order back to the queue.

    `assignee` is who has them, if that is somebody else.
    """

    assignee: Assignee = ""


class HelpAssignmentView(Value, frozen=True):
    """Who answers the open questions of an order; null for nobody."""

    number: str
    assignee: str | None
    assigned_at: datetime | None


async def list_open(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a page of the open threads, without their messages."""
    query, now = query_of(request, HelpQuery), dependencies.clock()
    after = read_cursor(query.after) if query.after else LONGEST
    only = QueueFilter(
        shop=limits_of(request.actor).shop,
        due_by=now if query.filter == "overdue" else None,
        assignee=asker(request) if query.filter == "mine" else None,
    )
    found = await dependencies.help.open_threads(after, query.limit + 1, only)
    shown = found[: query.limit]
    await dependencies.access_log.record(request.actor, "list", [each.number for each in shown])
    more = len(found) > query.limit
    next_cursor = cursor_of(shown[-1].due_at, shown[-1].number) if more else None
    views = [_view(each, now, request.language) for each in shown]
    return json_response(OpenThreadPage(views, next_cursor))


async def take(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Take the open questions of an order, so that nobody else answers them."""
    body = decode_body(request.content, _assignment_decoder)
    order = await order_of(dependencies, request)
    if isinstance(order, Response):
        return order
    number = order.number

    async def work(_request_id: UUID) -> Response:
        held = await taken_by_asker(dependencies, request, number, body.instead_of)
        if held is None:
            raise ApiError(RequestErrorCode.NOTHING_OPEN, "number", number)
        return json_response(HelpAssignmentView(number, held.assignee, held.assigned_at))

    return await run_once(dependencies, request, work)


async def release(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Give the open questions of an order back to the queue."""
    body = decode_body(request.content, _release_decoder)
    order = await order_of(dependencies, request)
    if isinstance(order, Response):
        return order
    number = order.number

    async def work(_request_id: UUID) -> Response:
        held = await dependencies.help.release(number, body.assignee or asker(request))
        if held is not None:
            raise taken(held)
        return json_response(HelpAssignmentView(number, None, None))

    return await run_once(dependencies, request, work)


def _view(thread: OpenThread, now: datetime, language: Language) -> OpenThreadView:
    return OpenThreadView(
        number=thread.number,
        status=thread.status,
        status_label=status_label(thread.status, thread.outcome, language),
        waiting_since=thread.waiting_since,
        due_at=thread.due_at,
        overdue=thread.due_at <= now,
        questions=thread.questions,
        channel=thread.channel,
        assignee=thread.assignee,
        assigned_at=thread.assigned_at,
    )


_assignment_decoder = msgspec.json.Decoder(HelpAssignmentBody)
_release_decoder = msgspec.json.Decoder(HelpReleaseBody)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/api/v1/help",
        name="listHelp",
        tag="help",
        summary="List the threads that wait for an answer",
        description="What is due first comes first; `filter` shows only what is overdue, or yours.",
        handler=list_open,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.HELP_READ,
        roles=OFFICE,
        query=HelpQuery,
        response=OpenThreadPage,
        problems=(RequestErrorCode.INVALID_QUERY,),
    ),
    Endpoint(
        method="POST",
        path="/api/v1/orders/{number}/help-assignment",
        name="takeHelp",
        tag="help",
        summary="Take a thread, so that nobody else answers it",
        description=(
            "Until it is answered, settled or released, only you answer it. It is yours from your "
            "answer on, too, if you did not take it before."
        ),
        handler=take,
        protected_by=ProtectedBy.ORDER,
        scope=KeyScope.HELP_WRITE,
        roles=OFFICE,
        body=HelpAssignmentBody,
        body_example={},
        response=HelpAssignmentView,
        problems=(
            Code.UNKNOWN_ORDER,
            RequestErrorCode.NOTHING_OPEN,
            RequestErrorCode.THREAD_TAKEN,
        ),
        repeatable=True,
    ),
    Endpoint(
        method="POST",
        path="/api/v1/orders/{number}/help-release",
        name="releaseHelp",
        tag="help",
        summary="Give a thread back to the queue",
        handler=release,
        protected_by=ProtectedBy.ORDER,
        scope=KeyScope.HELP_WRITE,
        roles=OFFICE,
        body=HelpReleaseBody,
        body_example={},
        response=HelpAssignmentView,
        problems=(Code.UNKNOWN_ORDER, RequestErrorCode.THREAD_TAKEN),
        repeatable=True,
    ),
)
