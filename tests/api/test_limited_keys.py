"""Keys that expire and keys for some networks: what whoever has found their tokens tries."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from gotovo.access.programs.api_keys import KeyTerms, create_key
from gotovo.api.resources import events
from gotovo.order.values.actor import Role
from tests.support.api.network import PLACE, Api

KEY = "limited"
OFFICE = "203.0.113.7"
ELSEWHERE = "198.51.100.66"


async def limit(
    api: Api,
    *scopes: str,
    networks: tuple[str, ...] = (),
    expires_at: datetime | None = None,
    role: Role = Role.ADMIN,
) -> str:
    """Make the key under test, as the command line does, and return its id."""
    terms = KeyTerms(
        KEY,
        role,
        scopes=list(scopes) or None,
        networks=list(networks) or None,
        expires_at=expires_at,
    )
    dependencies = api.network.dependencies
    key, token = await create_key(dependencies.keys, uuid4(), terms, api.network.clock())
    await dependencies.api_keys.refresh()
    api.network.tokens[KEY] = token
    return key.id


async def get_from(
    api: Api, address: str, path: str = "/orders", token: str = ""
) -> httpx.Response:
    """Send a request from an address, as the server in front tells it."""
    transport = httpx.ASGITransport(api.network.app, client=(address, 4711))
    authorization = f"Bearer {token or api.network.tokens[KEY]}"
    headers = {"Authorization": authorization, "Accept-Language": "en"}
    async with httpx.AsyncClient(transport=transport, base_url="http://gotovo") as client:
        return await client.get(f"/api/v1{path}", headers=headers)


async def test_a_leaked_token_opens_nothing_from_elsewhere(api: Api) -> None:
    await limit(api, networks=("203.0.113.0/24", "2001:db8::/32"))

    for address in (OFFICE, "2001:db8:5::1", "::ffff:203.0.113.9"):
        assert (await get_from(api, address)).status_code == 200, address
    for address in (ELSEWHERE, "2001:db9::1", "::ffff:198.51.100.66", "", "office"):
        assert (await get_from(api, address)).status_code == 401, address


async def test_the_security_log_tells_a_right_token_from_a_wrong_one(api: Api) -> None:
    """Only this says that somebody has the token; the answers do not."""
    expires_at = api.network.clock.now + timedelta(hours=1)
    key_id = await limit(api, networks=("203.0.113.0/24",), expires_at=expires_at)
    right = api.network.tokens[KEY]
    wrong = right[:-1] + ("a" if right[-1] != "a" else "b")
    for address, token in ((ELSEWHERE, right), (OFFICE, wrong)):
        await get_from(api, address, token=token)
    api.network.clock.now = expires_at
    await get_from(api, OFFICE)
    await api.network.dependencies.security_log.write(all_minutes=True)
    page = await api.get("/security-log?kind=request.unauthorized")
    told = {(x["outcome"], x["subject"], x["network"]) for x in page.json()["items"]}
    assert told == {
        ("network", f"key:{key_id}", "198.51.100.0/24"),
        ("wrong_token", f"key:{key_id}", "203.0.113.0/24"),
        ("expired", f"key:{key_id}", "203.0.113.0/24"),
    }


async def test_from_elsewhere_a_right_token_cannot_be_told_from_a_wrong_one(api: Api) -> None:
    """Also not when the key has expired, which only its owner is told."""
    expires_at = api.network.clock.now + timedelta(hours=1)
    await limit(api, networks=("203.0.113.0/24",), expires_at=expires_at)
    right = api.network.tokens[KEY]
    wrong = right[:-1] + ("a" if right[-1] != "a" else "b")

    for _ in range(2):
        answers = [await get_from(api, ELSEWHERE, token=token) for token in (right, wrong)]
        told = [
            (each.status_code, each.content, each.headers["www-authenticate"]) for each in answers
        ]
        assert told[0] == told[1]
        assert answers[0].json()["code"] == "unauthorized"
        api.network.clock.now += timedelta(hours=2)
    assert (await get_from(api, OFFICE)).json()["code"] == "key_expired"


async def test_its_owner_sees_that_a_token_is_used_elsewhere(api: Api) -> None:
    key_id = await limit(api, networks=("203.0.113.0/24",))
    await get_from(api, OFFICE)
    used_at = api.network.clock.now
    api.network.clock.now += timedelta(minutes=5)
    await get_from(api, ELSEWHERE)
    await api.network.key_uses.write()

    key = (await api.get(f"/keys/{key_id}")).json()

    assert datetime.fromisoformat(key["last_used_at"]) == used_at
    assert key["last_used_from"] == "203.0.113.0/24"
    assert datetime.fromisoformat(key["last_refused_at"]) == api.network.clock.now
    assert key["last_refused_from"] == "198.51.100.0/24"


async def test_an_expired_key_opens_nothing_and_says_so_to_its_owner_alone(api: Api) -> None:
    expires_at = api.network.clock.now + timedelta(days=14)
    key_id = await limit(api, expires_at=expires_at)
    before = await api.get("/orders", KEY)
    listed = (await api.get(f"/keys/{key_id}")).json()

    api.network.clock.now = expires_at
    after = await api.get("/orders", KEY)
    taken = await api.post("/orders", PLACE, KEY)
    forged = api.network.tokens[KEY][:-1] + ("a" if api.network.tokens[KEY][-1] != "a" else "b")
    guessed = await get_from(api, OFFICE, token=forged)

    assert before.status_code == 200
    assert listed["state"] == "expiring"
    for answer in (after, taken):
        assert (answer.status_code, answer.json()["code"]) == (401, "key_expired")
        assert 'error="invalid_token"' in answer.headers["www-authenticate"]
    assert guessed.json()["code"] == "unauthorized"
    assert (await api.get(f"/keys/{key_id}")).json()["state"] == "expired"


@pytest.mark.parametrize("how", ["revoked", "expired", "narrowed", "moved", "rolled"])
@pytest.mark.parametrize("is_busy", [False, True])
async def test_a_stream_ends_within_seconds_with_its_key(
    api: Api, how: str, *, is_busy: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also while nothing happens, long before the next heartbeat."""
    monkeypatch.setattr(events, "SILENT_CHECK_SECONDS", 0.2)
    monkeypatch.setattr(events, "KEY_CHECK_SECONDS", 0.1)
    expires_at = api.network.clock.now + timedelta(hours=1)
    key_id = await limit(api, expires_at=expires_at, role=Role.ADMIN)
    chunks: asyncio.Queue[bytes] = asyncio.Queue()
    stream = asyncio.create_task(follow(api, chunks))
    assert b"following" in await asyncio.wait_for(chunks.get(), 5)
    await asyncio.sleep(0.3)
    assert not stream.done()

    await end(api, key_id, how)
    await asyncio.sleep(0.1)
    if is_busy:
        await api.place()

    await asyncio.wait_for(stream, events.HEARTBEAT_SECONDS / 3)
    rest = [chunks.get_nowait() for _ in range(chunks.qsize())]
    assert b"order.placed" not in b"".join(rest)


