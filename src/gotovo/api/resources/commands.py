"""Many commands at once: each has its own id and gets its own outcome, in order."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any, Literal, Union
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType
from starlette.responses import Response

from gotovo.access.buyer.phone_accounts import AccountOfPhone
from gotovo.access.permissions import Sight
from gotovo.access.programs.scopes import STEP_SCOPES, KeyScope
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import KEY_ROLES, Endpoint, ProtectedBy
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.idempotency import (
    listed_command_id,
    require_idempotency_key,
)
from gotovo.api.dispatch.order_access import shown_views, sights_of_outcomes
from gotovo.api.dispatch.problems import Problem, error_problem
from gotovo.api.dispatch.request import (
    MINIMAL_APPLIED,
    ApiRequest,
    has_scope,
    prefers_minimal,
    require_scope,
)
from gotovo.api.dispatch.submission import (
    UNAVAILABLE,
    forget_with_order,
    hides_order,
    is_look,
    problem_of,
    unavailable,
)
from gotovo.api.limits.key_limits import cost_of
from gotovo.api.limits.list_body import ListBody
from gotovo.api.refusal_log import record_listed
from gotovo.api.resources.attachments.bound_photos import bound_submission
from gotovo.api.resources.shops import require_shop
from gotovo.api.resources.steps import require_courier
from gotovo.api.schemas.examples import COMMANDS_EXAMPLE
from gotovo.api.schemas.goods_view import GoodsView
from gotovo.api.schemas.order_view import OrderView
from gotovo.api.schemas.placement import (
    DRAWS_MAX,
    Draft,
    PlaceBody,
    draft_of,
    number_was_taken,
    numbered,
    phones_in,
)
from gotovo.api.schemas.step_bodies import (
    STEP_BODIES,
    address_line,
    address_postcode,
    check_times,
    command_of,
    happened_at,
)
from gotovo.api.staff_requests import require_proofs
from gotovo.engine.fingerprints import fingerprint
from gotovo.engine.ports import CommandIdReused
from gotovo.engine.submission import ResultKind, Submission, SubmissionResult
from gotovo.http.hot_paths import HotResponse
from gotovo.order.values.number import parse
from gotovo.value import Value
from gotovo.words.language import LANGUAGE_NUMBERS
from gotovo.words.request_errors import RequestErrorCode

COMMANDS_MAX = 1_000
"""The contract's limit: four batches of the engine, well below a second."""

COMMANDS_BYTES_MAX = 2 * 1024 * 1024
"""A thousand placements of three lines are 600 KB."""

SHORT_COMMANDS = 100
SHORT_BYTES = 64 * 1024
"""A list of so many commands and bytes holds the event loop for a slice or two."""

_ID_CHARACTERS_MAX = 200
_PLACEMENT = "placement"

CommandId = Annotated[str, Meta(min_length=1, max_length=_ID_CHARACTERS_MAX)]
Number = Annotated[str, Meta(max_length=40, examples=["123456789012"])]


class ListedPlacement(
    PlaceBody,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    tag=_PLACEMENT,
    tag_field="step",
):
    """A placement within a list of commands."""

    id: CommandId


def _listed(step: str) -> type[Struct]:
    """Return the struct of a step within a list: its body, with an id and the order's number."""
    body = STEP_BODIES[step]
    return msgspec.defstruct(
        f"Listed{body.__name__.removesuffix('Body')}",
        [("id", CommandId), ("order", Number)],
        bases=(body,),
        namespace={"__doc__": body.__doc__},
        frozen=True,
        kw_only=True,
        forbid_unknown_fields=True,
        tag=step,
        tag_field="step",
    )


AnyCommand: Any = Union[(ListedPlacement, *(_listed(step) for step in STEP_BODIES))]


class CommandsBody(Value, frozen=True, forbid_unknown_fields=True):
    """Up to 1,000 commands, each with its own id and the fields of its step."""

    commands: Annotated[
        list[AnyCommand],  # pyright: ignore[reportInvalidTypeForm]  (made from the table)
        Meta(min_length=1, max_length=COMMANDS_MAX),
    ]


class CommandOutcome(Value, frozen=True):
    """What became of one command; `problem` is set when it was refused or failed.

    `order` is the order after it, present when the command was done or already done, unless the
    client sent `Prefer: return=minimal`. `goods` stands in its place where the key sees only the
    goods of the order; where it does not see the order any more, neither does.
    """

    id: str
    outcome: Literal["done", "already_done", "refused", "failed"]
    number: str | None
    version: int
    order: OrderView | None
    problem: Problem | None
    goods: GoodsView | UnsetType = UNSET


class OutcomesView(Value, frozen=True):
    """One outcome per command, in the order of the commands."""

    outcomes: list[CommandOutcome]


