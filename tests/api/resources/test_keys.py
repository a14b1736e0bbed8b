"""Keys: who they let in, where, and until when."""

from datetime import timedelta

import pytest

from gotovo.api.endpoints import ENDPOINTS
from tests.support.api.network import PLACE, Api


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer", "Bearer nonsense", "Basic YTpi", "Bearer gtv_aaaaaaaaaaaaaaaa_" + "a" * 32],
)
async def test_nobody_gets_in_without_a_living_key(api: Api, authorization: str) -> None:
    headers = {"Authorization": authorization} if authorization else {}

    answer = await api.client.get("/api/v1/orders", headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (401, "unauthorized")
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_a_key_with_a_forged_proof_opens_nothing(api: Api) -> None:
    token = api.network.tokens["admin"]
    forged = token[:-1] + ("a" if token[-1] != "a" else "b")

    answer = await api.client.get("/api/v1/orders", headers={"Authorization": f"Bearer {forged}"})

    assert answer.status_code == 401


async def test_a_follower_reads_the_journal_and_nothing_else(api: Api) -> None:
    number = (await api.place())["number"]

    assert (await api.get("/events", "follower")).status_code == 200
    for path in ("/orders", f"/orders/{number}", "/keys"):
        answer = await api.get(path, "follower")
        assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")
    for path in ("/orders", f"/orders/{number}/handover"):
        answer = await api.post(path, PLACE, "follower")
        assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted")


async def test_no_endpoint_is_open_to_a_role_that_it_does_not_name(api: Api) -> None:
    for endpoint in ENDPOINTS:
        path = endpoint.path.removeprefix("/api/v1").replace("{number}", "123456789012")
        path = path.replace("{code}", "X-1").replace("{id}", "x").replace("{sku}", "x")
        for role in {"storefront", "warehouse", "courier", "follower"} - set(endpoint.roles):
            answer = await api.client.request(
                endpoint.method, f"/api/v1{path}", headers=api.headers(role, {})
            )
            assert (answer.status_code, answer.json()["code"]) == (403, "not_permitted"), path


async def test_a_desk_acts_and_looks_only_at_its_own_point(api: Api) -> None:
    number = (await api.ready())["number"]

    read = await api.get(f"/orders/{number}", "other-point")
    timeline = await api.get(f"/orders/{number}/timeline", "other-point")
    taken = await api.post(f"/orders/{number}/handover", {"code": api.code(number)}, "other-point")
    listed = await api.get("/orders", "other-point")
    asked = await api.get("/orders?point=KZN-1", "other-point")

    for answer in (read, timeline, taken, asked):
        assert (answer.status_code, answer.json()["code"]) == (403, "wrong_point")
        assert "stage" not in answer.json()
    assert listed.json()["items"] == []
    assert (await api.get(f"/orders/{number}", "point")).status_code == 200


async def test_a_created_key_works_at_once_and_its_token_is_told_once(api: Api) -> None:
    body = {"name": "desk", "role": "point", "point": "KZN-1"}

    created = await api.post("/keys", body, key="new-desk")
    again = await api.post("/keys", body, key="new-desk")

    assert created.status_code == 201
    assert again.status_code == 201
    assert again.json() == created.json() | {"token": None}
    api.network.tokens["desk"] = created.json()["token"]
    assert (await api.get("/orders", "desk")).status_code == 200
    assert (await api.post("/keys", body | {"name": "x"}, key="new-desk")).status_code == 422


async def test_a_token_is_stored_nowhere(api: Api) -> None:
    token = (await api.post("/keys", {"name": "shop", "role": "storefront"})).json()["token"]

    rows = await api.network.pool.fetch("select api_key::text as row from api_key")
    rows += await api.network.pool.fetch(
        "select convert_from(body, 'UTF8') as row from idempotency"
    )

    assert rows
    assert not [row for row in rows if token in row["row"]]
    assert token not in (await api.get("/keys")).text


async def test_a_revoked_key_is_refused_and_stays_in_the_list(api: Api) -> None:
    key_id = api.network.ids["storefront"]

    for _ in range(2):
        revoked = await api.client.delete(
            f"/api/v1/keys/{key_id}", headers=api.headers("admin", {})
        )
        assert (revoked.status_code, revoked.content) == (204, b"")

    assert (await api.post("/orders", PLACE, "storefront")).status_code == 401
    listed = {key["id"]: key for key in (await api.get("/keys?limit=200")).json()["items"]}
    assert listed[key_id]["revoked_at"] is not None
    assert "token" not in listed[key_id]


async def test_an_unknown_key_cannot_be_revoked(api: Api) -> None:
    answer = await api.client.delete("/api/v1/keys/nobody", headers=api.headers("admin", {}))

    assert (answer.status_code, answer.json()["code"]) == (404, "unknown_key")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "desk", "role": "point"}, "point"),
        ({"name": "desk", "role": "point", "point": "NO-1"}, "point"),
        ({"name": "shop", "role": "storefront", "point": "KZN-1"}, "point"),
        ({"name": "shop", "role": "buyer"}, "role"),
        ({"name": "shop", "role": "system"}, "role"),
        ({"role": "admin"}, "name"),
    ],
)
async def test_a_key_that_makes_no_sense_is_not_created(
    api: Api, body: dict[str, str], field: str
) -> None:
    answer = await api.post("/keys", body)

    assert (answer.status_code, answer.json()["field"]) == (422, field)


async def test_keys_are_listed_page_by_page(api: Api) -> None:
    first = (await api.get("/keys?limit=8")).json()
    second = (await api.get(f"/keys?limit=8&after={first['next']}")).json()

    names = [key["name"] for key in first["items"] + second["items"]]
    assert sorted(names) == sorted(api.network.tokens)
    assert second["next"] is None


async def test_a_rolled_key_keeps_its_id_and_its_old_token_for_some_hours(api: Api) -> None:
    placed = await api.post("/orders", PLACE, "storefront", key="once")
    path = f"/keys/{api.network.ids['storefront']}/roll"

    rolled = await api.post(path, {"overlap_hours": 2}, key="roll")
    again = await api.post(path, {"overlap_hours": 2}, key="roll")

    assert (rolled.status_code, again.status_code) == (200, 200)
    assert again.json() == rolled.json() | {"token": None}
    api.network.tokens["new"] = rolled.json()["token"]
    assert (await api.get("/orders", "storefront")).status_code == 200
    repeated = await api.post("/orders", PLACE, "new", key="once")
    assert repeated.json()["number"] == placed.json()["number"]
    api.network.clock.now += timedelta(hours=2)
    assert (await api.get("/orders", "storefront")).status_code == 401
    assert (await api.get("/orders", "new")).status_code == 200


async def test_a_key_rolled_without_overlap_ends_its_old_token_at_once(api: Api) -> None:
    path = f"/keys/{api.network.ids['support']}/roll"

    assert (await api.post(path, {"overlap_hours": 0})).status_code == 200

    assert (await api.get("/orders", "support")).status_code == 401


@pytest.mark.parametrize(
    ("key_id", "hours", "status"), [("nobody", 1, 404), ("support", 169, 422), ("support", -1, 422)]
)
async def test_a_roll_that_makes_no_sense_changes_nothing(
    api: Api, key_id: str, hours: int, status: int
) -> None:
    path = f"/keys/{api.network.ids.get(key_id, key_id)}/roll"

    assert (await api.post(path, {"overlap_hours": hours})).status_code == status

    assert (await api.get("/orders", "support")).status_code == 200
