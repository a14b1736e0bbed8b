"""What programs do with the API that concerns security is in the log, and personal data is not."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from gotovo.access.programs.api_keys import KeyTerms, create_key, roll_key
from gotovo.order.values.actor import Role
from gotovo.store.audit.security_checks import SecurityChecks
from tests.support.api.network import ALINA, BOOKSHOP, PLACE, Api, captured

HANDLED = {"method": "courier", "address": {"city": "Казань", "street": "Баумана", "house": "1"}}


async def logged(api: Api, kind: str = "", by: str = "admin") -> list[dict[str, Any]]:
    """Return the entries of a kind, once everything that is pending was written."""
    await api.network.dependencies.security_log.write(all_minutes=True)
    query = f"?limit=200&kind={kind}" if kind else "?limit=200"
    answer = await api.get(f"/security-log{query}", by)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def findings(api: Api) -> list[Any]:
    async with api.network.pool.acquire() as connection:
        checks: Any = SecurityChecks(connection)  # pyright: ignore[reportArgumentType]
        return [each for check in checks.checks.values() for each in await check()]


async def test_a_key_that_is_made_rolled_limited_and_revoked_has_an_entry_for_each(
    api: Api,
) -> None:
    made = (await api.post("/keys", {"name": "x", "role": "storefront", "shop": BOOKSHOP})).json()
    key_id = made["id"]
    await api.post(f"/keys/{key_id}/roll", {})
    await api.client.request(
        "PUT", f"/api/v1/keys/{key_id}/limits", json={"rate": 5}, headers=api.headers("admin", {})
    )
    path = f"/api/v1/keys/{key_id}"
    await api.client.delete(path, headers=api.headers("admin", {}))
    entries = [x for x in await logged(api) if x["subject"] == f"key:{key_id}"]
    kinds = [x["kind"] for x in entries]
    assert kinds[0] == "key.created"
    assert "key.rolled" in kinds
    assert kinds[-1] == "key.revoked"
    assert {x["actor"] for x in entries} == {f"admin:{api.network.ids['admin']}"}
    assert {x["shop"] for x in entries} == {BOOKSHOP}
    assert {x["network"] for x in entries} == {"127.0.0.0/24"}
    assert await findings(api) == []


async def test_shops_points_and_warehouses_say_who_changed_them(api: Api) -> None:
    headers = api.headers("admin", {})
    for path, body in (
        ("/points/KZN-1", {"title": "Кремль 2"}),
        ("/warehouses/KZN", {"title": "Склад 2"}),
    ):
        answer = await api.client.patch(f"/api/v1{path}", json=body, headers=headers)
        assert answer.status_code == 200, answer.text
    await api.client.put("/api/v1/shops/toys", json={"title": "Игрушки"}, headers=headers)
    boss = f"admin:{api.network.ids['admin']}"
    entries = [x for x in await logged(api) if x["actor"] == boss and "state" in x]
    assert [(x["kind"], x["subject"], x["details"]) for x in entries] == [
        ("point.changed", "point:KZN-1", {"version": 2}),
        ("warehouse.changed", "warehouse:KZN", {"version": 2}),
        ("shop.changed", "shop:toys", {"version": 1}),
    ]
    await api.network.pool.execute("update point set version = 9 where code = 'KZN-1'")
    assert [each.key for each in await findings(api)] == ["point:KZN-1"]


async def test_requests_without_a_valid_key_are_told_apart(api: Api) -> None:
    revoked = (await api.post("/keys", {"name": "x", "role": "support"})).json()
    headers = api.headers("admin", {})
    await api.client.delete(f"/api/v1/keys/{revoked['id']}", headers=headers)
    wrong = api.network.tokens["admin"][:-32] + "a" * 32
    unknown = f"gtv_{'a' * 16}_{'a' * 32}"
    for token in (revoked["token"], wrong, unknown, "no token"):
        answer = await api.client.get("/api/v1/keys", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401
    assert (await api.client.get("/api/v1/keys")).status_code == 401
    entries = await logged(api, "request.unauthorized")
    assert {(x["outcome"], x["subject"], x["actor"]) for x in entries} == {
        ("missing", "", "visitor:"),
        ("malformed", "", "visitor:"),
        ("unknown", "", "visitor:"),
        ("wrong_token", f"key:{api.network.ids['admin']}", "visitor:"),
        ("revoked", f"key:{revoked['id']}", "visitor:"),
    }


async def test_a_right_token_that_opens_nothing_is_an_entry_that_names_its_key(api: Api) -> None:
    dependencies = api.network.dependencies
    now = api.network.clock()
    tokens: dict[str, str] = {}
    ids: dict[str, str] = {}
    for outcome in ("network", "expired", "rolled", "revoked"):
        terms = KeyTerms(
            outcome,
            Role.STOREFRONT,
            shop=BOOKSHOP,
            networks=["203.0.113.0/24"] if outcome == "network" else None,
            expires_at=now if outcome == "expired" else None,
        )
        key, tokens[outcome] = await create_key(dependencies.keys, uuid4(), terms, now)
        ids[outcome] = key.id
    await roll_key(dependencies.keys, ids["rolled"], timedelta(), now)
    await dependencies.keys.revoke(ids["revoked"], now)
    await dependencies.api_keys.refresh()
    for token in tokens.values():
        for _ in range(3):
            headers = {"Authorization": f"Bearer {token}"}
            answer = await api.client.get("/api/v1/orders", headers=headers)
            assert answer.status_code == 401
    own = await logged(api, "request.unauthorized", "book-admin")

    assert {(x["outcome"], x["subject"], x["details"]["times"]) for x in own} == {
        (outcome, f"key:{key_id}", 3) for outcome, key_id in ids.items()
    }
    assert {x["network"] for x in own} == {"127.0.0.0/24"}
    assert not any(token[-32:] in str(own) for token in tokens.values())


async def test_thousands_of_requests_without_a_key_are_one_entry_a_minute(api: Api) -> None:
    for _ in range(2_000):
        await api.client.get("/api/v1/keys")
    before = len(await logged(api, "request.unauthorized"))
    assert before == 1
    assert (await logged(api, "request.unauthorized"))[0]["details"]["times"] == 2_000


async def test_what_a_key_may_not_do_is_an_entry_with_the_refusal_and_the_endpoint(
    api: Api,
) -> None:
    number = (await api.place())["number"]
    await api.post("/keys", {"name": "x", "role": "admin"}, "storefront")
    await api.get(f"/orders/{number}", "other-point")
    await api.post(f"/orders/{number}/payment", captured(number), "point")
    listed = [{"id": str(each), "order": number, "step": "picking"} for each in range(3)]
    await api.post("/commands", {"commands": listed}, "storefront")
    entries = await logged(api, "request.refused")
    told = {(x["actor"].partition(":")[0], x["outcome"], x["details"]["endpoint"]) for x in entries}
    assert told >= {
        ("storefront", "not_permitted", "createKey"),
        ("point", "not_permitted", "takePayment"),
        ("storefront", "not_permitted", "takeCommands"),
    }
    assert any(each[1:] == ("wrong_point", "readOrder") for each in told)
    (several,) = [x for x in entries if x["details"]["endpoint"] == "takeCommands"]
    assert several["details"]["times"] == 3


async def test_a_limit_that_refuses_is_an_entry(api: Api) -> None:
    limits = {"rate": 1, "burst": 1}
    path = f"/api/v1/keys/{api.network.ids['follower']}/limits"
    answer = await api.post(path.removeprefix("/api/v1"), limits)
    if answer.status_code == 405:
        answer = await api.client.put(path, json=limits, headers=api.headers("admin", {}))
    assert answer.status_code == 200, answer.text
    statuses = [(await api.get("/events", "follower")).status_code for _ in range(5)]
    assert 429 in statuses
    (entry,) = await logged(api, "request.limited")
    assert entry["actor"] == f"follower:{api.network.ids['follower']}"


async def test_erasing_a_buyer_by_a_program_is_an_entry_once(api: Api) -> None:
    number = (await api.place())["number"]
    await api.step(number, "cancellation", "admin", reason="customer_request")
    first = await api.post(f"/orders/{number}/contact-erasure", {}, "storefront", key="once")
    again = await api.post(f"/orders/{number}/contact-erasure", {}, "storefront", key="once")
    assert (first.status_code, again.status_code) == (200, 200), first.text
    (entry,) = await logged(api, "order.erased")
    assert entry["subject"] == f"order:{number}"
    assert entry["actor"] == f"storefront:{api.network.ids['storefront']}"


async def test_a_shops_administrator_reads_what_is_its_shops_and_nothing_else(api: Api) -> None:
    await api.post("/keys", {"name": "x", "role": "admin"}, "book-storefront")
    await api.get("/keys", "support")
    own = await logged(api, by="book-admin")
    assert {x["shop"] for x in own} == {BOOKSHOP}
    assert "request.refused" in {x["kind"] for x in own}
    everything = await logged(api)
    assert len(everything) > len(own)
    assert {x.get("shop") for x in everything} > {BOOKSHOP, None}


async def test_the_log_is_read_page_by_page_and_reading_it_is_logged(api: Api) -> None:
    await logged(api)
    first = (await api.get("/security-log?limit=2")).json()
    second = (await api.get(f"/security-log?limit=200&after={first['next']}")).json()
    numbers = [x["seq"] for x in first["items"] + second["items"]]
    assert numbers == list(range(1, len(numbers) + 1))
    assert second["next"] is None
    assert (await logged(api, "log.read"))[0]["actor"].startswith("admin:")


@pytest.mark.parametrize("query", ["after=-1", "after=x", "kind=key.lost", "limit=0", "who=me"])
async def test_a_query_that_is_none_is_refused(api: Api, query: str) -> None:
    answer = await api.get(f"/security-log?{query}")
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid_query")


async def test_no_personal_data_is_in_the_log(api: Api) -> None:
    phone, name, email = "+79035550911", "Канарейка", "canary@example.org"
    buyer = {"phone": phone, "name": name, "email": email}
    number = (await api.place(customer=buyer))["number"]
    await api.get(f"/customers/{phone}", "point")
    await api.get(f"/orders?q={phone}", "follower")
    await api.get("/customers/%2B79035550911", "storefront")
    await api.step(number, "cancellation", "admin", reason="customer_request")
    await api.post(f"/orders/{number}/contact-erasure", {}, "storefront")
    await api.post("/orders", PLACE | {"customer": buyer}, "warehouse")
    await logged(api)
    rows = await api.network.pool.fetch("select s::text as told from security_log as s")
    told = "\n".join(row["told"] for row in rows)
    for canary in (phone, phone[1:], "5550911", name, email, "127.0.0.1", ALINA):
        assert canary not in told
    tokens = [token.rpartition("_")[2] for token in api.network.tokens.values()]
    assert not any(token in told for token in tokens)
