"""Points and warehouses: everybody reads them, an administrator changes them."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from gotovo.api.resources.points import POINTS
from gotovo.api.resources.warehouses import WAREHOUSES
from gotovo.api.schemas.examples import POINT_EXAMPLE, TIMETABLE_EXAMPLE, WAREHOUSE_EXAMPLE
from gotovo.store.tables.network.directory import Directory
from tests.support.api.network import NOW, PLACE, Api


async def put(api: Api, path: str, body: Any, by: str = "admin", **headers: str) -> httpx.Response:
    """Put settings in place of those that are there, unless a precondition is given."""
    tag = (await api.get(path, by)).headers.get("etag")
    headers = headers or ({"If-Match": tag} if tag else {})
    return await api.client.put(f"/api/v1{path}", json=body, headers=api.headers(by, {}) | headers)


async def patch(api: Api, path: str, body: Any, **headers: str) -> httpx.Response:
    return await api.client.patch(
        f"/api/v1{path}", json=body, headers=api.headers("admin", {}) | headers
    )


async def test_an_opened_point_takes_orders_at_once(api: Api) -> None:
    opened = await put(api, "/points/KZN-9", POINT_EXAMPLE)

    assert opened.status_code == 201
    assert opened.json()["version"] == 1
    await api.place(delivery={"method": "pickup", "point": "KZN-9"})


async def test_changed_settings_count_versions_and_the_same_again_do_not(api: Api) -> None:
    await put(api, "/points/KZN-9", POINT_EXAMPLE)

    changed = await put(api, "/points/KZN-9", POINT_EXAMPLE | {"storage_days": 14})
    again = await put(api, "/points/KZN-9", POINT_EXAMPLE | {"storage_days": 14})

    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    assert again.content == changed.content
    assert (await api.get("/points/KZN-9", "follower")).json()["storage_days"] == 14


async def test_a_closed_point_refuses_new_orders(api: Api) -> None:
    await put(api, "/points/KZN-9", POINT_EXAMPLE | {"accepting": False})

    answer = await api.post("/orders", PLACE | {"delivery": {"method": "pickup", "point": "KZN-9"}})

    assert (answer.status_code, answer.json()["code"]) == (409, "point_closed")


async def test_every_fault_of_the_settings_is_named(api: Api) -> None:
    wrong = POINT_EXAMPLE | {
        "storage_days": 0,
        "timetable": TIMETABLE_EXAMPLE | {"time_zone": "Kazan"},
    }

    answer = await put(api, "/points/KZN-9", wrong)

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "invalid_settings")
    assert problem["faults"] == [
        {"field": "storage_days", "value": "0", "expected": "1..365"},
        {
            "field": "timetable.time_zone",
            "value": "Kazan",
            "expected": "a place like Europe/Moscow, or UTC",
        },
    ]


async def test_hours_may_cross_midnight_and_not_overlap(api: Api) -> None:
    night = [{"opens": "22:00:00", "closes": "02:00:00"}]
    bar = TIMETABLE_EXAMPLE | {"week": [night] * 7}
    early = {"2026-12-31": {"hours": [{"opens": "01:00:00", "closes": "05:00:00"}], "reason": ""}}

    opened = await put(
        api, "/points/KZN-9", POINT_EXAMPLE | {"timetable": bar | {"exceptions": {}}}
    )
    refused = await put(
        api, "/points/KZN-9", POINT_EXAMPLE | {"timetable": bar | {"exceptions": early}}
    )

    assert opened.json()["timetable"]["week"][0] == night
    assert refused.json()["faults"] == [
        {
            "field": "timetable.exceptions.2026-12-31.hours",
            "value": "01:00-05:00",
            "expected": "opens at or after 02:00",
        }
    ]


@pytest.mark.parametrize(
    ("code", "change", "status", "field"),
    [
        ("kazan", {}, 422, "code"),
        ("KZN-9", {"code": "KZN-8"}, 422, "code"),
        ("KZN-9", {"warehouse": "NOWHERE"}, 404, "warehouse"),
        ("KZN-9", {"storage": 3}, 422, "storage"),
        ("KZN-9", {"handover": "wave"}, 422, "handover"),
        ("KZN-9", {"cut_off": "late"}, 422, "cut_off"),
    ],
)
async def test_a_point_that_cannot_be_is_not_opened(
    api: Api, code: str, change: dict[str, Any], status: int, field: str
) -> None:
    answer = await put(api, f"/points/{code}", POINT_EXAMPLE | change)

    assert (answer.status_code, answer.json()["field"]) == (status, field)
    assert (await api.get(f"/points/{code}")).status_code == 404


async def test_points_are_listed_page_by_page(api: Api) -> None:
    await put(api, "/points/KZN-9", POINT_EXAMPLE)

    first = (await api.get("/points?limit=2", "courier")).json()
    second = (await api.get(f"/points?limit=2&after={first['next']}", "courier")).json()

    assert [p["code"] for p in first["items"]] == ["KZN-1", "KZN-2"]
    assert [p["code"] for p in second["items"]] == ["KZN-9"]
    assert second["next"] is None


async def test_only_an_administrator_changes_places(api: Api) -> None:
    for by in ("support", "point", "warehouse", "storefront"):
        assert (await put(api, "/points/KZN-1", POINT_EXAMPLE, by)).status_code == 403
        assert (await put(api, "/warehouses/KZN", WAREHOUSE_EXAMPLE, by)).status_code == 403


async def test_a_warehouse_is_opened_read_listed_and_checked(api: Api) -> None:
    opened = await put(api, "/warehouses/EKB", WAREHOUSE_EXAMPLE)
    wrong = await put(api, "/warehouses/ekb", WAREHOUSE_EXAMPLE)

    assert (opened.status_code, opened.json()["code"]) == (201, "EKB")
    assert (await api.get("/warehouses/EKB", "point")).json() == opened.json()
    assert [w["code"] for w in (await api.get("/warehouses")).json()["items"]] == ["EKB", "KZN"]
    assert (wrong.status_code, wrong.json()["faults"][0]["field"]) == (422, "code")
    assert (await api.get("/warehouses/NO")).json()["code"] == "unknown_warehouse"


SILENT_WAREHOUSE = {
    name: value for name, value in WAREHOUSE_EXAMPLE.items() if name != "accepts_orders"
}
EACH_KIND = pytest.mark.parametrize(
    ("path", "example", "takes_orders"),
    [
        ("/points/KZN-9", POINT_EXAMPLE, "accepting"),
        ("/warehouses/EKB", SILENT_WAREHOUSE, "accepts_orders"),
    ],
)


@EACH_KIND
async def test_settings_are_replaced_only_by_who_has_read_them(
    api: Api, path: str, example: dict[str, Any], takes_orders: str
) -> None:
    opened = await put(api, path, example)
    tag = opened.headers["etag"]
    changed = example | {"title": "B"}

    blind = await put(api, path, changed, Accept="*/*")
    first = await put(api, path, changed, **{"If-Match": tag})
    late = await put(api, path, example | {takes_orders: False}, **{"If-Match": tag})
    again = await put(api, path, changed, **{"If-Match": tag})

    assert (tag, (await api.get(path)).headers["etag"]) == ('"1"', '"2"')
    assert (blind.status_code, blind.json()["code"]) == (428, "precondition_required")
    assert (blind.json()["field"], blind.json()["expected"]) == ("If-Match", tag)
    assert (first.status_code, first.headers["etag"]) == (200, '"2"')
    assert (late.status_code, late.json()["code"]) == (412, "precondition_failed")
    assert (late.json()["value"], late.json()["expected"]) == (tag, '"2"')
    assert again.content == first.content


@EACH_KIND
async def test_the_tag_is_of_the_settings_that_it_comes_with(
    api: Api, path: str, example: dict[str, Any], takes_orders: str
) -> None:
    """What another process has changed is read from the database, not from a copy."""
    await put(api, path, example)
    code = path.rpartition("/")[2]
    document = json.dumps(example | {"title": "B"}).encode()
    changed = (
        POINTS.place_of(POINTS.body_of(document), code, None)
        if path.startswith("/points")
        else WAREHOUSES.place_of(WAREHOUSES.body_of(document), code, None)
    )
    assert await Directory(api.network.pool).replace(changed, NOW, 1) == 2

    read = await api.get(path)
    listed = (await api.get(path.rpartition("/")[0])).json()["items"]

    assert (read.headers["etag"], read.json()["title"]) == ('"2"', "B")
    assert [(x["version"], x["title"]) for x in listed if x["code"] == code] == [(2, "B")]
    patched = await patch(api, path, {takes_orders: False}, **{"If-Match": '"2"'})
    assert (patched.json()["title"], patched.json()[takes_orders]) == ("B", False)


@EACH_KIND
@pytest.mark.parametrize("tags", ["", ",", " , "])
async def test_a_condition_that_names_no_version_fits_none(
    api: Api, path: str, example: dict[str, Any], takes_orders: str, tags: str
) -> None:
    await put(api, path, example)
    for answer in (
        await put(api, path, example | {takes_orders: False}, **{"If-Match": tags}),
        await patch(api, path, {takes_orders: False}, **{"If-Match": tags}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (412, "precondition_failed")
    assert (await api.get(path)).json()[takes_orders] is True


@EACH_KIND
async def test_what_must_not_exist_or_must_is_said(
    api: Api, path: str, example: dict[str, Any], takes_orders: str
) -> None:
    absent = await put(api, path, example, **{"If-Match": "*"})
    opened = await put(api, path, example, **{"If-None-Match": "*"})
    exists = await put(api, path, example | {"title": "B"}, **{"If-None-Match": "*"})
    forced = await put(api, path, example | {takes_orders: False}, **{"If-Match": "*"})

    statuses = [each.status_code for each in (absent, opened, exists, forced)]
    assert statuses == [412, 201, 412, 200]


@EACH_KIND
async def test_a_closed_place_stays_closed_when_a_put_does_not_mention_it(
    api: Api, path: str, example: dict[str, Any], takes_orders: str
) -> None:
    assert (await put(api, path, example)).json()[takes_orders] is True
    await put(api, path, example | {takes_orders: False})

    renamed = await put(api, path, example | {"title": "B"})

    assert (renamed.json()["title"], renamed.json()[takes_orders]) == ("B", False)
    assert (await put(api, path, example | {takes_orders: True})).json()[takes_orders] is True


@EACH_KIND
async def test_a_patch_changes_its_parts_and_nothing_else(
    api: Api, path: str, example: dict[str, Any], takes_orders: str
) -> None:
    before = (await put(api, path, example)).json()
    inventory = {"hours": [], "reason": "Inventory"}
    parts = {"exceptions": {"2026-12-30": inventory, "2026-12-31": None}, "country": None}

    changed = await patch(api, path, {takes_orders: False, "timetable": parts})
    same = await patch(api, path, {takes_orders: False})

    expected = before["timetable"] | {"exceptions": {"2026-12-30": inventory}, "country": None}
    assert changed.status_code == 200
    assert changed.headers["etag"] == '"2"'
    assert changed.json() == before | {
        takes_orders: False,
        "timetable": expected,
        "version": 2,
        "updated_at": changed.json()["updated_at"],
    }
    assert same.content == changed.content


@EACH_KIND
@pytest.mark.parametrize(
    ("part", "status", "field"),
    [
        ({"titel": "B"}, 422, "titel"),
        ({"title": None}, 422, "title"),
        ({"title": "  "}, 422, "title"),
        ({"timetable": {"exeptions": {}}}, 422, "timetable.exeptions"),
        ({"timetable": {"week": [[]]}}, 422, "timetable.week"),
        ({"timetable": {"exceptions": {"2026-12-05": 5}}}, 422, "timetable.exceptions.2026-12-05"),
        (
            {"timetable": {"exceptions": {"2026-12-05": {"hours": 5}}}},
            422,
            "timetable.exceptions.2026-12-05.hours",
        ),
        ({"timetable": {"time_zone": "Kazan"}}, 422, "timetable.time_zone"),
    ],
)
async def test_a_wrong_part_is_named_by_its_path_and_changes_nothing(
    api: Api,
    path: str,
    example: dict[str, Any],
    takes_orders: str,
    part: dict[str, Any],
    status: int,
    field: str,
) -> None:
    del takes_orders
    opened = await put(api, path, example)

    answer = await patch(api, path, part)

    assert (answer.status_code, answer.json()["field"]) == (status, field)
    assert (await api.get(path)).json() == opened.json()


@EACH_KIND
async def test_a_misspelt_name_inside_a_put_is_an_error(
    api: Api, path: str, example: dict[str, Any], takes_orders: str
) -> None:
    del takes_orders
    answer = await put(api, path, example | {"timetable": TIMETABLE_EXAMPLE | {"exeptions": {}}})
    assert (answer.status_code, answer.json()["field"]) == (422, "timetable.exeptions")


async def test_patches_of_several_people_at_once_are_all_kept(api: Api) -> None:
    await put(api, "/points/KZN-9", POINT_EXAMPLE)
    parts = {"storage_days": 9, "extension_days": 2, "capacity": 77, "title": "ПВЗ «Новый»"}

    answers = await asyncio.gather(
        *(patch(api, "/points/KZN-9", {name: value}) for name, value in parts.items())
    )

    assert [answer.status_code for answer in answers] == [200] * len(parts)
    point = (await api.get("/points/KZN-9")).json()
    assert {name: point[name] for name in parts} == parts
    assert point["version"] == 1 + len(parts)


async def test_of_patches_of_one_version_at_once_one_is_kept(api: Api) -> None:
    await put(api, "/points/KZN-9", POINT_EXAMPLE)

    answers = await asyncio.gather(
        *(
            patch(api, "/points/KZN-9", {"storage_days": days}, **{"If-Match": '"1"'})
            for days in (8, 9)
        )
    )

    assert sorted(answer.status_code for answer in answers) == [200, 412]


async def test_a_patch_of_another_version_or_of_no_place_is_refused(api: Api) -> None:
    await put(api, "/points/KZN-9", POINT_EXAMPLE)

    stale = await patch(api, "/points/KZN-9", {"storage_days": 9}, **{"If-Match": '"7"'})
    absent = await patch(api, "/points/KZN-8", {"storage_days": 9})

    assert (stale.status_code, stale.json()["code"]) == (412, "precondition_failed")
    assert (absent.status_code, absent.json()["code"]) == (404, "unknown_point")
