"""Allowed steps as a resource: what the key may do with an order now."""

from starlette.responses import Response

from gotovo.access.permissions import READERS, Sight
from gotovo.access.programs.scopes import STEP_SCOPES, KeyScope
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.dispatch.order_access import hidden_order, sight, unknown_order
from gotovo.api.dispatch.request import ApiRequest
from gotovo.api.dispatch.responses import json_response
from gotovo.api.schemas.allowed_steps_view import AllowedStepsView, allowed_steps_view
from gotovo.order.allowed import allowed_steps
from gotovo.order.facts import Circumstances
from gotovo.order.refusals import Code
from gotovo.order.values.number import parse


async def read_allowed_steps(dependencies: ApiDependencies, request: ApiRequest) -> Response:
    """Return, for each step of the lifecycle, whether it may be taken now and why not."""
    number = parse(request.path_params["number"])
    found = None if number is None else await dependencies.reads.order(number)
    if found is None:
        return unknown_order(request)
    order = found.order
    refused = hidden_order(dependencies, request, order)
    if refused is not None:
        return refused
    points, _ = dependencies.directory()
    circumstances = Circumstances(request.actor, dependencies.clock(), points, dependencies.terms)
    steps = allowed_steps(order, circumstances)
    if sight(dependencies, request, order) is Sight.GOODS:
        steps = tuple(each for each in steps if each.allowed)  # Refusals tell of the order.
    await dependencies.access_log.record(request.actor, "order", (order.number,))
    lacking = _lacking(request) if request.holder.is_restricted else {}
    return json_response(allowed_steps_view(steps, lacking, request.language))


def _lacking(request: ApiRequest) -> dict[str, KeyScope]:
    """Return the scopes that the key lacks, by the steps of programs that need them."""
    scopes = request.holder.scopes
    return {step: scope for step, scope in STEP_SCOPES.items() if scope not in scopes}


ENDPOINTS: tuple[Endpoint, ...] = (
    Endpoint(
        method="GET",
        path="/api/v1/orders/{number}/allowed-steps",
        name="readAllowedSteps",
        tag="orders",
        summary="Read which steps may be taken now",
        description=(
            "Checks every step for the role and the scopes of the key, by the rules that apply "
            "when it is taken. What is sent only with the step itself (a code, a barcode, a sum) "
            "is checked then. Of another point's order only the steps that may be taken are "
            "listed."
        ),
        handler=read_allowed_steps,
        protected_by=ProtectedBy.ORDER,
        scope=KeyScope.ORDERS_READ,
        roles=READERS,
        response=AllowedStepsView,
        problems=(Code.UNKNOWN_ORDER, Code.WRONG_POINT),
    ),
)
