"""From a request to the engine and back: an outcome becomes the order or a problem."""

from http import HTTPStatus

import msgspec
from msgspec import structs
from starlette.responses import Response

from gotovo.access.permissions import Sight
from gotovo.access.programs.scopes import KeyScope
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.idempotency import InFlight, response_language, reused
from gotovo.api.dispatch.order_access import (
    hidden_order,
    shown_order,
    sights_of_outcomes,
    unknown_order,
)
from gotovo.api.dispatch.problems import Problem, refusal_problem
from gotovo.api.dispatch.request import (
    MINIMAL_APPLIED,
    ApiRequest,
    has_scope,
    prefers_minimal,
)
from gotovo.api.dispatch.responses import problem_response
from gotovo.api.schemas.order_view import OrderVersion
from gotovo.engine.ports import (
    CommandIdReused,
    EngineClosed,
    JournalUnreachable,
    QueueFull,
)
from gotovo.engine.submission import ResultKind, Submission, SubmissionResult
from gotovo.http.hot_paths import HotResponse
from gotovo.order.refusals import Code
from gotovo.order.steps.contact_erasure import EraseContact
from gotovo.order.values.actor import Role
from gotovo.store.tables.security.entries import Author, SecurityEntry
from gotovo.store.tables.security.kinds import SecurityKind
from gotovo.words.request_errors import RequestErrorCode

RETRY_AFTER_SECONDS = 1
"""A full queue is processed well within a second."""

DISK_RETRY_AFTER_SECONDS = 30
"""Room on a disk is made by a person, or by a program that cleans up every minute or so."""

UNAVAILABLE = (QueueFull, JournalUnreachable, EngineClosed)
"""What ends a submission that may be sent again later."""

_encode = msgspec.json.Encoder().encode
_HIDES_ORDER = frozenset({Code.UNKNOWN_ORDER, Code.WRONG_POINT, Code.NOT_PERMITTED})


async def submitted(
    dependencies: ApiDependencies, request: ApiRequest, submission: Submission
) -> SubmissionResult:
    """Return the outcome once it is committed; a repetition before that is refused.

    When the engine is slow, only keys that have no less than their share are refused.
    """
    engine = dependencies.engine
    has_share = dependencies.requests_by_key.has_share(request.holder.key_id)
    submit = engine.submit if has_share else engine.submit_now
    with InFlight(dependencies, submission.command_id):
        try:
            outcome = await submit(submission)
        except CommandIdReused as error:
            raise reused(request) from error
        except UNAVAILABLE as error:
            raise unavailable(dependencies, error) from error
    dependencies.metrics.count_outcome(submission.command, outcome)
    await forget_with_order(dependencies, submission, outcome, request.author)
    return outcome


def is_look(outcome: SubmissionResult) -> bool:
    """Tell whether the response shows the order while no event records to whom (rule 4.16).

    So it is where nothing was left to do, and where the outcome of an earlier request is repeated.
    """
    if outcome.order is None or outcome.kind is ResultKind.REFUSED:
        return False
    return outcome.repeated or outcome.kind is ResultKind.ALREADY_DONE


async def forget_with_order(
    dependencies: ApiDependencies,
    submission: Submission,
    outcome: SubmissionResult,
    by: Author,
) -> None:
    """Delete what the buyer added to an erased order, as the page does (rule 4.16), and log it.

    The command repeated does it again, should the server have stopped in between.
    """
    if not isinstance(submission.command, EraseContact) or outcome.kind is ResultKind.REFUSED:
        return
    if not is_look(outcome):
        entry = SecurityEntry(
            kind=SecurityKind.ORDER_ERASED,
            at=dependencies.clock(),
            by=by,
            shop=outcome.order.shop if outcome.order else submission.actor.shop,
            subject=f"order:{submission.number}",
        )
        await dependencies.security_log.record_now(entry)
    await dependencies.personal_data.forget_order(submission.number)


async def outcome_response(
    dependencies: ApiDependencies,
    outcome: SubmissionResult,
    request: ApiRequest,
    status: int = HTTPStatus.OK,
) -> Response:
    """Return the order after the command, or the problem of its refusal.

    A key that may take the step but not read orders gets no content, and a client that prefers a
    minimal response number and version alone: the order is neither made into JSON nor looked at.
    """
    problem = problem_of(outcome, request)
    if problem is not None:
        return problem_response(problem)
    headers = ((b"gotovo-outcome", outcome.kind.encode()),)
    if not has_scope(request.holder, KeyScope.ORDERS_READ):
        response = Response(status_code=HTTPStatus.NO_CONTENT)
        response.raw_headers += headers
        return response
    assert outcome.order is not None, outcome.number
    is_brief = prefers_minimal(request)
    seen = Sight.NOTHING
    if not is_brief or outcome.repeated:  # The right to see it may be gone since the first time.
        (seen,) = await sights_of_outcomes(dependencies, request, (outcome,))
        if seen is Sight.NOTHING:
            return await _hidden_now(dependencies, request, outcome.number)
    if is_brief:
        brief = OrderVersion(outcome.number, outcome.version)
        return HotResponse(_encode(brief), status, headers=(*headers, MINIMAL_APPLIED))
    if is_look(outcome):
        await dependencies.access_log.record(request.actor, "order", (outcome.number,))
    language = response_language(request, outcome.fingerprint)
    serialized = shown_order(
        dependencies, request, outcome.order, outcome.contact, seen=seen, language=language
    )
    return HotResponse(serialized, status, headers=headers)


async def _hidden_now(dependencies: ApiDependencies, request: ApiRequest, number: str) -> Response:
    """Return the refusal of an order that the key may not see any more."""
    found = await dependencies.reads.order(number)
    hidden = None if found is None else hidden_order(dependencies, request, found.order)
    return hidden or unknown_order(request)


def problem_of(outcome: SubmissionResult, request: ApiRequest) -> Problem | None:
    """Return a refused command's problem; without permission it reveals nothing of the order."""
    if outcome.kind is not ResultKind.REFUSED or outcome.refusal is None:
        return None
    refusal = outcome.refusal
    may_see = not hides_order(refusal.code, refusal.field, request) and has_scope(
        request.holder, KeyScope.ORDERS_READ
    )
    order = outcome.order if may_see else None
    is_closed = outcome.order is not None and outcome.order.outcome is not None
    if refusal.code is Code.WRONG_POINT and is_closed:
        refusal = structs.replace(refusal, expected="")  # Nobody is sent to that point any more.
    language = response_language(request, outcome.fingerprint)
    return refusal_problem(refusal, order, request.path, language)


def hides_order(code: str, field: str, request: ApiRequest) -> bool:
    """Tell whether a refusal is without permission, so that not even the stage may be told.

    `field` is what was wrong: what another warehouse serves is in nobody's custody here.
    """
    if code in _HIDES_ORDER:
        return True
    is_courier = request.actor.role is Role.COURIER
    return code == Code.NOT_IN_CUSTODY and (is_courier or field == "warehouse")


def unavailable(dependencies: ApiDependencies, error: BaseException | None = None) -> ApiError:
    """Return why a request can't be served at the moment, as the error of it tells."""
    if not dependencies.is_disk_full(error):
        return overloaded()
    retry_after = str(DISK_RETRY_AFTER_SECONDS).encode()
    return ApiError(RequestErrorCode.DISK_FULL, headers=((b"retry-after", retry_after),))


def overloaded() -> ApiError:
    """Return the error of a request that can be repeated later with the same key."""
    retry_after = str(RETRY_AFTER_SECONDS).encode()
    return ApiError(RequestErrorCode.OVERLOADED, headers=((b"retry-after", retry_after),))
