"""Rating: stars and a comment for the hand-over, once per order; it may be changed for a week."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Final

from msgspec import Struct
from starlette.responses import Response

from gotovo.order.account.handover_place import handover_place
from gotovo.order.account.rating import can_be_rated, oldest_changeable, rating_changes_until
from gotovo.order.values.order import Order
from gotovo.store.tables.orders.ratings import Rating
from gotovo.web.customer.steps.action_unavailable import ActionUnavailable
from gotovo.web.site.responses import render, see_other
from gotovo.web.site.visit import Visit
from gotovo.words.translations import msgid

COMMENT_MAX: Final = 900
"""Below the limit of a form field: browsers send two characters for each line break."""

_STARS: Final = ("1", "2", "3", "4", "5")
_NO_STARS: Final = msgid("Choose one to five stars.")
_TOO_LONG: Final = msgid("That is too long: 900 characters at most.")
_FINAL: Final = msgid("A rating can be changed for a week. This one is final.")


class RatingPage(Struct, frozen=True):
    """The rating that was given, and the form for one; templates name it `page`.

    `typed` is what the form's fields hold.
    """

    zone: str
    rating: Rating | None
    may_change: bool
    typed: Mapping[str, str]

    @property
    def changes_until(self) -> datetime | None:
        """Return until when the rating may be changed."""
        return rating_changes_until(self.rating.rated_at) if self.rating else None

    @property
    def comment_max(self) -> int:
        return COMMENT_MAX


async def rating_page(visit: Visit, order: Order) -> Response:
    """Show the rating, or a form for one; before the hand-over there is nothing to rate."""
    if not can_be_rated(order):
        raise ActionUnavailable(order)
    return await _page(visit, order)


async def rate(visit: Visit, order: Order) -> Response:
    """Rate the hand-over, or change the rating."""
    if not can_be_rated(order):
        raise ActionUnavailable(order)
    stars, comment = visit.field("stars"), visit.field("said")
    if stars not in _STARS or len(comment) > COMMENT_MAX:
        wrong = _TOO_LONG if stars in _STARS else _NO_STARS
        return await _page(
            visit, order, HTTPStatus.UNPROCESSABLE_ENTITY, visit.form, visit.translate(wrong)
        )
    is_stored = await visit.dependencies.ratings.rate(
        order.number, int(stars), comment, at=visit.now, open_since=oldest_changeable(visit.now)
    )
    if not is_stored:
        return await _page(visit, order, HTTPStatus.CONFLICT, visit.form, visit.translate(_FINAL))
    return see_other(visit, f"/orders/{order.number}/rating")


async def _page(
    visit: Visit,
    order: Order,
    status: int = 200,
    typed: Mapping[str, str] | None = None,
    wrong: str = "",
) -> Response:
    rating = await visit.dependencies.ratings.of_order(order.number)
    if typed is None:
        typed = {"stars": str(rating.stars), "said": rating.said} if rating else {}
    page = RatingPage(
        zone=handover_place(order, visit.dependencies.places()).time_zone,
        rating=rating,
        may_change=rating is None or rating.rated_at > oldest_changeable(visit.now),
        typed=typed,
    )
    return render(
        visit, "customer/handover/rating.html", status, order=order, wrong=wrong, page=page
    )
