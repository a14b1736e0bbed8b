"""Searches: begun once, with places to look, told when time runs out, ended by any scan."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from gotovo.order.values.order import Attention
from tests.support.api.network import KREMLIN, Api
from tests.support.desk.acceptance import Desk
from tests.support.desk.shelf import BORIS, TWO_BOXES, order_of, ready

POINT = "/points/KZN-1"
FLAGS = """
select actor, type
  from event
 where number = $1
   and type like 'order.attention%'
 order by version
"""


async def search(api: Api, parcel: str, by: str = "point", key: str = "") -> dict[str, Any]:
    """Return a search that has to begin, or the open one."""
    answer = await api.post(f"{POINT}/searches", {"parcel": parcel}, by, key)
    assert answer.status_code in {200, 201}, answer.text
    return answer.json()


async def read(api: Api, found: dict[str, Any]) -> dict[str, Any]:
    answer = await api.get(f"{POINT}/searches/{found['id']}", "point")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def lose(api: Api, found: dict[str, Any], by: str = "point") -> Any:
    return await api.post(f"{POINT}/searches/{found['id']}/loss", {}, by)


async def scan(
    api: Api, parcel: str, point: str = "KZN-1", by: str = "point", more: str = ""
) -> Any:
    answer = await api.get(f"/points/{point}/scan?code={parcel}{more}", by)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def time_runs_out(api: Api, minutes: int = 21) -> None:
    api.network.clock.now += timedelta(minutes=minutes)
    await api.network.dependencies.desk.shelves.searches.round()


async def flags(api: Api, number: str) -> list[tuple[str, str]]:
    rows = await api.network.pool.fetch(FLAGS, number)
    return [(row["actor"], row["type"].removeprefix("order.attention_")) for row in rows]


async def test_a_search_says_where_to_look_and_how_long(api: Api) -> None:
    number = await ready(api, cell="54-35")
    await api.step(number, "shelving", cell="54-38")
    beside = await ready(api, cell="12-1", customer=BORIS)
    found = await search(api, f"{number}01")
    assert (found["state"], found["cell"], found["seconds_left"]) == ("open", "54-38", 20 * 60)
    hints = [(each["kind"], each["cell"]) for each in found["hints"]]
    assert hints[:4] == [
        ("earlier_cell", "54-35"),
        ("own_cell", "54-38"),
        ("neighbour", "54-37"),
        ("neighbour", "54-39"),
    ]
    assert beside not in str(found)
    api.network.clock.now += timedelta(minutes=5)
    assert (await read(api, found))["seconds_left"] == 15 * 60


async def test_a_parcel_has_one_open_search_whoever_asks(api: Api) -> None:
    number = await ready(api)
    answers = await asyncio.gather(*(search(api, number) for _ in range(5)))
    assert len({each["id"] for each in answers}) == 1
    listed = (await api.get(f"{POINT}/searches", "point")).json()["items"]
    assert [each["parcel"] for each in listed] == [f"{number}01"]


async def test_the_order_is_flagged_when_time_runs_out_and_not_before(api: Api) -> None:
    number = await ready(api)
    found = await search(api, f"{number}01")
    await time_runs_out(api, 19)
    assert (await order_of(api, number)).attention == ()
    await time_runs_out(api, 1)
    await time_runs_out(api, 1)
    assert await flags(api, number) == [("system:search", "raised")]
    shown = await read(api, found)
    assert (shown["state"], shown["seconds_left"]) == ("overdue", 0)
    assert shown["told_at"] is not None


async def test_a_point_can_search_for_longer_than_its_network(api: Api) -> None:
    network = api.network
    await network.directory.put_point(replace(KREMLIN, search_minutes=90), network.clock())
    await network.directory.refresh()
    number = await ready(api)
    assert (await search(api, f"{number}01"))["seconds_left"] == 90 * 60
    await time_runs_out(api, 89)
    assert await flags(api, number) == []


async def test_any_scan_at_the_point_ends_a_search(api: Api) -> None:
    desk = Desk(api)
    number = await ready(api)
    parcel = f"{number}01"
    inventory = (await api.post(f"{POINT}/inventories", {}, "point")).json()["id"]
    acceptance = await desk.open()

    async def shelve() -> None:
        await desk.shelve(parcel, "12-1")

    async def count() -> None:
        body = {"cell": "3-3", "code": parcel}
        path = f"{POINT}/inventories/{inventory}/scans"
        assert (await api.post(path, body, "point")).status_code == 200

    async def accept() -> None:
        await desk.scan(acceptance, parcel)

    async def just_scan() -> None:
        await scan(api, parcel)

    for seen_by, act, cell in (
        ("scan", just_scan, None),
        ("shelving", shelve, "12-1"),
        ("inventory", count, "3-3"),
        ("acceptance", accept, None),
    ):
        found = await search(api, parcel)
        await act()
        shown = await read(api, found)
        assert (shown["state"], shown["seen_by"], shown["seen_in"]) == ("found", seen_by, cell)
        assert shown["hints"] == []


async def test_a_parcel_that_is_handed_over_is_found(api: Api) -> None:
    number = await ready(api)
    found = await search(api, f"{number}01")
    body = {"number": number, "code": api.code(number)}
    visit = (await api.post(f"{POINT}/visits", body, "point")).json()["id"]
    end = {"number": number, "scanned": [f"{number}01"]}
    ended = await api.post(f"{POINT}/visits/{visit}/completion", {"orders": [end]}, "point")
    assert ended.status_code == 200, ended.text
    assert ((await read(api, found))["state"], (await read(api, found))["seen_by"]) == (
        "found",
        "handover",
    )


async def test_what_left_without_a_scan_is_found_by_its_history(api: Api) -> None:
    number = await ready(api)
    found = await search(api, f"{number}01")
    await api.step(number, "handover", code=api.code(number))
    await time_runs_out(api)
    shown = await read(api, found)
    assert (shown["state"], shown["seen_by"], shown["told_at"]) == ("found", "history", None)
    assert await flags(api, number) == []


async def test_a_typed_code_is_nobodys_find(api: Api) -> None:
    number = await ready(api)
    found = await search(api, f"{number}01")
    await scan(api, f"{number}01", more="&typed=true")
    assert (await read(api, found))["state"] == "open"


async def test_a_scan_at_another_point_ends_no_search_here(api: Api) -> None:
    number = await ready(api)
    found = await search(api, f"{number}01")
    await scan(api, f"{number}01", "KZN-2", "other-point")
    assert (await read(api, found))["state"] == "open"


async def test_what_was_told_is_taken_back_once_it_is_found(api: Api) -> None:
    number = await ready(api)
    await search(api, f"{number}01")
    await time_runs_out(api)
    assert (await order_of(api, number)).attention == (Attention.LOST,)
    await scan(api, f"{number}01")
    assert (await order_of(api, number)).attention == ()
    assert await flags(api, number) == [("system:search", "raised"), ("system:search", "cleared")]


async def test_the_flag_stays_while_another_parcel_of_the_order_is_missing(api: Api) -> None:
    number = await ready(api, TWO_BOXES)
    for parcel in ("01", "02"):
        await search(api, number + parcel)
    await time_runs_out(api)
    await scan(api, f"{number}01")
    assert (await order_of(api, number)).attention == (Attention.LOST,)
    await scan(api, f"{number}02")
    assert (await order_of(api, number)).attention == ()


async def test_nothing_is_given_up_before_its_time(api: Api) -> None:
    number = await ready(api)
    found = await search(api, f"{number}01")
    refused = await lose(api, found)
    assert refused.status_code == 409
    assert refused.json()["type"].endswith("search_running")
    await time_runs_out(api)
    lost = await lose(api, found)
    assert lost.status_code == 200, lost.text
    assert lost.json()["state"] == "lost"
    assert (await lose(api, found)).json()["state"] == "lost"
    assert (await order_of(api, number)).attention == (Attention.LOST,)


async def test_a_found_parcel_is_not_given_up(api: Api) -> None:
    number = await ready(api)
    found = await search(api, f"{number}01")
    await time_runs_out(api)
    await scan(api, f"{number}01")
    refused = await lose(api, found)
    assert refused.json()["type"].endswith("search_closed")


async def test_only_what_lies_here_is_searched_for(api: Api) -> None:
    number = await ready(api)
    elsewhere = await ready(api, delivery={"method": "pickup", "point": "KZN-2"}, customer=BORIS)
    issued = await ready(api, customer=BORIS)
    await api.step(issued, "handover", code=api.code(issued))
    for parcel, code in (
        (f"{number}77", "unknown_parcel"),
        ("not a code", "unknown_parcel"),
        (f"{elsewhere}01", "wrong_point"),
        (f"{issued}01", "stage_forbids"),
    ):
        answer = await api.post(f"{POINT}/searches", {"parcel": parcel}, "point")
        assert answer.json()["type"].endswith(code), (parcel, answer.text)
        assert answer.json()["detail"]


@pytest.mark.parametrize("kind", ["open", "all"])
async def test_searches_are_listed_page_by_page(api: Api, kind: str) -> None:
    numbers = [await ready(api, customer=BORIS) for _ in range(3)]
    for number in numbers:
        await search(api, number)
        api.network.clock.now += timedelta(seconds=1)
    found: list[str] = []
    after = ""
    for _ in range(3):
        path = f"{POINT}/searches?limit=1&filter={kind}&after={after}"
        answer = (await api.get(path, "point")).json()
        found += [each["order"] for each in answer["items"]]
        after = answer["next"]
    assert after is None
    assert found == (numbers if kind == "open" else numbers[::-1])


async def test_a_search_of_another_point_is_unknown_here(api: Api) -> None:
    number = await ready(api)
    found = await search(api, f"{number}01")
    answer = await api.get(f"/points/KZN-2/searches/{found['id']}", "other-point")
    assert answer.status_code == 404
    assert answer.json()["type"].endswith("unknown_search")


async def test_who_looked_at_a_search_is_logged(api: Api) -> None:
    number = await ready(api)
    found = await search(api, f"{number}01")
    await read(api, found)
    await api.network.dependencies.access_log.write()
    looks = await api.network.pool.fetch(
        "select actor, looks from order_look where subject = $1 and what = 'list'", number
    )
    assert len(looks) == 1, looks
