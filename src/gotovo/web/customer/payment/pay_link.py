"""Payment by a link: whoever has it can pay, and sees what is to be paid and nothing more."""

from http import HTTPStatus
from typing import Final

from msgspec import Struct
from starlette.responses import Response

from gotovo.access.buyer_requests.pay_links import read_pay_token
from gotovo.order.values.order import Order
from gotovo.order.values.payments.captured import amount_due
from gotovo.payments.checkout import CheckoutRefusal, PaymentOffer, refusal_of
from gotovo.web.customer.payment.bank_way import (
    NO_REFERRER,
    begin_payment,
    lead_to_bank,
    present_order,
    show_payment,
    zone_of,
)
from gotovo.web.customer.payment.payment_place import PaymentPlace, place_of_link, place_of_owner
from gotovo.web.site.responses import render, see_other
from gotovo.web.site.visit import Visit
from gotovo.words.translations import msgid

_GONE_TITLE: Final = msgid("This link does not work")
_GONE_SENTENCE: Final = msgid(
    "It was copied incorrectly, or the time to pay is over. Your orders show what can be paid."
)


class PayLinkPage(Struct, frozen=True):
    """What is to be paid, as the link shows it; templates name it `page`."""

    place: PaymentPlace
    offer: PaymentOffer
    zone: str
    refusal: CheckoutRefusal | None

    @property
    def due(self) -> int:
        """Return what is left to pay, in minor units."""
        return amount_due(self.place.order)


async def pay_link_page(visit: Visit, token: str) -> Response:
    """Show what is to be paid, or that nothing is."""
    place = await _place(visit, token)
    if place is None:
        return _gone(visit)
    order = place.order
    page = PayLinkPage(
        place=place,
        offer=await visit.dependencies.checkout.offer(order),
        zone=zone_of(visit, order),
        refusal=refusal_of(order, visit.now),
    )
    response = render(visit, "customer/payment/pay_link.html", page=page, order=order)
    response.headers.update(NO_REFERRER)
    return response


async def pay_by_link(visit: Visit, token: str) -> Response:
    """Begin to pay what is due."""
    place = await _place(visit, token)
    return _gone(visit) if place is None else await begin_payment(visit, place)


async def bank_page_of_link(visit: Visit, token: str) -> Response:
    """Lead on to the bank."""
    place = await _place(visit, token)
    return _gone(visit) if place is None else await lead_to_bank(visit, place)


async def payment_return(visit: Visit, token: str) -> Response:
    """Show how the payment stands to whoever comes back from the bank; the owner goes home."""
    place = await _place(visit, token)
    if place is None:
        return _gone(visit)
    if _is_owner(visit, place.order):
        return see_other(visit, place_of_owner(place.order).status_path)
    return await show_payment(visit, place)


async def _place(visit: Visit, token: str) -> PaymentPlace | None:
    """Return the order that a link opens, None for a link that opens nothing (any more)."""
    link = read_pay_token(visit.dependencies.tokens.newest_first, token)
    if link is None or not link.is_shown(visit.now):
        return None
    order = await present_order(visit, link.number)
    return None if order is None else place_of_link(order, token)


def _is_owner(visit: Visit, order: Order) -> bool:
    session = visit.session
    if session is None or session.customer != order.customer:
        return False
    return session.orders_since is None or order.placed_at >= session.orders_since


def _gone(visit: Visit) -> Response:
    response = render(
        visit,
        "design/error.html",
        HTTPStatus.NOT_FOUND,
        title=visit.translate(_GONE_TITLE),
        sentence=visit.translate(_GONE_SENTENCE),
        wait=None,
    )
    response.headers.update(NO_REFERRER)
    return response