async def end(api: Api, key_id: str, how: str) -> None:
    """End what the key could do."""
    path = f"/keys/{key_id}"
    headers = api.headers("admin", {})
    match how:
        case "revoked":
            await api.client.delete(f"/api/v1{path}", headers=headers)
        case "expired":
            api.network.clock.now += timedelta(hours=1)
        case "narrowed":
            assert (await patch(api, key_id, {"scopes": ["orders:read"]})).status_code == 200
        case "moved":
            assert (await patch(api, key_id, {"networks": ["192.0.2.0/24"]})).status_code == 200
        case _:
            await api.post(f"{path}/roll", {"overlap_hours": 0})


async def follow(api: Api, chunks: "asyncio.Queue[bytes]") -> None:
    """Read the event stream with the key under test until it ends."""
    token = api.network.tokens[KEY].encode()
    scope: dict[str, Any] = {
        "type": "http",
        "method": "GET",
        "path": "/api/v1/events",
        "query_string": b"",
        "client": (OFFICE, 4711),
        "headers": [(b"authorization", b"Bearer " + token), (b"accept", b"text/event-stream")],
    }

    async def receive() -> dict[str, Any]:
        await asyncio.sleep(3_600)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.body":
            chunks.put_nowait(message["body"])

    await api.network.app(scope, receive, send)


async def patch(api: Api, key_id: str, body: dict[str, Any], by: str = "admin") -> httpx.Response:
    """Change a key."""
    headers = api.headers(by, {})
    return await api.client.patch(f"/api/v1/keys/{key_id}", json=body, headers=headers)


