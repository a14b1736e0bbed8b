"""A desk step of a person needs an open shift at its point, and what ends it ends the session."""

from typing import Any
from uuid import UUID

import pytest

from gotovo.access.staff.work.point_work import DevicePolicy, WorkTerms
from gotovo.order.values.actor import Role
from tests.support.api.clerks import (
    ANYWHERE,
    AT_LAKE,
    MANAGER,
    StaffGrant,
    clerk,
    handheld,
    look_again,
    pass_time,
    under,
)
from tests.support.api.network import Api, captured

NO_WORK = {"shift_required", "session_ended"}
"""What a clerk hears whose session was ended elsewhere: the second at the latest in two seconds."""


def code_of(response: Any) -> str:
    return response.json().get("code", "") if response.content else ""


async def arrived(api: Api, **changes: Any) -> str:
    """Return the number of an order whose parcel is on its way to its point."""
    number = (await api.place(**changes))["number"]
    await api.step(number, "payment", **captured(number))
    for step in ("picking", "packing", "dispatch"):
        await api.step(number, step)
    return number


async def test_without_a_shift_a_clerk_does_nothing_at_the_desk(api: Api) -> None:
    number = await arrived(api)
    anna = await clerk(api, "anna", device=(await handheld(api))[1])
    refused = await anna.posts(f"/orders/{number}/arrival")
    assert (refused.status_code, code_of(refused)) == (403, "shift_required")
    commands = {"commands": [{"id": "1", "order": number, "step": "arrival"}]}
    assert code_of(await anna.posts("/commands", commands)) == "shift_required"
    assert (await anna.gets(f"/orders/{number}")).status_code == 200
    shift = await anna.begins()
    taken = await anna.posts(f"/orders/{number}/arrival")
    assert taken.status_code == 200, taken.text
    timeline = (await api.get(f"/orders/{number}/timeline")).text
    assert anna.actor in timeline
    assert (await anna.ends(shift)).status_code == 200
    number = await arrived(api)
    assert code_of(await anna.posts(f"/orders/{number}/arrival")) == "session_ended"


async def test_the_problem_says_what_to_do_in_both_languages(api: Api) -> None:
    anna = await clerk(api, "anna")
    for language, said in (("en", "Begin a shift at this point first"), ("ru", "откройте смену")):
        refused = await anna.posts("/orders/1234/arrival", None, Accept_Language=language)
        assert said in refused.json()["detail"]


async def test_a_program_needs_no_shift(api: Api) -> None:
    number = await arrived(api)
    assert (await api.post(f"/orders/{number}/arrival", {}, "point")).status_code == 200
    refused = await api.post("/points/KZN-1/shifts", {}, "point")
    assert (refused.status_code, code_of(refused)) == (403, "person_required")


async def test_where_the_setting_says_so_nobody_needs_a_shift(api: Api) -> None:
    async with under(api, WorkTerms(needs_shift=False)) as lenient:
        anna = await clerk(lenient, "anna")
        number = await arrived(api)
        assert (await anna.posts(f"/orders/{number}/arrival")).status_code == 200


async def test_a_shift_begins_once_and_is_answered_again(api: Api) -> None:
    anna = await clerk(api, "anna", device=(await handheld(api))[1])
    first = await anna.posts("/points/KZN-1/shifts", key="k")
    assert first.status_code == 201, first.text
    again = await anna.posts("/points/KZN-1/shifts", key="k")
    assert (again.status_code, again.content) == (201, first.content)
    second = await anna.posts("/points/KZN-1/shifts")
    assert (second.status_code, second.json()) == (200, first.json())


async def test_a_person_with_two_points_has_a_shift_at_one_at_a_time(api: Api) -> None:
    here, there = (await handheld(api))[1], (await handheld(api, "KZN-2"))[1]
    at_kremlin = await clerk(api, "anna", device=here)
    at_lake = await clerk(api, "anna-2", person=at_kremlin.person, device=there)
    shift = await at_kremlin.begins()
    refused = await at_lake.posts("/points/KZN-2/shifts")
    assert code_of(refused) == "wrong_point"  # The session acts at one point.
    anywhere = await clerk(api, "boris", ANYWHERE, device=here)
    await anywhere.begins()
    anywhere.device = there
    refused = await anywhere.posts("/points/KZN-2/shifts")
    assert (refused.status_code, code_of(refused)) == (409, "shift_elsewhere")
    assert refused.json()["expected"] == "KZN-1"
    assert shift["point"] == "KZN-1"


