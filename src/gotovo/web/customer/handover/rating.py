"""Rating: how the hand-over was, once; it may be changed for a week."""

from collections.abc import Mapping
from typing import Final

from starlette.responses import Response

from gotovo.order.account.rating import can_be_rated, oldest_changeable, rating_changes_until
from gotovo.order.values.order import Order
from gotovo.web.customer.steps.action_unavailable import ActionUnavailable
from gotovo.web.customer.steps.own_order import handover_place
from gotovo.web.site.responses import render, see_other
from gotovo.web.site.visit import Visit
from gotovo.words.translations import msgid

SAID_MAX: Final = 900
"""Below what a form's field may hold, as browsers send two signs for each new line."""

_STARS: Final = ("1", "2", "3", "4", "5")
_INVALID: Final = 422
_CONFLICT: Final = 409
_NO_STARS: Final = msgid("Choose one to five stars.")
_TOO_LONG: Final = msgid("That is too long: 900 characters at most.")
_STANDS: Final = msgid("A rating can be changed for a week. This one is final.")


async def rating_page(visit: Visit, order: Order) -> Response:
    """Show the rating, or ask for one; before the hand-over there is nothing to rate."""
    if not can_be_rated(order):
        raise ActionUnavailable(order)
    return await _page(visit, order)


async def rate(visit: Visit, order: Order) -> Response:
    """Rate the hand-over, or change one's mind about it."""
    if not can_be_rated(order):
        raise ActionUnavailable(order)
    stars, said = visit.field("stars"), visit.field("said").replace("\r\n", "\n").strip()
    if stars not in _STARS or len(said) > SAID_MAX:
        wrong = _TOO_LONG if stars in _STARS else _NO_STARS
        return await _page(visit, order, _INVALID, visit.form, visit.translate(wrong))
    kept = await visit.dependencies.ratings.rate(
        order.number, int(stars), said, at=visit.now, open_since=oldest_changeable(visit.now)
    )
    if not kept:
        return await _page(visit, order, _CONFLICT, visit.form, visit.translate(_STANDS))
    return see_other(visit, f"/orders/{order.number}/rating")


async def _page(
    visit: Visit,
    order: Order,
    status: int = 200,
    typed: Mapping[str, str] | None = None,
    wrong: str = "",
) -> Response:
    given = await visit.dependencies.ratings.of_order(order.number)
    if typed is None:
        typed = {"stars": str(given.stars), "said": given.said} if given else {}
    return render(
        visit,
        "customer/handover/rating.html",
        status,
        order=order,
        zone=handover_place(order, visit.dependencies.places()).time_zone,
        given=given,
        until=rating_changes_until(given.rated_at) if given else None,
        may_change=given is None or given.rated_at > oldest_changeable(visit.now),
        said_max=SAID_MAX,
        typed=typed,
        wrong=wrong,
    )
