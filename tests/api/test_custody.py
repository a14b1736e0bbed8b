"""Couriers and warehouses of one network: what each tries with what another one holds (rule 4.19).

The keys are real ones, with every right over what is their own.
"""

from datetime import timedelta
from typing import Any

import pytest

from gotovo.order.refusals import Code
from tests.support.api.network import NOW, Api, captured

AT_HOME = {
    "method": "courier",
    "address": {"city": "Казань", "street": "Баумана", "house": "1", "postcode": "420111"},
}
BEGINS, ENDS = NOW + timedelta(hours=2), NOW + timedelta(hours=4)
SLOT = {"begins_at": BEGINS.isoformat(), "ends_at": ENDS.isoformat()}
NOT_IN_CUSTODY = (403, Code.NOT_IN_CUSTODY)


async def packed(api: Api) -> str:
    """Return the number of an order that is packed for its buyer's door."""
    number: str = (await api.place(delivery=AT_HOME))["number"]
    await api.step(number, "payment", **captured(number))
    for step in ("picking", "packing"):
        await api.step(number, step, "kzn-warehouse")
    return number


async def under_way(api: Api) -> str:
    """Return the number of an order that a courier has set out with."""
    number = await packed(api)
    await api.step(number, "dispatch", "courier")
    await api.step(number, "call", "courier", answered=True)
    await api.step(number, "slot", "courier", **SLOT)
    await api.step(number, "departure", "courier")
    return number


def steps_of_courier(code: str) -> list[tuple[str, dict[str, Any]]]:
    return [
        ("dispatch", {}),
        ("call", {"answered": True}),
        ("slot", SLOT),
        ("departure", {}),
        ("attempt", {"reason": "absent"}),
        ("attempt", {"reason": "refused"}),
        ("handover", {"code": code}),
        ("handover", {"code": "000000"}),
        ("cancellation", {"reason": "lost"}),
        ("attention", {"flag": "lost"}),
    ]


async def test_what_one_courier_carries_another_one_neither_moves_nor_opens_by_guessing(
    api: Api,
) -> None:
    number = await under_way(api)
    before = (await api.get(f"/orders/{number}")).json()
    tried = steps_of_courier(api.code(number, place="courier"))
    for step, body in tried:
        answer = await api.post(f"/orders/{number}/{step}", body, "other-courier")
        assert (answer.status_code, answer.json()["code"]) == NOT_IN_CUSTODY, step
        assert api.network.ids["courier"] not in answer.text
    commands = [
        {"id": f"c-{i}", "order": number, "step": step} | body
        for i, (step, body) in enumerate(tried)
    ]
    answer = await api.post("/commands", {"commands": commands}, "other-courier")
    assert {x["problem"]["code"] for x in answer.json()["outcomes"]} == {Code.NOT_IN_CUSTODY}
    assert (await api.get(f"/orders/{number}")).json() == before
    code = {"code": api.code(number, place="courier")}
    assert (await api.step(number, "handover", "courier", **code))["outcome"] == "issued"


async def test_a_repeated_request_shows_no_order_that_went_to_another_courier(api: Api) -> None:
    number = await packed(api)
    first = await api.post(f"/orders/{number}/dispatch", {}, "courier", key="scan")
    other = api.network.ids["other-courier"]
    await api.step(number, "dispatch", "kzn-warehouse", courier=other)
    again = await api.post(f"/orders/{number}/dispatch", {}, "courier", key="scan")
    assert (first.status_code, again.status_code) == (200, 404)
    answer = await api.post(f"/orders/{number}/dispatch", {}, "courier")
    assert (answer.status_code, answer.json()["code"]) == NOT_IN_CUSTODY


@pytest.mark.parametrize("by", ["kzn-warehouse", "warehouse", "support", "admin"])
async def test_the_warehouse_and_the_office_name_the_courier_and_see_who_it_is(
    api: Api, by: str
) -> None:
    number = await packed(api)
    ids = api.network.ids
    order = await api.step(number, "dispatch", by, courier=ids["other-courier"])
    assert order["courier"] == ids["other-courier"]
    assert (await api.post(f"/orders/{number}/call", {"answered": True}, "courier")).json()[
        "code"
    ] == Code.NOT_IN_CUSTODY
    order = await api.step(number, "dispatch", by, courier=ids["courier"])
    assert order["courier"] == ids["courier"]
    await api.step(number, "call", "courier", answered=True)
    assert "courier" not in (await api.get(f"/orders/{number}", "storefront")).json()


