"""Who may add, see and remove an attachment: whoever sees the history of its order."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType
from starlette.responses import Response

from gotovo.access.permissions import Sight, cannot_see, limits_of, sight_of
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.order_access import WITH_HISTORY
from gotovo.api.dispatch.request import ApiRequest
from gotovo.api.dispatch.responses import refusal_response
from gotovo.cases.case import may_see_case
from gotovo.order.refusals import Code, Refusal
from gotovo.order.values.actor import OFFICE, Role
from gotovo.order.values.number import parse
from gotovo.store.tables.attachments.attachment import (
    Attachment,
    AttachmentKind,
    AttachmentPurpose,
    AttachmentSubject,
    RemovalReason,
    of_order,
)
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode

Name = Annotated[str, Meta(max_length=64)]

_SUBJECTS = "one of order, acceptance, box, case"


class AttachmentQuery(Value, frozen=True, forbid_unknown_fields=True):
    """What a file is about: exactly one of `order`, `acceptance`, `box` and `case`.

    `order` is a number, `acceptance` and `case` are ids, `box` is the code on a box; of the last
    two at a point `point` names it where the key is of none. `purpose` is by default `proof` for a
    case, `claim` from a storefront, and `condition` from all others.
    """

    order: Name | None = None
    acceptance: Name | None = None
    box: Name | None = None
    case: Name | None = None
    point: Name | None = None
    purpose: AttachmentPurpose | None = None


class AttachmentView(Value, frozen=True):
    """What is known of a photo or a file.

    `subject` is the number, id or code of what it is about. `digest` is the SHA-256 of what is
    stored, `size` its bytes; `width` and `height` are pixels, left out for a file. `removed_at`
    and `removal_reason` are there once it was removed: it can't be fetched any more.
    """

    id: UUID
    kind: AttachmentKind
    subject: str
    purpose: AttachmentPurpose
    type: str
    size: int
    digest: str
    added_at: datetime
    added_by: str
    width: int | UnsetType = UNSET
    height: int | UnsetType = UNSET
    removed_at: datetime | UnsetType = UNSET
    removal_reason: RemovalReason | UnsetType = UNSET


def attachment_view(attachment: Attachment) -> AttachmentView:
    """Return what is known of an attachment; of a buyer who added it only the role."""
    role, _, _ = attachment.added_by.partition(":")
    by = role if role == Role.BUYER else attachment.added_by
    removed_at, reason = attachment.removed_at, attachment.removal_reason
    return AttachmentView(
        id=attachment.id,
        kind=attachment.subject.kind,
        subject=attachment.subject.name,
        purpose=attachment.purpose,
        type=attachment.type,
        size=attachment.size,
        digest=attachment.digest.hex(),
        added_at=attachment.added_at,
        added_by=by,
        width=UNSET if attachment.width is None else attachment.width,
        height=UNSET if attachment.height is None else attachment.height,
        removed_at=UNSET if removed_at is None else removed_at,
        removal_reason=UNSET if reason is None else reason,
    )


async def subject_of(
    dependencies: ApiDependencies, request: ApiRequest, query: AttachmentQuery
) -> AttachmentSubject | Response:
    """Return what a file is about, or the refusal of an order that the key does not see."""
    named = [query.order, query.acceptance, query.box, query.case]
    if sum(each is not None for each in named) != 1:
        raise ApiError(RequestErrorCode.INVALID_QUERY, "order", "", _SUBJECTS)
    point = request.actor.place or query.point or ""
    if query.order is not None:
        return await _order(dependencies, request, query.order)
    if query.case is not None:
        return await _case(dependencies, request, _id("case", query.case))
    _require_point(dependencies, request, query, point)
    if query.acceptance is not None:
        kind, name = AttachmentKind.ACCEPTANCE, str(_id("acceptance", query.acceptance))
    else:
        kind, name = AttachmentKind.BOX, query.box or ""
    return AttachmentSubject(kind=kind, name=name, point=point)


async def attachment_of_path(dependencies: ApiDependencies, request: ApiRequest) -> Attachment:
    """Return the attachment of the path; raise where none exists for the key.

    A look at one of an order is logged.
    """
    text = request.path_params["id"]
    try:
        id_ = UUID(text)
    except ValueError:
        raise unknown_attachment(text) from None
    found = await dependencies.attachments.find(id_)
    if found is None or not await _sees(dependencies, request, found.subject):
        raise unknown_attachment(text)
    if found.subject.number:
        await dependencies.access_log.record(request.actor, "order", (found.subject.number,))
    return found


def unknown_attachment(text: str) -> ApiError:
    """Return the error of an attachment that there is not; one of others gets the same."""
    return ApiError(RequestErrorCode.UNKNOWN_ATTACHMENT, "id", text)


async def _order(
    dependencies: ApiDependencies, request: ApiRequest, text: str
) -> AttachmentSubject | Response:
    number = parse(text)
    if number is None:
        raise ApiError(RequestErrorCode.INVALID_QUERY, "order", text, "an order number")
    found = await dependencies.reads.order(number)
    if found is None:
        return refusal_response(request, Refusal(Code.UNKNOWN_ORDER, "order", number))
    now = dependencies.clock()
    refusal = cannot_see(found.order, request.actor, dependencies.terms, now)
    if refusal is not None:  # Goods that may be brought to a point are photographed there.
        return refusal_response(request, refusal)
    return of_order(number, request.actor.place or "")


async def _case(
    dependencies: ApiDependencies, request: ApiRequest, id_: UUID
) -> AttachmentSubject | Response:
    if request.actor.role not in OFFICE:
        refusal = Refusal(Code.NOT_PERMITTED, "role", request.actor.role, ", ".join(sorted(OFFICE)))
        return refusal_response(request, refusal)
    case = await dependencies.cases.find(id_)
    if case is None or not may_see_case(case, limits_of(request.actor).shop):
        raise ApiError(RequestErrorCode.UNKNOWN_CASE, "case", str(id_))
    return AttachmentSubject(kind=AttachmentKind.CASE, name=str(id_), number=case.number)


def _id(field: str, text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise ApiError(RequestErrorCode.INVALID_QUERY, field, text, "an id") from None


def _require_point(
    dependencies: ApiDependencies, request: ApiRequest, query: AttachmentQuery, point: str
) -> None:
    """Raise unless the key may add something at the point that is named."""
    if request.actor.shop is not None or request.actor.role not in {*OFFICE, Role.POINT}:
        raise ApiError(RequestErrorCode.INVALID_QUERY, "order", "", "an order")
    points = dependencies.directory()[0]
    is_other = query.point is not None and query.point != point
    if is_other or point not in points:
        expected = request.actor.place or "the code of a point"
        raise ApiError(RequestErrorCode.INVALID_QUERY, "point", query.point or "", expected)


async def _sees(
    dependencies: ApiDependencies, request: ApiRequest, subject: AttachmentSubject
) -> bool:
    """Return whether the attachments of a subject exist for the key."""
    actor = request.actor
    if subject.kind is AttachmentKind.CASE:
        if actor.role not in OFFICE:
            return False
        case = await dependencies.cases.find(UUID(subject.name))
        return case is not None and may_see_case(case, limits_of(actor).shop)
    if not subject.number:
        is_there = actor.role is Role.POINT and (actor.place or subject.point) == subject.point
        return actor.shop is None and (is_there or actor.role in OFFICE)
    found = await dependencies.reads.order(subject.number)
    if found is None:
        return False
    seen = sight_of(found.order, actor, dependencies.terms, dependencies.clock())
    is_here = seen is Sight.GOODS and subject.point == actor.place
    return seen in WITH_HISTORY or is_here
