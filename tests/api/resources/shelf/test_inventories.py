"""Inventories: several people count by scan, and each difference is followed up by a step."""

import asyncio
import csv
import io
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from msgspec.structs import replace
from typing_extensions import override

from gotovo.desk.inventory.inventories import FORGOTTEN_AFTER, Inventories
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.number import draw
from gotovo.points.cells.counting import Lying
from gotovo.store.reads.desk.shelf import ShelfReads
from tests.support.api.network import Api
from tests.support.desk.acceptance import Desk
from tests.support.desk.shelf import BORIS, order_of, ready

POINT: Final = "/points/KZN-1"
EAN: Final = "4601234567893"


class Count:
    """An inventory, and whoever counts in it."""

    def __init__(self, api: Api, id_: str, by: str) -> None:
        self.api = api
        self.id = id_
        self.by = by

    @property
    def path(self) -> str:
        return f"{POINT}/inventories/{self.id}"

    async def scan(self, cell: str, code: str = "", key: str = "", **body: Any) -> Any:
        return await self.api.post(
            f"{self.path}/scans", {"cell": cell, "code": code} | body, self.by, key
        )

    async def said(self, cell: str, code: str = "", **body: Any) -> str:
        """Return what is said to a scan at once."""
        answer = await self.scan(cell, code, **body)
        assert answer.status_code == 200, answer.text
        return answer.json()["result"]

    async def report(self, query: str = "") -> dict[str, Any]:
        answer = await self.api.get(f"{self.path}{query}", self.by)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def close(self) -> dict[str, Any]:
        answer = await self.api.post(f"{self.path}/closing", {}, self.by)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def follow(self, how: str, key: str = "", **body: Any) -> Any:
        return await self.api.post(f"{self.path}/{how}", body, self.by, key)


async def begin(api: Api, scope: str = "", by: str = "point") -> Count:
    """Begin an inventory a moment after what was done before, or join the open one."""
    api.network.clock.now += timedelta(seconds=1)
    answer = await api.post(f"{POINT}/inventories", {"scope": scope}, by)
    assert answer.status_code in {200, 201}, answer.text
    return Count(api, answer.json()["id"], by)


def results(report: dict[str, Any]) -> dict[str, str]:
    return {each["parcel"] or each["code"]: each["result"] for each in report["items"]}


async def test_what_differs_is_told_at_once_and_in_the_report(api: Api) -> None:
    here, gone, astray = [await ready(api, customer=BORIS) for _ in range(3)]
    other = await ready(api, cell="12-1", customer=BORIS)
    count = await begin(api)
    assert await count.said("54-35", f"{here}01") == "found"
    assert await count.said("7-7", f"{astray}01") == "wrong_cell"
    assert await count.said("54-35", EAN) == "unknown"
    assert await count.said("54-35", f"{draw(7, 99)}01") == "unknown"
    report = await count.close()
    figures = report["figures"]
    assert (figures["expected"], figures["found"], figures["cells"]) == (4, 1, 2)
    found = results(report)
    assert found.pop(EAN) == "unknown"
    assert found.pop(f"{draw(7, 99)}01") == "unknown"
    assert found == {
        f"{gone}01": "missing",
        f"{astray}01": "wrong_cell",
        f"{other}01": "not_counted",
    }


async def test_several_people_count_together(api: Api) -> None:
    numbers = [await ready(api, customer=BORIS) for _ in range(6)]
    counts = await asyncio.gather(*(begin(api, by=by) for by in ("point", "admin", "point")))
    assert len({each.id for each in counts}) == 1
    await asyncio.gather(
        *(
            each.said("54-35", f"{number}01")
            for number in numbers
            for each in (counts[0], counts[1])
        )
    )
    report = await counts[0].close()
    assert report["items"] == []
    assert (report["figures"]["found"], report["figures"]["people"]) == (6, 2)


