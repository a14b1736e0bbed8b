"""Help threads as support sees them: who waits, what was asked, and the answer."""

from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from gotovo.api.answer import Answer, json_answer, problem_answer
from gotovo.api.body import decode_body
from gotovo.api.dispatch.dependencies import ApiParts
from gotovo.api.dispatch.endpoint import Endpoint
from gotovo.api.dispatch.errors import Fault
from gotovo.api.dispatch.idempotency import fingerprint_of, remembered, request_command_id
from gotovo.api.dispatch.pagination import PAGE_ITEMS, PAGE_ITEMS_MAX, cursor_of, read_cursor
from gotovo.api.dispatch.problems import refusal_problem
from gotovo.api.dispatch.submission import submitted
from gotovo.api.request import Request, query_of
from gotovo.api.schemas.examples import ANSWER_EXAMPLE
from gotovo.api.schemas.step_bodies import Instant, check_times
from gotovo.engine.submission import Submission
from gotovo.notices.help_answer import answered
from gotovo.order.refusals import Code, Refusal
from gotovo.order.steps.help_answer import AnswerHelp
from gotovo.order.values.actor import OFFICE
from gotovo.order.values.number import parse
from gotovo.store.tables.orders.help_threads import LONGEST, MESSAGES_MAX, HelpMessage
from gotovo.value import Value
from gotovo.words.request_errors import RequestFault

SAID_MAX = 900
"""As much as a buyer may ask at once."""

Said = Annotated[str, Meta(min_length=1, max_length=SAID_MAX, pattern=r"\S")]


class HelpQuery(Value, frozen=True, forbid_unknown_fields=True):
    """A page of the threads that wait."""

    after: Annotated[str, Meta(max_length=200)] = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_ITEMS_MAX)] = PAGE_ITEMS


class WaitingView(Value, frozen=True):
    """An order whose buyer waits for an answer, since when, and to how many messages."""

    number: str
    waiting_since: datetime
    questions: int


class WaitingPage(Value, frozen=True):
    """A page, whoever waits longest first; `next` is null on the last one."""

    items: list[WaitingView]
    next: str | None


class HelpMessageView(Value, frozen=True):
    """One message. `settled_at` is null while a question waits, or an answer was not read yet."""

    id: UUID
    author: Literal["buyer", "support"]
    written_at: datetime
    said: str
    settled_at: datetime | None


class HelpThreadView(Value, frozen=True):
    """What was asked about an order and answered, oldest first."""

    number: str
    messages: list[HelpMessageView]


class HelpReadBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was asked is settled up to `read_until`, the `written_at` of the newest message that
    was read: what came after it goes on waiting. Without it everything is settled.
    """

    read_until: Instant | None = None


class HelpAnswerBody(HelpReadBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer as the buyer will read it."""

    said: Said


class HelpAnswerView(Value, frozen=True):
    """The answer as it was kept."""

    number: str
    id: UUID
    written_at: datetime
    said: str


class HelpSettlementView(Value, frozen=True):
    """How many messages waited and do not any more."""

    number: str
    questions: int


async def list_waiting(parts: ApiParts, request: Request) -> Answer:
    """Return a page of the threads that wait; their words are read one by one."""
    query = query_of(request, HelpQuery)
    after = read_cursor(query.after) if query.after else LONGEST
    found = await parts.help.waiting(after, query.limit + 1)
    shown = found[: query.limit]
    await parts.looks.count(request.actor, "list", [each.number for each in shown])
    more = len(found) > query.limit
    following = cursor_of(shown[-1].waiting_since, shown[-1].number) if more else None
    views = [WaitingView(x.number, x.waiting_since, x.questions) for x in shown]
    return json_answer(WaitingPage(views, following))


async def read(parts: ApiParts, request: Request) -> Answer:
    """Return the thread of an order, empty where nothing was asked."""
    number = parse(request.names["number"])
    if number is None or await parts.reads.order(number) is None:
        return _unknown(request)
    thread = await parts.help.thread(number)
    await parts.looks.count(request.actor, "help", (number,))
    return json_answer(HelpThreadView(number, [_view(each) for each in thread]))


