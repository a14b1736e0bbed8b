"""One rule, every entrance: what one way in refuses, no other lets through."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from msgspec.structs import replace

from gotovo.points.timetable import Timetable
from tests.support.api.entrances import AT_HOME, SOMEWHERE, Entrances, entrances_of
from tests.support.api.network import LAKE, NOW, Api, captured

ENTRANCES = ("placement", "redirection", "listed placement", "listed redirection", "page")
"""The page also needs a city, which it knows from the point; the others may leave it out."""

NOWHERE: list[dict[str, Any]] = [
    {},
    {"text": "", "street": ""},
    {"text": " \t ", "city": "\u00a0"},
    {"comment": "позвоните"},
    {"postcode": "420111"},
    {"apartment": "12", "entrance": "2", "floor": "3", "intercom": "12К"},
    {"city": "Казань"},
    {"house": "5"},
    {"street": "Лесная"},
    {"text": "Казань, Лесная"},
    {"street": "Лесная", "apartment": "12"},
    {"text": "420111, Казань, Лесная"},
]
"""Addresses that lead no courier to a door."""

HOMES: list[dict[str, Any]] = [
    SOMEWHERE,
    {"street": "Лесная", "house": "7"},
    {"street": "Лесная, 7"},
    {"city": "село Высокая Гора", "house": "5"},
    {"street": "Лесная, без номера"},
    {"text": "хутор Лесной, б/н"},
]

POINTS = {"KZN-99": "unknown_point", "KZN-3": "point_closed", "KZN-4": "point_closed"}


@pytest.fixture
async def entrances(api: Api, pool: "asyncpg.Pool[Any]") -> AsyncIterator[Entrances]:
    """Give every entrance of a network with a closed point, one that never opens, and a full one.

    KZN-5 has room for one order, and has it.
    """
    directory = api.network.directory
    shut = Timetable("Europe/Moscow", ((), (), (), (), (), (), ()))
    for point in (
        replace(LAKE, code="KZN-3", accepting=False),
        replace(LAKE, code="KZN-4", timetable=shut),
        replace(LAKE, code="KZN-5", capacity=1),
    ):
        await directory.put_point(point, NOW)
    async with entrances_of(api, pool) as found:
        yield found


def _is_refused(answer: dict[str, Any], code: str, field: str) -> bool:
    """Tell whether an answer is this problem; the page words it in its own way."""
    if answer.keys() == {"status"}:
        return 400 <= answer["status"] < 500
    return (answer.get("code"), answer.get("field")) == (code, field)


@pytest.mark.parametrize("entrance", ENTRANCES)
async def test_an_address_without_a_house_is_refused_at_every_entrance(
    entrances: Entrances, entrance: str
) -> None:
    """Rule 4.5."""
    for address in NOWHERE:
        answer = await entrances.all[entrance]({"method": "courier", "address": address})
        assert _is_refused(answer, "address_missing", "delivery.address"), (address, answer)


@pytest.mark.parametrize("entrance", ENTRANCES)
async def test_an_address_that_leads_to_a_door_is_taken_at_every_entrance(
    entrances: Entrances, entrance: str
) -> None:
    """Rule 4.5."""
    for address in HOMES:
        answer = await entrances.all[entrance]({"method": "courier", "address": address})
        assert answer == {}, address


@pytest.mark.parametrize("entrance", ENTRANCES)
async def test_a_point_where_nothing_can_be_handed_over_is_refused_at_every_entrance(
    entrances: Entrances, entrance: str
) -> None:
    """Rule 4.17: unknown, closed to orders, or never open."""
    for point, code in POINTS.items():
        answer = await entrances.all[entrance]({"method": "pickup", "point": point})
        assert _is_refused(answer, code, "delivery.point"), (point, answer)


@pytest.mark.parametrize("entrance", ENTRANCES)
async def test_a_full_point_is_refused_at_every_entrance(
    entrances: Entrances, entrance: str
) -> None:
    """Rule 4.17."""
    delivery = {"method": "pickup", "point": "KZN-5"}
    assert await entrances.all[entrance](delivery) == {}
    number = (await entrances.api.place(delivery=delivery))["number"]
    await entrances.api.step(number, "payment", **captured(number))
    answer = await entrances.all[entrance](delivery)
    assert _is_refused(answer, "point_full", "delivery.point"), answer


async def test_a_buyer_takes_an_offered_time_and_the_courier_agrees_any_on_the_phone(
    entrances: Entrances,
) -> None:
    """Rule 4.5: nobody plans a courier for what a buyer types into a form."""
    api, buyer = entrances.api, entrances.buyer
    number = (await api.place(delivery=AT_HOME))["number"]
    await api.step(number, "payment", **captured(number))
    for step in ("picking", "packing", "dispatch"):
        await api.step(number, step)
    night = NOW + timedelta(hours=12), NOW + timedelta(hours=14)
    asked = await buyer.opens(f"/orders/{number}/slot")
    window = "/".join(each.isoformat() for each in night)
    page = await buyer.sends(asked, f"/orders/{number}/slot", window=window)
    assert page.status_code == 409
    assert (await api.get(f"/orders/{number}")).json()["stage"] == "with_courier"
    await api.step(number, "call", "courier", answered=True)
    begins_at, ends_at = (each.isoformat() for each in night)
    agreed = await api.step(number, "slot", "courier", begins_at=begins_at, ends_at=ends_at)
    assert agreed["stage"] == "slot_agreed"
    asked = await buyer.opens(f"/orders/{number}/slot")
    confirmed = await buyer.sends(asked, f"/orders/{number}/slot")
    assert confirmed.status_code == 200


async def test_without_an_address_a_redirection_leads_to_the_one_on_file(api: Api) -> None:
    number = (await api.place(delivery=AT_HOME))["number"]
    await api.step(number, "redirection", delivery={"method": "pickup", "point": "KZN-1"})
    back = await api.step(number, "redirection", delivery={"method": "courier"})
    assert back["delivery"]["address"]["text"] == SOMEWHERE["text"]
