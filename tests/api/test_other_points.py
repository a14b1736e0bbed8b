"""A clerk of one point tries to see what the other one handed over, weeks and months later."""

import json
from datetime import timedelta
from typing import Any

from gotovo.api.endpoints import ENDPOINTS
from gotovo.order.values.actor import Role
from gotovo.order.values.customer import customer_id
from gotovo.order.values.number import draw
from tests.support.api.network import ALINA, SECRET, Api

FREE = draw(7, 12_345)
"""A number that no order has."""

BUYER = customer_id(SECRET, ALINA)
PERSONAL = ("Алина", BUYER, "4547", ALINA, "KZN-1", "amount")
"""The buyer's name, id and phone, the point that the order was handed over at, and money."""

STEPS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("return", {}),
    ("attention", {"flag": "lost"}),
    ("withdrawal", {}),
    ("dispatch", {}),
    ("correction", {"version": 1, "note": "x"}),
    ("handover", {"code": "000000"}),
    ("cancellation", {"at": "2026-11-22T11:05:00Z"}),
)


async def issued(api: Api, **changes: Any) -> dict[str, Any]:
    """Return an order that was handed over at KZN-1."""
    ready = await api.ready(**changes)
    return await api.step(ready["number"], "handover", code=api.code(ready["number"]))


def later(api: Api, **span: float) -> None:
    """Let time pass."""
    api.network.clock.now += timedelta(**span)


def without(text: str, number: str) -> str:
    """Return an answer without the number that was asked for."""
    return text.replace(number, "N")


async def test_a_clerk_who_tries_old_numbers_learns_nothing_of_them(api: Api) -> None:
    """Rule 4.7: the period is over, so nothing of them can come here."""
    cancelled = await api.place()
    await api.step(cancelled["number"], "cancellation")
    numbers = [(await issued(api, external_id="A-1"))["number"], cancelled["number"]]
    later(api, days=90)
    for number in numbers:
        for path in ("", "/timeline", "/allowed-steps"):
            for by in ("admin", "point"):
                assert (await api.get(f"/orders/{number}{path}", by)).status_code == 200
            seen = await api.get(f"/orders/{number}{path}", "other-point")
            unseen = await api.get(f"/orders/{FREE}{path}", "other-point")
            assert seen.status_code == 404
            assert without(seen.text, number) == without(unseen.text, FREE)
        for step, body in STEPS:
            seen = await api.post(f"/orders/{number}/{step}", body, "other-point")
            unseen = await api.post(f"/orders/{FREE}/{step}", body, "other-point")
            assert without(seen.text, number) == without(unseen.text, FREE), step
        for query in (f"q={number}", "q=A-1", f"customer={BUYER}", "status=closed"):
            found = await api.get(f"/orders?{query}", "other-point")
            assert found.json() == {"items": [], "next": None}


async def test_a_list_of_commands_tells_no_more_than_each_of_them(api: Api) -> None:
    number = (await issued(api))["number"]
    later(api, days=90)
    commands = [
        {"id": f"{of}-{step}", "order": of, "step": step} | body
        for of in (number, FREE)
        for step, body in STEPS
    ]
    for _ in range(2):  # The second time every outcome is repeated.
        answer = await api.post("/commands", {"commands": commands}, "other-point")
        outcomes = answer.json()["outcomes"]
        foreign, nobodys = outcomes[: len(STEPS)], outcomes[len(STEPS) :]
        for seen, unseen in zip(foreign, nobodys, strict=True):
            assert seen | {"id": ""} == unseen | {"id": ""}
            assert (seen["number"], seen["version"], seen["outcome"]) == (None, 0, "refused")


async def test_within_the_period_only_the_goods_are_shown(api: Api) -> None:
    number = (await issued(api))["number"]
    later(api, days=6)
    read = await api.get(f"/orders/{number}", "other-point")
    assert read.status_code == 200
    goods = read.json()
    assert set(goods) == {
        "sight",
        "number",
        "status",
        "status_label",
        "outcome",
        "lines",
        "claimed",
        "parcels",
        "returnable_until",
        "version",
    }
    (line,) = goods["lines"]
    assert (line["sku"], line["issued"], line["returnable"]) == ("MUG-RED", 2, 2)
    assert goods["returnable_until"] == "2026-11-29T11:05:00Z"
    timeline = await api.get(f"/orders/{number}/timeline", "other-point")
    assert (timeline.status_code, timeline.json()["code"]) == (403, "not_permitted")
    steps = await api.get(f"/orders/{number}/allowed-steps", "other-point")
    assert [x["step"] for x in steps.json()["items"]] == ["return", "return-refusal", "attention"]
    refused = await api.post(f"/orders/{number}/handover", {"code": "1"}, "other-point")
    assert refused.json()["code"] == "wrong_point"
    for answer in (read, timeline, steps, refused):
        assert [x for x in PERSONAL if x in answer.text] == []


