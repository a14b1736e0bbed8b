"""Approvals as a resource: asked for at a point, decided by a second person."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType
from starlette.responses import Response

from gotovo.access.permissions import cannot_see
from gotovo.access.programs.scopes import KeyScope
from gotovo.access.staff.approval_policy import DecisionRefusal, least_rank, rank_of
from gotovo.access.staff.approvals import WAITING_MAX, AskedFor, Decider, code_of
from gotovo.access.staff.fresh_proof import DangerousStep
from gotovo.access.staff.second_person import ApprovalKind, ApprovalRefusal
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.idempotency import run_once
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.normal_texts import MULTILINE
from gotovo.api.dispatch.request import ApiRequest
from gotovo.api.dispatch.responses import json_response, refusal_response
from gotovo.api.resources.shifts.names import name_in, names_of
from gotovo.api.resources.shifts.point_access import (
    AT_POINT,
    path_id,
    refusal_at,
    require_person,
)
from gotovo.api.staff_requests import is_manager
from gotovo.order.refusals import Code, Refusal
from gotovo.order.values.money import Money
from gotovo.order.values.number import parse
from gotovo.order.values.order import total
from gotovo.points.desk.second_person import Rank
from gotovo.store.tables.shifts.approvals import StoredApproval
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode

NOTE_CHARACTERS_MAX: Final = 500
"""A few sentences: the second person reads them while the buyer stands there."""


class ApprovalBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody asks a second person for.

    `about` is the order's number, or the code of the box, parcel or point. `note` says why.
    """

    kind: ApprovalKind
    about: Annotated[str, Meta(min_length=1, max_length=64)]
    note: Annotated[str, Meta(max_length=NOTE_CHARACTERS_MAX, extra={MULTILINE: True})] = ""


class ApprovalDecisionBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the second person says; it is for exactly what the approval is about."""

    decision: Literal["granted", "denied"]


class ApprovalView(Value, frozen=True, kw_only=True):
    """An approval; `code` is what the second person finds it by.

    `state` is `waiting`, `granted`, `denied`, `taken` or `expired`. Until `expires_at` it can be
    decided, and then, if it was granted, taken. `needs` is who decides: `clerk` (any other one of
    the point), `manager`, `support` or `admin`, or whoever is above. `asked_by_name` and
    `decided_by_name` are the names of people, left out for a program. `sum` is what the order costs
    that it is about, left out where it is about none.
    """

    id: UUID
    code: str
    point: str
    kind: ApprovalKind
    about: str
    note: str | None
    needs: str
    state: str
    asked_by: str
    asked_at: datetime
    expires_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    asked_by_name: str | UnsetType = UNSET
    decided_by_name: str | UnsetType = UNSET
    sum: Money | UnsetType = UNSET


class ApprovalsPage(Value, frozen=True):
    """What waits at a point, whatever expires first before the others."""

    items: list[ApprovalView]


async def ask(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Ask for an approval; it waits until somebody decides or its time is over."""
    refusal = refusal_at(dependencies, request)
    if refusal is not None:
        return refusal_response(request, refusal)
    body = decode_body(request.content, _decoder)
    point = request.path_params["code"]

    async def work(request_id: UUID) -> Response:
        wanted = AskedFor(
            id=request_id,
            point=point,
            kind=body.kind,
            about=parse(body.about) or body.about,
            note=body.note,
        )
        asked = await dependencies.work.approvals.ask(wanted, request.actor, request.author)
        if asked is None:
            raise ApiError(RequestErrorCode.TOO_MANY_APPROVALS, "point", point, str(WAITING_MAX))
        return json_response(await _view(dependencies, request, asked), HTTPStatus.CREATED)

    return await run_once(dependencies, request, work)


