"""All pages of somebody with an order in every place."""

import hashlib
from collections.abc import Iterator
from typing import Final
from uuid import UUID

from msgspec import Struct

from gotovo.access.buyer import track_links
from gotovo.access.buyer_requests.pay_links import PAY_PATH, pay_token
from gotovo.notices.preferences.unsubscribe import (
    UNSUBSCRIBE_PATH,
    UnsubscribeLinks,
    Unsubscription,
)
from gotovo.notices.rules import NoticeKind
from gotovo.order.values.actor import Role
from gotovo.order.values.customer import customer_id
from gotovo.order.values.order import COURIER_PLACE, Order
from gotovo.payments.checkout import CheckoutPage, PaymentWish, new_attempt
from gotovo.payments.providers.demo import DEMO_BANK_PATH, DemoDecision
from gotovo.payments.providers.port import PaymentMethod
from gotovo.store.tables.security.entries import PROGRAM
from gotovo.store.tables.staff.people import NewGrant, NewInvitation, NewPerson
from gotovo.town.demo.demo_staff import seed_staff
from gotovo.web.site.dependencies import WebDependencies
from tests.support.payments.requests import payment_request
from tests.support.web.cast import ALINA, HOUR, NOW, SECRET, Cast
from tests.support.web.helping import answers, asks
from tests.support.web.network import CLOSING_POINT, FULL_POINT
from tests.support.web.sample_orders.every_order import EVERYBODY

OF_ORDERS: Final = {
    "/orders/{number}": tuple(make.__name__ for make in EVERYBODY),
    "/orders/{number}/cancellation": (
        "waiting_for_payment",
        "on_the_way",
        "paid_in_part",
        "paid_in_dollars",
        "nothing_to_pay",
    ),
    "/orders/{number}/storage-extension": ("ready",),
    "/orders/{number}/redirection": ("being_picked", "promised_later"),
    "/orders/{number}/redirection/{place}": (
        "being_picked",
        "waiting_for_payment",
        "promised_later",
    ),
    "/orders/{number}/slot": ("attempted",),
    "/orders/{number}/trusted-person": ("ready", "on_the_way"),
    "/orders/{number}/return-claim": ("issued_lately", "claimed"),
    "/orders/{number}/rating": ("partly_issued",),
    "/orders/{number}/help": ("late",),
    "/orders/{number}/messages": (
        "ready",
        "kept_longer",
        "promised_later",
        "told_in_the_morning",
        "told_in_vain",
        "ready_at_night",
        "ready_round_the_clock",
        "ready_on_a_sunday",
        "paid_in_part",
        "paid_too_much",
        "paid_in_dollars",
        "paid_after_cancelling",
        "contested",
        "nothing_to_pay",
        "revived",
        "reported_too_late",
        "partly_back",
        "refund_failed",
        "refund_paid",
    ),
    "/orders/{number}/payment": ("being_paid", "declined_by_bank", "unanswered_by_bank"),
    "/pay/{token}": (
        "waiting_for_payment",
        "being_paid",
        "paid_in_part",
        "on_the_way",
        "cancelled",
    ),
    "/orders/{number}/tracking-link": ("waiting_for_payment", "on_the_way"),
    "/track/{token}": (
        "on_the_way",
        "ready",
        "promised_at_night",
        "ready_at_night",
        "ready_round_the_clock",
        "ready_on_a_sunday",
    ),
}
"""Which orders show a page of an order, by its route."""

PLACES: Final = {
    "being_picked": CLOSING_POINT.code,
    "waiting_for_payment": COURIER_PLACE,
    "promised_later": FULL_POINT.code,
}
"""Where these orders could go instead."""

SEARCHES: Final = {"promised_later": "?q=казань"}
"""What is searched for where these orders could go; only then full points are listed."""

_STOP_REFUNDS: Final = UnsubscribeLinks("", lambda: [SECRET]).token(
    Unsubscription(customer_id(SECRET, ALINA), NoticeKind.REFUNDS, NOW.date())
)