async def test_what_moves_while_it_is_counted_is_no_difference(api: Api) -> None:
    counted_then_moved, moved_then_counted, issued = [
        await ready(api, customer=BORIS) for _ in range(3)
    ]
    count = await begin(api)
    api.network.clock.now += timedelta(minutes=1)
    await count.said("54-35", f"{counted_then_moved}01")
    await count.said("54-35", f"{issued}01")
    api.network.clock.now += timedelta(minutes=1)
    desk = Desk(api)
    await desk.shelve(f"{counted_then_moved}01", "12-1")
    await desk.shelve(f"{moved_then_counted}01", "12-2")
    await api.step(issued, "handover", code=api.code(issued))
    api.network.clock.now += timedelta(minutes=1)
    assert await count.said("12-2", f"{moved_then_counted}01") == "found"
    assert await count.said("12-1") == "found"
    report = await count.close()
    assert results(report) == {f"{counted_then_moved}01": "moved", f"{issued}01": "moved"}
    assert report["figures"]["missing"] == report["figures"]["wrong_cell"] == 0


async def test_a_scan_that_is_told_later_is_of_its_own_time(api: Api) -> None:
    number = await ready(api)
    count = await begin(api)
    seen_at = api.network.clock.now + timedelta(minutes=1)
    api.network.clock.now += timedelta(minutes=5)
    await Desk(api).shelve(f"{number}01", "12-1")
    api.network.clock.now += timedelta(minutes=5)
    await count.said("54-35", f"{number}01", at=seen_at.isoformat().replace("+00:00", "Z"))
    assert results(await count.close()) == {f"{number}01": "moved"}


async def test_no_time_that_is_told_lies_before_the_count_or_ahead(api: Api) -> None:
    number = await ready(api)
    count = await begin(api)
    for told in ("2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z"):
        await count.scan("54-35", f"{number}01", at=told)
    rows = await api.network.pool.fetch("select distinct at, recorded_at from inventory_scan")
    assert {row["at"] for row in rows} <= {api.network.clock.now}


async def test_whatever_is_taken_in_is_in_the_report(api: Api) -> None:
    """Scans and the closing come at once: each is counted in the report, or refused."""
    numbers = [await ready(api, customer=BORIS) for _ in range(8)]
    count = await begin(api)

    async def counted(number: str) -> bool:
        answer = await count.scan("54-35", f"{number}01")
        if answer.status_code == 409:
            assert answer.json()["type"].endswith("inventory_closed"), answer.text
        return answer.status_code == 200

    taken = asyncio.gather(*(counted(number) for number in numbers))
    report = await count.close()
    assert report["figures"]["found"] == (await taken).count(True)
    assert report["inventory"]["closed_at"]
    assert (await count.report())["figures"] == report["figures"]


async def test_who_counts_while_a_report_is_made_is_in_it(api: Api) -> None:
    number = await ready(api)
    count = await begin(api)
    inventories = api.network.dependencies.desk.shelves.inventories

    class Interrupted(ShelfReads):
        """What lies at the point, read while somebody scans on."""

        is_first = True

        @override
        async def lying(self, point: str, now: datetime) -> Sequence[Lying]:
            if self.is_first:
                self.is_first = False
                assert await count.said("54-35", f"{number}01") == "found"
            return await super().lying(point, now)

    tools = replace(inventories.tools, shelf=Interrupted(api.network.pool))
    found = await inventories.store.find(UUID(count.id))
    assert found is not None
    closed = await Inventories(tools).close(found, Actor(Role.POINT, "lena"))
    assert closed is not None
    assert closed.report is not None
    assert (closed.report.figures.found, closed.report.items) == (1, ())


async def test_a_closed_inventory_takes_no_scan_and_says_so(api: Api) -> None:
    number = await ready(api)
    count = await begin(api)
    await count.close()
    refused = await count.scan("54-35", f"{number}01")
    assert refused.status_code == 409
    assert refused.json()["type"].endswith("inventory_closed")
    again = await begin(api)
    assert again.id != count.id


async def test_a_scan_that_is_repeated_is_counted_once(api: Api) -> None:
    number = await ready(api)
    count = await begin(api)
    first = await count.scan("54-35", f"{number}01", key="s-1")
    again = await count.scan("54-35", f"{number}01", key="s-1")
    assert again.content == first.content
    assert await api.network.pool.fetchval("select scans from inventory") == 1


