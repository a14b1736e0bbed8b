"""From a request to the engine and back: an outcome becomes the order or a problem."""

from http import HTTPStatus

from gotovo.api.answer import Answer, problem_answer
from gotovo.api.dispatch.dependencies import ApiParts
from gotovo.api.dispatch.errors import Fault
from gotovo.api.dispatch.idempotency import InFlight, reused
from gotovo.api.dispatch.problems import Problem, refusal_problem
from gotovo.api.request import Request
from gotovo.engine.ports import (
    CommandIdReused,
    EngineClosed,
    JournalUnreachable,
    QueueFull,
)
from gotovo.engine.submission import ResultKind, Submission, SubmissionResult
from gotovo.order.refusals import Code
from gotovo.words.request_errors import RequestFault

RETRY_AFTER_SECONDS = 1
"""A full queue is worked off well within a second."""

UNREAD_BYTES_MAX = 16 * 1024
"""A body that the server reads over, if need be, to go on with its connection."""

UNAVAILABLE = (QueueFull, JournalUnreachable, EngineClosed)
"""What ends a submission that may be sent again later."""

_TELLS_NOTHING = frozenset({Code.WRONG_POINT, Code.NOT_PERMITTED})


async def submitted(parts: ApiParts, request: Request, submission: Submission) -> SubmissionResult:
    """Return the outcome once it is committed; a repetition meanwhile is refused."""
    with InFlight(parts, submission.command_id):
        try:
            outcome = await parts.engine.submit_now(submission)
        except CommandIdReused as error:
            raise reused(request) from error
        except UNAVAILABLE as error:
            raise overloaded() from error
    parts.metrics.count_outcome(submission.command, outcome)
    if outcome.kind is ResultKind.ALREADY_DONE:  # It shows the order, and no event says to whom.
        await parts.looks.count(request.actor, "order", (outcome.number,))
    return outcome


def outcome_answer(
    parts: ApiParts, outcome: SubmissionResult, request: Request, status: int = HTTPStatus.OK
) -> Answer:
    """Return the order as it stands after the command, or the problem that names the refusal."""
    problem = problem_of(outcome, request)
    if problem is not None:
        return problem_answer(problem)
    assert outcome.order is not None, outcome.number
    told = parts.told.anew(outcome.order, outcome.contact, request.actor.role, request.language)
    return Answer(status, told, headers=((b"gotovo-outcome", outcome.kind.encode()),))


def problem_of(outcome: SubmissionResult, request: Request) -> Problem | None:
    """Return the problem of a refused command; who may not act learns nothing of the order."""
    if outcome.kind is not ResultKind.REFUSED or outcome.refusal is None:
        return None
    order = None if outcome.refusal.code in _TELLS_NOTHING else outcome.order
    return refusal_problem(outcome.refusal, order, request.path, request.language)


def turned_away(headers: dict[bytes, bytes]) -> Fault:
    """Return the fault of a request refused at the door: unasked who it is, its body unread.

    Whoever is refused must cost next to nothing, or those who were let in wait for it. A short
    body is there already; a long one is cut off with its connection.
    """
    declared = headers.get(b"content-length", b"")
    if declared.isdigit() and int(declared) <= UNREAD_BYTES_MAX:
        return overloaded()
    fault = overloaded()
    return Fault(fault.code, headers=(*fault.headers, (b"connection", b"close")))


def overloaded() -> Fault:
    """Return the fault of a request that can be repeated later with the same key."""
    retry_after = str(RETRY_AFTER_SECONDS).encode()
    return Fault(RequestFault.OVERLOADED, headers=((b"retry-after", retry_after),))
