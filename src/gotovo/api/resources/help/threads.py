"""Help threads as a resource: what buyers asked about their orders, and the answers."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Annotated, Literal
from uuid import UUID, uuid5

import msgspec
from msgspec import Meta
from starlette.responses import Response

from gotovo.access.programs.scopes import KeyScope
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.idempotency import fingerprint_of, request_command_id, run_once
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.normal_texts import MULTILINE
from gotovo.api.dispatch.order_access import unknown_order
from gotovo.api.dispatch.request import ApiRequest
from gotovo.api.dispatch.responses import json_response, problem_response
from gotovo.api.dispatch.submission import problem_of, submitted
from gotovo.api.resources.help.holding import order_of, taken_by_asker
from gotovo.api.schemas.examples import ANSWER_EXAMPLE, QUESTION_EXAMPLE
from gotovo.api.schemas.step_bodies import Instant, check_times
from gotovo.engine.submission import Submission
from gotovo.notices.help.help_thread import answer_help, ask_help, settle_help
from gotovo.order.refusals import Code
from gotovo.order.steps.help_answer import AnswerHelp
from gotovo.order.steps.help_question import AskHelp
from gotovo.order.steps.help_settlement import SettleHelp
from gotovo.order.values.actor import OFFICE
from gotovo.order.values.help.help_clock import HelpChannel
from gotovo.order.values.order import Order
from gotovo.order.values.status import status_of
from gotovo.store.tables.orders.help_threads import MESSAGES_MAX, HelpAssignment, HelpMessage
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode
from gotovo.words.statuses import status_label

ANSWER_CHARACTERS_MAX = 900
"""The same limit as for a buyer's question."""

AnswerText = Annotated[
    str, Meta(min_length=1, max_length=ANSWER_CHARACTERS_MAX, extra={MULTILINE: True})
]


class HelpMessageView(Value, frozen=True):
    """One message. `settled_at` is null while a question waits or an answer is unread.

    `channel` is where a question was asked, `due_at` until when it is to be answered; both are null
    for an answer.
    """

    id: UUID
    author: Literal["buyer", "support"]
    written_at: datetime
    said: str
    settled_at: datetime | None
    channel: HelpChannel | None
    due_at: datetime | None


class HelpThreadView(Value, frozen=True):
    """The questions and answers about an order, oldest first, and where the order stands.

    `due_at` is until when the next answer is due, null while no question is open; `assignee` is who
    answers, `role:id` as in events, null for nobody yet.
    """

    number: str
    status: str
    status_label: str
    due_at: datetime | None
    overdue: bool
    assignee: str | None
    assigned_at: datetime | None
    messages: list[HelpMessageView]


class HelpQuestionBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a buyer asked elsewhere, as on the phone: the answer is told there first."""

    said: AnswerText
    channel: HelpChannel = HelpChannel.PHONE


class HelpQuestionView(Value, frozen=True):
    """The question as it was stored, and until when it is to be answered."""

    number: str
    id: UUID
    written_at: datetime
    said: str
    channel: HelpChannel
    due_at: datetime


class HelpReadBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Settles the questions up to `read_until`, the `written_at` of the newest message that was
    read; later ones still wait for an answer. Without it, all questions are settled.
    """

    read_until: Instant | None = None


