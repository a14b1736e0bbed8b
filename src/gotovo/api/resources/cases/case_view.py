"""A case as JSON, and the case of a path."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from gotovo.access.permissions import limits_of
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.request import ApiRequest
from gotovo.cases.case import Case, CaseRefusal, CaseRefusalCode, may_decide, may_see_case
from gotovo.cases.case_kinds import CaseDecision, CaseKind
from gotovo.cases.proofs import Proof, ProofType, type_of_proof
from gotovo.order.values.money import Money
from gotovo.value import Value
from gotovo.words.cases.case_labels import decision_label, kind_label, proof_label, resolution_label
from gotovo.words.language import Language
from gotovo.words.request_errors import RequestErrorCode

Owner = Annotated[str, Meta(max_length=200)]


class CaseProofView(Value, frozen=True):
    """Something that is known of a case. `value` is a sum for the type `money`, else a text; an
    instant is in RFC 3339.
    """

    name: str
    label: str
    type: ProofType
    value: str | Money


class PossibleDecisionView(Value, frozen=True):
    """What can be decided."""

    decision: CaseDecision
    label: str


class CaseView(Value, frozen=True):
    """A case as it stands.

    `number` and `shop` are of its order, null where none is known. `owner` is who is on it,
    `role:id` as in events. `deciding` is what was decided while that is being done. `decisions` is
    what the key's people can decide, the usual one first. `note` is what somebody wrote with the
    decision; it is in the case alone, and null in lists.
    """

    id: UUID
    kind: CaseKind
    kind_label: str
    subject: str
    number: str | None
    shop: str | None
    opened_at: datetime
    due_at: datetime
    overdue: bool
    owner: str | None
    owned_at: datetime | None
    proofs: list[CaseProofView]
    decisions: list[PossibleDecisionView]
    deciding: CaseDecision | None
    resolution: str | None
    resolution_label: str | None
    resolved_by: str | None
    resolved_at: datetime | None
    note: str | None


def asker_of_case(request: ApiRequest) -> str:
    """Return who asks, as in `event.actor`."""
    return f"{request.actor.role}:{request.actor.id}"


async def case_of_path(dependencies: ApiDependencies, request: ApiRequest) -> Case:
    """Return the case of the path; raise where none exists for the key."""
    text = request.path_params["case"]
    try:
        id_ = UUID(text)
    except ValueError:
        raise unknown_case(text) from None
    case = await dependencies.cases.find(id_)
    if case is None or not may_see_case(case, limits_of(request.actor).shop):
        raise unknown_case(text)
    return case


def case_view(
    dependencies: ApiDependencies, request: ApiRequest, case: Case, note: str = ""
) -> CaseView:
    """Return a case as the key's people see it."""
    language, shop = request.language, limits_of(request.actor).shop
    is_open = case.resolved_at is None
    possible: Sequence[CaseDecision] = ()
    if is_open and may_decide(case, shop):
        possible = dependencies.decisions.possible(case)
    return CaseView(
        id=case.id,
        kind=case.kind,
        kind_label=kind_label(case.kind, language),
        subject=case.subject,
        number=case.number or None,
        shop=case.shop if case.number else None,
        opened_at=case.opened_at,
        due_at=case.due_at,
        overdue=case.is_overdue(dependencies.clock()),
        owner=case.owner,
        owned_at=case.owned_at,
        proofs=[_proof(name, each, language) for name, each in case.proofs.items()],
        decisions=[PossibleDecisionView(x, decision_label(x, language)) for x in possible],
        deciding=case.order.decision if case.order and is_open else None,
        resolution=case.resolution,
        resolution_label=resolution_label(case.resolution, language) if case.resolution else None,
        resolved_by=case.resolved_by,
        resolved_at=case.resolved_at,
        note=note or None,
    )


def unknown_case(case: str) -> ApiError:
    """Return the error of a case that there is not; one of another shop gets the same."""
    return ApiError(RequestErrorCode.UNKNOWN_CASE, "case", case)


def case_taken(owner: str) -> ApiError:
    """Return the error of a case that somebody else is on."""
    return ApiError(RequestErrorCode.CASE_TAKEN, "instead_of", expected=owner)


def case_error(refusal: CaseRefusal) -> ApiError:
    """Return a refusal as the error of a request: both have the same word."""
    code = RequestErrorCode(refusal.code.value)
    return ApiError(code, refusal.field, refusal.value, refusal.expected)


def closed_case_error(case: Case) -> ApiError:
    """Return why nobody can take or release a case: it is resolved, or being decided."""
    if case.resolution is not None:
        code, expected = CaseRefusalCode.CASE_RESOLVED, case.resolution
    else:
        assert case.order is not None, case.id
        code, expected = CaseRefusalCode.CASE_BEING_DECIDED, case.order.decision.value
    return case_error(CaseRefusal(code, "case", str(case.id), expected))


def _proof(name: str, proof: Proof, language: Language) -> CaseProofView:
    kind = type_of_proof(name)
    if isinstance(proof, datetime):
        text = proof.astimezone(UTC).isoformat().replace("+00:00", "Z")
        return CaseProofView(name, proof_label(name, language), ProofType.INSTANT, text)
    if isinstance(proof, Money):
        return CaseProofView(name, proof_label(name, language), ProofType.MONEY, proof)
    is_text = kind in {ProofType.MONEY, ProofType.INSTANT}
    shown = ProofType.TEXT if is_text else kind
    return CaseProofView(name, proof_label(name, language), shown, proof)
