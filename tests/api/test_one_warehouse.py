"""A warehouse's key tries to read orders, lists and stock of another warehouse (rule 4.19)."""

from typing import Any

import pytest

from gotovo.order.refusals import Code
from gotovo.order.values.customer import customer_id
from tests.support.api.network import ALINA, SECRET, Api, captured

BUYER = customer_id(SECRET, ALINA)
ADDRESS = {"city": "Казань", "street": "Лесная", "house": "7", "postcode": "420111"}
COURIER = {"method": "courier", "address": ADDRESS}
PERSONAL = ("Алина", BUYER, "4547")
UNKNOWN = (404, Code.UNKNOWN_ORDER)

SEARCHES = (
    "",
    "?status=processing",
    "?status=closed",
    "?status=ready_for_pickup",
    "?stage=packed",
    "?point=KZN-1",
    "?point=KZN-1&status=ready_for_pickup",
    f"?customer={BUYER}",
    f"?customer={BUYER}&status=processing",
    "?q=W-1",
)


async def packed(api: Api, **changes: Any) -> str:
    """Return the number of an order that waits in the warehouse."""
    number: str = (await api.place(**changes))["number"]
    await api.step(number, "payment", **captured(number))
    for step in ("picking", "packing"):
        await api.step(number, step, "kzn-warehouse")
    return number


async def come_back(api: Api, number: str) -> None:
    """Let an order of a point be cancelled there and sent back."""
    await api.step(number, "cancellation", "storefront")
    await api.step(number, "withdrawal", "point")
    await api.step(number, "dispatch", "point")


async def numbers(api: Api, query: str, by: str) -> set[str]:
    page = (await api.get(f"/orders{query}", by)).json()
    return {each["number"] for each in page["items"]}


@pytest.mark.parametrize("query", SEARCHES)
async def test_a_warehouse_finds_its_own_orders_and_no_others(api: Api, query: str) -> None:
    number = await packed(api, external_id="W-1")
    if "closed" in query:
        await api.step(number, "cancellation", "storefront")
    if "ready" in query:
        for step in ("dispatch", "arrival", "shelving"):
            await api.step(number, step, "admin")
    assert await numbers(api, query, "kzn-warehouse") == {number}
    assert await numbers(api, query, "warehouse") == {number}
    assert await numbers(api, query, "other-warehouse") == set()
    assert await numbers(api, f"?q={number}", "other-warehouse") == set()


async def test_another_warehouses_order_is_read_like_a_number_that_nobody_has(api: Api) -> None:
    number = await packed(api)
    for path in ("", "/timeline", "/allowed-steps"):
        answer = await api.get(f"/orders/{number}{path}", "other-warehouse")
        assert (answer.status_code, answer.json()["code"]) == UNKNOWN
        assert (await api.get(f"/orders/{number}{path}", "kzn-warehouse")).status_code == 200


async def test_what_comes_back_is_seen_by_its_warehouse_without_the_buyer(api: Api) -> None:
    number: str = (await api.ready())["number"]
    await come_back(api, number)
    order = (await api.get(f"/orders/{number}", "kzn-warehouse")).json()
    assert (order["stage"], order["parcels"][0]["stage"]) == ("in_return", "in_return")
    assert not [x for x in PERSONAL if x in str(order)]
    assert await numbers(api, "?stage=in_return", "kzn-warehouse") == {number}
    answer = await api.step(number, "reception", "kzn-warehouse")
    assert answer["stage"] == "received_back"
    assert not [x for x in PERSONAL if x in str(answer)]


async def test_the_buyer_is_seen_while_there_is_a_label_to_print_or_a_courier_to_choose(
    api: Api,
) -> None:
    number = await packed(api, delivery=COURIER)
    assert "Алина" in (await api.get(f"/orders/{number}", "kzn-warehouse")).text
    await api.step(number, "dispatch", "courier")
    assert "Лесная" in (await api.get(f"/orders/{number}", "kzn-warehouse")).text
    to_point: str = (await api.ready())["number"]
    assert "Алина" not in (await api.get(f"/orders/{to_point}", "kzn-warehouse")).text


async def test_a_stray_parcel_names_its_warehouse_alone_and_only_while_it_is_out(api: Api) -> None:
    number: str = (await api.ready())["number"]
    await come_back(api, number)
    answer = await api.post(f"/orders/{number}/reception", {}, "other-warehouse")
    problem = answer.json()
    assert (problem["code"], problem["expected"]) == (Code.NOT_IN_CUSTODY, "KZN")
    assert not {"stage", "order_status"} & problem.keys()
    told = {"id": "r", "order": number, "step": "reception", "at": "2020-01-01T00:00:00Z"}
    answer = await api.post("/commands", {"commands": [told]}, "other-warehouse")
    (outcome,) = answer.json()["outcomes"]
    assert outcome["problem"]["code"] == Code.NOT_IN_CUSTODY
    assert (outcome["order"], outcome["version"], outcome.get("goods")) == (None, 0, None)
    await api.step(number, "reception", "kzn-warehouse")
    answer = await api.post(f"/orders/{number}/reception", {}, "other-warehouse")
    assert (answer.status_code, answer.json()["code"]) == UNKNOWN


async def test_a_warehouse_reads_its_own_stock_and_no_others(api: Api) -> None:
    own = (await api.get("/stock", "kzn-warehouse")).json()["items"]
    assert {each["sku"] for each in own} == {"MUG-RED", "LAST-ONE"}
    assert (await api.get("/stock", "other-warehouse")).json()["items"] == []
    for path in ("/stock?warehouse=KZN", "/stock/KZN/MUG-RED"):
        answer = await api.get(path, "other-warehouse")
        assert (answer.status_code, answer.json()["code"]) == (403, Code.NOT_IN_CUSTODY)
        assert (await api.get(path, "kzn-warehouse")).status_code == 200
