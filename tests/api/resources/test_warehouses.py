"""Orders and warehouses over the API: which warehouse serves a courier order (rule 4.1)."""

from typing import Any

import httpx
import pytest

from tests.support.api.network import MUG, Api, captured

HOURS = {
    "time_zone": "Europe/Moscow",
    "week": [[{"opens": "09:00:00", "closes": "18:00:00"}]] * 7,
}
HOME: dict[str, Any] = {
    "method": "courier",
    "address": {"text": "Казань, Лесная, 7", "postcode": "420 111"},
}


async def sent(api: Api, code: str, body: Any) -> httpx.Response:
    headers = api.headers("admin", {})
    tag = (await api.get(f"/warehouses/{code}")).headers.get("etag")
    if tag:
        headers["If-Match"] = tag
    return await api.client.put(f"/api/v1/warehouses/{code}", json=body, headers=headers)


async def put(api: Api, code: str, **settings: Any) -> None:
    body = {"title": code, "timetable": HOURS, **settings}
    assert (await sent(api, code, body)).status_code in {200, 201}


async def test_a_courier_order_goes_neither_to_an_archive_nor_to_an_empty_warehouse(
    api: Api,
) -> None:
    await put(api, "ARC", accepts_orders=False)
    await put(api, "AAA")
    one = {"sku": "MUG-RED", "delta": 1, "title": "Кружка"}
    note = {"warehouse": "AAA", "reason": "one is not enough", "entries": [one]}
    assert (await api.post("/stock", note)).status_code in {200, 201}
    placed = await api.place(delivery=HOME)
    assert (placed["warehouse"], placed["warehouse_provisional"]) == ("AAA", True)
    number = placed["number"]
    paid = await api.step(number, "payment", **captured(number))
    assert (paid["warehouse"], paid["warehouse_provisional"]) == ("KZN", False)
    assert paid["stage"] == "paid"
    again = (await api.get(f"/orders/{number}")).json()
    assert again["warehouse"] == "KZN"


async def test_the_region_is_that_of_the_postal_code_and_stands_in_no_event(api: Api) -> None:
    await put(api, "KZN", regions=["42"])
    await put(api, "MSK", regions=["1"], priority=1)
    placed = await api.place(delivery=HOME)
    assert placed["warehouse"] == "KZN"
    events = (await api.get("/events", "follower")).json()["items"]
    assert events
    assert "420111" not in str(events)


@pytest.mark.parametrize("postcode", ["", "690 000"])
async def test_a_postal_code_that_nobody_serves_is_refused_with_what_is_served(
    api: Api, postcode: str
) -> None:
    await put(api, "KZN", regions=["42", "43"])
    address = {"text": "Владивосток, Светланская, 1", "postcode": postcode}
    body = {
        "customer": {"phone": "+79001234547"},
        "lines": [MUG],
        "delivery": {"method": "courier", "address": address},
    }
    answer = await api.post("/orders", body, "storefront")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "region_not_served")
    assert problem["field"] == "delivery.address.postcode"
    assert problem["expected"] == "42…, 43…"


async def test_a_named_archive_is_refused_with_those_that_accept(api: Api) -> None:
    await put(api, "ARC", accepts_orders=False)
    body = {
        "customer": {"phone": "+79001234547"},
        "lines": [MUG],
        "delivery": HOME,
        "warehouse": "ARC",
    }
    problem = (await api.post("/orders", body, "storefront")).json()
    assert (problem["code"], problem["field"], problem["value"], problem["expected"]) == (
        "warehouse_closed",
        "warehouse",
        "ARC",
        "KZN",
    )


async def test_a_redirection_by_program_takes_its_postal_code_along(api: Api) -> None:
    await put(api, "KZN", regions=["42"])
    await put(api, "MSK", regions=["1"])
    note = {"warehouse": "MSK", "reason": "x", "entries": [{"sku": "MUG-RED", "delta": 9}]}
    assert (await api.post("/stock", note)).status_code in {200, 201}
    number = (await api.place())["number"]
    moscow = {"method": "courier", "address": {"text": "Москва, Лесная, 7", "postcode": "101000"}}
    moved = await api.step(number, "redirection", delivery=moscow)
    assert (moved["warehouse"], moved["warehouse_provisional"]) == ("MSK", True)
    command = {
        "id": "back",
        "order": number,
        "step": "redirection",
        "delivery": {"method": "pickup", "point": "KZN-1"},
    }
    outcome = (await api.post("/commands", {"commands": [command]})).json()["outcomes"][0]
    assert outcome["order"]["warehouse"] == "KZN"


async def test_settings_are_kept_and_a_wrong_one_is_named(api: Api) -> None:
    await put(api, "MSK", accepts_orders=False, priority=7, regions=["1", "EC1"])
    read = (await api.get("/warehouses/MSK")).json()
    assert (read["accepts_orders"], read["priority"], read["regions"]) == (False, 7, ["1", "EC1"])
    wrong = {"title": "x", "timetable": HOURS, "priority": 0, "regions": ["4-2"]}
    problem = (await sent(api, "MSK", wrong)).json()
    assert problem["code"] == "invalid_settings"
    assert {x["field"] for x in problem["faults"]} == {"regions[0]", "priority"}
