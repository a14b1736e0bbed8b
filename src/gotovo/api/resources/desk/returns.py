"""Returns at a desk as a resource: found, compared with the claim, taken back or not."""

from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import structs
from starlette.responses import Response

from gotovo.access.programs.scopes import KeyScope
from gotovo.access.staff.fresh_proof import DangerousStep
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.errors import ApiError, api_error
from gotovo.api.dispatch.idempotency import request_command_id, run_once
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.pagination import cursor_of, read_cursor
from gotovo.api.dispatch.request import ApiRequest, query_of
from gotovo.api.dispatch.responses import json_response, refusal_response
from gotovo.api.resources.attachments.bound_photos import bound_units
from gotovo.api.resources.desk.point_access import AT_DESK, no_desk_of
from gotovo.api.resources.desk.visits import submit_for
from gotovo.api.resources.steps import ORDINARY, PARTICULAR
from gotovo.api.schemas.desk.return_bodies import (
    ReturnBody,
    ReturnSearchBody,
    ReturnsQuery,
    brought_goods,
    checked_search,
)
from gotovo.api.schemas.desk.return_views import (
    ReturnOrder,
    ReturnOrders,
    ReturnWords,
    TakenReturn,
    return_order,
    taken_return,
)
from gotovo.api.staff_requests import require_proof
from gotovo.desk.handover.visiting import Clerk, Wait
from gotovo.desk.scan.code_forms import recognise
from gotovo.http.errors import TooManyRequests
from gotovo.http.hot_paths import HotResponse
from gotovo.order.refusals import Code, Refusal
from gotovo.order.values.number import parse
from gotovo.words.request_errors import RequestErrorCode

_PATH: Final = "/api/v1/points/{code}/returns"
_POINT: Final = (Code.WRONG_POINT, Code.UNKNOWN_POINT)


