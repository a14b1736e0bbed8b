"""Who works at the point of a path, and the order of what a response names."""

from starlette.responses import Response

from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.request import ApiRequest
from gotovo.api.dispatch.responses import refusal_response
from gotovo.order.refusals import Code, Refusal


def refused_point(dependencies: ApiDependencies, request: ApiRequest) -> Response | None:
    """Return the refusal of a point that the key does not work at, or that does not exist."""
    code, place = request.path_params["code"], request.actor.place
    if place and place != code:
        return refusal_response(request, Refusal(Code.WRONG_POINT, "code", code, place))
    if code not in dependencies.directory()[0]:
        return refusal_response(request, Refusal(Code.UNKNOWN_POINT, "code", code))
    return None
