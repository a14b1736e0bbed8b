"""The owner sees each device that is signed in, and sends away any of them at once."""

import asyncio
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from html import unescape
from typing import Any

import asyncpg
import pytest
from asyncpg.connection import LoggedQuery
from asyncpg.pool import PoolConnectionProxy
from msgspec import structs

from gotovo.store.postgres.pool import leave_json_alone
from gotovo.store.reads.buyer import BuyerReads
from gotovo.store.tables.access.sign_in import SignInStore
from gotovo.web.site.dependencies import WebDependencies
from tests.support.web.buyer import Buyer, hidden_fields, text_of
from tests.support.web.cast import ALINA, BORIS, NOW, Cast, Clock
from tests.support.web.sample_orders.open_orders import ready
from tests.support.web.stage import browser_of

PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
)
DESK = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/128.0.0.0 YaBrowser/24.10.0.0 Safari/537.36"
)
SIGN_OUT = re.compile(r'action="(/devices/[0-9a-f]{64}/sign-out)"')


@pytest.fixture
async def desk(dependencies: WebDependencies) -> AsyncIterator[Buyer]:
    """Give the same person at another device."""
    async with browser_of(dependencies) as client:
        client.headers["user-agent"] = DESK
        yield Buyer(client)


@pytest.fixture
async def both(buyer: Buyer, desk: Buyer) -> Buyer:
    """Give Alina on her phone, when she is signed in on both."""
    buyer.client.headers["user-agent"] = PHONE
    await desk.signs_in(ALINA)
    await buyer.signs_in(ALINA)
    return buyer


def sign_outs(html: str) -> list[str]:
    """Return the addresses that sign out one device each, in the order of the page."""
    return SIGN_OUT.findall(unescape(html))


async def is_out(buyer: Buyer) -> bool:
    """Tell whether the next request of a browser finds nobody signed in."""
    return (await buyer.client.get("/orders")).status_code == 303


async def test_the_footer_leads_to_the_devices_and_each_has_a_plain_name(both: Buyer) -> None:
    orders = await both.opens("/orders")
    assert 'href="/devices"' in orders.text
    said = text_of((await both.opens("/devices")).text)
    assert "Safari, iPhone This device" in said
    assert "Yandex Browser, Windows" in said
    assert said.count("This device") == 1
    assert said.index("iPhone") < said.index("Windows")
    assert "Яндекс Браузер" in text_of((await both.opens("/devices?lang=ru")).text)


async def test_a_device_that_is_signed_out_is_out_at_its_next_request(
    both: Buyer, desk: Buyer, cast: Cast
) -> None:
    order = await ready(cast)
    page = await both.opens("/devices")
    left = await both.sends(page, sign_outs(page.text)[1])
    assert left.url.path == "/devices"
    assert "Windows" not in text_of(left.text)
    assert not await is_out(both)
    for path in ("/orders", f"/orders/{order.number}", "/devices"):
        assert (await desk.client.get(path)).status_code == 303


async def test_whoever_signs_out_the_device_at_hand_is_out(both: Buyer, desk: Buyer) -> None:
    page = await both.opens("/devices")
    left = await both.sends(page, sign_outs(page.text)[0])
    assert left.url.path == "/"
    assert await is_out(both)
    assert not await is_out(desk)


async def test_all_others_or_all_are_signed_out_at_once(both: Buyer, desk: Buyer) -> None:
    page = await both.opens("/devices")
    page = await both.sends(page, "/devices/others/sign-out")
    assert await is_out(desk)
    assert len(sign_outs(page.text)) == 1
    assert "Sign out all other devices" not in text_of(page.text)
    await desk.signs_in(ALINA)
    page = await both.sends(await both.opens("/devices"), "/devices/all/sign-out")
    assert page.url.path == "/"
    assert await is_out(desk)
    assert await is_out(both)


async def test_nobody_sees_or_signs_out_the_devices_of_somebody_else(
    both: Buyer, desk: Buyer
) -> None:
    theirs = sign_outs((await both.opens("/devices")).text)[0]
    await desk.sends(await desk.opens("/orders"), "/sign-out")
    await desk.signs_in(BORIS)
    page = await desk.opens("/devices")
    assert "Safari, iPhone" not in text_of(page.text)
    fields = hidden_fields(page.text, "/devices/all/sign-out")
    await desk.client.post(theirs, data=fields)
    assert not await is_out(both)


@pytest.mark.parametrize("device", ["others", "all", "0" * 64, "nobody"])
async def test_devices_are_not_for_somebody_who_is_not_signed_in(buyer: Buyer, device: str) -> None:
    assert (await buyer.opens("/devices")).url.path == "/"
    answer = await buyer.client.post(f"/devices/{device}/sign-out", data={})
    assert answer.headers["location"] == "/"


@pytest.mark.parametrize(
    "header",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
async def test_another_site_signs_nobody_out(both: Buyer, header: dict[str, str]) -> None:
    page = await both.opens("/devices")
    for action in ("/devices/all/sign-out", sign_outs(page.text)[0], "/sign-out"):
        fields = hidden_fields(page.text, action)
        answer = await both.client.post(action, data=fields, headers=header)
        assert answer.status_code == 403
    assert not await is_out(both)


async def test_a_form_without_its_token_signs_nobody_out(both: Buyer, desk: Buyer) -> None:
    theirs = hidden_fields((await desk.opens("/devices")).text, "/devices/all/sign-out")
    for fields in ({}, {"form": ""}, {"form": "0" * 32}, theirs):
        answer = await both.client.post("/devices/all/sign-out", data=fields)
        assert answer.status_code in {400, 403}
    assert not await is_out(both)


async def test_a_page_of_orders_stays_one_statement_and_one_more_an_hour(
    both: Buyer, cast: Cast, clock: Clock, database_url: str, dependencies: WebDependencies
) -> None:
    order = await ready(cast)
    asked: list[str] = []

    async def watch(connection: "PoolConnectionProxy[Any]") -> None:
        connection.add_query_logger(note)

    def note(each: LoggedQuery) -> None:
        asked.append(each.query.partition(" ")[0])

    token = both.client.cookies["gotovo-session"]
    async with asyncpg.create_pool(
        database_url, min_size=1, max_size=1, setup=watch, init=leave_json_alone
    ) as pool:
        watched = structs.replace(dependencies, orders=BuyerReads(pool), sign_in=SignInStore(pool))
        async with browser_of(watched) as client:
            client.cookies.set("gotovo-session", token)
            for hours, path in enumerate(("/orders", f"/orders/{order.number}"), start=1):
                told: list[list[str]] = []
                clock.now = NOW + timedelta(hours=2 * hours)
                for _ in range(3):
                    asked.clear()
                    assert (await client.get(path)).status_code == 200
                    await asyncio.sleep(0)  # statements are noted a turn later
                    told.append([each for each in asked if each.islower()])
                assert told == [["with", "update"], ["select"], ["select"]]


async def _as_it_is(_: "PoolConnectionProxy[Any]") -> None:
    """Leave the connection alone, so that only what pages ask is counted."""


async def test_the_last_use_is_told_to_the_hour(
    both: Buyer, desk: Buyer, cast: Cast, clock: Clock
) -> None:
    order = await ready(cast)
    assert "Active within the last hour" in text_of((await both.opens("/devices")).text)
    clock.now += timedelta(hours=3)
    for path in ("/orders", f"/orders/{order.number}", "/devices"):
        clock.now += timedelta(hours=2)
        assert "Last active" in text_of((await both.opens("/devices")).text)
        await desk.client.get(path)
        assert "Active within the last hour" in text_of((await both.opens("/devices")).text), path