async def find_return(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return the order whose goods somebody brings, by what they show."""
    clerk = _clerk(dependencies, request)
    if isinstance(clerk, Refusal):
        return refusal_response(request, clerk)
    body = checked_search(decode_body(request.content, _search_decoder))
    returning = dependencies.desk.returning
    if body.scanned is not None:
        number = recognise(body.scanned).number or body.scanned
        found = await returning.find(number, clerk)
    else:
        found = await returning.find_by_phone(body.phone_last4 or "", body.code or "", clerk)
    if isinstance(found, Wait):
        raise api_error(TooManyRequests(found.wait))
    if isinstance(found, Refusal):
        return refusal_response(request, found)
    return json_response(return_order(found, _words(request)))


async def list_claimed(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a page of the point's orders that a claim waits for."""
    clerk = _clerk(dependencies, request)
    if isinstance(clerk, Refusal):
        return refusal_response(request, clerk)
    query = query_of(request, ReturnsQuery)
    after = read_cursor(query.after) if query.after else None
    found = await dependencies.desk.returning.claimed(clerk, after, query.limit + 1)
    shown = found[: query.limit]
    last = shown[-1].order if len(found) > query.limit else None
    next_cursor = None if last is None else cursor_of(last.placed_at, last.number)
    words = _words(request)
    return json_response(ReturnOrders([return_order(each, words) for each in shown], next_cursor))


async def read_photo(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return a photo of the claim of an order whose goods may be brought here."""
    clerk = _clerk(dependencies, request)
    if isinstance(clerk, Refusal):
        return refusal_response(request, clerk)
    found = await dependencies.desk.returning.find(request.path_params["order"], clerk)
    if isinstance(found, Refusal):
        return refusal_response(request, found)
    text = request.path_params["photo"]
    known = {str(each.id): each for each in found.photos}
    photo = known.get(text)
    read = None if photo is None else await dependencies.attachments.content(photo.id)
    if read is None or read.content is None:
        raise ApiError(RequestErrorCode.UNKNOWN_ATTACHMENT, "photo", text)
    headers = ((b"content-security-policy", b"default-src 'none'; sandbox"),)
    return HotResponse(read.content, HTTPStatus.OK, read.type.encode(), headers)


async def take_return(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Take goods back at the desk, and record what is not taken back."""
    body = decode_body(request.content, _decoder)
    clerk = _clerk(dependencies, request, is_write=True)
    if isinstance(clerk, Refusal):
        return refusal_response(request, clerk)
    goods, returning = brought_goods(body), dependencies.desk.returning
    if request.holder.session is not None and await returning.asks_for_proof(body.order, goods):
        require_proof(dependencies, request, DangerousStep.RETURN_WITHOUT_CLAIM)
    submit = submit_for(dependencies, request, clerk, body)

    async def work(_request_id: UUID) -> Response:
        number, attachments = parse(body.order) or "", dependencies.attachments
        bound = structs.replace(
            goods,
            taken=await bound_units(attachments, number, goods.taken, "taken"),
            declined=await bound_units(attachments, number, goods.declined, "declined"),
        )
        taken = await returning.take(body.order, bound, clerk, submit)
        if isinstance(taken, Refusal):
            return refusal_response(request, taken)
        return json_response(taken_return(taken), HTTPStatus.CREATED)

    return await run_once(dependencies, request, work)


def _clerk(
    dependencies: ApiDependencies, request: ApiRequest, *, is_write: bool = False
) -> Clerk | Refusal:
    point = request.path_params["code"]
    request_id = request_command_id(request) if is_write else UUID(int=0)
    return no_desk_of(dependencies, request, point) or Clerk(request.actor, point, request_id)


def _words(request: ApiRequest) -> ReturnWords:
    return ReturnWords(request.path, request.language)


def _body(kind: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)


_decoder = _body(ReturnBody)
_search_decoder = _body(ReturnSearchBody)
_EXAMPLE: Final = {
    "order": "123456789012",
    "taken": [{"line": 1, "quantity": 1, "reason": "not_fitting"}],
}

ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="POST",
        path=f"{_PATH}/search",
        name="findReturn",
        tag="desk",
        summary="Find the order whose goods somebody brings",
        description=(
            "By what a scanner reads of the order, its QR or a parcel of it, or by the last four "
            "digits of the phone and the code that it was handed over with. Goods of another "
            "point's order may be brought as well: it is found by its number, without its buyer, "
            "and the clerk sees the photos of its claim. Wrong tries with a phone count as at a "
            "hand-over. Each look is logged."
        ),
        handler=find_return,
        protected_by=ProtectedBy.DESK,
        scope=KeyScope.PARCELS_WRITE,
        roles=AT_DESK,
        body=ReturnSearchBody,
        body_example={"scanned": "123456789012"},
        response=ReturnOrder,
        problems=(*_POINT, Code.UNKNOWN_ORDER, Code.WRONG_CODE),
    ),
    Endpoint(
        method="GET",
        path=_PATH,
        name="listClaimedReturns",
        tag="desk",
        summary="List the orders of a point that a claim waits for",
        description="Those of the last sixty days, the last placed first.",
        handler=list_claimed,
        protected_by=ProtectedBy.DESK,
        scope=KeyScope.ORDERS_READ,
        roles=AT_DESK,
        query=ReturnsQuery,
        response=ReturnOrders,
        problems=(*_POINT, RequestErrorCode.INVALID_QUERY),
    ),
    Endpoint(
        method="GET",
        path=f"{_PATH}/{{order}}/photos/{{photo}}",
        name="readReturnPhoto",
        tag="desk",
        summary="Read a photo of a claim",
        description="Also at a point that did not issue the order, while its goods may come there.",
        handler=read_photo,
        protected_by=ProtectedBy.DESK,
        scope=KeyScope.ORDERS_READ,
        roles=AT_DESK,
        response_types=("image/jpeg", "application/pdf"),
        problems=(*_POINT, Code.UNKNOWN_ORDER, RequestErrorCode.UNKNOWN_ATTACHMENT),
    ),
    Endpoint(
        method="POST",
        path=_PATH,
        name="takeDeskReturn",
        tag="desk",
        summary="Take goods back at a desk, or say why not",
        description=(
            "What is `taken` becomes a parcel with a barcode of its own, defective goods another "
            "one; it is among what leaves the shelf. What is `declined` stays with the buyer, and "
            "a person decides if it was claimed. Goods that nobody claimed need a fresh proof, "
            "and above the point's limit what a second person granted (`approval`). Photos are "
            "ids of attachments of this order. The refund follows the inspection."
        ),
        handler=take_return,
        protected_by=ProtectedBy.DESK,
        scope=KeyScope.PARCELS_WRITE,
        roles=AT_DESK,
        body=ReturnBody,
        body_example=_EXAMPLE,
        response=TakenReturn,
        response_status=HTTPStatus.CREATED,
        problems=(
            *ORDINARY,
            *PARTICULAR["return"],
            RequestErrorCode.PROOF_REQUIRED,
            RequestErrorCode.UNKNOWN_ATTACHMENT,
        ),
        repeatable=True,
    ),
)