async def list_waiting(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return what waits for a decision at a point."""
    refusal = refusal_at(dependencies, request)
    if refusal is not None:
        return refusal_response(request, refusal)
    found = await dependencies.work.approvals.waiting(request.path_params["code"])
    return json_response(ApprovalsPage(await _views(dependencies, request, found)))


async def read(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return an approval, so that who asked sees what became of it."""
    refusal = refusal_at(dependencies, request)
    if refusal is not None:
        return refusal_response(request, refusal)
    return json_response(await _view(dependencies, request, await _of_path(dependencies, request)))


async def decide(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Decide an approval; the same person's same decision again changes nothing."""
    person = require_person(request)
    body = decode_body(request.content, _decision_decoder)
    asked = await _of_path(dependencies, request)
    if request.actor.shop is not None:
        refusal = Refusal(Code.NOT_PERMITTED, "shop", request.actor.shop, "the network")
        return refusal_response(request, refusal)
    rank = rank_of(request.actor, is_manager=is_manager(request.holder))

    async def work(_request_id: UUID) -> Response:
        decided = await dependencies.work.approvals.decide(
            asked.id, body.decision, Decider(person, rank), request.author
        )
        if isinstance(decided, DecisionRefusal):
            raise await _decision_error(dependencies, asked, decided)
        return json_response(await _view(dependencies, request, decided or asked))

    return await run_once(dependencies, request, work)


def approval_error(refusal: ApprovalRefusal, approval: UUID) -> ApiError:
    """Return why a step can't take an approval, for the endpoints of such steps."""
    return ApiError(_TAKING_ERRORS[refusal], "approval", str(approval))


async def _of_path(dependencies: ApiDependencies, request: ApiRequest) -> StoredApproval:
    """Return the approval in the path; raise the error of one of another point, or of none."""
    approval_id = path_id(request, "approval", RequestErrorCode.UNKNOWN_APPROVAL)
    found = await dependencies.work.approvals.find(approval_id)
    places = {request.actor.place or None, request.path_params.get("code")} - {None}
    if found is None or (places and places != {found.point}):
        raise ApiError(RequestErrorCode.UNKNOWN_APPROVAL, "approval", str(approval_id))
    return found


async def _decision_error(
    dependencies: ApiDependencies, asked: StoredApproval, refusal: DecisionRefusal
) -> ApiError:
    about = "approval", str(asked.id)
    match refusal:
        case DecisionRefusal.SAME_PERSON:
            return ApiError(RequestErrorCode.APPROVAL_OF_SAME_PERSON, *about)
        case DecisionRefusal.EXPIRED:
            return ApiError(RequestErrorCode.APPROVAL_EXPIRED, *about)
        case DecisionRefusal.RANK:
            needs = _needs(dependencies, asked)
            return ApiError(RequestErrorCode.APPROVER_NEEDED, *about, expected=needs)
        case DecisionRefusal.DECIDED:
            now = await dependencies.work.approvals.find(asked.id)
            said = (now.decision or "") if now else ""
            return ApiError(RequestErrorCode.APPROVAL_DECIDED, *about, expected=said)


def _needs(dependencies: ApiDependencies, asked: StoredApproval) -> str:
    """Return who decides, as a word of the settings."""
    needed = least_rank(asked, dependencies.work.approvals.rank_needed(asked))
    return Rank(needed).name.lower()


async def _view(
    dependencies: ApiDependencies, request: ApiRequest, asked: StoredApproval
) -> ApprovalView:
    (view,) = await _views(dependencies, request, [asked])
    return view


async def _views(
    dependencies: ApiDependencies, request: ApiRequest, approvals: Sequence[StoredApproval]
) -> list[ApprovalView]:
    """Return approvals with the names of people and the sums of their orders, each in one read."""
    people = [person for x in approvals for person in (x.asked_person, x.decided_person)]
    names = await names_of(dependencies, people)
    sums = await _sums(dependencies, request, approvals)
    return [
        ApprovalView(
            id=asked.id,
            code=code_of(asked.id),
            point=asked.point,
            kind=ApprovalKind(asked.kind),
            about=asked.about,
            note=asked.note,
            needs=_needs(dependencies, asked),
            state=_state(asked, dependencies.clock()),
            asked_by=asked.asked_by,
            asked_at=asked.asked_at,
            expires_at=asked.expires_at,
            decided_by=asked.decided_by,
            decided_at=asked.decided_at,
            asked_by_name=name_in(names, asked.asked_person),
            decided_by_name=name_in(names, asked.decided_person),
            sum=sums.get(asked.about, UNSET),
        )
        for asked in approvals
    ]


async def _sums(
    dependencies: ApiDependencies, request: ApiRequest, approvals: Sequence[StoredApproval]
) -> Mapping[str, Money]:
    """Return what the orders cost that approvals are about, by number: those the asker may see."""
    numbers = sorted({x.about for x in approvals if parse(x.about) == x.about})
    found = await asyncio.gather(*map(dependencies.reads.order, numbers))  # One statement for all.
    now, terms = dependencies.clock(), dependencies.terms
    orders = [each.order for each in found if each is not None]
    seen = [x for x in orders if cannot_see(x, request.actor, terms, now) is None]
    await dependencies.access_log.record(request.actor, "order", [x.number for x in seen])
    return {x.number: Money(total(x), x.currency) for x in seen}


def _state(asked: StoredApproval, now: datetime) -> str:
    if asked.taken_by is not None:
        return "taken"
    if asked.decision == "denied":
        return asked.decision
    return "expired" if now >= asked.expires_at else asked.decision or "waiting"


_TAKING_ERRORS: Final = {
    ApprovalRefusal.UNKNOWN: RequestErrorCode.UNKNOWN_APPROVAL,
    ApprovalRefusal.PENDING: RequestErrorCode.APPROVAL_PENDING,
    ApprovalRefusal.DENIED: RequestErrorCode.APPROVAL_DENIED,
    ApprovalRefusal.EXPIRED: RequestErrorCode.APPROVAL_EXPIRED,
    ApprovalRefusal.TAKEN: RequestErrorCode.APPROVAL_TAKEN,
    ApprovalRefusal.SAME_PERSON: RequestErrorCode.APPROVAL_OF_SAME_PERSON,
}
_decoder = msgspec.json.Decoder(ApprovalBody)
_decision_decoder = msgspec.json.Decoder(ApprovalDecisionBody)
_AT_POINT = (Code.WRONG_POINT, Code.UNKNOWN_POINT)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path="/api/v1/points/{code}/approvals",
        name="askApproval",
        tag="approvals",
        summary="Ask a second person for an approval",
        description=(
            "It waits for a decision; its code shows the second person which one it is. Who asked "
            "names its id in the step, which takes it, once."
        ),
        handler=ask,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.HANDOVERS_WRITE,
        roles=AT_POINT,
        body=ApprovalBody,
        body_example={
            "kind": "handover_without_code",
            "about": "4821 9034 5517",
            "note": "The phone is dead; the buyer showed a passport.",
        },
        response=ApprovalView,
        response_status=HTTPStatus.CREATED,
        problems=(*_AT_POINT, RequestErrorCode.TOO_MANY_APPROVALS),
        repeatable=True,
    ),
    Endpoint(
        method="GET",
        path="/api/v1/points/{code}/approvals",
        name="listApprovals",
        tag="approvals",
        summary="List the approvals that wait at a point",
        handler=list_waiting,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.ORDERS_READ,
        roles=AT_POINT,
        response=ApprovalsPage,
        problems=_AT_POINT,
    ),
    Endpoint(
        method="GET",
        path="/api/v1/points/{code}/approvals/{approval}",
        name="readApproval",
        tag="approvals",
        summary="Read an approval",
        handler=read,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.ORDERS_READ,
        roles=AT_POINT,
        response=ApprovalView,
        problems=(*_AT_POINT, RequestErrorCode.UNKNOWN_APPROVAL),
    ),
    Endpoint(
        method="POST",
        path="/api/v1/approvals/{approval}/decision",
        name="decideApproval",
        tag="approvals",
        summary="Decide an approval, as the second person",
        description=(
            "Another person than who asked, whatever either is signed in as, with a fresh proof. "
            "The settings of the point say who may. What a program asked for needs a manager."
        ),
        handler=decide,
        protected_by=ProtectedBy.POINT,
        scope=KeyScope.HANDOVERS_WRITE,
        roles=AT_POINT,
        body=ApprovalDecisionBody,
        body_example={"decision": "granted"},
        response=ApprovalView,
        problems=(
            RequestErrorCode.UNKNOWN_APPROVAL,
            RequestErrorCode.PERSON_REQUIRED,
            RequestErrorCode.APPROVAL_OF_SAME_PERSON,
            RequestErrorCode.APPROVER_NEEDED,
            RequestErrorCode.APPROVAL_DECIDED,
            RequestErrorCode.APPROVAL_EXPIRED,
        ),
        repeatable=True,
        danger=DangerousStep.APPROVAL_DECISION,
    ),
)