async def test_who_may_work_anywhere_works_where_the_shift_is(api: Api) -> None:
    anywhere = await clerk(api, "boris", ANYWHERE, device=(await handheld(api))[1])
    await anywhere.begins()
    here = await arrived(api)
    there = await arrived(api, delivery={"method": "pickup", "point": "KZN-2"})
    assert (await anywhere.posts(f"/orders/{here}/arrival")).status_code == 200
    assert code_of(await anywhere.posts(f"/orders/{there}/arrival")) == "wrong_point"


async def test_a_further_session_of_the_person_works_in_the_shift_and_ends_with_it(
    api: Api,
) -> None:
    anna = await clerk(api, "anna", device=(await handheld(api))[1])
    shift = await anna.begins()
    second = await clerk(api, "anna-2", person=anna.person)
    number = await arrived(api)
    assert (await second.posts(f"/orders/{number}/arrival")).status_code == 200
    await anna.ends(shift)
    look_again(api)
    assert code_of(await second.gets("/staff/me")) == "session_ended"


async def test_a_shift_begins_on_a_registered_device_of_its_point(api: Api) -> None:
    anna = await clerk(api, "anna")
    for device in ("", "gtd_" + "a" * 52, "rubbish", (await handheld(api, "KZN-2"))[1]):
        anna.device = device
        refused = await anna.posts("/points/KZN-1/shifts")
        assert (refused.status_code, code_of(refused)) == (403, "device_required"), device


async def test_where_any_browser_will_do_the_first_shift_registers_it(api: Api) -> None:
    async with under(api, WorkTerms(devices=DevicePolicy.ANY)) as lenient:
        anna = await clerk(lenient, "anna")
        begun = await anna.posts("/points/KZN-1/shifts")
        assert begun.status_code == 201, begun.text
        cookie = begun.headers["set-cookie"]
        assert cookie.startswith("gotovo_device=gtd_")
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        devices = (await api.get("/points/KZN-1/devices")).json()["items"]
        assert [each["id"] for each in devices] == [begun.json()["device"]]
        await anna.ends(begun.json())
        boris = await clerk(lenient, "boris")
        again = await boris.posts("/points/KZN-1/shifts", Cookie=cookie.partition(";")[0])
        assert again.json()["device"] == begun.json()["device"]
        assert "set-cookie" not in again.headers


async def test_revoking_a_device_ends_the_shift_on_it_and_its_session(api: Api) -> None:
    device, token = await handheld(api)
    anna = await clerk(api, "anna", device=token)
    shift = await anna.begins()
    path = f"/api/v1/points/KZN-1/devices/{device}"
    headers = api.headers("admin", {})
    assert (await api.client.delete(path, headers=headers)).status_code == 204
    assert (await api.client.delete(path, headers=headers)).status_code == 204
    number = await arrived(api)
    assert code_of(await anna.posts(f"/orders/{number}/arrival")) in NO_WORK
    look_again(api)
    assert code_of(await anna.posts(f"/orders/{number}/arrival")) == "session_ended"
    read = (await api.get(f"/points/KZN-1/shifts/{shift['id']}")).json()
    assert read["end_reason"] == "device_revoked"


async def test_a_forgotten_shift_is_over_at_its_limit_before_anything_ends_it(api: Api) -> None:
    anna = await clerk(api, "anna", device=(await handheld(api))[1])
    shift = await anna.begins()
    pass_time(api, hours=13, minutes=59)
    number = await arrived(api)
    assert (await anna.posts(f"/orders/{number}/arrival")).status_code == 200
    pass_time(api, minutes=1)
    late = await clerk(api, "late", person=anna.person, device=anna.device)
    number = await arrived(api)
    assert code_of(await late.posts(f"/orders/{number}/arrival")) == "shift_required"
    begun = await late.begins()
    assert begun["id"] != shift["id"]
    former = (await api.get(f"/points/KZN-1/shifts/{shift['id']}")).json()
    assert (former["end_reason"], former["ended_at"]) == ("time_limit", shift["ends_by"])


