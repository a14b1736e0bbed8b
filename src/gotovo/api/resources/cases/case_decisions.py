"""Who is on a case, and what they decide."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta
from starlette.responses import Response

from gotovo.access.permissions import limits_of
from gotovo.access.programs.scopes import KeyScope
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.idempotency import run_once
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.normal_texts import MULTILINE
from gotovo.api.dispatch.request import ApiRequest
from gotovo.api.dispatch.responses import json_response, refusal_response
from gotovo.api.dispatch.submission import UNAVAILABLE, unavailable
from gotovo.api.resources.cases.case_view import (
    Owner,
    asker_of_case,
    case_error,
    case_of_path,
    case_taken,
    closed_case_error,
    unknown_case,
)
from gotovo.cases.case import Case, CaseRefusal
from gotovo.cases.case_kinds import CaseDecision
from gotovo.casework.decisions import DecisionRequest
from gotovo.order.refusals import Code, Refusal
from gotovo.order.values.actor import OFFICE
from gotovo.value import Value
from gotovo.words.cases.case_labels import resolution_label
from gotovo.words.language import Language
from gotovo.words.request_errors import RequestErrorCode

NOTE_CHARACTERS_MAX = 900
"""As of an answer to a buyer: a note is a few sentences."""

CaseNote = Annotated[str, Meta(max_length=NOTE_CHARACTERS_MAX, extra={MULTILINE: True})]


class CaseAssignmentBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Takes a case.

    `instead_of` is who has it now, to take it over; without it only what nobody has is taken.
    """

    instead_of: Owner = ""


class CaseReleaseBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Gives a case back. `owner` is who has it, if that is somebody else."""

    owner: Owner = ""


class CaseResolutionBody(Value, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Decides a case.

    `number` goes with `assign_to_order`: the order that the money pays for. `route` goes with
    `reroute_refund`: the way that the refund takes instead. `note` says why, for the next one who
    asks; it is deleted with the contact of the order.
    """

    decision: CaseDecision
    note: CaseNote = ""
    number: Annotated[str, Meta(max_length=200)] = ""
    route: Annotated[str, Meta(max_length=64)] = ""


class CaseOwnerView(Value, frozen=True):
    """Who is on a case; null for nobody."""

    id: UUID
    owner: str | None
    owned_at: datetime | None


class CaseResolutionView(Value, frozen=True):
    """What was decided, by whom, and when that had happened."""

    id: UUID
    resolution: str
    resolution_label: str
    resolved_by: str
    resolved_at: datetime


async def take(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Take a case, so that nobody else decides it."""
    body = decode_body(request.content, _assignment_decoder)
    case = await case_of_path(dependencies, request)

    async def work(_request_id: UUID) -> Response:
        me, now = asker_of_case(request), dependencies.clock()
        taken = await dependencies.cases.take(case.id, me, now, body.instead_of)
        return _owner_response(taken, case, me)

    return await run_once(dependencies, request, work)


async def release(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Give a case back to the others."""
    body = decode_body(request.content, _release_decoder)
    case = await case_of_path(dependencies, request)

    async def work(_request_id: UUID) -> Response:
        owner = body.owner or asker_of_case(request)
        released = await dependencies.cases.release(case.id, owner)
        return _owner_response(released, case, None)

    return await run_once(dependencies, request, work)


async def resolve(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Decide a case; the response comes when what was decided has been done."""
    body = decode_body(request.content, _resolution_decoder)
    case = await case_of_path(dependencies, request)
    wanted = DecisionRequest(
        decision=body.decision,
        by=asker_of_case(request),
        shop=limits_of(request.actor).shop,
        number=body.number,
        route=body.route,
        note=body.note,
    )

    async def work(_request_id: UUID) -> Response:
        try:
            decided = await dependencies.decisions.decide(case.id, wanted)
        except UNAVAILABLE as error:
            raise unavailable(dependencies, error) from error
        if isinstance(decided, CaseRefusal):
            raise case_error(decided)
        if isinstance(decided, Refusal):
            return refusal_response(request, decided)
        return json_response(_resolution(decided, request.language))

    return await run_once(dependencies, request, work)


def _owner_response(found: Case | None, case: Case, owner: str | None) -> Response:
    """Return who is on the case, or raise why that is not who was wanted."""
    if found is None:
        raise unknown_case(str(case.id))
    if found.resolution is not None or found.order is not None:
        raise closed_case_error(found)
    if found.owner is not None and found.owner != owner:
        raise case_taken(found.owner)
    return json_response(CaseOwnerView(found.id, found.owner, found.owned_at))


def _resolution(case: Case, language: Language) -> CaseResolutionView:
    assert case.resolution is not None, case.id
    assert case.resolved_by is not None, case.id
    assert case.resolved_at is not None, case.id
    label = resolution_label(case.resolution, language)
    return CaseResolutionView(case.id, case.resolution, label, case.resolved_by, case.resolved_at)


_assignment_decoder = msgspec.json.Decoder(CaseAssignmentBody)
_release_decoder = msgspec.json.Decoder(CaseReleaseBody)
_resolution_decoder = msgspec.json.Decoder(CaseResolutionBody)

_OWNER_PROBLEMS = (
    RequestErrorCode.UNKNOWN_CASE,
    RequestErrorCode.CASE_TAKEN,
    RequestErrorCode.CASE_RESOLVED,
    RequestErrorCode.CASE_BEING_DECIDED,
)

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path="/api/v1/cases/{case}/assignment",
        name="takeCase",
        tag="cases",
        summary="Take a case, so that nobody else decides it",
        handler=take,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.CASES_WRITE,
        roles=OFFICE,
        body=CaseAssignmentBody,
        body_example={},
        response=CaseOwnerView,
        problems=_OWNER_PROBLEMS,
        repeatable=True,
    ),
    Endpoint(
        method="POST",
        path="/api/v1/cases/{case}/assignment-release",
        name="releaseCase",
        tag="cases",
        summary="Give a case back",
        handler=release,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.CASES_WRITE,
        roles=OFFICE,
        body=CaseReleaseBody,
        body_example={},
        response=CaseOwnerView,
        problems=_OWNER_PROBLEMS,
        repeatable=True,
    ),
    Endpoint(
        method="POST",
        path="/api/v1/cases/{case}/resolution",
        name="resolveCase",
        tag="cases",
        summary="Decide a case",
        description=(
            "What was decided is done before the response. If it can't be done, the case stays "
            "open. A decision that was made already is answered as it was the first time."
        ),
        handler=resolve,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.CASES_WRITE,
        roles=OFFICE,
        body=CaseResolutionBody,
        body_example={"decision": "accept", "note": "Agreed with the bank."},
        response=CaseResolutionView,
        problems=(
            *_OWNER_PROBLEMS,
            RequestErrorCode.NETWORK_DECIDES,
            RequestErrorCode.DECISION_NOT_POSSIBLE,
            RequestErrorCode.DECISION_FIELD,
            RequestErrorCode.PAYMENT_HAS_ORDER,
            RequestErrorCode.PAYMENT_NOT_KNOWN,
            Code.UNKNOWN_ORDER,
            Code.WRONG_CURRENCY,
            Code.NOT_PERMITTED,
        ),
        repeatable=True,
    ),
)