async def test_a_key_gives_neither_more_networks_nor_a_longer_life(api: Api) -> None:
    """Httpx sends from 127.0.0.1."""
    expires_at = api.network.clock.now + timedelta(hours=1)
    later = (expires_at + timedelta(seconds=1)).isoformat()
    await limit(api, networks=("127.0.0.0/30",), expires_at=expires_at)

    heir = await api.post("/keys", {"name": "a", "role": "storefront"}, KEY)
    wider = {"name": "a", "role": "storefront", "networks": ["127.0.0.0/8"]}
    longer = {"name": "a", "role": "storefront", "expires_at": later}
    refused = [await api.post("/keys", wish, KEY) for wish in (wider, longer)]
    rolled = await api.post(f"/keys/{api.network.ids['storefront']}/roll", {}, KEY)

    assert heir.json()["networks"] == ["127.0.0.0/30"]
    assert datetime.fromisoformat(heir.json()["expires_at"]) == expires_at
    told = [(each.status_code, each.json()["code"], each.json()["field"]) for each in refused]
    assert told == [(403, "exceeds_key", "networks"), (403, "exceeds_key", "expires_at")]
    assert (rolled.status_code, rolled.json()["code"]) == (403, "exceeds_key")


async def test_a_key_gets_less_and_more_only_from_one_that_may_do_what_it_may(api: Api) -> None:
    wide = await limit(api, "orders:write", "keys:write")
    narrow = await limit(api, "orders:read", "keys:write")

    for key_id, body, status in [
        (wide, {"scopes": ["orders:write"]}, 403),
        (wide, {"name": "new"}, 403),
        (wide, {"scopes": ["orders:write", "keys:write"]}, 403),
        (wide, {"scopes": None}, 403),
        (narrow, {"scopes": ["orders:write", "keys:write"]}, 403),
        (narrow, {"scopes": None}, 403),
        (narrow, {"scopes": ["orders:read", "keys:write"], "name": "new"}, 200),
    ]:
        answer = await patch(api, key_id, body, KEY)
        assert answer.status_code == status, (body, answer.text)
        assert status == 200 or answer.json()["code"] == "exceeds_key"
    less = await patch(api, wide, {"scopes": ["orders:write"]})
    assert less.json()["scopes"] == ["orders:write"]
    assert (await patch(api, wide, {"scopes": None})).json()["scopes"] is None


async def test_a_change_is_of_the_version_that_was_read(api: Api) -> None:
    key_id = await limit(api)
    tag = (await api.get(f"/keys/{key_id}")).headers["etag"]
    headers = api.headers("admin", {"If-Match": tag})
    url = f"/api/v1/keys/{key_id}"

    first = await api.client.patch(url, json={"name": "one"}, headers=headers)
    second = await api.client.patch(url, json={"name": "two"}, headers=headers)
    both = await asyncio.gather(
        patch(api, key_id, {"name": "three"}), patch(api, key_id, {"scopes": ["orders:read"]})
    )

    assert (first.status_code, first.headers["etag"]) == (200, '"2"')
    assert (second.status_code, second.json()["code"]) == (412, "precondition_failed")
    assert [each.status_code for each in both] == [200, 200]
    now = (await api.get(f"/keys/{key_id}")).json()
    assert (now["name"], now["scopes"], now["version"]) == ("three", ["orders:read"], 4)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"networks": ["203.0.113.0/24", "203.0.113.7/24"]}, "networks[1]"),
        ({"networks": ["everywhere"]}, "networks[0]"),
        ({"networks": []}, "networks"),
        ({"networks": ["10.0.0.0/8"] * 33}, "networks"),
        ({"networks": "10.0.0.0/8"}, "networks"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["keys:write", "events:write"]}, "scopes[1]"),
        ({"expires_at": "2026-11-22T11:05:00Z"}, "expires_at"),
        ({"expires_at": "9999-12-31T23:59:59-12:00"}, "expires_at"),
        ({"expires_at": "tomorrow"}, "expires_at"),
        ({"expires_at": "2027-01-01T00:00:00"}, "expires_at"),
        ({"role": "admin", "name": ""}, "name"),
    ],
)
async def test_limits_that_make_no_sense_are_named(
    api: Api, body: dict[str, Any], field: str
) -> None:
    made = await api.post("/keys", {"name": "a", "role": "admin"} | body)

    assert (made.status_code, made.json()["code"], made.json()["field"]) == (
        422,
        "invalid_body",
        field,
    )
    body.pop("role", None)
    changed = await patch(api, api.network.ids["support"], body)
    assert (changed.status_code, changed.json()["field"]) == (422, field)


async def test_a_revoked_or_unknown_key_is_not_changed(api: Api) -> None:
    key_id = await limit(api)
    await end(api, key_id, "revoked")

    for each in (key_id, "nobody"):
        answer = await patch(api, each, {"name": "b"})
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown_key")
    assert (await api.get(f"/keys/{key_id}")).json()["state"] == "revoked"
    assert (await api.get("/keys/nobody")).status_code == 404
