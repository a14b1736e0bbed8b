"""Staff as a resource: invited with a link that is told once, given grants, suspended."""

from typing import Any

import pytest

from gotovo.access.staff.grants import StaffGrant
from gotovo.order.values.actor import Role
from tests.support.access.staff import hire, signed_in
from tests.support.api.network import BOOKSHOP, Api

CLERK = {"role": "point", "point": "KZN-1"}


def person(**changes: Any) -> dict[str, Any]:
    return {"name": "Алина Галимова", "login": "alina", "grants": [CLERK]} | changes


async def test_the_link_is_in_the_first_response_alone(api: Api) -> None:
    first = await api.post("/staff", person(), key="same")
    again = await api.post("/staff", person(), key="same")
    assert first.status_code == again.status_code == 201
    view = first.json()
    assert "/staff/invitation/" in view["invitation"]["url"]
    assert again.json()["invitation"]["url"] is None
    assert (view["grants"][0]["point"], view["signs_in_with"]) == ("KZN-1", [])
    read = (await api.get(f"/staff/{view['id']}")).json()
    assert read["invitation"]["url"] is None
    listed = (await api.get("/staff")).json()["items"]
    assert [each["login"] for each in listed] == ["alina"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"login": "two words"}, "login"),
        ({"phone": "no phone"}, "phone"),
        ({"grants": [{"role": "point", "point": "NOPE"}]}, "grants[0].point"),
        ({"grants": [CLERK, {"role": "courier", "point": "KZN-1"}]}, "grants[1].point"),
        ({"grants": [{"role": "warehouse", "warehouse": "NOPE"}]}, "grants[0].warehouse"),
        ({"grants": [{"role": "point", "shop": "bookshop"}]}, "grants[0].shop"),
        ({"grants": [{"role": "support", "shop": "nope"}]}, "grants[0].shop"),
        ({"grants": []}, "grants"),
        ({"grants": [{"role": "storefront"}]}, "grants[0].role"),
    ],
)
async def test_what_is_wrong_with_an_invitation_is_named(
    api: Api, changes: dict[str, Any], field: str
) -> None:
    answer = await api.post("/staff", person(**changes))
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert (await api.get("/staff")).json()["items"] == []


async def test_a_login_is_given_once(api: Api) -> None:
    assert (await api.post("/staff", person())).status_code == 201
    taken = await api.post("/staff", person(name="Another"))
    assert (taken.status_code, taken.json()["code"]) == (409, "login_taken")


async def test_the_own_phone_becomes_who_the_person_is_as_a_buyer(api: Api) -> None:
    view = (await api.post("/staff", person(phone="8 900 123-45-47"))).json()
    assert view["knows_own_phone"] is True
    stored = await api.network.pool.fetchval("select own_customer from staff")
    order = await api.place(customer={"phone": "+79001234547"})
    customer = await api.network.pool.fetchval(
        "select customer from orders where number = $1", order["number"]
    )
    assert stored == customer


async def test_grants_are_given_and_taken_back(api: Api) -> None:
    id_ = (await api.post("/staff", person())).json()["id"]
    body = {"role": "support", "shop": "default"}
    given = (await api.post(f"/staff/{id_}/grants", body)).json()
    twice = (await api.post(f"/staff/{id_}/grants", body)).json()
    assert given["id"] == twice["id"]
    assert given["shop"] == "default"
    path = f"/api/v1/staff/{id_}/grants/{given['id']}"
    headers = api.headers("admin", {})
    assert (await api.client.delete(path, headers=headers)).status_code == 204
    gone = await api.client.delete(path, headers=headers)
    assert (gone.status_code, gone.json()["code"]) == (404, "unknown_grant")


async def test_nobody_suspends_themselves_or_the_last_administrator(api: Api) -> None:
    access, now = api.network.dependencies.staff, api.network.clock()
    boss = await hire(access, "Irina", StaffGrant(Role.ADMIN), now=now)
    api.network.tokens["irina"] = await signed_in(access, boss, now)
    own = await api.post(f"/staff/{boss}/suspension", by="irina")
    assert (own.status_code, own.json()["code"]) == (409, "own_account")
    last = await api.post(f"/staff/{boss}/suspension")
    assert (last.status_code, last.json()["code"]) == (409, "last_administrator")
    await hire(access, "Elena", StaffGrant(Role.ADMIN), now=now)
    suspended = await api.post(f"/staff/{boss}/suspension")
    assert suspended.json()["suspended_at"] is not None
    headers = api.headers("admin", {})
    path = f"/api/v1/staff/{boss}/suspension"
    assert (await api.client.delete(path, headers=headers)).status_code == 204
    assert (await api.get(f"/staff/{boss}")).json()["suspended_at"] is None


async def test_who_works_for_others_too_is_not_a_shops_to_suspend(api: Api) -> None:
    access, now = api.network.dependencies.staff, api.network.clock()
    both = (StaffGrant(Role.SUPPORT, shop=BOOKSHOP), StaffGrant(Role.POINT, point="KZN-1"))
    person_id = await hire(access, "Elena", *both, now=now)
    seen = (await api.get(f"/staff/{person_id}", "book-admin")).json()
    assert [each["role"] for each in seen["grants"]] == ["support"]
    for path in ("suspension", "invitation"):
        answer = await api.post(f"/staff/{person_id}/{path}", by="book-admin")
        assert (answer.status_code, answer.json()["code"]) == (403, "staff_of_others")


async def test_somebody_who_can_sign_in_gets_another_link_only_as_a_reset(api: Api) -> None:
    id_ = (await api.post("/staff", person())).json()["id"]
    again = await api.post(f"/staff/{id_}/invitation")
    assert "/staff/invitation/" in again.json()["invitation"]["url"]
    await api.network.pool.execute("update staff set totp = 'x', password = 'x'")
    refused = await api.post(f"/staff/{id_}/invitation")
    assert (refused.status_code, refused.json()["field"]) == (422, "reset")
    reset = await api.post(f"/staff/{id_}/invitation", {"reset": True})
    assert reset.json()["invitation"]["kind"] == "reset"
    assert reset.json()["signs_in_with"] == []


async def test_every_change_is_an_entry_of_the_security_log(api: Api) -> None:
    id_ = (await api.post("/staff", person())).json()["id"]
    await api.post(f"/staff/{id_}/suspension")
    kinds = [
        row["kind"]
        for row in await api.network.pool.fetch(
            "select kind from security_log where kind like 'staff.%' order by seq"
        )
    ]
    assert kinds == ["staff.granted", "staff.invited", "staff.suspended"]
