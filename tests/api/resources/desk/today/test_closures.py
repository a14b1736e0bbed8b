"""Closing a point: who may, what follows for orders, and what a kill in between can't lose."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from gotovo.engine.background.recalculation import Recalculation, RecalculationTerms
from gotovo.engine.ports import ChangedPlace
from gotovo.order.values.actor import Role
from gotovo.points.local_time import local_date
from gotovo.store.tables.network.changed_places import ChangedPlaceStore
from tests.support.api.clerks import AT_KREMLIN, MANAGER, Clerk, StaffGrant, clerk, handheld
from tests.support.api.network import Api, captured

DAY = timedelta(days=1)


def days(api: Api, first: int = 2, last: int | None = 4, **more: Any) -> dict[str, Any]:
    """Return a closure from so many days after today until so many."""
    today = local_date(api.network.clock(), "Europe/Moscow")
    ends = {} if last is None else {"ends_on": str(today + last * DAY)}
    return {"starts_on": str(today + first * DAY), **ends, "reason": "A pipe has burst.", **more}


async def at_work(api: Api, name: str, grant: StaffGrant) -> Clerk:
    found = await clerk(api, name, grant, device=(await handheld(api))[1])
    await found.begins()
    return found


def recalculation(api: Api, places: ChangedPlaceStore | None = None) -> Recalculation:
    terms = RecalculationTerms(resting=0, settle_seconds=0, page=2)
    places = places or ChangedPlaceStore(api.network.pool)
    return Recalculation(api.network.engine, places, api.network.clock, terms)


class Killed(ChangedPlaceStore):
    """The program ends between the commit of a page and the note how far it came."""

    async def advance(self, place: ChangedPlace) -> None:  # pyright: ignore[reportImplicitOverride]
        raise ConnectionResetError(place.code)


async def deadline(api: Api, number: str) -> str:
    return (await api.get(f"/orders/{number}")).json()["storage_deadline_at"]


async def test_the_office_closes_a_point_and_what_lies_there_follows(api: Api) -> None:
    number = (await api.ready())["number"]
    before = await deadline(api, number)
    body = days(api)
    query = "&".join(f"{k}={v}" for k, v in body.items() if k != "reason")
    seen = await api.get(f"/points/KZN-1/closure-preview?{query}")
    assert seen.status_code == 200, seen.text
    figures = [seen.json()[name] for name in ("ready_orders", "orders_on_way", "messages")]
    assert figures == [1, 0, 1]
    assert seen.json()["buyers"] == 1
    assert seen.json()["buyers_read"].startswith("Your pick-up point closes ")
    assert [each["orders"] for each in seen.json()["deadlines"]] == [1]
    assert not seen.json()["needs_approval"]
    entered = await api.post("/points/KZN-1/closures", body, "admin", "close")
    assert (entered.status_code, entered.json()["state"]) == (201, "planned"), entered.text
    again = await api.post("/points/KZN-1/closures", body, "admin", "close")
    assert again.content == entered.content
    assert await deadline(api, number) == before  # Killed here, nothing has followed so far.
    assert await recalculation(api).run() == 1
    moved = await deadline(api, number)
    assert moved == seen.json()["deadlines"][0]["to_day"] + moved[10:]
    assert moved > before
    listed = (await api.get("/points/KZN-1/closures")).json()["items"]
    assert listed == [entered.json()]
    path = f"/points/KZN-1/closures/{entered.json()['id']}/reopening"
    lifted = await api.post(path, {}, "admin")
    assert (lifted.status_code, lifted.json()["state"]) == (200, "lifted"), lifted.text
    assert await recalculation(api).run() == 1
    assert await deadline(api, number) == moved  # What was told holds.
    assert await recalculation(api).run() == 0


async def test_a_program_that_ends_among_the_deadlines_goes_on_where_it_was(api: Api) -> None:
    numbers = [(await api.ready())["number"] for _ in range(5)]
    before = {number: await deadline(api, number) for number in numbers}
    entered = await api.post("/points/KZN-1/closures", days(api), "admin")
    assert entered.status_code == 201, entered.text
    with pytest.raises(ConnectionResetError):
        await recalculation(api, Killed(api.network.pool)).run()
    moved = [number for number in numbers if await deadline(api, number) != before[number]]
    assert len(moved) == 2
    await api.network.reopen()
    assert await recalculation(api).run() == 3
    after = {number: await deadline(api, number) for number in numbers}
    assert all(after[number] > before[number] for number in numbers)
    assert await recalculation(api).run() == 0
    # Each buyer is told once, whatever was gone through twice.
    told = await api.network.pool.fetch(
        "select number from event where type = 'order.storage_recalculated'"
    )
    assert sorted(each["number"] for each in told) == sorted(numbers)


async def test_a_point_closed_until_further_notice_holds_what_lies_there(api: Api) -> None:
    number = (await api.ready())["number"]
    before = await deadline(api, number)
    today = local_date(api.network.clock(), "Europe/Moscow")
    seen = (await api.get(f"/points/KZN-1/closure-preview?starts_on={today}")).json()
    assert (seen["held"], seen["deadlines"], seen["messages"]) == (1, [], 1)
    entered = await api.post("/points/KZN-1/closures", days(api, 0, None), "admin")
    assert entered.json()["state"] == "current"
    assert await recalculation(api).run() == 1
    api.network.clock.now += 20 * DAY
    order = (await api.get(f"/orders/{number}")).json()
    assert (order["status"], order["storage_deadline_at"]) == ("ready_for_pickup", before)
    path = f"/points/KZN-1/closures/{entered.json()['id']}"
    seen = (await api.get(f"{path}/preview")).json()
    assert [each["orders"] for each in seen["deadlines"]] == [1]
    assert seen["buyers_read"] == "Your pick-up point is open again."
    assert (await api.post(f"{path}/reopening", {}, "admin")).status_code == 200
    assert await recalculation(api).run() == 1
    again = datetime.fromisoformat(await deadline(api, number))
    assert again > api.network.clock()  # All the days that nobody could come are given back.
    assert again - datetime.fromisoformat(before) >= 19 * DAY


async def test_what_is_on_its_way_is_promised_for_a_day_that_is_open(api: Api) -> None:
    number = (await api.place())["number"]
    await api.step(number, "payment", **captured(number))
    promised = (await api.get(f"/orders/{number}")).json()["promised_for"]
    body = days(api, 0, 20)
    query = "&".join(f"{k}={v}" for k, v in body.items() if k != "reason")
    seen = (await api.get(f"/points/KZN-1/closure-preview?{query}")).json()
    assert (seen["orders_on_way"], seen["messages"]) == (1, 1)
    assert seen["promises"][0]["from_day"] == promised
    assert (await api.post("/points/KZN-1/closures", body, "admin")).status_code == 201
    assert await recalculation(api).run() == 1
    moved = (await api.get(f"/orders/{number}")).json()["promised_for"]
    assert moved == seen["promises"][0]["to_day"]
    assert moved > body["ends_on"]


async def test_settings_that_are_put_or_patched_keep_the_closures(api: Api) -> None:
    entered = await api.post("/points/KZN-1/closures", days(api), "admin")
    read = await api.get("/points/KZN-1")
    settings = {k: v for k, v in read.json().items() if k not in {"version", "updated_at"}}
    assert [each["id"] for each in settings["timetable"]["closures"]] == [entered.json()["id"]]
    headers = api.headers("admin", {"If-Match": read.headers["etag"]})
    del settings["timetable"]["closures"]
    put = {**settings, "title": "Кремль, второй вход"}
    written = await api.client.put("/api/v1/points/KZN-1", json=put, headers=headers)
    assert written.status_code == 200, written.text
    assert len(written.json()["timetable"]["closures"]) == 1
    forged = {"timetable": {"closures": [{"id": entered.json()["id"], "starts_on": "2026-01-01"}]}}
    sent = await api.client.patch(
        "/api/v1/points/KZN-1", json=forged, headers=api.headers("admin", {})
    )
    assert (sent.status_code, sent.json()["code"]) == (422, "invalid_settings"), sent.text


async def test_a_manager_needs_support_for_exactly_these_days(api: Api) -> None:
    """The fraud: a manager stretches the storage of a friend's order."""
    manager = await at_work(api, "manager", MANAGER)
    body = days(api)
    refused = await manager.posts("/points/KZN-1/closures", body)
    assert (refused.status_code, refused.json()["code"]) == (403, "approval_required")
    today = local_date(api.network.clock(), "Europe/Moscow")
    about = f"KZN-1 closure {today + 2 * DAY}/{today + 4 * DAY}"
    wanted = {"kind": "point_closure", "about": about, "note": "Прорвало трубу."}
    asked = (await manager.posts("/points/KZN-1/approvals", wanted)).json()
    assert asked["needs"] == "support"
    other = await manager.posts("/points/KZN-1/closures", days(api) | {"approval": asked["id"]})
    assert other.json()["code"] == "approval_required"  # Nobody has granted it.
    helper = await clerk(api, "helper", StaffGrant(Role.SUPPORT))
    await helper.posts(f"/approvals/{asked['id']}/decision", {"decision": "granted"})
    longer = await manager.posts(
        "/points/KZN-1/closures", days(api, last=9) | {"approval": asked["id"]}
    )
    assert longer.json()["value"] == "unknown"  # It is for other days.
    entered = await manager.posts("/points/KZN-1/closures", body | {"approval": asked["id"]})
    assert entered.status_code == 201, entered.text
    assert entered.json()["approved_by"] == helper.actor
    log = (await api.get("/security-log")).json()["items"]
    kinds = [each["kind"] for each in log]
    assert "point.closure_entered" in kinds
    assert "approval.taken" in kinds


