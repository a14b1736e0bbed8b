"""A buyer is told of each device that was not used before, on the phone of the latest order."""

import re
from typing import Any

import asyncpg
import pytest
from msgspec import structs
from typing_extensions import override

from gotovo.notices.channels.demo_phone import DemoPhoneChannel
from gotovo.notices.channels.port import Sent
from gotovo.store.tables.messages.phone_messages import PhoneMessage, PhoneMessageStore
from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.buyer import Buyer
from tests.support.web.cast import ALINA, BORIS, Cast
from tests.support.web.sample_orders.open_orders import ready
from tests.support.web.stage import browser_of

DESK = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/128.0.0.0 YaBrowser/24.10.0.0 Safari/537.36"
)


class OnlyCodes(DemoPhoneChannel):
    """A channel whose provider refuses everything but sign-in codes."""

    @override
    async def send(self, message: PhoneMessage) -> Sent:
        if message.purpose != "sign_in":
            refusal = "502 Bad Gateway"
            raise OSError(refusal)
        return await super().send(message)


async def warnings(dependencies: WebDependencies) -> list[str]:
    """Return the messages about new devices, on all phones."""
    assert dependencies.phone is not None
    found = await dependencies.phone.latest(None, 100)
    return [each.text for each in found if each.purpose == "new_device"]


async def test_a_new_device_is_announced_in_the_buyers_language_and_the_first_is_not(
    buyer: Buyer, cast: Cast, dependencies: WebDependencies
) -> None:
    await ready(cast)
    await buyer.signs_in(ALINA)
    assert await warnings(dependencies) == []
    async with browser_of(dependencies) as client:
        client.headers["user-agent"] = DESK
        stranger = Buyer(client)
        await stranger.signs_in(ALINA)
        (warning,) = await warnings(dependencies)
        assert warning.startswith("В ваши заказы вошли с нового устройства: Яндекс Браузер, Windo")
        assert "14:05" in warning
        assert re.search(r"\b\d{6}\b", warning) is None
        page = await stranger.opens("/orders")
        await stranger.sends(page, "/sign-out")
        await stranger.signs_in(ALINA)
    assert len(await warnings(dependencies)) == 1, "the device is known by now"


async def test_the_warning_leads_to_the_devices_where_the_site_is_known(
    cast: Cast, dependencies: WebDependencies
) -> None:
    site = "https://gotovo.test"
    known = structs.replace(dependencies, public_url=site)
    await ready(cast)
    for _ in range(2):
        async with browser_of(known, site) as client:
            await Buyer(client).signs_in(ALINA)
    (warning,) = await warnings(dependencies)
    assert warning.endswith(f"{site}/devices")


@pytest.mark.parametrize("phone", [ALINA, BORIS])
async def test_without_an_order_whose_phone_is_known_nobody_is_told(
    dependencies: WebDependencies, phone: str
) -> None:
    for _ in range(2):
        async with browser_of(dependencies) as client:
            await Buyer(client).signs_in(phone)
    assert await warnings(dependencies) == []


async def test_a_warning_that_cannot_be_sent_keeps_nobody_out(
    cast: Cast, dependencies: WebDependencies, pool: "asyncpg.Pool[Any]"
) -> None:
    failing = structs.replace(dependencies, channel=OnlyCodes(PhoneMessageStore(pool)))
    await ready(cast)
    for _ in range(2):
        async with browser_of(failing) as client:
            assert (await Buyer(client).signs_in(ALINA)).url.path == "/orders"
