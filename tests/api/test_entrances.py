"""One rule, every entrance: what one way in refuses, no other lets through."""

from typing import Any

import pytest

from tests.support.api.network import PLACE, Api

SOMEWHERE = {"text": "Казань, Лесная, 7"}

NOWHERE: list[dict[str, Any]] = [
    {},
    {"text": "", "street": ""},
    {"text": " \t ", "city": "\u00a0"},
    {"comment": "позвоните"},
    {"postcode": "420111"},
    {"apartment": "12", "entrance": "2", "floor": "3", "intercom": "12К"},
    {"city": "Казань"},
    {"house": "5"},
]
"""Addresses that lead no courier to a door."""

UNFIT: list[tuple[dict[str, Any], str, str]] = [
    *(
        ({"method": "courier", "address": address}, "address_missing", "delivery.address")
        for address in NOWHERE
    ),
    ({"method": "pickup", "point": "KZN-99"}, "unknown_point", "delivery.point"),
]


async def refusals(api: Api, delivery: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the problem of this delivery at each entrance that takes one."""
    placed = await api.place(delivery={"method": "courier", "address": SOMEWHERE})
    listed = [
        {"id": "placing", "step": "placement", **PLACE, "delivery": delivery},
        {"id": "moving", "step": "redirection", "order": placed["number"], "delivery": delivery},
    ]
    outcomes = (await api.post("/commands", {"commands": listed})).json()["outcomes"]
    return [
        (await api.post("/orders", PLACE | {"delivery": delivery})).json(),
        (await api.post(f"/orders/{placed['number']}/redirection", {"delivery": delivery})).json(),
        *(outcome["problem"] for outcome in outcomes),
    ]


@pytest.mark.parametrize(("delivery", "code", "field"), UNFIT)
async def test_a_delivery_that_cannot_be_made_is_refused_at_every_entrance(
    api: Api, delivery: dict[str, Any], code: str, field: str
) -> None:
    for problem in await refusals(api, delivery):
        assert (problem["code"], problem["field"], problem["status"] >= 400) == (code, field, True)


@pytest.mark.parametrize(
    "address",
    [
        SOMEWHERE,
        {"street": "Лесная", "house": "7"},
        {"street": "Лесная, 7"},
        {"city": "село Высокая Гора", "house": "5"},
    ],
)
async def test_an_address_that_leads_to_a_door_is_taken_at_every_entrance(
    api: Api, address: dict[str, Any]
) -> None:
    delivery = {"method": "courier", "address": address}
    placed = await api.place(delivery=delivery)
    assert placed["delivery"]["address"]["text"]
    moved = await api.step((await api.place())["number"], "redirection", delivery=delivery)
    assert moved["delivery"]["address"]["text"] == placed["delivery"]["address"]["text"]


async def test_without_an_address_a_redirection_leads_to_the_one_on_file(api: Api) -> None:
    number = (await api.place(delivery={"method": "courier", "address": SOMEWHERE}))["number"]
    await api.step(number, "redirection", delivery={"method": "pickup", "point": "KZN-1"})
    back = await api.step(number, "redirection", delivery={"method": "courier"})
    assert back["delivery"]["address"]["text"] == SOMEWHERE["text"]