INVITED: Final = "an-invitation-of-the-tests"
"""The token of a link for somebody new."""

OTHERS: Final = {
    "/": ("/",),
    "/sign-in-code": ("/sign-in-code",),
    "/orders": ("/orders", "/orders?status=closed", "/orders?q=000"),
    "/devices": ("/devices",),
    "/notifications": ("/notifications", "/notifications?saved=yes"),
    "/unsubscribe/{token}": (UNSUBSCRIBE_PATH + _STOP_REFUNDS,),
    "/telegram": ("/telegram", "/telegram?ended=1"),
    "/confirmation": ("/confirmation?for=erasure",),
    "/older-orders": ("/older-orders",),
    "/phone-change": ("/phone-change",),
    "/code": ("/code",),
    "/offline": ("/offline",),
    "/privacy": ("/privacy", "/privacy?erased=yes"),
    "/privacy/erasure": ("/privacy/erasure",),
    "/phone": ("/phone",),
    "/staff": ("/staff",),
    "/staff/sign-in": ("/staff/sign-in",),
    "/staff/grant": ("/staff/grant",),
    "/staff/confirmation": ("/staff/confirmation",),
    "/staff/password": ("/staff/password",),
    "/staff/invitation/{token}": (f"/staff/invitation/{INVITED}",),
    "/staff/demo": ("/staff/demo",),
    "/look": ("/look",),
}
"""The pages of no order in particular, by their route."""

OF_PAYMENTS: Final = {
    "/demo-bank/{reference}": ("to_pay", *(each.value for each in DemoDecision)),
}
"""Which payments show a page of the demo's bank, by its route."""

NO_PAGES: Final = {
    "/orders/{number}/payment/bank": "leads on to the bank",
    "/pay/{token}/bank": "leads on to the bank",
    "/pay/{token}/return": "leads its owner to the payment",
    "/orders/live": "a stream of news",
    "/orders/{number}/qr.svg": "a picture",
    "/orders/{number}/map": "leads to somebody else's map",
    "/orders/{number}/return-claim/{photo}": "a picture",
    "/sw.js": "a script",
    "/desk": "an application of staff, which tests/browser/test_desk_shell.py opens",
    "/desk/{page}": "the same",
    "/desk/{page}/{subject}": "the same",
    "/desk/manifest/{language}": "a manifest",
    "/look/answers": "a gallery, which the same tests open",
    "/app/{file}": "icons and manifests",
    "/push-key": "a key",
    "/privacy/data": "a file",
}
"""What is asked for by programs and never read by people."""


SAID: Final = (
    "Здравствуйте! Когда привезут заказ?",
    "Посылка едет в пункт. Ждём её завтра к обеду.",
    "Спасибо. А можно забрать её вечером?",
    "Заказ привезли сегодня утром.",
)
"""What was asked of support and answered."""


class Lives(Struct, frozen=True):
    """Orders by their place in life, and the links by which some of them are followed.

    `payments` are references at the demo's bank, `pay_links` the tokens of links to pay by.
    """

    orders: dict[str, Order]
    links: dict[str, str]
    pay_links: dict[str, str]
    payments: dict[str, str]


def visits(lives: Lives) -> Iterator[tuple[str, str, str]]:
    """Return the route of every page, what it shows, and its path for whoever has these orders."""
    for route, examples in OTHERS.items():
        for path in examples:
            yield route, path.partition("?")[2], path
    for route, names in OF_ORDERS.items():
        tokens = lives.pay_links if route.startswith(PAY_PATH) else lives.links
        for name in names:
            path = (
                route.replace("{number}", lives.orders[name].number)
                .replace("{place}", PLACES.get(name, ""))
                .replace("{token}", tokens.get(name, ""))
            )
            search = SEARCHES.get(name, "") if route.endswith("/redirection") else ""
            yield route, name, path + search
    for route, names in OF_PAYMENTS.items():
        for name in names:
            yield route, name, route.replace("{reference}", lives.payments[name])