class HelpAnswerBody(HelpReadBody, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer as the buyer will read it.

    With `read_until` it is refused if support has answered since then: two people would answer one
    question.
    """

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


async def read(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return the thread of an order, empty where nothing was asked."""
    order = await order_of(dependencies, request)
    if isinstance(order, Response):
        return order
    number = order.number
    thread = await dependencies.help.thread(number)
    held = await dependencies.help.assignment(number)
    await dependencies.access_log.record(request.actor, "help", (number,))
    return json_response(_thread_view(dependencies, request, order, thread, held))


async def ask(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Store what a buyer asked elsewhere, and start its clock."""
    body = decode_body(request.content, _question_decoder)
    command_id = request_command_id(request)
    order = await order_of(dependencies, request)
    if isinstance(order, Response):
        return order
    command = AskHelp(body.channel, dependencies.clock())
    submission = Submission(
        command_id, order.number, command, request.actor, fingerprint_of(request)
    )
    submit = partial(submitted, dependencies, request)
    result = await ask_help(dependencies.help, submit, submission, body.said)
    if result is None:
        raise ApiError(RequestErrorCode.THREAD_FULL, "number", order.number, str(MESSAGES_MAX))
    problem = problem_of(result, request)
    if problem is not None:
        return problem_response(problem)
    stored = await dependencies.help.message(order.number, command_id)
    if stored is None or stored.channel is None or stored.due_at is None:  # erased meanwhile
        return unknown_order(request)
    view = HelpQuestionView(
        order.number, stored.id, stored.written_at, stored.said, stored.channel, stored.due_at
    )
    return json_response(view, HTTPStatus.CREATED)


async def answer(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Store the answer and notify the buyer."""
    body = decode_body(request.content, _answer_decoder)
    check_times(body, ("read_until",))
    command_id = request_command_id(request)
    order = await order_of(dependencies, request)
    if isinstance(order, Response):
        return order
    number = order.number
    if await dependencies.help.message(number, command_id) is None:
        await taken_by_asker(dependencies, request, number)
        await _check_unanswered(dependencies, number, body.read_until)
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
    body = decode_body(request.content, _read_decoder)
    check_times(body, ("read_until",))
    order = await order_of(dependencies, request)
    if isinstance(order, Response):
        return order
    number = order.number

    async def work(request_id: UUID) -> Response:
        await taken_by_asker(dependencies, request, number)
        now = dependencies.clock()
        until = body.read_until or now
        submission = Submission(
            uuid5(request_id, "help-settlement"),
            number,
            SettleHelp(until),
            request.actor,
            fingerprint_of(request),
        )
        submit = partial(submitted, dependencies, request)
        settled = await settle_help(dependencies.help, submit, submission, until, now)
        return json_response(HelpSettlementView(number, settled))

    return await run_once(dependencies, request, work)


async def _check_unanswered(
    dependencies: ApiDependencies, number: str, read_until: datetime | None
) -> None:
    """Raise the error if support has answered since the thread was read."""
    if read_until is None:
        return
    for each in await dependencies.help.thread(number):
        if each.author == "support" and each.written_at > read_until:
            given, latest = read_until.isoformat(), each.written_at.isoformat()
            raise ApiError(RequestErrorCode.ANSWERED_MEANWHILE, "read_until", given, latest)


def _thread_view(
    dependencies: ApiDependencies,
    request: ApiRequest,
    order: Order,
    thread: Sequence[HelpMessage],
    held: HelpAssignment | None,
) -> HelpThreadView:
    open_ = [each for each in thread if each.author == "buyer" and each.settled_at is None]
    due_at = min((each.due_at or each.written_at for each in open_), default=None)
    status = status_of(order)
    return HelpThreadView(
        number=order.number,
        status=status,
        status_label=status_label(status, order.outcome, request.language),
        due_at=due_at,
        overdue=due_at is not None and due_at <= dependencies.clock(),
        assignee=held.assignee if held else None,
        assigned_at=held.assigned_at if held else None,
        messages=[_view(each) for each in thread],
    )


def _view(message: HelpMessage) -> HelpMessageView:
    return HelpMessageView(
        message.id,
        message.author,
        message.written_at,
        message.said,
        message.settled_at,
        message.channel,
        message.due_at,
    )


_question_decoder = msgspec.json.Decoder(HelpQuestionBody)
_answer_decoder = msgspec.json.Decoder(HelpAnswerBody)
_read_decoder = msgspec.json.Decoder(HelpReadBody)

ENDPOINTS: tuple[Endpoint, ...] = (
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
        path="/api/v1/orders/{number}/help-question",
        name="askHelp",
        tag="help",
        summary="Record a question that was asked elsewhere",
        description=(
            "For a buyer who called, or wrote an e-mail: it stands in the thread like any other, "
            "its clock starts, and the message of the answer goes back the same way first."
        ),
        handler=ask,
        protected_by=ProtectedBy.ORDER,
        scope=KeyScope.HELP_WRITE,
        roles=OFFICE,
        body=HelpQuestionBody,
        body_example=QUESTION_EXAMPLE,
        response=HelpQuestionView,
        response_status=HTTPStatus.CREATED,
        problems=(Code.UNKNOWN_ORDER, Code.BUYER_ERASED, RequestErrorCode.THREAD_FULL),
        repeatable=True,
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
            "and the buyer gets a message, first through the channel that asked. A thread that "
            "somebody else took is refused."
        ),
        handler=answer,
        protected_by=ProtectedBy.ORDER,
        scope=KeyScope.HELP_WRITE,
        roles=OFFICE,
        body=HelpAnswerBody,
        body_example=ANSWER_EXAMPLE,
        response=HelpAnswerView,
        response_status=HTTPStatus.CREATED,
        problems=(
            Code.UNKNOWN_ORDER,
            RequestErrorCode.NOTHING_ASKED,
            RequestErrorCode.THREAD_FULL,
            RequestErrorCode.THREAD_TAKEN,
            RequestErrorCode.ANSWERED_MEANWHILE,
        ),
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
        problems=(Code.UNKNOWN_ORDER, RequestErrorCode.THREAD_TAKEN),
        repeatable=True,
    ),
)
