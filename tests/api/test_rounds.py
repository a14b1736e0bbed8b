"""A courier tries to list the town, and sees its own round."""

from datetime import timedelta
from typing import Any

import pytest

from gotovo.order.values.customer import customer_id
from tests.support.api.network import ALINA, SECRET, Api, captured

BUYER = customer_id(SECRET, ALINA)
ADDRESS = {"city": "Казань", "street": "Лесная", "house": "7", "postcode": "420111"}
COURIER = {"method": "courier", "address": ADDRESS}
PERSONAL = ("Алина", BUYER, "4547", "Лесная")

QUERIES = (
    "",
    "?status=processing",
    "?status=closed",
    "?stage=with_courier",
    "?stage=shelved",
    "?point=KZN-1",
    f"?customer={BUYER}",
    "?limit=1",
)


async def dispatched(api: Api, courier: str = "", **changes: Any) -> str:
    """Return the number of an order that has left the warehouse, with this courier or nobody."""
    placed = await api.place("storefront", **({"delivery": COURIER} | changes))
    number = placed["number"]
    await api.step(number, "payment", **captured(number))
    for step in ("picking", "packing"):
        await api.step(number, step)
    await api.step(number, "dispatch", **({"courier": courier} if courier else {}))
    return number


async def listed(api: Api, query: str) -> dict[str, dict[str, Any]]:
    """Return what the courier's list holds, page by page."""
    found: dict[str, dict[str, Any]] = {}
    after = ""
    while True:
        sign = "&" if "?" in query else "?"
        page = (await api.get(f"/orders{query}{sign}after={after}", "courier")).json()
        found |= {each["number"]: each for each in page["items"]}
        if page["next"] is None:
            return found
        after = page["next"]


async def town(api: Api) -> dict[str, str]:
    """Return orders of a town by what they are to the courier of the network's key."""
    own = api.network.ids["courier"]
    return {
        "own": await dispatched(api, own, external_id="A-1"),
        "another's": await dispatched(api, api.network.ids["other-courier"], external_id="A-2"),
        "waits": await dispatched(api, external_id="A-3"),
        "to a point": await dispatched(
            api, own, delivery={"method": "pickup", "point": "KZN-1"}, external_id="A-4"
        ),
        "at a point": (await api.ready(external_id="A-5"))["number"],
        "not packed": (await api.place(delivery=COURIER, external_id="A-6"))["number"],
    }


async def test_a_courier_lists_the_own_round_and_no_buyer_but_those_it_goes_to(api: Api) -> None:
    """Rule 4.19."""
    orders = await town(api)
    visible = {orders[x] for x in ("own", "waits", "to a point")}
    assert set(await listed(api, "")) == visible
    for query in QUERIES:
        found = await listed(api, query)
        assert set(found) <= visible, query
        for number, order in found.items():
            told = [x for x in PERSONAL if x in str(order)]
            assert bool(told) == (number == orders["own"]), query
    own = (await listed(api, "?status=processing"))[orders["own"]]
    assert "Лесная" in own["delivery"]["address"]["text"]
    for query in (f"?customer={BUYER}", f"?q={BUYER}"):
        assert set(await listed(api, query)) == {orders["own"]}, query
    assert await listed(api, f"?q={orders['waits']}&customer={BUYER}") == {}


@pytest.mark.parametrize("by_number", [True, False])
async def test_a_search_finds_no_more_than_a_list(api: Api, *, by_number: bool) -> None:
    orders = await town(api)
    for index, (whose, number) in enumerate(orders.items(), 1):
        text = number if by_number else f"A-{index}"
        found = (await api.get(f"/orders?q={text}", "courier")).json()["items"]
        is_seen = whose in {"own", "waits", "to a point"}
        assert [x["number"] for x in found] == ([number] if is_seen else []), whose
        assert [x for x in PERSONAL if x in str(found) and whose != "own"] == []