async def test_a_rack_or_a_cell_of_the_plan_is_counted_and_nothing_else(api: Api) -> None:
    desk = Desk(api)
    await desk.set_up()
    inside, beside = await ready(api, cell="1-1"), await ready(api, cell="2-1", customer=BORIS)
    rack = await begin(api, "1")
    refused = await rack.scan("2-1", f"{beside}01")
    assert refused.json()["type"].endswith("unknown_cell")
    await rack.said("1-1", f"{beside}01")
    assert results(await rack.close()) == {f"{inside}01": "missing", f"{beside}01": "wrong_cell"}
    cell = await begin(api, "1-01")
    listed = (await api.get(f"{POINT}/inventories", "point")).json()["items"]
    assert [(each["scope"], each["cells"]) for each in listed] == [("1-1", 1)]
    assert cell.id == listed[0]["id"]
    for scope in ("7", "7-7", "1-"):
        answer = await api.post(f"{POINT}/inventories", {"scope": scope}, "point")
        assert answer.json()["type"].endswith("unknown_cell"), scope


async def test_parcels_lie_where_they_were_counted_once_somebody_says_so(api: Api) -> None:
    astray, moved_since = await ready(api), await ready(api, customer=BORIS)
    count = await begin(api)
    for number in (astray, moved_since):
        await count.said("12-1", f"{number}01")
    early = await count.follow("moves")
    assert early.json()["type"].endswith("inventory_open")
    await count.close()
    assert (await order_of(api, astray)).parcels[0].cell == "54-35"
    api.network.clock.now += timedelta(minutes=1)
    await Desk(api).shelve(f"{moved_since}01", "3-3")
    done = (await count.follow("moves")).json()
    assert {each["order"]: each["outcome"] for each in done["outcomes"]} == {astray: "done"}
    assert (await order_of(api, astray)).parcels[0].cell == "12-1"
    assert (await order_of(api, moved_since)).parcels[0].cell == "3-3"
    assert (await count.follow("moves")).json()["outcomes"] == []


async def test_what_is_missing_is_searched_for_once_somebody_says_so(api: Api) -> None:
    missing = [f"{await ready(api, customer=BORIS)}01" for _ in range(3)]
    count = await begin(api)
    await count.said("54-35")
    await count.close()
    some = (await count.follow("searches", parcels=[missing[0]])).json()
    assert [each["parcel"] for each in some["searches"]] == [missing[0]]
    rest = (await count.follow("searches", key="f-1")).json()
    assert sorted(each["parcel"] for each in rest["searches"]) == sorted(missing[1:])
    again = (await count.follow("searches", key="f-1")).json()
    assert again == rest
    assert (await count.follow("searches")).json()["searches"] == []
    listed = (await api.get(f"{POINT}/searches", "point")).json()["items"]
    assert sorted(each["parcel"] for each in listed) == sorted(missing)


async def test_a_report_is_read_page_by_page_and_as_a_table(api: Api) -> None:
    parcels = [f"{await ready(api, customer=BORIS, cell=f'9-{x}')}01" for x in (10, 9, 8)]
    count = await begin(api)
    for cell in ("9-8", "9-9", "9-10"):
        await count.said(cell)
    await count.said("9-9", "=HYPERLINK(1)")
    await count.close()
    found: list[str] = []
    after = ""
    for _ in range(5):
        page = await count.report(f"?limit=1&result=missing&after={after}")
        found += [each["parcel"] for each in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert found == parcels[::-1]
    table = await api.get(f"{count.path}?format=csv", "point")
    rows = list(csv.DictReader(io.StringIO(table.text)))
    assert len(rows) == 4
    assert [row["code"] for row in rows if row["result"] == "unknown"] == ["'=HYPERLINK(1)"]


async def test_a_forgotten_inventory_is_closed_after_a_week(api: Api) -> None:
    await ready(api)
    count = await begin(api)
    inventories = api.network.dependencies.desk.shelves.inventories
    api.network.clock.now += FORGOTTEN_AFTER - timedelta(minutes=1)
    await inventories.close_forgotten()
    assert (await count.report())["inventory"]["closed_at"] is None
    api.network.clock.now += timedelta(minutes=2)
    await inventories.close_forgotten()
    assert (await count.report())["inventory"]["closed_by"] == "system:inventory"


async def test_an_inventory_of_another_point_is_unknown_here(api: Api) -> None:
    count = await begin(api)
    for id_ in (count.id, str(uuid4()), "nonsense"):
        answer = await api.get(f"/points/KZN-2/inventories/{id_}", "other-point")
        assert answer.status_code == 404
        assert answer.json()["type"].endswith("unknown_inventory")
