"""Devices are registered by who is in charge, and recognised by a token that is told once."""

from gotovo.access.staff.work.point_work import WorkTerms
from tests.support.api.clerks import AT_KREMLIN, MANAGER, clerk, handheld, pass_time, under
from tests.support.api.network import Api

BODY = {"name": "Counter 1", "kind": "browser"}


async def test_a_browser_gets_a_cookie_and_no_token(api: Api) -> None:
    made = await api.post("/points/KZN-1/devices", BODY, key="k")
    assert made.status_code == 201, made.text
    assert "token" not in made.json()
    assert "gtd_" in made.headers["set-cookie"]
    again = await api.post("/points/KZN-1/devices", BODY, key="k")
    assert (again.status_code, again.content) == (201, made.content)
    assert "set-cookie" not in again.headers


async def test_a_handheld_s_token_is_told_once_and_stored_nowhere(api: Api) -> None:
    body = {"name": "Blue one", "kind": "handheld"}
    made = await api.post("/points/KZN-1/devices", body, key="k")
    token = made.json()["token"]
    again = await api.post("/points/KZN-1/devices", body, key="k")
    assert again.json() == {name: x for name, x in made.json().items() if name != "token"}
    for table in ("desk_device", "idempotency", "security_log"):
        sql = f"select t::text as row from {table} as t"  # noqa: S608  (the names above)
        rows = await api.network.pool.fetch(sql)
        assert rows
        assert not any(token[4:] in row["row"] for row in rows)


async def test_a_manager_registers_devices_with_a_fresh_proof(api: Api) -> None:
    vera = await clerk(api, "vera", MANAGER)
    made = await vera.posts("/points/KZN-1/devices", BODY)
    assert made.status_code == 201, made.text
    assert made.json()["registered_by"] == f"point:{vera.actor}"
    pass_time(api, minutes=5)
    refused = await vera.posts("/points/KZN-1/devices", BODY)
    assert (refused.status_code, refused.json()["code"]) == (403, "proof_required")
    assert refused.json()["expected"] == "passkey, password+totp"
    assert 'error="insufficient_user_authentication"' in refused.headers["www-authenticate"]


async def test_a_clerk_and_a_program_register_none(api: Api) -> None:
    anna = await clerk(api, "anna", AT_KREMLIN)
    refused = await anna.posts("/points/KZN-1/devices", BODY)
    assert refused.json()["code"] == "not_permitted"
    assert refused.json()["expected"] == "manager of the point, admin"
    assert (await api.post("/points/KZN-1/devices", BODY, "point")).status_code == 403
    at_lake = await clerk(api, "vera", MANAGER)
    elsewhere = await at_lake.posts("/points/KZN-2/devices", BODY)
    assert elsewhere.json()["code"] == "wrong_point"


async def test_where_the_setting_says_so_managers_register_none(api: Api) -> None:
    async with under(api, WorkTerms(managers_register=False)) as strict:
        vera = await clerk(strict, "vera", MANAGER)
        refused = await vera.posts("/points/KZN-1/devices", BODY)
    assert (refused.json()["code"], refused.json()["expected"]) == ("not_permitted", "admin")


async def test_a_device_of_another_point_is_revoked_by_nobody_here(api: Api) -> None:
    device, _ = await handheld(api, "KZN-2")
    headers = api.headers("admin", {})
    gone = await api.client.delete(f"/api/v1/points/KZN-1/devices/{device}", headers=headers)
    assert (gone.status_code, gone.json()["code"]) == (404, "unknown_device")
