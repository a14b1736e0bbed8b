"""Access to an order through the API: how much of it the key sees now, or the same refusal."""

from asyncio import gather
from collections.abc import Sequence

import msgspec
from msgspec import UNSET, UnsetType
from starlette.responses import Response

from gotovo.access.permissions import Sight, cannot_see, sight_of, sight_varies, usual_sight
from gotovo.api.dispatch.dependencies import ApiDependencies
from gotovo.api.dispatch.idempotency import response_language
from gotovo.api.dispatch.request import ApiRequest
from gotovo.api.dispatch.responses import refusal_response
from gotovo.api.schemas.goods_view import GoodsView, goods_view
from gotovo.api.schemas.order_view import OrderView, order_view
from gotovo.engine.submission import ResultKind, SubmissionResult
from gotovo.order.refusals import Code, Refusal
from gotovo.order.values.actor import Role
from gotovo.order.values.customer import Contact
from gotovo.order.values.order import Order
from gotovo.store.reads.programs import OrderRead
from gotovo.words.language import Language

WITH_HISTORY = (Sight.FULL, Sight.REDUCED, Sight.NAMELESS)
"""How much of an order has to be seen to see its history."""

_encode = msgspec.json.Encoder().encode


def sight(dependencies: ApiDependencies, request: ApiRequest, order: Order) -> Sight:
    """Return how much of the order the key sees now."""
    return sight_of(order, request.actor, dependencies.terms, dependencies.clock())


def hidden_order(
    dependencies: ApiDependencies, request: ApiRequest, order: Order
) -> Response | None:
    """Return the refusal when the key may not see the order, else None."""
    refusal = cannot_see(order, request.actor, dependencies.terms, dependencies.clock())
    if refusal is None:
        return None
    if refusal.code is Code.UNKNOWN_ORDER:
        return unknown_order(request)
    return refusal_response(request, refusal)


def hidden_history(
    dependencies: ApiDependencies, request: ApiRequest, order: Order
) -> Response | None:
    """Return the refusal when the key may not see the order's history, else None."""
    seen = sight(dependencies, request, order)
    if seen is Sight.GOODS:
        refusal = Refusal(Code.NOT_PERMITTED, "sight", seen, ", ".join(WITH_HISTORY))
        return refusal_response(request, refusal)
    return hidden_order(dependencies, request, order)


def unknown_order(request: ApiRequest) -> Response:
    """Return the refusal that no order has the number in the path.

    An order of another shop gets the same one, byte for byte (rule 4.18).
    """
    refusal = Refusal(Code.UNKNOWN_ORDER, "number", request.path_params["number"])
    return refusal_response(request, refusal)


def shown_order(
    dependencies: ApiDependencies,
    request: ApiRequest,
    order: Order,
    contact: Contact | None,
    *,
    seen: Sight,
    language: Language,
) -> bytes:
    """Return the order as JSON, as much of it as is seen; never called where that is nothing."""
    assert seen is not Sight.NOTHING, order.number
    if seen is Sight.GOODS:
        return _encode(shown_goods(dependencies, request, order, language))
    return dependencies.order_cache.put(
        order, contact, request.actor.role, language, is_nameless=seen is Sight.NAMELESS
    )


def sight_of_found(dependencies: ApiDependencies, request: ApiRequest, found: OrderRead) -> Sight:
    """Return how much is seen of an order that was found in the lists of the key, or by number.

    An open order there is the point's own, and needs no decoding.
    """
    role = request.actor.role
    if not sight_varies(request.actor) or (role is Role.POINT and found.closed_at is None):
        return usual_sight(role)
    return sight(dependencies, request, found.order)


def shown_found(dependencies: ApiDependencies, request: ApiRequest, found: OrderRead) -> bytes:
    """Return as much of an order as the key sees, and it sees something."""
    role, language = request.actor.role, request.language
    seen = sight_of_found(dependencies, request, found)
    if seen is Sight.GOODS:
        return shown_order(
            dependencies, request, found.order, found.contact, seen=seen, language=language
        )
    is_nameless = seen is Sight.NAMELESS
    return dependencies.order_cache.get(found, role, language, is_nameless=is_nameless)


def shown_goods(
    dependencies: ApiDependencies, request: ApiRequest, order: Order, language: Language
) -> GoodsView:
    """Return the goods of an order of another point."""
    place, now = request.actor.place, dependencies.clock()
    return goods_view(order, place, language, dependencies.terms, now)


def shown_views(
    dependencies: ApiDependencies, request: ApiRequest, outcome: SubmissionResult, seen: Sight
) -> tuple[OrderView | None, GoodsView | UnsetType]:
    """Return the order of an outcome, or its goods where the key sees only those."""
    order = outcome.order
    if order is None or seen is Sight.NOTHING:
        return None, UNSET
    role, language = request.actor.role, response_language(request, outcome.fingerprint)
    if seen is Sight.GOODS:
        return None, shown_goods(dependencies, request, order, language)
    is_nameless = seen is Sight.NAMELESS
    return order_view(order, outcome.contact, role, language, is_nameless=is_nameless), UNSET


async def sights_of_outcomes(
    dependencies: ApiDependencies, request: ApiRequest, outcomes: Sequence[SubmissionResult]
) -> list[Sight]:
    """Return how much each outcome shows of its order.

    Who has just taken a step sees the goods at least; a refusal shows what is seen anyway. A
    repetition returns the order as it was after the first time, but no more of it than the key sees
    of the order now: a stored outcome does not outlive the permission.
    """
    if not sight_varies(request.actor):
        return [usual_sight(request.actor.role)] * len(outcomes)
    return list(await gather(*[_sight_of_outcome(dependencies, request, x) for x in outcomes]))


async def _sight_of_outcome(
    dependencies: ApiDependencies, request: ApiRequest, outcome: SubmissionResult
) -> Sight:
    if outcome.order is None:
        return Sight.NOTHING
    if not outcome.repeated:
        seen = sight(dependencies, request, outcome.order)
        was_refused = outcome.kind is ResultKind.REFUSED
        return Sight.GOODS if seen is Sight.NOTHING and not was_refused else seen
    found = await dependencies.reads.order(outcome.number)
    return Sight.NOTHING if found is None else sight(dependencies, request, found.order)