async def answer(parts: ApiParts, request: Request) -> Answer:
    """Keep the answer, and tell the buyer of it."""
    number = parse(request.names["number"])
    body = decode_body(request.body, _answer_decoder)
    check_times(body, ("read_until",))
    command_id = request_command_id(request)
    if number is None:
        return _unknown(request)
    submission = Submission(
        command_id, number, AnswerHelp(), request.actor, fingerprint_of(request)
    )
    submit = partial(submitted, parts, request)
    said, now = body.said.strip(), parts.clock()
    kept = await answered(parts.help, submit, submission, said, now, body.read_until)
    if kept is None:
        return await _not_kept(parts, request, number)
    view = HelpAnswerView(number, kept.id, kept.written_at, kept.said)
    return json_answer(view, HTTPStatus.CREATED)


async def settle(parts: ApiParts, request: Request) -> Answer:
    """Say that there is nothing to answer: the thread waits no longer, and nobody is told."""
    number = parse(request.names["number"])
    body = decode_body(request.body, _read_decoder)
    check_times(body, ("read_until",))
    if number is None or await parts.reads.order(number) is None:
        return _unknown(request)
    by = f"{request.actor.role}:{request.actor.id}"

    async def work(_request_id: UUID) -> Answer:
        now = parts.clock()
        settled = await parts.help.settle(number, body.read_until or now, now, by)
        return json_answer(HelpSettlementView(number, settled))

    return await remembered(parts, request, work)


async def _not_kept(parts: ApiParts, request: Request, number: str) -> Answer:
    """Answer why nothing could be added to the thread."""
    if await parts.reads.order(number) is None:
        return _unknown(request)
    if await parts.help.thread(number):
        raise Fault(RequestFault.THREAD_FULL, "number", number, str(MESSAGES_MAX))
    raise Fault(RequestFault.NOTHING_ASKED, "number", number)


def _view(message: HelpMessage) -> HelpMessageView:
    return HelpMessageView(
        message.id, message.author, message.written_at, message.said, message.settled_at
    )


def _unknown(request: Request) -> Answer:
    refusal = Refusal(Code.UNKNOWN_ORDER, "number", request.names["number"])
    return problem_answer(refusal_problem(refusal, None, request.path, request.language))


_answer_decoder = msgspec.json.Decoder(HelpAnswerBody)
_read_decoder = msgspec.json.Decoder(HelpReadBody)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/api/v1/help",
        name="listHelp",
        tag="help",
        summary="List the threads that wait for an answer",
        description="Whoever waits longest stands first.",
        handler=list_waiting,
        roles=OFFICE,
        query=HelpQuery,
        answer=WaitingPage,
        problems=(RequestFault.INVALID_QUERY,),
    ),
    Endpoint(
        method="GET",
        path="/api/v1/orders/{number}/help",
        name="readHelp",
        tag="help",
        summary="Read what was asked about an order and answered",
        handler=read,
        roles=OFFICE,
        answer=HelpThreadView,
        problems=(Code.UNKNOWN_ORDER,),
    ),
    Endpoint(
        method="POST",
        path="/api/v1/orders/{number}/help-answer",
        name="answerHelp",
        tag="help",
        summary="Answer a buyer",
        description=(
            "The words are kept beside the order; its history says only that there was an answer, "
            "in the event `order.help_answered`. The buyer's open pages show it at once, and a "
            "message says that it is there."
        ),
        handler=answer,
        roles=OFFICE,
        body=HelpAnswerBody,
        body_example=ANSWER_EXAMPLE,
        answer=HelpAnswerView,
        answer_status=HTTPStatus.CREATED,
        problems=(Code.UNKNOWN_ORDER, RequestFault.NOTHING_ASKED, RequestFault.THREAD_FULL),
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
        roles=OFFICE,
        body=HelpReadBody,
        body_example={},
        answer=HelpSettlementView,
        problems=(Code.UNKNOWN_ORDER,),
        repeatable=True,
    ),
)