def paths(lives: Lives) -> Iterator[str]:
    """Return every page of whoever has these orders, and one that is not there."""
    yield "/nowhere"
    yield from (path for _, _, path in visits(lives))


async def everybody(cast: Cast, dependencies: WebDependencies) -> Lives:
    """Let everybody live their order, and give links to those that are followed."""
    orders = {make.__name__: await make(cast) for make in EVERYBODY}
    links = {
        name: await track_links.make(
            dependencies.track_links, dependencies.tokens, orders[name].number, NOW
        )
        for name in OF_ORDERS["/track/{token}"]
    }
    await _asked_and_answered(dependencies, orders)
    await _staffed(dependencies)
    payments = await _payments(dependencies, orders["waiting_for_payment"])
    await _tried_to_pay(dependencies, orders)
    pay_links = {
        name: pay_token(dependencies.tokens.key, orders[name])
        for name in OF_ORDERS[f"{PAY_PATH}{{token}}"]
    }
    return Lives(orders, links, pay_links, payments)


async def _payments(dependencies: WebDependencies, order: Order) -> dict[str, str]:
    """Begin attempts to pay an order at the demo's bank, and decide all but the first."""
    bank = dependencies.demo_bank
    assert bank is not None
    references: dict[str, str] = {}
    for attempt, name in enumerate(OF_PAYMENTS["/demo-bank/{reference}"], 1):
        payment = await bank.create(payment_request(order, attempt))
        references[name] = payment.reference
        shown = await bank.shown(payment.reference)
        assert shown is not None
        if name != "to_pay":
            await bank.decide(shown, DemoDecision(name))
    return references


async def _staffed(dependencies: WebDependencies) -> None:
    """Invite somebody, and let the demo have its staff."""
    people = dependencies.staff.people
    await seed_staff(people, NOW)
    digest = hashlib.sha256(b"staff invitation:" + INVITED.encode()).digest()
    invitation = NewInvitation(digest, "invitation", NOW + 24 * HOUR)
    grant = NewGrant(UUID(int=21), Role.POINT, point=CLOSING_POINT.code)
    await people.invite(NewPerson(UUID(int=20), "new", "N. N."), [grant], invitation, NOW, PROGRAM)


async def _tried_to_pay(dependencies: WebDependencies, orders: dict[str, Order]) -> None:
    """Begin to pay some orders: one is at the bank, one was declined, of one nothing was heard."""
    bank, checkout = dependencies.demo_bank, dependencies.checkout
    assert bank is not None
    card, sbp = (PaymentWish(each, "/orders", "ru") for each in PaymentMethod)
    await checkout.begin(orders["being_paid"], card)
    for wish in (card, sbp):
        declined = orders["declined_by_bank"]
        page = await checkout.begin(declined, wish)
        assert isinstance(page, CheckoutPage)
        shown = await bank.shown(page.url.removeprefix(DEMO_BANK_PATH))
        assert shown is not None
        await bank.decide(shown, DemoDecision.DECLINE)
        await checkout.look_up(declined)
    silent = orders["unanswered_by_bank"]
    await checkout.attempts.begin(new_attempt(silent, bank.name, PaymentMethod.CARD, NOW))


async def _asked_and_answered(dependencies: WebDependencies, orders: dict[str, Order]) -> None:
    """Let one read the answer and ask again, and leave another's unread."""
    late, issued = orders["late"], orders["partly_issued"]
    asked, answered, thanked = SAID[:3]
    await asks(dependencies, late, asked, NOW - 3 * HOUR)
    await answers(dependencies, late, answered, NOW - 2 * HOUR)
    await dependencies.help.read_until(late.number, NOW, NOW - HOUR)
    await asks(dependencies, late, thanked, NOW - HOUR)
    await asks(dependencies, issued, asked, NOW - HOUR)
    await answers(dependencies, issued, SAID[3], NOW)
