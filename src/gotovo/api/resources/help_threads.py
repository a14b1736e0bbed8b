"""Help threads as a resource: which buyers wait, their questions, and the answers."""

from datetime import datetime
from functools import partial
from http import HTTPStatus
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
from gotovo.api.dispatch.idempotency import fingerprint_of, request_command_id, run_once
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.normal_texts import MULTILINE
from gotovo.api.dispatch.order_access import hidden_order, unknown_order
from gotovo.api.dispatch.pagination import PAGE_ITEMS, PAGE_ITEMS_MAX, cursor_of, read_cursor
from gotovo.api.dispatch.request import ApiRequest, query_of
from gotovo.api.dispatch.responses import json_response
from gotovo.api.dispatch.submission import submitted
from gotovo.api.schemas.examples import ANSWER_EXAMPLE
from gotovo.api.schemas.step_bodies import Instant, check_times
from gotovo.engine.submission import Submission
from gotovo.notices.help_answer import answer_help
from gotovo.order.refusals import Code
from gotovo.order.steps.help_answer import AnswerHelp
from gotovo.order.values.actor import OFFICE
from gotovo.order.values.number import parse
from gotovo.store.tables.orders.help_threads import LONGEST, MESSAGES_MAX, HelpMessage
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode

ANSWER_CHARACTERS_MAX = 900
"""The same limit as for a buyer's question."""

AnswerText = Annotated[
    str, Meta(min_length=1, max_length=ANSWER_CHARACTERS_MAX, extra={MULTILINE: True})
]


class HelpQuery(Value, frozen=True, forbid_unknown_fields=True):
    """A page of the threads that wait for an answer."""

    after: Annotated[str, Meta(max_length=200)] = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_ITEMS_MAX)] = PAGE_ITEMS


class WaitingView(Value, frozen=True):
    """An order whose buyer waits for an answer, since when, and to how many messages."""

    number: str
    waiting_since: datetime
    questions: int


class WaitingPage(Value, frozen=True):
    """A page, the longest wait first; `next` is null on the last one."""

    items: list[WaitingView]
    next: str | None


class HelpMessageView(Value, frozen=True):
    """One message. `settled_at` is null while a question waits or an answer is unread."""

    id: UUID
    author: Literal["buyer", "support"]
    written_at: datetime
    said: str
    settled_at: datetime | None


class HelpThreadView(Value, frozen=True):
    """The questions and answers about an order, oldest first."""

    number: str
    messages: list[HelpMessageView]


class HelpReadBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settles the questions up to `read_until`, the `written_at` of the newest message that was
    read; later ones still wait for an answer. Without it, all questions are settled.
    """

    read_until: Instant | None = None


class HelpAnswerBody(HelpReadBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer as the buyer will read it."""

    said: AnswerText


class HelpAnswerView(Value, frozen=True):
    """The answer as it was stored."""

    number: str
    id: UUID
    written_at: datetime
    said: str


class HelpSettlementView(Value, frozen=True):
    """How many messages waited for an answer until now."""

    number: str
    questions: int


