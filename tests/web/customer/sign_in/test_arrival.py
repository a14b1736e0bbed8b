"""A buyer is told of each device that was not used before, on the phone of the latest order."""

import re
from datetime import datetime, timedelta
from typing import Any

import asyncpg
import pytest
from msgspec import structs

from gotovo.notices.channels.port import ChannelUnavailable
from gotovo.notices.rules import ChannelName
from gotovo.store.journal.journal import PostgresJournal
from gotovo.web.site.dependencies import WebDependencies
from tests.support.notices.message_desk import FaultyRoute, MessageDesk
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, BORIS, NOW, Cast, Clock
from tests.support.web.goods import MUG
from tests.support.web.sample_orders.open_orders import ready
from tests.support.web.stage import browser_of
from tests.support.web.teller import Teller

MIDNIGHT = datetime.fromisoformat("2026-11-23T00:00+03:00")

DESK = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/128.0.0.0 YaBrowser/24.10.0.0 Safari/537.36"
)


async def warnings(dependencies: WebDependencies, dispatcher: Teller) -> list[str]:
    """Send what is due, and return the messages about new devices, on all phones."""
    await dispatcher.delivery.send_due()
    assert dependencies.phone is not None
    found = await dependencies.phone.latest(None, 100)
    return [each.text for each in found if each.purpose == "new_device"]


async def test_a_new_device_is_announced_in_the_buyers_language_and_the_first_is_not(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies, dispatcher: Teller
) -> None:
    await ready(cast)
    await buyer.signs_in(ALINA)
    assert await warnings(dependencies, dispatcher) == []
    async with browser_of(dependencies) as client:
        client.headers["user-agent"] = DESK
        stranger = Buyer(client)
        await stranger.signs_in(ALINA)
        (warning,) = await warnings(dependencies, dispatcher)
        assert warning.startswith("В ваши заказы вошли с нового устройства: Яндекс Браузер, Windo")
        assert "14:05" in warning
        assert re.search(r"\b\d{6}\b", warning) is None
        page = await stranger.opens("/orders")
        await stranger.sends(page, "/sign-out")
        await stranger.signs_in(ALINA)
    assert len(await warnings(dependencies, dispatcher)) == 1, "the device is known by now"


async def test_the_warning_leads_to_the_devices_where_the_site_is_known(
    cast: Cast, dependencies: WebDependencies, dispatcher: Teller
) -> None:
    site = "https://gotovo.test"
    known = structs.replace(dependencies, public_url=site)
    await ready(cast)
    for _ in range(2):
        async with browser_of(known, site) as client:
            await Buyer(client).signs_in(ALINA)
    (warning,) = await warnings(dependencies, dispatcher)
    assert warning.endswith(f"{site}/devices")


@pytest.mark.parametrize("phone", [ALINA, BORIS])
async def test_without_an_order_whose_phone_is_known_nobody_is_told(
    dependencies: WebDependencies, dispatcher: Teller, phone: str
) -> None:
    for _ in range(2):
        async with browser_of(dependencies) as client:
            await Buyer(client).signs_in(phone)
    assert await warnings(dependencies, dispatcher) == []


async def test_a_warning_that_cannot_be_sent_keeps_nobody_out_and_is_sent_later_once(
    buyer: Buyer,
    cast: Cast,
    dependencies: WebDependencies,
    pool: "asyncpg.Pool[Any]",
    journal: PostgresJournal,
    clock: Clock,
) -> None:
    """Rule 4.10: by day and by night, through the next channel, and on the page of devices."""
    desk = MessageDesk(dependencies, pool, journal, clock)
    await cast.place(ALINA, NOW, MUG, email="alina@example.ru")
    desk.clock.now = MIDNIGHT
    await buyer.signs_in(ALINA)
    async with browser_of(dependencies) as client:
        assert (await Buyer(client).signs_in(ALINA)).url.path == "/orders"
    sms, mail = FaultyRoute(ChannelUnavailable("no line")), FaultyRoute()
    delivery = desk.delivery({ChannelName.SMS: sms, ChannelName.MAIL: mail})
    for _ in range(20):
        desk.clock.now += timedelta(minutes=1)
        await delivery.send_due()
    (letter,) = mail.sent
    assert (letter.purpose, letter.number) == ("new_device", "")
    assert (letter.contact.phone, letter.contact.email) == (ALINA, "alina@example.ru")
    assert letter.at - MIDNIGHT < timedelta(minutes=15)
    text = text_of((await buyer.opens("/devices?lang=ru")).text)
    assert "Вход с нового устройства Электронная почта · " in text
    assert "доставлено В ваши заказы вошли с нового устройства" in text
