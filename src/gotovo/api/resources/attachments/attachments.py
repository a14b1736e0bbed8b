"""Photos and files: added with the file as the body, listed, fetched, removed."""

from http import HTTPStatus
from typing import Annotated, Literal
from uuid import UUID

from msgspec import Meta
from starlette.responses import Response

from gotovo.access.permissions import READERS
from gotovo.access.programs.scopes import KeyScope
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.idempotency import run_once
from gotovo.api.dispatch.order_access import hidden_history, unknown_order
from gotovo.api.dispatch.request import ApiRequest, query_of
from gotovo.api.dispatch.responses import json_response
from gotovo.api.resources.attachments.attachment_access import (
    AttachmentQuery,
    AttachmentView,
    attachment_of_path,
    attachment_view,
    subject_of,
    unknown_attachment,
)
from gotovo.attachments.attachments import AttachmentError
from gotovo.attachments.content_check import FILE_BYTES_MAX, SENT_TYPES, AttachmentRefusal
from gotovo.http.errors import Header, TooManyRequests
from gotovo.http.hot_paths import HotResponse
from gotovo.order.refusals import Code
from gotovo.order.values.actor import OFFICE, Role
from gotovo.order.values.number import parse
from gotovo.store.tables.attachments.attachment import (
    AttachmentKind,
    AttachmentPurpose,
    AttachmentSubject,
    AttachmentType,
    RemovalReason,
)
from gotovo.value import Value
from gotovo.words.request_errors import RequestErrorCode

_SANDBOX: Header = (
    b"content-security-policy",
    b"default-src 'none'; sandbox; frame-ancestors 'none'",
)
_SHOWN: dict[AttachmentType, bytes] = {
    AttachmentType.JPEG: b"inline",
    AttachmentType.PDF: b'attachment; filename="attachment.pdf"',
}
"""A picture was made by us and is shown; a file is as somebody sent it, and is only saved."""


class AttachmentList(Value, frozen=True):
    """All attachments of an order, oldest first; a removed one stays listed."""

    items: list[AttachmentView]


class ContentQuery(Value, frozen=True, forbid_unknown_fields=True):
    """`size` is `thumbnail` for the small picture of a picture."""

    size: Literal["full", "thumbnail"] = "full"


class RemovalQuery(Value, frozen=True, forbid_unknown_fields=True):
    """Why the attachment goes before its time; it has to be said."""

    reason: Annotated[
        RemovalReason | None,
        Meta(description="Has to be said; what is known of the attachment keeps it."),
    ] = None