async def list_waiting(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a page of the threads that wait, without their messages."""
    query = query_of(request, HelpQuery)
    after = read_cursor(query.after) if query.after else LONGEST
    shop = limits_of(request.actor).shop
    found = await dependencies.help.unanswered(after, query.limit + 1, shop)
    shown = found[: query.limit]
    await dependencies.access_log.record(request.actor, "list", [each.number for each in shown])
    more = len(found) > query.limit
    next_cursor = cursor_of(shown[-1].waiting_since, shown[-1].number) if more else None
    views = [WaitingView(x.number, x.waiting_since, x.questions) for x in shown]
    return json_response(WaitingPage(views, next_cursor))


async def read(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return the thread of an order, empty where nothing was asked."""
    number = parse(request.path_params["number"])
    refused = await _refused(dependencies, request, number)
    if number is None or refused is not None:
        return refused or unknown_order(request)
    thread = await dependencies.help.thread(number)
    await dependencies.access_log.record(request.actor, "help", (number,))
    return json_response(HelpThreadView(number, [_view(each) for each in thread]))


async def answer(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Store the answer and notify the buyer."""
    number = parse(request.path_params["number"])
    body = decode_body(request.content, _answer_decoder)
    check_times(body, ("read_until",))
    command_id = request_command_id(request)
    refused = await _refused(dependencies, request, number)
    if number is None or refused is not None:
        return refused or unknown_order(request)
    submission = Submission(
        command_id, number, AnswerHelp(), request.actor, fingerprint_of(request)
    )
    submit = partial(submitted, dependencies, request)
    text, now = body.said, dependencies.clock()
    stored = await answer_help(dependencies.help, submit, submission, text, now, body.read_until)
    if stored is None:
        if await dependencies.help.thread(number):
            raise ApiError(RequestErrorCode.THREAD_FULL, "number", number, str(MESSAGES_MAX))
        raise ApiError(RequestErrorCode.NOTHING_ASKED, "number", number)
    view = HelpAnswerView(number, stored.id, stored.written_at, stored.said)
    return json_response(view, HTTPStatus.CREATED)


async def settle(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Settle a thread without an answer; the buyer is not notified."""
    number = parse(request.path_params["number"])
    body = decode_body(request.content, _read_decoder)
    check_times(body, ("read_until",))
    refused = await _refused(dependencies, request, number)
    if number is None or refused is not None:
        return refused or unknown_order(request)
    by = f"{request.actor.role}:{request.actor.id}"

    async def work(_request_id: UUID) -> Response:
        now = dependencies.clock()
        settled = await dependencies.help.settle(number, body.read_until or now, now, by)
        return json_response(HelpSettlementView(number, settled))

    return await run_once(dependencies, request, work)


async def _refused(
    dependencies: ApiDependencies, request: ApiRequest, number: str | None
) -> Response | None:
    """Return the refusal where no order with this number exists for the key."""
    found = None if number is None else await dependencies.reads.order(number)
    if found is None:
        return unknown_order(request)
    return hidden_order(dependencies, request, found.order)


def _view(message: HelpMessage) -> HelpMessageView:
    return HelpMessageView(
        message.id, message.author, message.written_at, message.said, message.settled_at
    )


_answer_decoder = msgspec.json.Decoder(HelpAnswerBody)
_read_decoder = msgspec.json.Decoder(HelpReadBody)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/api/v1/help",
        name="listHelp",
        tag="help",
        summary="List the threads that wait for an answer",
        description="The longest wait first.",
        handler=list_waiting,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.HELP_READ,
        roles=OFFICE,
        query=HelpQuery,
        response=WaitingPage,
        problems=(RequestErrorCode.INVALID_QUERY,),
    ),
    Endpoint(
        method="GET",
        path="/api/v1/orders/{number}/help",
        name="readHelp",
        tag="help",
        summary="Read the questions and answers about an order",
        handler=read,
        protected_by=ProtectedBy.ORDER,
        scope=KeyScope.HELP_READ,
        roles=OFFICE,
        response=HelpThreadView,
        problems=(Code.UNKNOWN_ORDER,),
    ),
    Endpoint(
        method="POST",
        path="/api/v1/orders/{number}/help-answer",
        name="answerHelp",
        tag="help",
        summary="Answer a buyer",
        description=(
            "The text is stored beside the order; the history records only that there was an "
            "answer, in the event `order.help_answered`. The buyer's open pages show it at once, "
            "and the buyer gets a message."
        ),
        handler=answer,
        protected_by=ProtectedBy.ORDER,
        scope=KeyScope.HELP_WRITE,
        roles=OFFICE,
        body=HelpAnswerBody,
        body_example=ANSWER_EXAMPLE,
        response=HelpAnswerView,
        response_status=HTTPStatus.CREATED,
        problems=(Code.UNKNOWN_ORDER, RequestErrorCode.NOTHING_ASKED, RequestErrorCode.THREAD_FULL),
        repeatable=True,
    ),
    Endpoint(
        method="POST",
        path="/api/v1/orders/{number}/help-settlement",
        name="settleHelp",
        tag="help",
        summary="Settle a thread that needs no answer",
        description="It leaves the list; a new message of the buyer brings it back.",
        handler=settle,
        protected_by=ProtectedBy.ORDER,
        scope=KeyScope.HELP_WRITE,
        roles=OFFICE,
        body=HelpReadBody,
        body_example={},
        response=HelpSettlementView,
        problems=(Code.UNKNOWN_ORDER,),
        repeatable=True,
    ),
)
