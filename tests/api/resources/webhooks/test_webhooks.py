"""Webhooks over the API: made, changed, rolled, deleted; wrong ones are refused by field."""

from typing import Any

import pytest

from gotovo.webhooks.registration import WEBHOOKS_MAX
from tests.support.api.network import BOOKSHOP, Api

URL = "https://shop.example/hooks?for=orders"


async def made(api: Api, by: str = "admin", **body: Any) -> dict[str, Any]:
    """Return a webhook that must be accepted."""
    answer = await api.post("/webhooks", {"url": URL} | body, by)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_a_webhook_shows_everything_but_its_secret(api: Api) -> None:
    created = await made(api, types=["order.paid", "order.placed"], title="CRM")
    read = await api.get(f"/webhooks/{created['id']}")

    assert created["secret"].startswith("whsec_")
    shown = read.json()
    assert created["secret"] not in read.text
    assert shown["url"] == URL
    assert shown["types"] == ["order.paid", "order.placed"]
    assert (shown["state"], shown["off_reason"], shown["shop"]) == ("on", None, "default")
    assert shown["secrets"] == [{"ends_at": None}]
    assert shown["created_by"] == f"admin:{api.network.ids['admin']}"
    assert read.headers["etag"] == '"1"'


async def test_the_secret_is_told_once_and_stored_sealed(api: Api) -> None:
    first = await api.post("/webhooks", {"url": URL}, key="one")
    again = await api.post("/webhooks", {"url": URL}, key="one")

    assert again.json() == first.json() | {"secret": None}
    secret = first.json()["secret"]
    rows = await api.network.pool.fetch("select webhook::text as row from webhook")
    rows += await api.network.pool.fetch(
        "select convert_from(body, 'UTF8') as row from idempotency"
    )
    assert not [row for row in rows if secret in row["row"]]
    assert len((await api.get("/webhooks")).json()["items"]) == 1


@pytest.mark.parametrize(
    ("body", "field", "value"),
    [
        ({"url": "http://shop.example/"}, "url", "http://shop.example/"),
        ({"url": "shop.example"}, "url", "shop.example"),
        ({"url": "https://"}, "url", "https://"),
        ({"url": "https://u:p@shop.example/"}, "url", "https://u:p@shop.example/"),
        ({"url": "https://shop.example/#a"}, "url", "https://shop.example/#a"),
        ({"url": "https://shop.example:99999/"}, "url", "https://shop.example:99999/"),
        ({"url": "ftp://shop.example/"}, "url", "ftp://shop.example/"),
        ({"url": URL, "types": ["order.placed", "order.plcaed"]}, "types", "order.plcaed"),
        ({"url": URL, "owner_email": "it@"}, "owner_email", "it@"),
        ({"url": URL, "shop": "nobody"}, "shop", "nobody"),
    ],
)
@pytest.mark.parametrize("language", ["en", "ru"])
async def test_a_wrong_one_is_refused_with_field_value_and_expectation(
    api: Api, body: dict[str, Any], field: str, value: str, language: str
) -> None:
    answer = await api.post("/webhooks", body, Accept_Language=language)

    problem = answer.json()
    assert (answer.status_code, problem["code"]) == (422, "invalid_body")
    assert (problem["field"], problem["value"]) == (field, value)
    assert problem["expected"]
    is_russian = any("а" <= letter <= "я" for letter in problem["detail"])
    assert is_russian is (language == "ru")
    assert (await api.get("/webhooks")).json()["items"] == []


@pytest.mark.parametrize("language", ["en", "ru"])
async def test_an_unknown_one_is_named(api: Api, language: str) -> None:
    for method, path in (
        ("GET", "/webhooks/wh_x"),
        ("PATCH", "/webhooks/wh_x"),
        ("DELETE", "/webhooks/wh_x"),
        ("POST", "/webhooks/wh_x/roll"),
        ("POST", "/webhooks/wh_x/resend"),
        ("GET", "/webhooks/wh_x/deliveries"),
    ):
        headers = api.headers("admin", {"Idempotency-Key": path, "Accept-Language": language})
        body = {"message": "evt_x"} if path.endswith("resend") else {}
        answer = await api.client.request(method, f"/api/v1{path}", json=body, headers=headers)
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (404, "unknown_webhook"), path
        assert (problem["field"], problem["value"]) == ("id", "wh_x")


async def test_a_webhook_of_another_shop_does_not_exist(api: Api) -> None:
    own = await made(api, "book-admin")
    other = await made(api, "storefront")

    assert own["shop"] == BOOKSHOP
    listed = (await api.get("/webhooks", "book-admin")).json()["items"]
    assert [each["id"] for each in listed] == [own["id"]]
    assert (await api.get(f"/webhooks/{other['id']}", "book-admin")).status_code == 404
    refused = await api.post("/webhooks", {"url": URL, "shop": "default"}, "book-admin")
    assert (refused.status_code, refused.json()["field"]) == (422, "shop")


