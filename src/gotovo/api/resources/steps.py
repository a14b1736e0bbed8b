"""The steps of an order's life over HTTP: one endpoint for each row of the lifecycle table."""

from functools import partial
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.responses import Response

from gotovo.access.programs.scopes import STEP_SCOPES
from gotovo.access.staff.fresh_proof import DANGEROUS_COMMANDS
from gotovo.access.staff.grants import person_of
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import KEY_ROLES, Endpoint, ProtectedBy
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.idempotency import fingerprint_of, request_command_id
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.order_access import unknown_order
from gotovo.api.dispatch.request import ApiRequest
from gotovo.api.dispatch.submission import outcome_response, submitted
from gotovo.api.resources.attachments.bound_photos import bound_command
from gotovo.api.schemas.examples import STEP_EXAMPLES
from gotovo.api.schemas.goods_view import GoodsView
from gotovo.api.schemas.order_view import OrderVersion, OrderView
from gotovo.api.schemas.step_bodies import (
    STEP_BODIES,
    STEP_ROWS,
    StepBody,
    address_line,
    address_postcode,
    command_of,
    happened_at,
)
from gotovo.engine.submission import Submission
from gotovo.order.refusals import Code
from gotovo.order.row import Row
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.number import parse
from gotovo.words.request_errors import RequestErrorCode
from gotovo.words.steps import step_label

ORDINARY: tuple[Code, ...] = (
    Code.UNKNOWN_ORDER,
    Code.NOT_PERMITTED,
    Code.WRONG_POINT,
    Code.NOT_IN_CUSTODY,
    Code.IN_THE_FUTURE,
    Code.TOO_LONG_AGO,
    Code.WRONG_TIME,
    Code.STAGE_FORBIDS,
    Code.CLOSED,
    Code.BUYER_ERASED,
)
"""The refusals that any step can meet."""

_CODE_SHOWN = (Code.BLOCKED, Code.TOO_MANY_ATTEMPTS, Code.WRONG_CODE, Code.CODE_REVOKED)
_AT_DESK = (Code.ALREADY_ISSUED, Code.CANCELLED, Code.EXPIRED, Code.UNPAID, Code.NOT_READY)
_AT_OWN_POINT = frozenset({"refund-completion"})
_UNITS = (Code.UNKNOWN_LINE, Code.WRONG_QUANTITY)

PARTICULAR: dict[str, tuple[Code, ...]] = {
    "payment": (Code.WRONG_AMOUNT, Code.ALREADY_PAID, Code.CANCELLED),
    "point-payment": (
        Code.WRONG_AMOUNT,
        Code.ALREADY_PAID,
        Code.CANCELLED,
        Code.PREPAYMENT_REQUIRED,
        Code.OWN_ORDER,
    ),
    "packing": _UNITS,
    "dispatch": (Code.UNKNOWN_PARCEL,),
    "arrival": (Code.UNKNOWN_PARCEL,),
    "shelving": (Code.UNKNOWN_PARCEL, Code.UNKNOWN_CELL, Code.WRONG_METHOD),
    "handover-opening": (*_AT_DESK, *_CODE_SHOWN, Code.OWN_ORDER, Code.APPROVAL_REQUIRED),
    "handover": (
        *_AT_DESK,
        *_CODE_SHOWN,
        *_UNITS,
        Code.OWN_ORDER,
        Code.PARCEL_MISSING,
        Code.APPROVAL_REQUIRED,
        Code.NOT_REFUSABLE,
    ),
    "correction": (
        Code.OWN_ORDER,
        Code.ALREADY_PAID,
        Code.APPROVAL_REQUIRED,
        Code.CORRECTION_PERIOD_OVER,
    ),
    "storage-extension": (Code.EXTENSION_USED, Code.UNKNOWN_POINT),
    "reinstatement": (Code.REFUND_COMPLETED,),
    "slot": (Code.CALL_FIRST,),
    "cancellation": (Code.ALREADY_ISSUED, Code.UNKNOWN_PARCEL, Code.APPROVAL_REQUIRED),
    "return-claim": (*_UNITS, Code.RETURN_PERIOD_OVER),
    "return": (
        *_UNITS,
        Code.RETURN_PERIOD_OVER,
        Code.UNKNOWN_POINT,
        Code.OWN_ORDER,
        Code.APPROVAL_REQUIRED,
        Code.NOT_REFUSABLE,
    ),
    "return-refusal": (*_UNITS, Code.UNKNOWN_POINT, Code.OWN_ORDER),
    "withdrawal": (Code.UNKNOWN_PARCEL,),
    "reception": (Code.UNKNOWN_PARCEL, *_UNITS),
    "redirection": (
        Code.UNKNOWN_POINT,
        Code.POINT_CLOSED,
        Code.POINT_FULL,
        Code.WRONG_METHOD,
        Code.PREPAYMENT_REQUIRED,
        Code.ADDRESS_MISSING,
        Code.UNKNOWN_WAREHOUSE,
        Code.WAREHOUSE_CLOSED,
        Code.REGION_NOT_SERVED,
        Code.UNKNOWN_SKU,
    ),
    "refund-completion": (Code.UNKNOWN_REFUND,),
    "refund-failure": (Code.UNKNOWN_REFUND, Code.WRONG_AMOUNT),
    "refund-reroute": (Code.UNKNOWN_REFUND,),
}
"""The further refusals of each step; a test compares them with the step's file."""