async def test_another_couriers_order_is_one_that_does_not_exist(api: Api) -> None:
    orders = await town(api)
    for whose in ("another's", "at a point", "not packed"):
        number = orders[whose]
        for path in ("", "/timeline", "/allowed-steps"):
            await api.get(f"/orders/{number}{path}", "warehouse")  # In the caches, for its role.
            seen = await api.get(f"/orders/{number}{path}", "courier")
            assert (seen.status_code, seen.json()["code"]) == (404, "unknown_order"), whose
        refused = await api.post(f"/orders/{number}/call", {"answered": True}, "courier")
        assert refused.status_code in {403, 409}
        assert [x for x in PERSONAL if x in refused.text] == []
    command = {"id": "a", "order": orders["another's"], "step": "call", "answered": True}
    answer = await api.post("/commands", {"commands": [command]}, "courier")
    (outcome,) = answer.json()["outcomes"]
    assert (outcome["version"], outcome["order"]) == (0, None)
    assert outcome["problem"]["code"] == "not_in_custody"
    assert "stage" not in outcome["problem"]


async def test_who_takes_an_order_over_sees_its_buyer_and_loses_it_with_the_order(api: Api) -> None:
    number = await dispatched(api)
    before = await api.get(f"/orders/{number}", "courier")
    assert set(before.json()["customer"].values()) == {None}
    taken = await api.post(f"/orders/{number}/dispatch", {}, "courier", key="taken")
    assert taken.json()["customer"]["name"] == "Алина"
    assert (await api.get(f"/orders/{number}", "courier")).json() == taken.json()
    await api.step(number, "dispatch", courier=api.network.ids["other-courier"])
    assert (await api.get(f"/orders/{number}", "courier")).status_code == 404
    assert await listed(api, "") == {}
    replayed = await api.post(f"/orders/{number}/dispatch", {}, "courier", key="taken")
    assert (replayed.status_code, replayed.json()["code"]) == (404, "unknown_order")


async def test_after_the_day_of_the_round_a_delivered_order_is_unknown(api: Api) -> None:
    number = await dispatched(api, api.network.ids["courier"])
    await api.step(number, "call", "courier", answered=True)
    begins = api.network.clock.now + timedelta(hours=1)
    slot = {
        "begins_at": begins.isoformat(),
        "ends_at": (begins + timedelta(hours=2)).isoformat(),
    }
    await api.step(number, "slot", "courier", **slot)
    code = api.code(number, place="courier")
    issued = await api.step(number, "handover", "courier", code=code)
    assert issued["outcome"] == "issued"
    assert await listed(api, "") == {}
    api.network.clock.now += timedelta(hours=24)
    assert (await api.get(f"/orders/{number}", "courier")).json()["customer"]["name"] == "Алина"
    api.network.clock.now += timedelta(minutes=1)
    assert (await api.get(f"/orders/{number}", "courier")).status_code == 404
    for step, body in (("attention", {"flag": "lost"}), ("cancellation", {})):
        refused = await api.post(f"/orders/{number}/{step}", body, "courier")
        assert [x for x in PERSONAL if x in refused.text] == []


async def test_a_closed_order_is_unknown_until_it_is_to_be_brought_back(api: Api) -> None:
    ready = await api.ready()
    number = ready["number"]
    await api.step(number, "cancellation")
    assert (await api.get(f"/orders/{number}", "courier")).status_code == 404
    flagged = await api.post(f"/orders/{number}/attention", {"flag": "lost"}, "courier")
    assert [x for x in PERSONAL if x in flagged.text] == []
    await api.step(number, "withdrawal", "point")
    await api.step(number, "dispatch", "point", courier=api.network.ids["courier"])
    found = await listed(api, "")
    assert set(found) == {number}
    assert set(found[number]["customer"].values()) == {None}
    await api.step(number, "reception", "warehouse")
    assert await listed(api, "") == {}