async def test_a_manager_ends_another_s_shift_and_a_clerk_does_not(api: Api) -> None:
    device = (await handheld(api))[1]
    anna = await clerk(api, "anna", device=device)
    boris = await clerk(api, "boris", device=device)
    shift = await anna.begins()
    await boris.begins()
    assert code_of(await boris.ends(shift)) == "unknown_shift"
    vera = await clerk(api, "vera", MANAGER)
    ended = await vera.ends(shift)
    assert (ended.status_code, ended.json()["end_reason"]) == (200, "manager")
    assert ended.json()["ended_by"] == f"point:{vera.actor}"
    number = await arrived(api)
    assert code_of(await anna.posts(f"/orders/{number}/arrival")) in NO_WORK


async def test_a_clerk_sees_the_own_shifts_and_a_manager_everybody_s(api: Api) -> None:
    device = (await handheld(api))[1]
    anna, boris = await clerk(api, "anna", device=device), await clerk(api, "boris", device=device)
    shifts = [await anna.begins(), await boris.begins()]
    vera = await clerk(api, "vera", MANAGER)
    seen = {
        by: {each["id"] for each in (await api.get("/points/KZN-1/shifts", by)).json()["items"]}
        for by in ("anna", "boris", "vera", "support", "point")
    }
    every = {each["id"] for each in shifts}
    assert seen == {
        "anna": {shifts[0]["id"]},
        "boris": {shifts[1]["id"]},
        "vera": every,
        "support": every,
        "point": every,
    }
    others = await anna.gets(f"/points/KZN-1/shifts?person={boris.person}")
    assert code_of(others) == "not_permitted"
    assert code_of(await anna.gets(f"/points/KZN-1/shifts/{shifts[1]['id']}")) == "unknown_shift"
    for path in ("shifts", f"shifts/{shifts[1]['id']}", "devices", "approvals"):
        at_lake = await api.get(f"/points/KZN-2/{path}", "anna")
        assert code_of(at_lake) == "wrong_point"
        of_shop = await api.get(f"/points/KZN-1/{path}", "book-admin")
        assert code_of(of_shop) == "not_permitted"
    assert vera.person != anna.person


async def test_pages_of_shifts_follow_each_other(api: Api) -> None:
    device = (await handheld(api))[1]
    anna = await clerk(api, "anna", device=device)
    vera = await clerk(api, "vera", MANAGER)
    ids: list[str] = []
    for _ in range(5):
        ids.insert(0, (await anna.begins())["id"])
        anna = await clerk(api, "anna", person=anna.person, device=device)
        await vera.ends({"point": "KZN-1", "id": ids[0]})
        pass_time(api, minutes=1)
    found: list[str] = []
    after = ""
    for _ in range(3):
        page = (await api.get(f"/points/KZN-1/shifts?limit=2&after={after}")).json()
        found += [each["id"] for each in page["items"]]
        after = page["next"] or ""
    assert found == ids
    assert after == ""


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/points/KZN-1/shifts/rubbish", "unknown_shift"),
        (f"/points/KZN-1/shifts/{UUID(int=0)}", "unknown_shift"),
        ("/points/KZN-9/shifts", "unknown_point"),
        ("/points/KZN-1/shifts?after=rubbish", "invalid_query"),
        ("/points/KZN-1/shifts?person=anna", "invalid_query"),
        ("/points/KZN-1/devices?after=MTIzLmFiYw", "invalid_query"),
        ("/points/KZN-1/approvals/rubbish", "unknown_approval"),
        ("/points/KZN-1/shifts/rubbish/report?form=pdf", "invalid_query"),
    ],
)
async def test_what_is_not_there_is_a_problem(api: Api, path: str, code: str) -> None:
    assert code_of(await api.get(path)) == code


async def test_who_works_elsewhere_or_in_another_trade_begins_no_shift_here(api: Api) -> None:
    device = (await handheld(api))[1]
    at_lake = await clerk(api, "lake", AT_LAKE, device=device)
    assert code_of(await at_lake.posts("/points/KZN-1/shifts")) == "wrong_point"
    courier = await clerk(api, "driver", StaffGrant(Role.COURIER), device=device)
    assert code_of(await courier.posts("/points/KZN-1/shifts")) == "not_permitted"