async def test_what_is_left_out_of_a_change_stays(api: Api) -> None:
    id_ = (await made(api, types=["order.placed"], title="CRM"))["id"]

    async def patch(**changes: Any) -> Any:
        headers = api.headers("admin", {})
        return await api.client.patch(f"/api/v1/webhooks/{id_}", json=changes, headers=headers)

    moved = (await patch(url="https://пример.рф/крючок")).json()
    assert moved["field"] == "url", "a path is percent-encoded"
    moved = (await patch(url="https://пример.рф/x")).json()
    assert moved["url"] == "https://xn--e1afmkfd.xn--p1ai/x"
    assert (moved["types"], moved["title"]) == (["order.placed"], "CRM")
    off = (await patch(state="off", types=None)).json()
    assert (off["state"], off["off_reason"], off["types"]) == ("off", "owner", None)
    on = (await patch(state="on")).json()
    assert (on["state"], on["off_reason"], on["off_at"]) == ("on", None, None)
    assert (await patch(state="on")).json()["version"] == on["version"]
    stale = await api.client.patch(
        f"/api/v1/webhooks/{id_}",
        json={"title": "x"},
        headers=api.headers("admin", {"If-Match": '"1"'}),
    )
    assert (stale.status_code, stale.json()["code"]) == (412, "precondition_failed")


async def test_a_roll_tells_the_new_secret_once_and_the_old_one_ends(api: Api) -> None:
    created = await made(api)
    path = f"/webhooks/{created['id']}"

    rolled = await api.post(f"{path}/roll", {"overlap_hours": 48}, key="roll")
    again = await api.post(f"{path}/roll", {"overlap_hours": 48}, key="roll")

    assert rolled.json()["secret"] != created["secret"]
    assert again.json() == rolled.json() | {"secret": None}
    secrets = (await api.get(path)).json()["secrets"]
    assert secrets == [{"ends_at": None}, {"ends_at": rolled.json()["old_until"]}]
    await api.post(f"{path}/roll", {"overlap_hours": 0})
    assert len((await api.get(path)).json()["secrets"]) == 1


async def test_a_deleted_webhook_is_gone(api: Api) -> None:
    id_ = (await made(api))["id"]

    gone = await api.client.delete(f"/api/v1/webhooks/{id_}", headers=api.headers("admin", {}))

    assert (gone.status_code, gone.content) == (204, b"")
    assert (await api.get(f"/webhooks/{id_}")).status_code == 404
    for table in ("webhook", "webhook_progress", "webhook_cursor"):
        assert await api.network.pool.fetchval(f"select count(*) from {table}") == 0  # noqa: S608


async def test_a_shop_has_a_limited_number_of_webhooks(api: Api) -> None:
    for _ in range(WEBHOOKS_MAX):
        await made(api)

    refused = await api.post("/webhooks", {"url": URL})

    problem = refused.json()
    assert (refused.status_code, problem["code"]) == (409, "too_many_webhooks")
    assert (problem["field"], problem["value"], problem["expected"]) == ("shop", "default", "20")
    await made(api, "book-admin")


async def test_webhooks_are_listed_page_by_page(api: Api) -> None:
    ids = {(await made(api))["id"] for _ in range(3)}

    first = (await api.get("/webhooks?limit=2")).json()
    second = (await api.get(f"/webhooks?limit=2&after={first['next']}")).json()

    assert second["next"] is None
    assert {each["id"] for each in first["items"] + second["items"]} == ids


async def test_every_change_is_in_the_security_log(api: Api) -> None:
    id_ = (await made(api, "book-admin"))["id"]
    await api.post(f"/webhooks/{id_}/roll", {}, "book-admin")
    headers = api.headers("book-admin", {})
    await api.client.patch(f"/api/v1/webhooks/{id_}", json={"title": "x"}, headers=headers)
    await api.client.delete(f"/api/v1/webhooks/{id_}", headers=headers)

    entries = (await api.get("/security-log", "book-admin")).json()["items"]

    kinds = [each["kind"] for each in entries if each["subject"] == f"webhook:{id_}"]
    assert kinds == ["webhook.created", "webhook.rolled", "webhook.changed", "webhook.deleted"]


async def test_the_owner_is_changed_and_taken_away(api: Api) -> None:
    created = await made(api, owner_email="IT@Shop.Example")
    path = f"/webhooks/{created['id']}"
    assert (await api.get(path)).json()["owner_email"] == "IT@shop.example"
    changed = await api.client.patch(
        f"/api/v1{path}", json={"owner_email": ""}, headers=api.headers("admin", {})
    )
    assert changed.json()["owner_email"] == ""
    bad = await api.client.patch(
        f"/api/v1{path}", json={"owner_email": "a@b c"}, headers=api.headers("admin", {})
    )
    assert (bad.status_code, bad.json()["field"]) == (422, "owner_email")
