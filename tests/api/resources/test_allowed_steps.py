"""The API tells which steps may be taken now, by the rules that decide them."""

from typing import Any

from gotovo.api.schemas.step_bodies import STEP_ROWS
from gotovo.order.lifecycle import TABLE
from gotovo.order.values.roles import TIMERS
from tests.support.api.network import Api


async def steps_of(api: Api, number: str, by: str = "admin", **headers: str) -> dict[str, Any]:
    response = await api.get(f"/orders/{number}/allowed-steps", by, **headers)
    assert response.status_code == 200, response.text
    return {item["step"]: item for item in response.json()["items"]}


async def test_every_step_but_placing_and_those_of_timers_is_listed_in_order(api: Api) -> None:
    number = (await api.place())["number"]

    listed = await steps_of(api, number)

    expected = [r.step for r in TABLE if r.who != TIMERS and r.step != "placement"]
    assert list(listed) == expected
    assert set(STEP_ROWS) <= {*listed, "placement"}


async def test_what_may_be_done_follows_the_order(api: Api) -> None:
    number = (await api.place())["number"]
    assert (await steps_of(api, number))["payment"]["allowed"]
    assert not (await steps_of(api, number))["picking"]["allowed"]

    ready = (await api.ready())["number"]
    steps = await steps_of(api, ready, "point")
    assert steps["handover"] == {
        "step": "handover",
        "step_label": steps["handover"]["step_label"],
        "allowed": True,
        "refusal": None,
    }


async def test_a_step_that_is_not_allowed_says_what_taking_it_would(api: Api) -> None:
    number = (await api.place())["number"]

    refusal = (await steps_of(api, number, "point"))["handover"]["refusal"]
    problem = (await api.post(f"/orders/{number}/handover", {"code": "000000"}, "point")).json()

    assert refusal["code"] == "unpaid"
    assert {name: problem[name] for name in refusal} == refusal


async def test_a_step_that_was_taken_before_is_not_allowed_and_not_refused(api: Api) -> None:
    number = (await api.ready())["number"]

    picking = (await steps_of(api, number))["picking"]

    assert (picking["allowed"], picking["refusal"]) == (False, None)


async def test_steps_of_other_roles_are_refused_by_role(api: Api) -> None:
    number = (await api.place())["number"]

    assert (await steps_of(api, number, "warehouse"))["payment"]["refusal"]["code"] == (
        "not_permitted"
    )


async def test_steps_are_named_in_the_language_of_the_request(api: Api) -> None:
    number = (await api.place())["number"]

    russian = await steps_of(api, number, Accept_Language="ru")
    english = await steps_of(api, number, Accept_Language="en")

    assert russian["picking"]["step_label"] != english["picking"]["step_label"]
    assert russian["picking"]["refusal"]["title"] != english["picking"]["refusal"]["title"]


async def test_an_order_that_is_not_there_or_belongs_to_another_point_is_not_judged(
    api: Api,
) -> None:
    number = (await api.place())["number"]

    elsewhere = await api.get(f"/orders/{number}/allowed-steps", "other-point")
    unknown = await api.get("/orders/111111111111/allowed-steps")
    garbled = await api.get("/orders/x/allowed-steps")

    assert (elsewhere.status_code, elsewhere.json()["code"]) == (403, "wrong_point")
    assert [x.json()["code"] for x in (unknown, garbled)] == ["unknown_order"] * 2
