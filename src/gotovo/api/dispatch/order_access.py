"""Access to an order through the API: found and visible to the key, or the same refusal."""

from starlette.responses import Response

from gotovo.access.permissions import cannot_see
from gotovo.api.dispatch.request import ApiRequest
from gotovo.api.dispatch.responses import refusal_response
from gotovo.order.refusals import Code, Refusal
from gotovo.order.values.order import Order


def hidden_order(request: ApiRequest, order: Order) -> Response | None:
    """Return the refusal when the key may not see the order, else None."""
    refusal = cannot_see(order, request.actor)
    if refusal is None:
        return None
    if refusal.code is Code.UNKNOWN_ORDER:
        return unknown_order(request)
    return refusal_response(request, refusal)


def unknown_order(request: ApiRequest) -> Response:
    """Return the refusal that no order has the number in the path.

    An order of another shop gets the same one, byte for byte (rule 4.18).
    """
    refusal = Refusal(Code.UNKNOWN_ORDER, "number", request.path_params["number"])
    return refusal_response(request, refusal)