class _Entry(Struct):
    """One command of the list; the draft of a placement may have to draw another number."""

    id: str
    command_id: UUID
    submission: Submission
    draft: Draft | None = None


async def take_commands(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Submit all and return one outcome per command; the whole list is validated first."""
    require_idempotency_key(request.header_bytes)
    items = _list_body.items(request.content)
    _charge(dependencies, request, len(items))
    slices = dependencies.slices
    is_short = len(items) <= SHORT_COMMANDS and len(request.content) <= SHORT_BYTES
    share = None if is_short else request.holder.key_id
    commands = await _list_body.decode(items, slices, share)
    _require_scopes(request, commands)
    require_proofs(dependencies, request, (x.__struct_config__.tag for x in commands))
    for i, each in enumerate(commands):
        if isinstance(each, ListedPlacement):
            await require_shop(dependencies, request, each.shop, f"commands[{i}].")
        else:
            await require_courier(dependencies, each, f"commands[{i}].")
    placements = (each for each in commands if isinstance(each, ListedPlacement))
    account_of = await dependencies.phone_accounts.current(phones_in(placements))
    entry = partial(_entry, dependencies, request, account_of)
    entries = await slices.map(entry, enumerate(commands), share)
    _refuse_repeated_ids(entries)
    for i, each in enumerate(entries):
        prefix = f"commands[{i}]."
        each.submission = await bound_submission(dependencies.attachments, each.submission, prefix)
    results = await _submitted(dependencies, entries, request)
    for turn in range(1, DRAWS_MAX):
        again = [i for i, result in enumerate(results) if _number_is_taken(result)]
        if not again:
            break
        for i in again:
            _draw_again(dependencies, entries[i], turn)
        drawn = [entries[i] for i in again]
        further = await _submitted(dependencies, drawn, request)
        for i, result in zip(again, further, strict=True):
            results[i] = result
    decided = [r for r in results if isinstance(r, SubmissionResult)]
    refused = (r.refusal.code for r in decided if r.refusal is not None)
    record_listed(dependencies.security_log, request, refused)
    is_minimal = prefers_minimal(request) or not has_scope(request.holder, KeyScope.ORDERS_READ)
    seen = await _seen(dependencies, request, results, is_minimal=is_minimal)
    encoded = partial(_encoded, dependencies, request)
    outcomes = await slices.map(encoded, zip(entries, results, seen, strict=True), share)
    content = b'{"outcomes":[' + b",".join(outcomes) + b"]}"
    return HotResponse(content, headers=(MINIMAL_APPLIED,) if is_minimal else ())


def _charge(dependencies: ApiDependencies, request: ApiRequest, count: int) -> None:
    """Count the request once for each command; its bytes have been counted already."""
    usage = dependencies.key_limiter.usage_of(request.holder)
    usage.charge(count, cost_of(len(request.content)))


def _require_scopes(request: ApiRequest, commands: list[Any]) -> None:
    """Raise the error of a restricted key that lacks the scope of a step; a role lacks none."""
    if not request.holder.is_restricted:
        return
    for i, each in enumerate(commands):
        scope = STEP_SCOPES[each.__struct_config__.tag]
        require_scope(request, scope, f"commands[{i}].step")


async def _seen(
    dependencies: ApiDependencies,
    request: ApiRequest,
    results: Sequence[SubmissionResult | BaseException],
    *,
    is_minimal: bool,
) -> Sequence[Sight]:
    """Return how much each outcome shows of its order, and log each look at one."""
    done = {
        index: result
        for index, result in enumerate(results)
        if isinstance(result, SubmissionResult) and result.kind is not ResultKind.REFUSED
    }
    seen = [Sight.NOTHING] * len(results)
    if is_minimal:
        return seen
    sights = await sights_of_outcomes(dependencies, request, list(done.values()))
    looks: list[str] = []
    for (index, result), sight in zip(done.items(), sights, strict=True):
        seen[index] = sight
        if sight is not Sight.NOTHING and is_look(result):
            looks.append(result.number)
    await dependencies.access_log.record(request.actor, "order", looks)
    return seen


def _entry(
    dependencies: ApiDependencies,
    request: ApiRequest,
    account_of: AccountOfPhone,
    indexed: tuple[int, Any],
) -> _Entry:
    """Return the submission of one command, or raise the error with its index."""
    index, listed = indexed
    prefix = f"commands[{index}]."
    command_id = listed_command_id(request, listed.id)
    own = fingerprint(msgspec.json.encode(listed), LANGUAGE_NUMBERS[request.language])
    if isinstance(listed, ListedPlacement):
        check_times(listed, ("at",), prefix)
        if listed.carried_over:
            require_scope(request, KeyScope.IMPORTS, f"{prefix}carried_over")
        keyring = dependencies.keyring()
        draft = draft_of(listed, keyring.identity.key, account_of, request.actor, prefix)
        first = numbered(draft, keyring.numbers.key, command_id, own, actor=request.actor, turn=0)
        return _Entry(listed.id, command_id, first, draft)
    number = parse(listed.order)
    if number is None:
        raise _invalid(f"{prefix}order", listed.order, "an order number")
    step = listed.__struct_config__.tag
    command = command_of(step, listed, prefix)
    submission = Submission(
        command_id,
        number,
        command,
        request.actor,
        own,
        happened_at(step, listed),
        address=address_line(listed, request.language),
        postcode=address_postcode(listed),
    )
    return _Entry(listed.id, command_id, submission)


async def _submitted(
    dependencies: ApiDependencies, entries: list[_Entry], request: ApiRequest
) -> list[SubmissionResult | BaseException]:
    submissions = [each.submission for each in entries]
    results = await dependencies.engine.submit_in_turns(submissions, request.holder.key_id)
    decided = (SubmissionResult, CommandIdReused)
    unexpected = next((r for r in results if not isinstance(r, (*decided, *UNAVAILABLE))), None)
    if isinstance(unexpected, BaseException):
        raise unexpected
    if not any(isinstance(result, decided) for result in results):
        error = next((each for each in results if isinstance(each, BaseException)), None)
        raise unavailable(dependencies, error)
    for submission, result in zip(submissions, results, strict=True):
        if isinstance(result, SubmissionResult):
            dependencies.metrics.count_outcome(submission.command, result)
            await forget_with_order(dependencies, submission, result, request.author)
    return results


def _number_is_taken(result: SubmissionResult | BaseException) -> bool:
    return isinstance(result, SubmissionResult) and number_was_taken(result)


def _draw_again(dependencies: ApiDependencies, entry: _Entry, turn: int) -> None:
    assert entry.draft is not None, entry.id
    actor, own = entry.submission.actor, entry.submission.fingerprint
    entry.submission = numbered(
        entry.draft,
        dependencies.keyring().numbers.key,
        entry.command_id,
        own,
        actor=actor,
        turn=turn,
    )


def _encoded(
    dependencies: ApiDependencies,
    request: ApiRequest,
    outcome: tuple[_Entry, SubmissionResult | BaseException, Sight],
) -> bytes:
    """Return the JSON of an outcome, one of those of an OutcomesView."""
    return _encoder.encode(_view(dependencies, request, *outcome))


def _view(
    dependencies: ApiDependencies,
    request: ApiRequest,
    entry: _Entry,
    result: SubmissionResult | BaseException,
    seen: Sight,
) -> CommandOutcome:
    if isinstance(result, BaseException):
        reused = isinstance(result, CommandIdReused)
        later = unavailable(dependencies, result).code
        code = RequestErrorCode.IDEMPOTENCY_KEY_REUSED if reused else later
        problem = error_problem(code, request.path, request.language, field="id", value=entry.id)
        return CommandOutcome(entry.id, "failed", None, 0, None, problem)
    problem = problem_of(result, request)
    order, goods = shown_views(dependencies, request, result, seen)
    number = None if result.order is None else result.number
    # How far an order of others is would be in its version.
    is_hidden = problem is not None and hides_order(problem.code, problem.field, request)
    version = 0 if is_hidden else result.version
    return CommandOutcome(entry.id, result.kind.value, number, version, order, problem, goods)


def _refuse_repeated_ids(entries: list[_Entry]) -> None:
    seen: set[str] = set()
    for index, each in enumerate(entries):
        if each.id in seen:
            raise _invalid(f"commands[{index}].id", each.id, "unique within the list")
        seen.add(each.id)


def _invalid(field: str, value: str, expected: str) -> ApiError:
    return ApiError(RequestErrorCode.INVALID_BODY, field, value, expected)


_list_body = ListBody("commands", msgspec.json.Decoder(AnyCommand), COMMANDS_MAX)
_encoder = msgspec.json.Encoder()

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path="/api/v1/commands",
        name="takeCommands",
        tag="commands",
        summary="Take many steps at once",
        description=(
            "Up to 1,000 commands for any orders. The list is validated as a whole: an error "
            "names the index, and nothing is done. After that each command has its own outcome, "
            "in order; a refused one does not stop the others. Its id makes it idempotent. A "
            "restricted key needs the scope of every step, or nothing is done. "
            "`Prefer: return=minimal` leaves the orders out, which is faster."
        ),
        handler=take_commands,
        protected_by=ProtectedBy.COMMAND,
        scope=None,
        roles=KEY_ROLES,
        body=CommandsBody,
        body_example=COMMANDS_EXAMPLE,
        body_bytes_max=COMMANDS_BYTES_MAX,
        response=OutcomesView,
        repeatable=True,
        shortens=True,
    ),
)