async def test_who_takes_a_return_sees_its_box_and_later_nothing_any_more(api: Api) -> None:
    number = (await issued(api))["number"]
    later(api, days=2)
    taken = await api.post(f"/orders/{number}/return", {}, "other-point", key="taken")
    (box,) = taken.json()["parcels"]
    assert (taken.status_code, box["stage"]) == (200, "withdrawn")
    assert [x for x in PERSONAL if x in taken.text] == []
    sent = await api.step(number, "dispatch", "other-point", parcels=[box["barcode"]])
    again = await api.step(number, "dispatch", "other-point", parcels=[box["barcode"]])
    assert (sent["sight"], again["sight"], again["parcels"]) == ("goods", "goods", [])
    own = (await api.get(f"/orders/{number}", "point")).json()
    assert own["customer"]["name"] == "Алина"
    await api.step(number, "reception", "warehouse")
    later(api, days=20)
    assert (await api.get(f"/orders/{number}", "other-point")).status_code == 404
    replayed = await api.post(f"/orders/{number}/return", {}, "other-point", key="taken")
    assert (replayed.status_code, replayed.json()["code"]) == (404, "unknown_order")


async def test_a_repeated_outcome_shows_no_more_than_is_seen_of_the_order_now(api: Api) -> None:
    """Rules 4.13 and 4.16: the first response was seen with rights that have ended since."""
    number = (await api.ready())["number"]
    listed = {"commands": [{"id": "a", "order": number, "step": "shelving", "cell": "A-2"}]}
    first = await api.post(f"/orders/{number}/shelving", {"cell": "A-1"}, "point", key="once")
    await api.post("/commands", listed, "point")
    assert first.json()["customer"]["name"] == "Алина"
    await api.step(number, "handover", code=api.code(number))
    later(api, days=20)
    repeated = await api.post(f"/orders/{number}/shelving", {"cell": "A-1"}, "point", key="once")
    shown = repeated.json()
    assert (shown["version"], shown["stage"]) == (first.json()["version"], "shelved")
    assert set(shown["customer"].values()) == {None}
    (outcome,) = (await api.post("/commands", listed, "point")).json()["outcomes"]
    assert set(outcome["order"]["customer"].values()) == {None}


async def test_a_repeated_outcome_is_hidden_once_the_order_is_another_points(api: Api) -> None:
    number = (await api.place())["number"]
    body = {"flag": "lost"}
    listed = {"commands": [{"id": "a", "order": number, "step": "attention"} | body]}
    first = await api.post(f"/orders/{number}/attention", body, "admin")
    assert first.status_code == 200
    await api.step(number, "redirection", delivery={"method": "pickup", "point": "KZN-2"})
    once = await api.post(f"/orders/{number}/attention", body, "other-point", key="once")
    assert once.status_code == 200
    await api.post("/commands", listed, "other-point")
    await api.step(number, "redirection", delivery={"method": "pickup", "point": "KZN-1"})
    repeated = await api.post(f"/orders/{number}/attention", body, "other-point", key="once")
    assert (repeated.status_code, repeated.json()["code"]) == (403, "wrong_point")
    brief = await api.post(
        f"/orders/{number}/attention", body, "other-point", key="once", Prefer="return=minimal"
    )
    assert (brief.status_code, brief.json()["code"]) == (403, "wrong_point")
    (outcome,) = (await api.post("/commands", listed, "other-point")).json()["outcomes"]
    assert (outcome["outcome"], outcome["order"]) == ("already_done", None)
    assert "goods" not in outcome


async def test_the_own_point_sees_an_order_long_over_without_its_buyer(api: Api) -> None:
    """Rule 4.16."""
    number = (await issued(api))["number"]
    before = await api.get(f"/orders/{number}", "point")
    assert before.json()["customer"]["name"] == "Алина"
    later(api, days=8)
    read = await api.get(f"/orders/{number}", "point")
    assert set(read.json()["customer"].values()) == {None}
    listed = await api.get("/orders?status=closed", "point")
    assert [x["number"] for x in listed.json()["items"]] == [number]
    for answer in (read, listed):
        assert [x for x in ("Алина", "4547", BUYER) if x in answer.text] == []
    for query in (f"customer={BUYER}", f"q={BUYER}", f"q={number}&customer={BUYER}"):
        found = await api.get(f"/orders?{query}", "point")
        assert found.json()["items"] == [], query  # The answer would say whose it is.
    full = (await api.get(f"/orders/{number}", "support")).json()
    assert (full["customer"]["phone"], full["customer"]["name"]) == (ALINA, "Алина")
    assert (await api.get(f"/orders/{number}/timeline", "point")).status_code == 200


async def test_an_open_order_of_another_point_tells_only_where_it_is_handed_over(api: Api) -> None:
    """Rule 4.4."""
    number = (await api.ready())["number"]
    command = {"id": "a", "order": number, "step": "return"}
    answer = await api.post("/commands", {"commands": [command]}, "other-point")
    (outcome,) = answer.json()["outcomes"]
    assert (outcome["version"], outcome["problem"]["expected"]) == (0, "KZN-1")
    assert "stage" not in json.dumps(outcome)


def test_the_feed_is_for_nobody_whose_sight_depends_on_place_and_time() -> None:
    (feed,) = [x for x in ENDPOINTS if x.streams]
    assert feed.roles == {Role.FOLLOWER, Role.STOREFRONT, Role.SUPPORT, Role.ADMIN}
