"""Corrections as a resource: a hand-over by mistake is undone at the desk."""

from typing import Final

import msgspec
from starlette.responses import Response

from gotovo.access.permissions import cannot_see
from gotovo.access.programs.scopes import KeyScope
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.idempotency import request_command_id
from gotovo.api.dispatch.json_body import decode_body
from gotovo.api.dispatch.request import ApiRequest
from gotovo.api.dispatch.responses import refusal_response
from gotovo.api.dispatch.submission import outcome_response
from gotovo.api.resources.desk.point_access import AT_DESK, no_desk_of
from gotovo.api.resources.desk.visits import submit_for
from gotovo.api.resources.steps import ORDINARY, PARTICULAR
from gotovo.api.schemas.desk.visit_bodies import CorrectionBody
from gotovo.api.schemas.examples import CORRECTION_EXAMPLE
from gotovo.api.schemas.order_view import OrderVersion, OrderView
from gotovo.desk.handover.corrections import correct
from gotovo.desk.handover.visiting import Clerk
from gotovo.order.refusals import Code, Refusal
from gotovo.order.steps.correction import Correct
from gotovo.order.values.number import parse
from gotovo.order.values.order import place_of

_decoder = msgspec.json.Decoder(CorrectionBody)


async def take_correction(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Undo a hand-over that was recorded by mistake, and return the order after it."""
    body = decode_body(request.content, _decoder)
    request_id = request_command_id(request)
    point = request.path_params["code"]
    refusal = no_desk_of(dependencies, request, point)
    if refusal is not None:
        return refusal_response(request, refusal)
    clerk = Clerk(request.actor, point, request_id)
    number = parse(body.order)
    found = None if number is None else await dependencies.reads.order(number)
    if found is None:
        return refusal_response(request, Refusal(Code.UNKNOWN_ORDER, "order", body.order))
    order = found.order
    hidden = cannot_see(order, clerk.sees_as, dependencies.terms, dependencies.clock())
    if hidden is not None or place_of(order) != point:
        return refusal_response(request, hidden or Refusal(Code.UNKNOWN_ORDER, "order", body.order))
    command = Correct(body.version or order.issued_version, body.note)
    submit = submit_for(dependencies, request, clerk, body)
    visiting = dependencies.desk.visiting
    result = await correct(
        visiting.second_person, order.number, command, body.approval, clerk, submit
    )
    if isinstance(result, Refusal):
        return refusal_response(request, result)
    return await outcome_response(dependencies, result, request)


ENDPOINTS: Final[tuple[Endpoint, ...]] = (
    Endpoint(
        method="POST",
        path="/api/v1/points/{code}/corrections",
        name="takeDeskCorrection",
        tag="desk",
        summary="Undo a hand-over that was a mistake",
        description=(
            "Within minutes a clerk undoes what they handed over themselves. Later, or what a "
            "colleague did, needs what a second person granted (`approval`). Once goods were "
            "refused or brought back, or the point took money, it is not undone here."
        ),
        handler=take_correction,
        protected_by=ProtectedBy.DESK,
        scope=KeyScope.HANDOVERS_WRITE,
        roles=AT_DESK,
        body=CorrectionBody,
        body_example=CORRECTION_EXAMPLE,
        response=OrderView,
        minimal_response=OrderVersion,
        problems=(*ORDINARY, *PARTICULAR["correction"], Code.UNKNOWN_POINT),
        repeatable=True,
        shortens=True,
    ),
)