async def test_a_courier_who_does_not_exist_is_named_nowhere(api: Api) -> None:
    number = await packed(api)
    for wrong in ("nobody", api.network.ids["warehouse"]):
        answer = await api.post(f"/orders/{number}/dispatch", {"courier": wrong}, "warehouse")
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (422, "invalid_body")
        assert (problem["field"], problem["value"]) == ("courier", wrong)
        command = {"id": "d", "order": number, "step": "dispatch", "courier": wrong}
        answer = await api.post("/commands", {"commands": [command]}, "warehouse")
        assert answer.json()["field"] == "commands[0].courier"
    assert (await api.get(f"/orders/{number}")).json()["stage"] == "packed"


async def test_what_another_warehouse_serves_is_neither_moved_nor_received(api: Api) -> None:
    number: str = (await api.place())["number"]
    await api.step(number, "payment", **captured(number))
    await refused_to_other_warehouse(api, number, "picking")
    await refused_to_other_warehouse(api, number, "packing")
    await refused_to_other_warehouse(api, number, "cancellation", reason="out_of_stock")
    later = {"promised_for": "2026-11-30", "promised_until": "2026-11-30T17:00:00Z", "reason": "?"}
    await refused_to_other_warehouse(api, number, "promise", **later)
    for step in ("picking", "packing"):
        await api.step(number, step, "kzn-warehouse")
    await refused_to_other_warehouse(api, number, "dispatch")
    await api.step(number, "dispatch", "kzn-warehouse")
    for step in ("arrival", "shelving"):
        await api.step(number, step, "point")
    await api.step(number, "cancellation", "storefront")
    await api.step(number, "withdrawal", "point")
    await api.step(number, "dispatch", "point")
    await refused_to_other_warehouse(api, number, "reception")
    order = await api.step(number, "reception", "kzn-warehouse")
    assert order["stage"] == "received_back"


async def refused_to_other_warehouse(api: Api, number: str, step: str, **body: Any) -> None:
    """Ask for a step with the key of another warehouse, alone and in a list."""
    before = (await api.get(f"/orders/{number}")).json()["version"]
    answer = await api.post(f"/orders/{number}/{step}", body, "other-warehouse")
    problem = answer.json()
    assert (answer.status_code, problem["code"]) == NOT_IN_CUSTODY, step
    assert (problem["field"], problem["value"], problem["expected"]) == ("warehouse", "MSK", "KZN")
    command = {"id": step, "order": number, "step": step} | body
    answer = await api.post("/commands", {"commands": [command]}, "other-warehouse")
    assert answer.json()["outcomes"][0]["problem"]["code"] == Code.NOT_IN_CUSTODY
    assert (await api.get(f"/orders/{number}")).json()["version"] == before


async def test_a_warehouse_enters_no_stock_of_another(api: Api) -> None:
    receipt = {
        "warehouse": "KZN",
        "reason": "note 7",
        "entries": [{"sku": "MUG-RED", "delta": -500}],
    }
    answer = await api.post("/stock", receipt, "other-warehouse")
    assert (answer.status_code, answer.json()["code"]) == NOT_IN_CUSTODY
    assert (await api.get("/stock/KZN/MUG-RED")).json()["entries"] == []
    assert (await api.post("/stock", receipt, "kzn-warehouse")).status_code == 201


async def test_a_key_is_limited_to_a_warehouse_that_exists(api: Api) -> None:
    body = {"name": "depot", "role": "warehouse", "warehouse": "KZN"}
    made = await api.post("/keys", body)
    assert (made.status_code, made.json()["warehouse"]) == (201, "KZN")
    listed = (await api.get("/keys")).json()["items"]
    assert {each["id"]: each.get("warehouse") for each in listed}[made.json()["id"]] == "KZN"
    for wrong in ({"warehouse": "MSK"}, {"role": "courier"}):
        answer = await api.post("/keys", body | wrong)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_body")
        assert answer.json()["field"] == "warehouse"
