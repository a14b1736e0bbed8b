"""Points and warehouses: everybody reads them, an administrator changes them."""

from typing import Any

import httpx
import pytest

from gotovo.api.schemas.examples import POINT_EXAMPLE, TIMETABLE_EXAMPLE, WAREHOUSE_EXAMPLE
from tests.support.api.network import PLACE, Api


async def put(api: Api, path: str, body: Any, by: str = "admin") -> httpx.Response:
    return await api.client.put(f"/api/v1{path}", json=body, headers=api.headers(by, {}))


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
