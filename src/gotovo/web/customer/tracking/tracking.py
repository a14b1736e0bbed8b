"""Tracking: with a link from the owner, anybody sees the progress of an order, and no more.

The whole number is not shown, because some points hand over an order by its number alone; neither
is anything about the buyer, the goods, the money or the reason of a cancellation.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

from markupsafe import Markup
from msgspec import Struct
from starlette.responses import Response

from gotovo.access.buyer import track_links
from gotovo.access.rate_limits import network_of
from gotovo.order.account.handover_place import HandoverPlace, handover_place
from gotovo.order.account.progress import ProgressLine, progress
from gotovo.order.account.promise_status import PromiseStatus, delivery_terms, promise_status
from gotovo.order.forecast.forecast import Outlook
from gotovo.order.story import story_of
from gotovo.order.values.order import Order
from gotovo.order.values.status import status_of
from gotovo.web.customer.promise.expectation import outlook_of
from gotovo.web.site.rate_limit import enforce_limits
from gotovo.web.site.responses import render, see_other
from gotovo.web.site.visit import Visit
from gotovo.words.formats.schema_org import data_element, order_data
from gotovo.words.translations import msgid

_NO_REFERRER: Final = {"referrer-policy": "no-referrer"}
"""The link is a secret, so no other site may learn it; every response says `noindex` anyway."""

_DIGITS_SHOWN: Final = 4
_GONE_TITLE: Final = msgid("This link does not work")
_GONE_SENTENCE: Final = msgid(
    "It was copied incorrectly, or its owner has disabled it. Ask the sender for a new one."
)


class TrackingPage(Struct, frozen=True):
    """An order as its tracking link shows it; templates name it `page`."""

    order: Order
    status: str
    place: HandoverPlace
    progress: Sequence[ProgressLine]
    promise: PromiseStatus | None
    outlook: Outlook | None
    structured_data: Markup

    @property
    def zone(self) -> str:
        """Return the time zone that the order's times are shown in."""
        return self.place.time_zone

    @property
    def ending(self) -> str:
        """Return the last digits of the number, by which its owner recognises the order."""
        return self.order.number[-_DIGITS_SHOWN:]


async def tracking_link_page(visit: Visit, order: Order) -> Response:
    """Show the order's link to its owner, or offer to make one."""
    dependencies = visit.dependencies
    token = await track_links.shown(dependencies.track_links, dependencies.tokens, order.number)
    return render(
        visit,
        "customer/tracking/sharing.html",
        order=order,
        address=_address(visit, token) if token else "",
    )


async def make_link(visit: Visit, order: Order) -> Response:
    """Make a link; where there is one, it stays."""
    dependencies = visit.dependencies
    await track_links.make(dependencies.track_links, dependencies.tokens, order.number, visit.now)
    return see_other(visit, f"/orders/{order.number}/tracking-link")


async def revoke_link(visit: Visit, order: Order) -> Response:
    """Revoke the link."""
    await visit.dependencies.track_links.revoke(order.number, visit.now)
    return see_other(visit, f"/orders/{order.number}/tracking-link")


async def tracking_page(visit: Visit, token: str) -> Response:
    """Show the progress of an order; a revoked link and an unknown one give the same page."""
    dependencies = visit.dependencies
    number = await track_links.find(dependencies.track_links, token)
    if number is None:  # Only guesses count: neighbours at one address can't shut out a real link.
        await enforce_limits(visit, {track_links.GUESSES_PER_ADDRESS: network_of(visit.address)})
    response = _gone(visit) if number is None else await _page(visit, number, token)
    response.headers.update(_NO_REFERRER)
    return response


async def _page(visit: Visit, number: str, token: str) -> Response:
    history = await visit.dependencies.orders.history(number)
    story = story_of(history)
    assert story is not None, number  # links are made for existing orders only
    order = story.order
    place = handover_place(order, visit.dependencies.places())
    terms = delivery_terms(place.point, place.warehouse)
    view = TrackingPage(
        order=order,
        status=status_of(order),
        place=place,
        progress=progress(story),
        promise=promise_status(order, terms, visit.now, story.promises),
        outlook=outlook_of(visit, order, place),
        structured_data=data_element(order_data(order, place.point, _address(visit, token))),
    )
    return render(visit, "customer/tracking/tracking.html", page=view)


def _gone(visit: Visit) -> Response:
    return render(
        visit,
        "design/error.html",
        HTTPStatus.NOT_FOUND,
        title=visit.translate(_GONE_TITLE),
        sentence=visit.translate(_GONE_SENTENCE),
        wait=None,
    )


def _address(visit: Visit, token: str) -> str:
    """Return the absolute URL, as it is sent elsewhere; by default on the requested host."""
    site = visit.dependencies.public_url or f"http://{visit.request.headers.get('host', '')}"
    return f"{site.rstrip('/')}/track/{token}"
