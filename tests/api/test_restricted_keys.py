"""Restricted keys: what somebody who has found one tries, at every endpoint and in every way."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from gotovo.access.programs.api_keys import KeyTerms, create_key
from gotovo.access.programs.scopes import KeyScope, granted
from gotovo.api.dispatch.endpoint import Endpoint
from gotovo.api.endpoints import ENDPOINTS
from gotovo.order.values.actor import DEFAULT_SHOP, Role
from tests.support.api.network import PLACE, Api, captured

KEY = "restricted"
"""The name of the key under test among the tokens of the network."""


async def restrict(
    api: Api, role: Role, *scopes: str, shop: str | None = None, name: str = KEY
) -> str:
    """Make the key under test, as the command line does, and return its id."""
    point = "KZN-1" if role is Role.POINT else ""
    terms = KeyTerms(name, role, point, shop, [KeyScope(each) for each in scopes])
    pool = api.network.dependencies
    key, token = await create_key(pool.keys, uuid4(), terms, api.network.clock())
    await pool.api_keys.refresh()
    api.network.tokens[name] = token
    return key.id


async def ask(api: Api, endpoint: Endpoint) -> httpx.Response:
    """Send an ordinary request with the key under test; what it names need not exist."""
    path = endpoint.path.removeprefix("/api/v1").replace("{number}", "123456789012")
    path = path.replace("{code}", "X-1").replace("{id}", "x").replace("{sku}", "x")
    path = path.replace("{warehouse}", "KZN")
    headers = api.headers(KEY, {"Idempotency-Key": str(uuid4())})
    url = f"/api/v1{path}"
    body = endpoint.body_example
    return await api.client.request(endpoint.method, url, json=body, headers=headers)


@pytest.mark.parametrize(
    "endpoint", [each for each in ENDPOINTS if each.scope], ids=lambda each: each.name
)
async def test_an_endpoint_opens_for_its_scope_alone(api: Api, endpoint: Endpoint) -> None:
    assert endpoint.scope is not None
    resource = endpoint.scope.partition(":")[0]
    for role in sorted(endpoint.roles):
        others = [each for each in granted(role, None) if each.partition(":")[0] != resource]
        if endpoint.scope.endswith(":write"):
            others += [each for each in granted(role, None) if each == f"{resource}:read"]
        await restrict(api, role, *others)
        refused = await ask(api, endpoint)
        await restrict(api, role, endpoint.scope)
        let_in = await ask(api, endpoint)

        assert refused.status_code == 403, (role, refused.text)
        problem = refused.json()
        assert (problem["code"], problem["field"]) == ("insufficient_scope", "scope")
        assert problem["expected"] == endpoint.scope
        assert endpoint.scope in problem["detail"]
        assert f'scope="{endpoint.scope}"' in refused.headers["www-authenticate"]
        assert let_in.status_code != 401, (role, let_in.text)
        assert "insufficient_scope" not in let_in.text, role


async def test_a_key_that_reads_writes_nothing_through_a_list_of_commands(api: Api) -> None:
    number = (await api.place())["number"]
    await restrict(api, Role.ADMIN, "orders:read")
    commands: list[dict[str, Any]] = [
        PLACE | {"id": "a", "step": "placement"},
        {"id": "b", "order": number, "step": "cancellation", "reason": "customer_request"},
    ]

    for command in commands:
        answer = await api.post("/commands", {"commands": [command]}, KEY)
        assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
        assert answer.json()["field"] == "commands[0].step"
        assert answer.json()["expected"] == "orders:write"
    assert [each["number"] for each in (await api.get("/orders")).json()["items"]] == [number]
    assert (await api.get(f"/orders/{number}", KEY)).json()["status"] == "awaiting_payment"


async def test_one_step_out_of_scope_stops_the_whole_list(api: Api) -> None:
    number = (await api.place())["number"]
    await restrict(api, Role.STOREFRONT, "payments:write", shop=DEFAULT_SHOP)
    paid = captured(number) | {"id": "a", "order": number, "step": "payment"}
    cancelled = {"id": "b", "order": number, "step": "cancellation", "reason": "customer_request"}

    refused = await api.post("/commands", {"commands": [paid, cancelled]}, KEY)
    after = (await api.get(f"/orders/{number}")).json()
    taken = await api.post("/commands", {"commands": [paid]}, KEY)

    assert (refused.status_code, refused.json()["field"]) == (403, "commands[1].step")
    assert after["status"] == "awaiting_payment"
    assert taken.json()["outcomes"][0]["outcome"] == "done"


async def test_a_key_that_may_pay_and_not_read_is_not_shown_the_order(api: Api) -> None:
    number = (await api.place())["number"]
    await restrict(api, Role.STOREFRONT, "payments:write", shop=DEFAULT_SHOP)
    path, body = f"/orders/{number}/payment", captured(number)

    paid = await api.post(path, body, KEY, key="pay")
    repeated = await api.post(path, body, KEY, key="pay")
    done_already = await api.post(path, body, KEY, key="again")
    refused = await api.post(path, captured(number, payment_id="other"), KEY)
    listed = await api.post(
        "/commands", {"commands": [body | {"id": "c", "order": number, "step": "payment"}]}, KEY
    )

    for answer, outcome in ((paid, "done"), (repeated, "done"), (done_already, "already_done")):
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers["gotovo-outcome"] == outcome
    assert (refused.status_code, refused.json()["code"]) == (409, "already_paid")
    assert "stage" not in refused.json()
    assert listed.json()["outcomes"][0]["order"] is None
    assert (await api.get(f"/orders/{number}", KEY)).status_code == 403


async def test_a_repeated_request_shows_nothing_once_its_scope_is_gone(api: Api) -> None:
    key_id = await restrict(api, Role.STOREFRONT, "orders:write", shop=DEFAULT_SHOP)
    placed = await api.post("/orders", PLACE, KEY, key="once")
    command = {"commands": [PLACE | {"id": "listed", "step": "placement"}]}
    listed = await api.post("/commands", command, KEY, key="list")
    assert (placed.status_code, listed.status_code) == (201, 200)
    await narrow(api, key_id, "stock:read")

    again = await api.post("/orders", PLACE, KEY, key="once")
    listed_again = await api.post("/commands", command, KEY, key="list")

    for answer in (again, listed_again):
        assert (answer.status_code, answer.json()["code"]) == (403, "insufficient_scope")
        assert placed.json()["number"] not in answer.text


async def test_the_steps_that_a_key_lacks_the_scope_of_are_not_allowed(api: Api) -> None:
    number = (await api.place())["number"]
    await restrict(api, Role.STOREFRONT, "orders:read", "payments:write", shop=DEFAULT_SHOP)

    answer = await api.get(f"/orders/{number}/allowed-steps", KEY)

    steps = {each["step"]: each for each in answer.json()["items"]}
    assert steps["payment"]["allowed"] is True
    assert steps["cancellation"]["allowed"] is False
    assert steps["cancellation"]["refusal"]["code"] == "insufficient_scope"
    assert steps["cancellation"]["refusal"]["expected"] == "orders:write"


async def test_a_restricted_key_makes_none_that_may_do_more(api: Api) -> None:
    await restrict(api, Role.ADMIN, "keys:write", "orders:read")
    wishes = [
        {"name": "a", "role": "admin", "scopes": ["orders:write"]},
        {"name": "a", "role": "storefront", "scopes": ["orders:read", "payments:write"]},
        {"name": "a", "role": "admin", "scopes": ["orders:read", "imports"]},
        {"name": "a", "role": "follower"},
        {"name": "a", "role": "warehouse", "scopes": ["stock:write"]},
    ]
    for wish in wishes:
        answer = await api.post("/keys", wish, KEY)
        assert (answer.status_code, answer.json()["code"]) == (403, "exceeds_key"), wish
        assert answer.json()["field"] == "scopes"
    heir = await api.post("/keys", {"name": "heir", "role": "storefront"}, KEY)

    assert heir.status_code == 201
    assert heir.json()["scopes"] == ["orders:read"]
    api.network.tokens["heir"] = heir.json()["token"]
    assert (await api.post("/orders", PLACE, "heir")).json()["code"] == "insufficient_scope"


async def test_a_restricted_key_rolls_none_that_may_do_more(api: Api) -> None:
    """Its new token would be an escalation."""
    own = await restrict(api, Role.ADMIN, "keys:write", "orders:read")
    wider = await restrict(api, Role.ADMIN, "keys:write", "orders:write", name="wider")

    for key_id in (api.network.ids["admin"], api.network.ids["storefront"], wider):
        answer = await api.post(f"/keys/{key_id}/roll", {}, KEY)
        assert (answer.status_code, answer.json()["code"]) == (403, "exceeds_key")
        assert "token" not in answer.json()
    assert (await api.post(f"/keys/{own}/roll", {}, KEY)).json()["token"]
    assert (await api.post(f"/keys/{wider}/roll", {})).json()["token"]


async def test_no_key_of_the_api_gets_to_imports_without_the_command_line(api: Api) -> None:
    wish = {"name": "a", "role": "storefront", "scopes": ["orders:write", "imports"]}
    assert (await api.post("/keys", wish)).json()["code"] == "exceeds_key"

    await restrict(api, Role.ADMIN, "keys:write", "orders:write", "imports")

    assert (await api.post("/keys", wish, KEY)).status_code == 201


@pytest.mark.parametrize(
    ("wish", "field", "expected"),
    [
        ({"role": "storefront", "scopes": ["keys:write"]}, "scopes", "orders:read"),
        ({"role": "storefront", "scopes": ["orders:dance"]}, "scopes[0]", "orders:read"),
        ({"role": "storefront", "scopes": "orders:read"}, "scopes", "array"),
    ],
)
async def test_scopes_that_make_no_sense_are_named(
    api: Api, wish: dict[str, Any], field: str, expected: str
) -> None:
    answer = await api.post("/keys", {"name": "a"} | wish)

    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert expected in answer.json()["expected"]


async def test_a_list_of_keys_tells_the_scopes_and_the_creator_of_each(api: Api) -> None:
    wish = {"name": "a", "role": "storefront", "scopes": ["orders:write", "events:read"]}
    made = (await api.post("/keys", wish)).json()

    listed = {each["id"]: each for each in (await api.get("/keys?limit=200")).json()["items"]}

    assert listed[made["id"]]["scopes"] == ["events:read", "orders:write"]
    assert listed[made["id"]]["created_by"] == api.network.ids["admin"]
    assert listed[api.network.ids["admin"]]["created_by"] == "cli"
    assert listed[api.network.ids["admin"]]["scopes"] is None


async def narrow(api: Api, key_id: str, *scopes: str) -> None:
    """Leave a key in use nothing but these scopes."""
    statement = "update api_key set scopes = $2 where id = $1"
    await api.network.pool.execute(statement, key_id, list(scopes))
    await api.network.dependencies.api_keys.refresh()