async def take_step(
    step: str,
    decoder: msgspec.json.Decoder[Any],
    dependencies: ApiDependencies,
    request: ApiRequest,
) -> Response:
    """Submit the step named in the path, and return the order after it."""
    number = parse(request.path_params["number"])
    body = decode_body(request.content, decoder)
    command = command_of(step, body)
    command_id = request_command_id(request)
    await require_courier(dependencies, body)
    if number is None:
        return unknown_order(request)
    command = await bound_command(dependencies.attachments, number, command)
    submission = Submission(
        command_id=command_id,
        number=number,
        command=command,
        actor=request.actor,
        fingerprint=fingerprint_of(request),
        at=happened_at(step, body),
        address=address_line(body, request.language),
        postcode=address_postcode(body),
    )
    outcome = await submitted(dependencies, request, submission)
    return await outcome_response(dependencies, outcome, request)


async def require_courier(dependencies: ApiDependencies, body: StepBody, prefix: str = "") -> None:
    """Raise the error of a courier who is no key in use and no person: nobody could carry it."""
    courier: str = getattr(body, "courier", "")
    if courier and not await _is_courier(dependencies, courier):
        expected = "the id of a courier's key or of a person who is a courier"
        raise ApiError(RequestErrorCode.INVALID_BODY, f"{prefix}courier", courier, expected)


async def _is_courier(dependencies: ApiDependencies, courier: str) -> bool:
    person = person_of(Actor(Role.COURIER, courier))
    if person is None:
        return await dependencies.api_keys.is_in_use(courier, Role.COURIER)
    known = await dependencies.staff.people.find(person)
    if known is None or known.suspended_at is not None:
        return False
    grants = await dependencies.staff.people.grants_of([person])
    return any(each.role == Role.COURIER for each in grants)


def _shows_goods(row: Row) -> bool:
    """Return whether a clerk of another point may take a step, and then sees the goods alone."""
    return Role.POINT in row.who and row.step not in _AT_OWN_POINT


def _endpoint(step: str) -> Endpoint:
    row, body = STEP_ROWS[step], STEP_BODIES[step]
    camel = "".join(part.capitalize() for part in step.split("-"))
    return Endpoint(
        method="POST",
        path=f"/api/v1/orders/{{number}}/{step}",
        name=f"take{camel}",
        tag="steps",
        summary=step_label(step, "en"),
        description=row.command.__doc__ or "",
        handler=partial(take_step, step, msgspec.json.Decoder(body)),
        protected_by=ProtectedBy.ORDER,
        scope=STEP_SCOPES[step],
        roles=row.who & KEY_ROLES,
        body=body,
        body_example=STEP_EXAMPLES.get(step, {}),
        response=OrderView,
        further_statuses=(HTTPStatus.NO_CONTENT,),
        reduced_response=GoodsView if _shows_goods(row) else None,
        minimal_response=OrderVersion,
        problems=(*ORDINARY, *PARTICULAR.get(step, ())),
        repeatable=True,
        shortens=True,
        danger=DANGEROUS_COMMANDS.get(step),
    )


ENDPOINTS: tuple[Endpoint, ...] = tuple(_endpoint(step) for step in STEP_ROWS)
