"""Cells: what lies in one, its move into another as a whole, and what lies in none."""

from typing import Any

from tests.support.api.network import LAST, Api
from tests.support.desk.acceptance import Desk
from tests.support.desk.shelf import BORIS, TWO_BOXES, order_of, ready

POINT = "/points/KZN-1"


async def move(api: Api, source: str, target: str, key: str = "", by: str = "point") -> Any:
    return await api.post(f"{POINT}/moves", {"from": source, "to": target}, by, key)


async def lying(api: Api, cell: str) -> list[str]:
    answer = await api.get(f"{POINT}/cells/{cell}", "point")
    assert answer.status_code == 200, answer.text
    return [each["parcel"] for each in answer.json()["parcels"]]


async def test_a_whole_cell_moves_order_by_order(api: Api) -> None:
    two, one = await ready(api, TWO_BOXES), await ready(api, customer=BORIS)
    other = await ready(api, cell="54-36", customer=BORIS, lines=[LAST])
    answer = await move(api, "54-35", "12-01")
    assert answer.status_code == 200, answer.text
    moved = answer.json()
    assert (moved["from"], moved["to"], moved["more"]) == ("54-35", "12-1", False)
    assert {each["order"]: each["outcome"] for each in moved["outcomes"]} == {
        two: "done",
        one: "done",
    }
    assert await lying(api, "54-35") == []
    assert sorted(await lying(api, "12-1")) == sorted([f"{two}01", f"{two}02", f"{one}01"])
    assert await lying(api, "54-36") == [f"{other}01"]


async def test_a_repeated_move_answers_the_same_and_moves_nothing_back(api: Api) -> None:
    number = await ready(api)
    first = await move(api, "54-35", "12-1", key="m-1")
    await api.step(number, "shelving", cell="54-35")
    again = await move(api, "54-35", "12-1", key="m-1")
    assert again.content == first.content
    assert await lying(api, "54-35") == [f"{number}01"]


async def test_what_is_being_handed_over_does_not_move_and_says_so(api: Api) -> None:
    number = await ready(api)
    opened = await api.post(
        f"{POINT}/visits", {"number": number, "code": api.code(number)}, "point"
    )
    assert opened.status_code in {200, 201}, opened.text
    answer = (await move(api, "54-35", "12-1")).json()
    outcomes = {each["order"]: each["outcome"] for each in answer["outcomes"]}
    assert outcomes in ({}, {number: "refused"})
    assert (await order_of(api, number)).parcels[0].cell == "54-35"


async def test_cells_must_be_in_the_plan_and_two(api: Api) -> None:
    await Desk(api).set_up()
    for source, target, field in (
        ("7-7", "1-1", "from"),
        ("1-1", "7-7", "to"),
        ("1-1", "1-1", "to"),
    ):
        answer = await move(api, source, target)
        assert answer.status_code in {404, 422}, answer.text
        problem = answer.json()
        assert problem["type"].endswith("unknown_cell")
        assert problem["field"] == field
    answer = await api.get(f"{POINT}/cells/7-7", "point")
    assert answer.json()["type"].endswith("unknown_cell")


async def test_a_cell_says_its_size_and_each_look_is_logged(api: Api) -> None:
    desk = Desk(api)
    await desk.set_up()
    number = await ready(api, cell="2-1")
    answer = (await api.get(f"{POINT}/cells/2-01", "point")).json()
    assert (answer["cell"], answer["size"], answer["fits"]) == ("2-1", "M", 3)
    (parcel,) = answer["parcels"]
    assert parcel == {
        "parcel": f"{number}01",
        "order": number,
        "stage": "shelved",
        "ready": True,
        "closed": False,
    }
    await api.network.dependencies.access_log.write()
    looks = await api.network.pool.fetch("select what from order_look where subject = $1", number)
    assert [each["what"] for each in looks] == ["list"]


async def test_everything_that_lies_on_no_shelf_is_listed_page_by_page(api: Api) -> None:
    desk = Desk(api)
    await desk.set_up()
    parcels = sorted(await desk.packed_each(["KZN-1"] * 5))
    for each in parcels:
        await api.step(each[:12], "dispatch")
        await api.step(each[:12], "arrival")
    shelved, *waiting = parcels
    await desk.shelve(shelved, "1-1")
    found: list[str] = []
    after = ""
    for _ in range(4):
        answer = (await api.get(f"{POINT}/unshelved?limit=2&after={after}", "point")).json()
        found += [each["parcel"] for each in answer["items"]]
        after = answer["next"]
        if after is None:
            break
    assert found == waiting
    refused = await api.get(f"{POINT}/unshelved?after=nonsense", "point")
    assert refused.json()["type"].endswith("invalid_query")


async def test_who_works_elsewhere_moves_nothing_here(api: Api) -> None:
    number = await ready(api)
    answer = await move(api, "54-35", "12-1", by="other-point")
    assert answer.status_code in {403, 409}, answer.text
    assert answer.json()["type"].endswith("wrong_point")
    assert (await order_of(api, number)).parcels[0].cell == "54-35"
