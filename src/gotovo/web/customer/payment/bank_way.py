"""The way to the bank and back: what is the same for an order's owner and for its link.

A form that a redirect takes to another site is stopped by `form-action` of the content security
policy, whatever further redirects the bank makes. So the form leads to a page of ours, and that
page to the bank.
"""

from datetime import timedelta
from http import HTTPStatus
from typing import Final

from starlette.responses import Response

from gotovo.http.errors import BadRequest, TooManyRequests
from gotovo.order.account.handover_place import handover_place
from gotovo.order.story import story_of
from gotovo.order.values.order import Order
from gotovo.payments.checkout import (
    CheckoutPage,
    CheckoutRefusal,
    CheckoutRefused,
    PaymentWish,
    refusal_of,
)
from gotovo.payments.providers.port import PaymentMethod
from gotovo.store.tables.payments.payment_attempts import AttemptState
from gotovo.web.customer.payment.payment_ends import payment_end
from gotovo.web.customer.payment.payment_page import PaymentPage
from gotovo.web.customer.payment.payment_place import PaymentPlace, return_url
from gotovo.web.site.responses import render, see_other
from gotovo.web.site.visit import Visit
from gotovo.words.translations import msgid

NO_REFERRER: Final = {"referrer-policy": "no-referrer"}
"""A link is a secret, and a bank need not know where the buyer comes from."""

_OVER: Final = frozenset({CheckoutRefusal.PAID, CheckoutRefusal.CLOSED})
_TRIED_AGAIN: Final = frozenset({CheckoutRefusal.UNAVAILABLE, CheckoutRefusal.DECLINED})

_DAY: Final = timedelta(days=1)
_METHODS: Final = {each.value: each for each in PaymentMethod}

_REFUSED: Final = {
    CheckoutRefusal.UNAVAILABLE: (
        HTTPStatus.SERVICE_UNAVAILABLE,
        msgid("The bank is not answering"),
        msgid("Nothing was charged. Try again in a minute."),
    ),
    CheckoutRefusal.DECLINED: (
        HTTPStatus.CONFLICT,
        msgid("The bank did not accept this payment"),
        msgid("Nothing was charged. Try again, or choose another way to pay if there is one."),
    ),
    CheckoutRefusal.NOT_OFFERED: (
        HTTPStatus.CONFLICT,
        msgid("You can't pay this way right now"),
        msgid("Nothing was charged. Go back and choose another way to pay."),
    ),
    CheckoutRefusal.TOO_LATE: (
        HTTPStatus.CONFLICT,
        msgid("The time to pay is over"),
        msgid(
            "The order closes by itself. You were not charged, and you can order the items again."
        ),
    ),
}


async def begin_payment(visit: Visit, place: PaymentPlace) -> Response:
    """Begin an attempt, and lead to the bank; where nothing is due, show how the order stands."""
    order, method = place.order, _METHODS.get(visit.field("method"))
    if method is None:
        raise BadRequest
    wish = PaymentWish(method, return_url(visit, order), visit.language)
    begun = await visit.dependencies.checkout.begin(order, wish)
    if isinstance(begun, CheckoutPage):
        return see_other(visit, place.bank_path if begun.url else place.status_path)
    return _refused(visit, place, begun)


async def lead_to_bank(visit: Visit, place: PaymentPlace) -> Response:
    """Show the page that leads on to the bank; where nothing is open, how the payment stands."""
    offer = await visit.dependencies.checkout.offer(place.order)
    attempt = offer.open
    if attempt is None or not attempt.url or not offer.methods or attempt.expires_at <= visit.now:
        return see_other(visit, place.status_path)
    response = render(visit, "customer/payment/bank.html", place=place, attempt=attempt)
    response.headers.update(NO_REFERRER)
    return response


async def show_payment(visit: Visit, place: PaymentPlace) -> Response:
    """Ask the bank, and show what it says.

    An order that is paid or closed is shown itself, and so is one whose newest attempt was paid
    with another sum: its page says what came, and what is left.
    """
    offer = await visit.dependencies.checkout.look_up(place.order)
    present = await present_order(visit, place.order.number)
    is_over = present is None or refusal_of(present, visit.now) in _OVER
    attempt = offer.newest
    if attempt is None or attempt.state is AttemptState.SUCCEEDED or is_over:
        return see_other(visit, place.order_path)
    page = PaymentPage(
        place=place,
        offer=offer,
        attempt=attempt,
        zone=zone_of(visit, place.order),
        now=visit.now,
        ended=payment_end(attempt.reason, visit.language),
    )
    response = render(visit, "customer/payment/payment.html", page=page, order=place.order)
    response.headers.update(NO_REFERRER)
    return response


async def present_order(visit: Visit, number: str) -> Order | None:
    """Return an order as it is now, None if there is none whose buyer is known."""
    story = story_of(await visit.dependencies.orders.history(number))
    return None if story is None or story.order.erased else story.order


def zone_of(visit: Visit, order: Order) -> str:
    """Return the time zone that an order's times are shown in."""
    return handover_place(order, visit.dependencies.places()).time_zone


def _refused(visit: Visit, place: PaymentPlace, refused: CheckoutRefused) -> Response:
    """Show why there is no page to pay on; of an order that needs none, the order."""
    if refused.because in {CheckoutRefusal.PAID, CheckoutRefusal.CLOSED}:
        return see_other(visit, place.order_path)
    if refused.because is CheckoutRefusal.TOO_MANY:
        raise TooManyRequests(refused.wait or _DAY)
    status, title, sentence = _REFUSED[refused.because]
    response = render(
        visit,
        "customer/payment/refused.html",
        status,
        place=place,
        title=visit.translate(title),
        sentence=visit.translate(sentence),
        method=visit.field("method") if refused.because in _TRIED_AGAIN else "",
    )
    response.headers.update(NO_REFERRER)
    return response
