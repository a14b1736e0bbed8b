"""The e-mail of an order, through a real mail server: its data, its button, and how it is ended."""

import json
import re
from typing import Any

import pytest

from gotovo.notices.channels.mail import MailChannel
from gotovo.notices.preferences.unsubscribe import UnsubscribeLinks, Unsubscription
from gotovo.notices.routes.mail_route import MailRoute
from gotovo.notices.rules import ChannelName, NoticeKind
from gotovo.order.values.order import Order
from tests.support.notices.mail_server import Received, mail_server
from tests.support.notices.message_desk import MessageDesk
from tests.support.web.cast import ALINA, DAY, HOUR, NOW, SECRET, Cast, code_of
from tests.support.web.goods import LAMP, MUG

SITE = "https://gotovo.test"
VOCABULARY: dict[str, frozenset[str]] = {
    "Order": frozenset(
        [
            "orderNumber",
            "merchant",
            "orderStatus",
            "orderDate",
            "url",
            "orderDelivery",
            "potentialAction",
        ]
    ),
    "Organization": frozenset({"name"}),
    "ViewAction": frozenset({"target"}),
    "ParcelDelivery": frozenset(
        [
            "hasDeliveryMethod",
            "trackingUrl",
            "expectedArrivalUntil",
            "deliveryAddress",
            "deliveryStatus",
            "partOfOrder",
        ]
    ),
    "PostalAddress": frozenset({"name", "streetAddress"}),
    "DeliveryEvent": frozenset(["availableFrom", "availableThrough", "hasDeliveryMethod"]),
}
"""Properties of schema.org types (version 29) that belong to the type or to one above it."""

STATUSES = frozenset(
    f"https://schema.org/Order{each}"
    for each in [
        "Cancelled",
        "Delivered",
        "InTransit",
        "PaymentDue",
        "PickupAvailable",
        "Processing",
        "Returned",
    ]
)


def links_of(site: str = SITE) -> UnsubscribeLinks:
    return UnsubscribeLinks(site, lambda: [SECRET])


async def emailed(desk: MessageDesk, site: str = SITE, hold_seconds: float = 0) -> list[Received]:
    """Send every message of the journal by e-mail; return what the mail server got."""
    async with mail_server("none") as server:
        route = MailRoute(MailChannel(server.as_user("")), site, links_of(site))
        await desk.plan(hold_seconds)
        desk.clock.now += HOUR
        await desk.delivery({ChannelName.MAIL: route}).send_due()
    return server.received


async def shelved(cast: Cast) -> Order:
    order = await cast.place(ALINA, NOW - 2 * DAY, LAMP, email="alina@example.com")
    order = await cast.send(order, NOW - 2 * DAY + HOUR)
    return await cast.shelve(order, NOW - HOUR)


def data_in(mail: Received) -> Any:
    (block,) = re.findall(
        r'<script type="application/ld\+json">(.*?)</script>', mail.part("html"), re.DOTALL
    )
    return json.loads(block)


def check_types(data: Any) -> None:
    """Fail for a property that its schema.org type does not have."""
    if isinstance(data, list):
        for each in data:
            check_types(each)
    elif isinstance(data, dict):
        unknown = set(data) - VOCABULARY[data["@type"]] - {"@type", "@context"}
        assert not unknown, (data["@type"], unknown)
        for each in data.values():
            check_types(each)


async def test_the_mail_program_gets_the_order_its_delivery_and_no_code(
    desk: MessageDesk, cast: Cast
) -> None:
    order = await shelved(cast)
    (mail,) = await emailed(desk)
    data = data_in(mail)
    check_types(data)
    assert data["@context"] == "https://schema.org"
    assert data["orderNumber"] == order.number
    assert data["orderStatus"] == "https://schema.org/OrderPickupAvailable"
    assert data["orderStatus"] in STATUSES
    assert data["potentialAction"] == {
        "@type": "ViewAction",
        "target": f"{SITE}/orders/{order.number}",
    }
    delivery = data["orderDelivery"]
    assert "Баумана" in delivery["deliveryAddress"]["streetAddress"]
    assert delivery["partOfOrder"]["orderNumber"] == order.number
    assert order.storage is not None
    assert delivery["deliveryStatus"]["availableThrough"].startswith(
        order.storage.deadline_at.strftime("%Y-%m-%dT%H:%M")
    )
    code = code_of(order)
    shown = f"{code[:3]} {code[3:]}"
    block = json.dumps(data, ensure_ascii=False)
    assert shown in mail.part("plain").replace("\xa0", " ")
    assert shown not in block.replace("\xa0", " ")
    assert not re.search(rf"(?<!\d){code}(?!\d)", block)
    assert ALINA not in block
    assert "Алина" not in block


async def test_the_button_opens_the_order_and_the_text_has_the_same_address(
    desk: MessageDesk, cast: Cast
) -> None:
    order = await shelved(cast)
    (mail,) = await emailed(desk)
    address = f"{SITE}/orders/{order.number}"
    assert f'href="{address}"' in mail.part("html")
    assert f"Открыть заказ: {address}" in mail.part("plain")


async def test_several_orders_are_a_list_and_their_button_opens_all(
    desk: MessageDesk, cast: Cast
) -> None:
    orders = [await shelved(cast), await shelved(cast)]
    (mail,) = await emailed(desk, hold_seconds=60)
    data = data_in(mail)
    check_types(data)
    assert {each["orderNumber"] for each in data} == {order.number for order in orders}
    assert f'href="{SITE}/orders"' in mail.part("html")


async def test_what_the_hand_over_needs_can_not_be_unsubscribed_from(
    desk: MessageDesk, cast: Cast
) -> None:
    """Rule 4.10."""
    await shelved(cast)
    (mail,) = await emailed(desk)
    assert "List-Unsubscribe" not in mail.mail
    assert "List-Unsubscribe-Post" not in mail.mail
    assert "/unsubscribe/" not in mail.part("html") + mail.part("plain")
    assert f"{SITE}/notifications" in mail.part("plain")


async def test_what_can_be_switched_off_says_so_to_the_mail_program_and_to_the_reader(
    desk: MessageDesk, cast: Cast
) -> None:
    """RFC 8058."""
    order = await refunded(cast)
    mail = next(each for each in await emailed(desk) if "List-Unsubscribe" in each.mail)
    assert str(mail.mail["List-Unsubscribe-Post"]) == "List-Unsubscribe=One-Click"
    header = re.sub(r"\s", "", str(mail.mail["List-Unsubscribe"]))
    assert header.startswith(f"<{SITE}/unsubscribe/")
    url = header.strip("<>")
    assert links_of().read(url.rpartition("/")[2]) == Unsubscription(
        order.customer, NoticeKind.REFUNDS, desk.clock.now.date()
    )
    assert f"Отписаться от таких писем: {url}" in mail.part("plain")
    assert f'href="{url}"' in mail.part("html")


@pytest.mark.parametrize("site", ["", "http://gotovo.test"])
async def test_without_https_there_is_no_one_click(
    desk: MessageDesk, cast: Cast, site: str
) -> None:
    await refunded(cast)
    for mail in await emailed(desk, site):
        assert "List-Unsubscribe-Post" not in mail.mail
        if not site:
            assert "List-Unsubscribe" not in mail.mail
            assert "http" not in mail.part("plain")
            assert "url" not in data_in(mail)


async def refunded(cast: Cast) -> Order:
    """Return an order of which something paid too much goes back."""
    order = await cast.place(ALINA, NOW - DAY, MUG, email="alina@example.com")
    order = await cast.pay(order, NOW - DAY + HOUR)
    return await cast.pay(order, NOW - HOUR)
