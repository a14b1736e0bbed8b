"""Who is at work on a thread: what every endpoint asks before it answers, settles or takes one."""

from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.errors import ApiError
from gotovo.api.dispatch.order_access import hidden_order, unknown_order
from gotovo.api.dispatch.request import ApiRequest
from gotovo.api.dispatch.responses import Response
from gotovo.order.values.number import parse
from gotovo.order.values.order import Order
from gotovo.store.tables.orders.help_threads import HelpAssignment
from gotovo.words.request_errors import RequestErrorCode


async def order_of(dependencies: ApiDependencies, request: ApiRequest) -> Order | Response:
    """Return the order of the path, or the refusal where none exists for the key."""
    number = parse(request.path_params["number"])
    found = None if number is None else await dependencies.reads.order(number)
    if found is None:
        return unknown_order(request)
    return hidden_order(dependencies, request, found.order) or found.order


def asker(request: ApiRequest) -> str:
    """Return who asks, as in `event.actor`."""
    return f"{request.actor.role}:{request.actor.id}"


async def taken_by_asker(
    dependencies: ApiDependencies, request: ApiRequest, number: str, instead_of: str = ""
) -> HelpAssignment | None:
    """Give the open questions to who asks; return since when, None where nothing is open.

    If somebody else has them, raise the error that names him.
    """
    me = asker(request)
    held = await dependencies.help.assign(number, me, dependencies.clock(), instead_of)
    if held is not None and held.assignee != me:
        raise taken(held)
    return held


def taken(held: HelpAssignment) -> ApiError:
    """Return the error of a thread that somebody else answers."""
    return ApiError(RequestErrorCode.THREAD_TAKEN, "instead_of", expected=held.assignee)