async def add_attachment(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Store the body of the request as a photo or a file."""
    query = query_of(request, AttachmentQuery)
    subject = await subject_of(dependencies, request, query)
    if isinstance(subject, Response):
        return subject
    purpose = query.purpose or _usual_purpose(request, query)

    async def work(_request_id: UUID) -> Response:
        return await _stored(dependencies, request, subject, purpose)

    return await run_once(dependencies, request, work, about=request.scope["query_string"])


async def list_attachments(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return what is known of the attachments of an order."""
    number = parse(request.path_params["number"])
    found = None if number is None else await dependencies.reads.order(number)
    if found is None:
        return unknown_order(request)
    refusal = hidden_history(dependencies, request, found.order)
    if refusal is not None:
        return refusal
    every = await dependencies.attachments.of_order(found.number)
    is_office = request.actor.role in OFFICE
    items = [x for x in every if is_office or x.subject.kind is not AttachmentKind.CASE]
    await dependencies.access_log.record(request.actor, "order", (found.number,))
    return json_response(AttachmentList([attachment_view(each) for each in items]))


async def read_attachment(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return the bytes of an attachment."""
    query = query_of(request, ContentQuery)
    attachment = await attachment_of_path(dependencies, request)
    is_small = query.size == "thumbnail"
    read = await dependencies.attachments.content(attachment.id, is_thumbnail=is_small)
    if read is None:
        raise unknown_attachment(str(attachment.id))
    if read.content is None:
        reason = attachment.removal_reason or ""
        raise ApiError(RequestErrorCode.ATTACHMENT_REMOVED, "id", str(attachment.id), reason)
    headers = (_SANDBOX, (b"content-disposition", _SHOWN[read.type]))
    return HotResponse(read.content, HTTPStatus.OK, read.type.encode(), headers)


async def remove_attachment(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Remove the bytes of an attachment before their time; what is known of it stays."""
    query = query_of(request, RemovalQuery)
    if query.reason is None:
        expected = ", ".join(RemovalReason)
        raise ApiError(RequestErrorCode.INVALID_QUERY, "reason", "", expected)
    attachment = await attachment_of_path(dependencies, request)
    by = f"{request.actor.role}:{request.actor.id}"
    removed = await dependencies.attachments.remove(attachment.id, by, query.reason)
    if removed is None:
        raise unknown_attachment(str(attachment.id))
    return json_response(attachment_view(removed))


async def _stored(
    dependencies: ApiDependencies,
    request: ApiRequest,
    subject: AttachmentSubject,
    purpose: AttachmentPurpose,
) -> Response:
    attachments, by = dependencies.attachments, f"{request.actor.role}:{request.actor.id}"
    try:
        await attachments.charge(by, is_buyer=False)
        content = await attachments.prepare(request.content)
    except AttachmentError as error:
        raise TooManyRequests(error.wait) from error
    if isinstance(content, AttachmentRefusal):
        raise _error(content)
    stored = await attachments.put(subject, purpose, content, by)
    if isinstance(stored, AttachmentRefusal):
        raise _error(stored)
    return json_response(attachment_view(stored), HTTPStatus.CREATED)


def _usual_purpose(request: ApiRequest, query: AttachmentQuery) -> AttachmentPurpose:
    if query.case is not None:
        return AttachmentPurpose.PROOF
    is_shop = request.actor.role is Role.STOREFRONT
    return AttachmentPurpose.CLAIM if is_shop else AttachmentPurpose.CONDITION


def _error(refusal: AttachmentRefusal) -> ApiError:
    """Return a refusal as the error of a request: both have the same word."""
    code = RequestErrorCode(refusal.code.value)
    return ApiError(code, "body", refusal.value, refusal.expected)


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path="/api/v1/attachments",
        name="addAttachment",
        tag="attachments",
        summary="Add a photo or a file",
        description=(
            "The body is the file itself; what it is is found out from its bytes. A picture is "
            "made anew: upright, without metadata, at most 1600 pixels a side. The same bytes "
            "about the same subject are stored once."
        ),
        handler=add_attachment,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.ATTACHMENTS_WRITE,
        roles=READERS,
        file_types=SENT_TYPES,
        body_bytes_max=FILE_BYTES_MAX,
        query=AttachmentQuery,
        response=AttachmentView,
        response_status=HTTPStatus.CREATED,
        problems=(
            RequestErrorCode.ATTACHMENT_TYPE,
            RequestErrorCode.ATTACHMENT_UNREADABLE,
            RequestErrorCode.ATTACHMENT_TOO_LARGE,
            RequestErrorCode.TOO_MANY_ATTACHMENTS,
            RequestErrorCode.UNKNOWN_CASE,
            Code.UNKNOWN_ORDER,
            Code.WRONG_POINT,
        ),
        repeatable=True,
    ),
    Endpoint(
        method="GET",
        path="/api/v1/attachments/{id}",
        name="getAttachment",
        tag="attachments",
        summary="Fetch a photo or a file",
        description="A picture is shown in place; a file is only saved. Each look is logged.",
        handler=read_attachment,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.ATTACHMENTS_READ,
        roles=READERS,
        query=ContentQuery,
        response_types=tuple(AttachmentType),
        problems=(RequestErrorCode.UNKNOWN_ATTACHMENT, RequestErrorCode.ATTACHMENT_REMOVED),
    ),
    Endpoint(
        method="DELETE",
        path="/api/v1/attachments/{id}",
        name="removeAttachment",
        tag="attachments",
        summary="Remove a photo or a file before its time",
        description=(
            "The bytes go at once. Who removed it, when and why stays, with the digest, so that "
            "the history still says what there was. One that was removed stays as it is."
        ),
        handler=remove_attachment,
        protected_by=ProtectedBy.SHOP,
        scope=KeyScope.ATTACHMENTS_WRITE,
        roles=OFFICE,
        query=RemovalQuery,
        response=AttachmentView,
        problems=(RequestErrorCode.UNKNOWN_ATTACHMENT,),
    ),
    Endpoint(
        method="GET",
        path="/api/v1/orders/{number}/attachments",
        name="listAttachments",
        tag="attachments",
        summary="List the photos and files of an order",
        description=(
            "Those of the buyer's claims and of staff; for the office also of the order's cases."
        ),
        handler=list_attachments,
        protected_by=ProtectedBy.ORDER,
        scope=KeyScope.ATTACHMENTS_READ,
        roles=READERS,
        response=AttachmentList,
        problems=(Code.UNKNOWN_ORDER, Code.WRONG_POINT),
    ),
)
