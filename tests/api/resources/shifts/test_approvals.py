"""What needs a second person is asked for at a point and decided by somebody else."""

from typing import Any

from gotovo.order.values.actor import Role
from tests.support.api.clerks import (
    AT_KREMLIN,
    AT_LAKE,
    MANAGER,
    Clerk,
    StaffGrant,
    clerk,
    handheld,
    pass_time,
)
from tests.support.api.network import Api

ASKED = {"kind": "handover_without_code", "about": "TOTE-1", "note": "Телефон разряжен."}


async def at_work(api: Api, name: str, *grants: StaffGrant) -> Clerk:
    """Return a clerk in a shift at KZN-1."""
    found = await clerk(api, name, *(grants or (AT_KREMLIN,)), device=(await handheld(api))[1])
    await found.begins()
    return found


async def asked(by: Clerk, **changes: Any) -> dict[str, Any]:
    response = await by.posts("/points/KZN-1/approvals", ASKED | changes)
    assert response.status_code == 201, response.text
    return response.json()


async def decided(by: Clerk, approval: dict[str, Any], said: str = "granted") -> Any:
    return await by.posts(f"/approvals/{approval['id']}/decision", {"decision": said})


async def test_a_colleague_sees_what_waits_and_grants_it(api: Api) -> None:
    anna, boris = await at_work(api, "anna"), await at_work(api, "boris")
    approval = await asked(anna)
    assert approval["state"] == "waiting"
    assert approval["needs"] == "clerk"
    waiting = (await boris.gets("/points/KZN-1/approvals")).json()["items"]
    assert waiting == [approval]
    granted = await decided(boris, approval)
    assert granted.status_code == 200, granted.text
    assert granted.json()["state"] == "granted"
    assert granted.json()["decided_by"] == f"point:{boris.actor}"
    read = await anna.gets(f"/points/KZN-1/approvals/{approval['id']}")
    assert read.json() == granted.json()
    assert (await boris.gets("/points/KZN-1/approvals")).json()["items"] == []


async def test_who_asked_can_t_grant_it_from_another_session_or_role(api: Api) -> None:
    anna = await at_work(api, "anna")
    approval = await asked(anna)
    second = await clerk(api, "anna-2", person=anna.person)
    for who in (anna, second):
        refused = await decided(who, approval)
        assert (refused.status_code, refused.json()["code"]) == (403, "approval_of_same_person")
    boss = await at_work(api, "boss", MANAGER)
    approval = await asked(boss, kind="write_off")
    assert (await decided(boss, approval)).json()["code"] == "approval_of_same_person"


async def test_a_clerk_decides_in_a_shift_with_a_fresh_proof(api: Api) -> None:
    anna = await at_work(api, "anna")
    approval = await asked(anna)
    boris = await clerk(api, "boris", device=anna.device)
    assert (await decided(boris, approval)).json()["code"] == "shift_required"
    await boris.begins()
    pass_time(api, minutes=6)
    assert (await decided(boris, approval)).json()["code"] == "proof_required"
    now = api.network.clock()
    digest = api.network.dependencies.staff.sessions.digest_of(api.network.tokens["boris"])
    assert digest is not None
    await api.network.dependencies.staff.sessions.store.prove(digest, now)
    pass_time(api)
    assert (await decided(boris, approval)).status_code == 200


async def test_a_manager_and_support_decide_without_a_shift(api: Api) -> None:
    anna = await at_work(api, "anna")
    vera = await clerk(api, "vera", MANAGER)
    helper = await clerk(api, "helper", StaffGrant(Role.SUPPORT))
    for who in (vera, helper):
        approval = await asked(anna, kind="write_off")
        assert approval["needs"] == "manager"
        assert (await decided(who, approval)).status_code == 200


async def test_who_is_of_too_low_a_rank_hears_whose_word_is_needed(api: Api) -> None:
    anna, boris = await at_work(api, "anna"), await at_work(api, "boris")
    approval = await asked(anna, kind="write_off")
    refused = await decided(boris, approval)
    assert (refused.status_code, refused.json()["code"]) == (403, "approver_needed")
    assert refused.json()["expected"] == "manager"
    settings = (await api.get("/points/KZN-1")).json()
    assert settings["second_person"] == {}
    patch = {"second_person": {"write_off": {"approver": "clerk"}}}
    headers = api.headers("admin", {})
    changed = await api.client.patch("/api/v1/points/KZN-1", json=patch, headers=headers)
    assert changed.status_code == 200, changed.text
    await api.network.directory.refresh()
    assert (await decided(boris, approval)).status_code == 200


async def test_another_point_s_people_and_programs_decide_nothing(api: Api) -> None:
    anna = await at_work(api, "anna")
    approval = await asked(anna)
    at_lake = await clerk(api, "lake", AT_LAKE, device=(await handheld(api, "KZN-2"))[1])
    await at_lake.begins("KZN-2")
    assert (await decided(at_lake, approval)).json()["code"] == "unknown_approval"
    path = f"/approvals/{approval['id']}/decision"
    for by in ("point", "admin", "support"):
        refused = await api.post(path, {"decision": "granted"}, by)
        assert (refused.status_code, refused.json()["code"]) == (403, "person_required")
    of_shop = await clerk(api, "shop", StaffGrant(Role.ADMIN, shop="bookshop"))
    assert (await decided(of_shop, approval)).json()["code"] == "not_permitted"


async def test_what_a_program_asked_for_needs_a_manager(api: Api) -> None:
    approval = (await api.post("/points/KZN-1/approvals", ASKED, "point")).json()
    assert approval["needs"] == "manager"
    boris = await at_work(api, "boris")
    assert (await decided(boris, approval)).json()["code"] == "approver_needed"
    vera = await clerk(api, "vera", MANAGER)
    assert (await decided(vera, approval)).status_code == 200


async def test_once_decided_or_too_late_it_is_neither_granted_nor_denied(api: Api) -> None:
    anna, boris = await at_work(api, "anna"), await at_work(api, "boris")
    vera = await clerk(api, "vera", MANAGER)
    approval = await asked(anna)
    assert (await decided(boris, approval, "denied")).json()["state"] == "denied"
    refused = await decided(vera, approval)
    assert (refused.status_code, refused.json()["code"]) == (409, "approval_decided")
    assert refused.json()["expected"] == "denied"
    late = await asked(anna)
    pass_time(api, minutes=15)
    fresh = await clerk(api, "vera", MANAGER, person=vera.person)
    assert (await decided(fresh, late)).json()["code"] == "approval_expired"
    read = await anna.gets(f"/points/KZN-1/approvals/{late['id']}")
    assert read.json()["state"] == "expired"


async def test_an_order_s_number_is_one_however_it_is_written(api: Api) -> None:
    number = (await api.place())["number"]
    anna = await at_work(api, "anna")
    spaced = f"{number[:4]} {number[4:8]}-{number[8:]}"
    assert (await asked(anna, about=spaced))["about"] == number


async def test_a_wrong_body_is_named(api: Api) -> None:
    anna = await at_work(api, "anna")
    for body, field in (
        ({"kind": "tea", "about": "1"}, "kind"),
        ({"kind": "write_off", "about": ""}, "about"),
        ({"kind": "write_off", "about": "1", "note": "x" * 501}, "note"),
    ):
        refused = await anna.posts("/points/KZN-1/approvals", body)
        assert (refused.status_code, refused.json()["field"]) == (422, field)
