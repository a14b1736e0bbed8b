"""Access to a desk: who works at one point has no other, and an administrator has all of them."""

from typing import Final

from starlette.responses import Response

from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.request import ApiRequest
from gotovo.api.dispatch.responses import refusal_response
from gotovo.order.refusals import Code, Refusal
from gotovo.order.values.actor import Role

AT_DESK: Final = frozenset({Role.POINT, Role.ADMIN})
"""Who works at the desk of a point; an administrator does at every one."""


def no_desk_of(dependencies: ApiDependencies, request: ApiRequest, point: str) -> Refusal | None:
    """Return why there is no desk for the asker at a point, None where there is one.

    Who works at one point hears of no other, whether there is one with this code or not.
    """
    place = request.actor.place
    if place and place != point:
        return Refusal(Code.WRONG_POINT, "point", point, place)
    points, _ = dependencies.directory()
    return None if point in points else Refusal(Code.UNKNOWN_POINT, "code", point)


def refused_point(dependencies: ApiDependencies, request: ApiRequest) -> Response | None:
    """Return the response of a path whose point is none of the asker's, None where it is."""
    refusal = no_desk_of(dependencies, request, request.path_params["code"])
    return None if refusal is None else refusal_response(request, refusal)