async def test_a_clerk_closes_nothing_and_a_manager_no_other_point(api: Api) -> None:
    anna = await at_work(api, "anna", AT_KREMLIN)
    refused = await anna.posts("/points/KZN-1/closures", days(api))
    assert (refused.status_code, refused.json()["code"]) == (403, "not_permitted")
    manager = await at_work(api, "manager", MANAGER)
    elsewhere = await manager.posts("/points/KZN-2/closures", days(api))
    assert elsewhere.json()["code"] == "wrong_point"
    book = await api.post("/points/KZN-1/closures", days(api), "book-admin")
    assert book.json()["code"] == "not_permitted"


async def test_a_closure_without_a_reason_or_with_impossible_days_is_refused(api: Api) -> None:
    for wrong in (
        days(api) | {"reason": ""},
        days(api, first=5, last=3),
        days(api, first=-2),
        days(api, first=-2, last=1, kind="outage"),
        days(api, first=-40, last=-38, kind="outage"),
        days(api, last=500),
        days(api) | {"starts_at": "16:00:30"},
        days(api) | {"starts_on": "9999-12-31", "ends_on": "9999-12-31"},
        days(api) | {"starts_on": "0001-01-01", "ends_on": None, "kind": "outage"},
    ):
        refused = await api.post("/points/KZN-1/closures", wrong, "admin")
        assert refused.status_code == 422, (wrong, refused.text)
    assert (await api.get("/points/KZN-1/closures")).json()["items"] == []


async def test_what_is_over_or_of_another_point_is_not_taken_back(api: Api) -> None:
    entered = await api.post("/points/KZN-1/closures", days(api), "admin")
    name = entered.json()["id"]
    other = await api.post(f"/points/KZN-2/closures/{name}/reopening", {}, "admin")
    assert (other.status_code, other.json()["code"]) == (404, "unknown_closure")
    api.network.clock.now += 9 * DAY
    over = await api.post(f"/points/KZN-1/closures/{name}/reopening", {}, "admin")
    assert (over.status_code, over.json()["code"]) == (409, "closure_over")
