"""The authorisation matrix: every endpoint, every key, its own object and those of others.

The expected outcome of a cell follows from the endpoint's roles, what it is protected by, and
whose the object is; `DENIED` is the whole table.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
import pytest

from gotovo.api.dispatch.endpoint import Endpoint, ProtectedBy
from gotovo.api.endpoints import ENDPOINTS
from gotovo.order.values.actor import DEFAULT_SHOP, DEFAULT_SHOP_NAME, Role
from tests.conftest import own_database
from tests.support.api.desk_access import NAMES_ORDER, at_desk
from tests.support.api.network import ALINA, BOOKSHOP, KEYS, PLACE, Api
from tests.support.api.things import HOOK, REMOVAL, new_staff, new_webhook
from tests.support.api.world import (
    LONG_OVER,
    NAME,
    NO_CASE,
    RETURNABLE,
    TOYS,
    Thing,
    World,
    make_world,
)
from tests.support.api.world import database_url as database_url  # noqa: PLC0414  (a fixture)
from tests.support.api.world import network as network  # noqa: PLC0414  (a fixture)
from tests.support.attachments.samples import PDF

OWN, OTHER_SHOPS, OTHER_POINTS = "own", "other shop's", "other point's"
OTHER_COURIERS, CARRIED = "other courier's", "a step with what another courier carries"
OTHER_WAREHOUSES, STRAY = "other warehouse's", "a step with what another warehouse serves"

ENTERS = "enters"
UNAUTHORIZED = "unauthorized"
NOT_PERMITTED = "not_permitted"
UNKNOWN = "unknown"
WRONG_POINT = "wrong_point"
NOT_IN_CUSTODY = "not_in_custody"
HIDDEN = "hidden"
GOODS = "goods"
"""The order is seen or acted on without its buyer, its money and its point."""

FOR_ALL_SHOPS = frozenset({ProtectedBy.NETWORK_KEY, ProtectedBy.POINT, ProtectedBy.MANIFEST})
"""What no key of a shop gets to, whatever its role."""

DENIED: dict[ProtectedBy, dict[str, str]] = {
    ProtectedBy.NETWORK: {},
    ProtectedBy.NETWORK_KEY: {OTHER_WAREHOUSES: NOT_IN_CUSTODY},
    ProtectedBy.SHOP: dict.fromkeys(
        (OTHER_SHOPS, OTHER_POINTS, OTHER_COURIERS, OTHER_WAREHOUSES, RETURNABLE, LONG_OVER), HIDDEN
    ),
    ProtectedBy.ORDER: {
        OTHER_SHOPS: UNKNOWN,
        OTHER_POINTS: WRONG_POINT,
        RETURNABLE: GOODS,
        LONG_OVER: UNKNOWN,
        OTHER_COURIERS: UNKNOWN,
        OTHER_WAREHOUSES: UNKNOWN,
        CARRIED: NOT_IN_CUSTODY,
        STRAY: NOT_IN_CUSTODY,
    },
    ProtectedBy.COMMAND: {
        OTHER_SHOPS: UNKNOWN,
        OTHER_POINTS: WRONG_POINT,
        RETURNABLE: GOODS,
        LONG_OVER: UNKNOWN,
        OTHER_COURIERS: UNKNOWN,
        CARRIED: NOT_IN_CUSTODY,
        STRAY: NOT_IN_CUSTODY,
    },
    ProtectedBy.POINT: dict.fromkeys((OTHER_POINTS, RETURNABLE, LONG_OVER), WRONG_POINT),
    ProtectedBy.MANIFEST: dict.fromkeys(
        (OTHER_POINTS, RETURNABLE, LONG_OVER, OTHER_WAREHOUSES, STRAY), UNKNOWN
    ),
    ProtectedBy.PERSON: {},
    ProtectedBy.BUYER: {OTHER_SHOPS: UNKNOWN},
}
"""What a key that may use the endpoint gets to hear of an object that is not its own."""

UNKNOWN_CODES = frozenset(
    {
        "unknown_order",
        "unknown_customer",
        "unknown_key",
        "unknown_webhook",
        "unknown_case",
        "unknown_manifest",
        "unknown_staff",
        "unknown_grant",
        "unknown_attachment",
    }
)
"""The codes of what does not exist for a key."""

IN_CHARGE = frozenset({"registerDevice", "revokeDevice"})
"""What at a point only a person in charge does, and an administrator."""


class Key(NamedTuple):
    """A key of the test network; one without a role is no valid key."""

    name: str
    role: Role | None = None
    shop: str | None = None
    point: str = ""

    @property
    def is_of_other(self) -> bool:
        """Whether the objects of its role are those of the other key of that role."""
        return self.name.startswith("other-")


def keys() -> Iterator[Key]:
    """Return every key: none, a revoked one, and those of the network."""
    yield Key("")
    yield Key("revoked")
    for name in KEYS:
        role = Role(name.rpartition("-")[2])
        default = DEFAULT_SHOP if role is Role.STOREFRONT else None
        shop = BOOKSHOP if name.startswith("book-") else default
        point = {"point": "KZN-1", "other-point": "KZN-2"}.get(name, "")
        yield Key(name, role, shop, point)


ALL_KEYS = tuple(keys())


def expected(endpoint: Endpoint, key: Key, whose: str) -> str:
    """Return what a cell of the matrix must be."""
    if key.role is None:
        return UNAUTHORIZED
    is_of_shop = endpoint.protected_by in FOR_ALL_SHOPS and key.shop is not None
    if key.role not in endpoint.roles or is_of_shop:
        return NOT_PERMITTED
    if "{code}" not in endpoint.path and endpoint.protected_by is ProtectedBy.POINT:
        return ENTERS  # It asks for a person first, which no key is.
    if endpoint.name in IN_CHARGE and key.role is Role.POINT and whose == OWN:
        return NOT_PERMITTED
    if endpoint.protected_by is ProtectedBy.DESK:
        return at_desk(endpoint.name, key.point, DENIED[ProtectedBy.ORDER].get(whose, ENTERS))
    return _expected_of_object(endpoint, key, whose)


def _expected_of_object(endpoint: Endpoint, key: Key, whose: str) -> str:
    """Return what a key gets that may use the endpoint, with something of its own or of others."""
    if endpoint.name == "takeCommands" and key.role is Role.FOLLOWER:
        return NOT_PERMITTED  # The step of the command says so.
    if endpoint.method == "POST" and not endpoint.path.endswith(("/stock", "/attachments")):
        whose = {OTHER_COURIERS: CARRIED, OTHER_WAREHOUSES: STRAY}.get(whose, whose)
    cells = {
        ("readTimeline", RETURNABLE): NOT_PERMITTED,
        ("listAttachments", RETURNABLE): NOT_PERMITTED,
        ("addAttachment", RETURNABLE): ENTERS,
        ("addAttachment", OTHER_POINTS): WRONG_POINT,
        ("readStock", OTHER_WAREHOUSES): NOT_IN_CUSTODY,
        ("createManifest", STRAY): NOT_IN_CUSTODY,
        **{("listManifests", x): HIDDEN for x in DENIED[ProtectedBy.MANIFEST]},
    }
    if (endpoint.name, whose) in cells:
        return cells[endpoint.name, whose]
    return DENIED[endpoint.protected_by].get(whose, ENTERS)


def things(key: Key, made: dict[str, Thing]) -> dict[str, Thing]:
    """Return the objects that are the key's own and those that are not, as far as there are."""
    if key.role is Role.COURIER:
        own, other = made["courier"], made["other courier"]
        if key.is_of_other:
            own, other = other, own
        return {OWN: own, OTHER_COURIERS: other}
    if key.role is Role.WAREHOUSE:
        return {OTHER_WAREHOUSES if key.is_of_other else OWN: made["KZN-1"]}
    if key.role is Role.POINT:
        places = [made["KZN-1"], made["KZN-2"]]
        own, other = places if key.point == "KZN-1" else reversed(places)
        elsewhere = "KZN-2" if key.point == "KZN-1" else "KZN-1"
        closed = {whose: made[f"{elsewhere}, {whose}"] for whose in (RETURNABLE, LONG_OVER)}
        return {OWN: own, OTHER_POINTS: other} | closed
    if key.shop is None:
        return {OWN: made["KZN-1"]}
    own, other = made["KZN-1"], made[BOOKSHOP]
    if key.shop == BOOKSHOP:
        own, other = other, own
    return {OTHER_SHOPS: other, OWN: own}


async def ask(api: Api, endpoint: Endpoint, key: Key, whose: str, thing: Thing) -> str:
    """Send the request and return what became of it."""
    path = endpoint.path.removeprefix("/api/v1")
    ids = {"/customers/{id}": thing.buyer, "/keys/{id}": thing.key_id}
    ids["/attachments/{id}"] = thing.attachment
    ids |= dict.fromkeys(("/keys/{id}/roll", "/keys/{id}/limits"), thing.key_id)
    if path.startswith("/webhooks/"):
        webhook = thing.webhook
        if endpoint.method == "DELETE" and key.role in endpoint.roles:
            webhook = await new_webhook(api, thing.shop)  # The one before may have gone.
        path = path.replace("{id}", webhook)
    if path.startswith("/staff/{id}"):
        person, grant = await new_staff(api, thing.shop)  # The one before may be suspended.
        path = path.replace("{id}", person).replace("{grant}", grant)
    codes = {"points": "KZN-1", "warehouses": "KZN", "shops": BOOKSHOP}
    codes["manifests"] = thing.manifest
    if endpoint.protected_by is ProtectedBy.POINT:
        codes["points"] = thing.point
        path = path.replace("{id}", thing.acceptance).replace("{box}", thing.box)
    path = path.replace("{number}", thing.number).replace("{id}", ids.get(path, ""))
    path = path.replace("{code}", codes.get(path.split("/")[1], ""))
    path = path.replace("{order}", thing.number).replace("{photo}", thing.attachment)
    for name in ("{device}", "{shift}", "{approval}", "{visit}"):
        path = path.replace(name, NO_CASE)
    path = path.replace("{case}", thing.case)
    path = path.replace("{warehouse}", "KZN").replace("{sku}", "MUG-RED")
    path += {"addAttachment": f"?order={thing.number}", "removeAttachment": REMOVAL}.get(
        endpoint.name, ""
    )
    body = body_of(endpoint, thing)
    headers = api.headers(key.name, {"Idempotency-Key": str(uuid4())})
    query = {"code": thing.number} if endpoint.name == "readScan" else None
    sent: dict[str, Any] = {"content": PDF} if endpoint.file_types else {"json": body}
    answer = await api.client.request(
        endpoint.method, f"/api/v1{path}", **sent, headers=headers, params=query
    )
    got = outcome(endpoint, thing, answer)
    if whose == OTHER_COURIERS and '"expected":"another courier"' in answer.text:
        return "stage" if '"stage"' in answer.text else NOT_IN_CUSTODY
    is_of_order = endpoint.protected_by in {ProtectedBy.ORDER, ProtectedBy.COMMAND}
    if whose == RETURNABLE and is_of_order and got in {ENTERS, WRONG_POINT}:
        points = {x for x in ("KZN-1", "KZN-2") if x != key.point and x not in str(body)}
        secret = (NAME, thing.buyer, ALINA[-4:], "amount", *points)
        told = [x for x in secret if x in answer.text]
        return str(told) if told else GOODS
    return got


def body_of(endpoint: Endpoint, thing: Thing) -> Any:
    """Return an ordinary body about the thing."""
    match endpoint.name:
        case "placeOrder":
            return PLACE | {"shop": thing.shop}
        case "createKey" | "createWebhook":
            key = {"name": "new", "role": "storefront", "shop": thing.shop or TOYS}
            webhook = {"url": HOOK, "shop": thing.shop or DEFAULT_SHOP_NAME}
            return key if endpoint.name == "createKey" else webhook
        case "inviteStaff" | "grantStaff":
            grant = {"role": "admin", "shop": thing.shop or DEFAULT_SHOP_NAME}
            person = {"name": "N", "login": uuid4().hex, "grants": [grant]}
            return grant if endpoint.name == "grantStaff" else person
        case "takeCommands":
            id_ = str(uuid4())
            command = {"id": id_, "order": thing.number, "step": "attention", "flag": "lost"}
            return {"commands": [command]}
        case name if name in NAMES_ORDER:
            return endpoint.body_example | {NAMES_ORDER[name]: thing.number}
        case _:
            return endpoint.body_example


def outcome(endpoint: Endpoint, thing: Thing, answer: httpx.Response) -> str:
    """Return the outcome of a request by the code of its problem, or by what a list holds."""
    is_json = answer.headers.get("content-type", "").endswith("json")
    content = answer.json() if is_json else {}
    if endpoint.name == "takeCommands" and answer.status_code == 200:
        content = content["outcomes"][0]["problem"] or {}
    code, field = content.get("code", ""), content.get("field", "")
    if code == NOT_PERMITTED and field not in {"role", "shop", "sight"}:
        code = ""  # The key may take the step, but not say this with it.
    if code == NOT_IN_CUSTODY and field == "role":
        code = ""  # The key may see and carry it, and nobody of its role holds it now.
    if endpoint.name == "shelveByScan" and field == "parcel":
        code = ""  # The key works at the point, where nobody knows the parcel of the example.
    if code in {UNAUTHORIZED, NOT_PERMITTED, WRONG_POINT, NOT_IN_CUSTODY}:
        by_shop = field == "shop" and endpoint.protected_by is ProtectedBy.SHOP
        return HIDDEN if by_shop else code
    if code in UNKNOWN_CODES:
        return HIDDEN if endpoint.protected_by is ProtectedBy.SHOP else UNKNOWN
    if endpoint.name in {"createKey", "createWebhook", "inviteStaff"} and code == "invalid_body":
        return HIDDEN
    assert answer.status_code < 500, answer.text
    if endpoint.name == "listDeliveries":
        return ENTERS  # Nothing was sent yet, and a list of nobody else's is a problem.
    if endpoint.name == "listManifests" or (
        endpoint.protected_by is ProtectedBy.SHOP and "items" in content
    ):
        named = {
            "listKeys": thing.key_id,
            "listWebhooks": thing.webhook,
            "listStaff": thing.staff,
            "listShops": thing.shop or TOYS,
            "readSecurityLog": f"key:{thing.key_id}",
            "listManifests": thing.manifest,
        }
        wanted = named.get(endpoint.name, thing.number)
        listed = [name for each in content["items"] for name in each.values()]
        return ENTERS if wanted in listed else HIDDEN
    return ENTERS


@pytest.fixture(scope="module")
def world(server_url: str, template: str) -> Iterator[World]:
    """Make the objects that all requests here are about."""
    for url in own_database(server_url, template):
        yield make_world(url)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda x: f"{x.method} {x.path}")
async def test_every_key_gets_to_its_own_and_to_nobody_elses(
    api: Api, world: World, endpoint: Endpoint
) -> None:
    """Rules 4.18 and 4.19."""
    mismatches: list[str] = []
    cells = [(key, each) for key in ALL_KEYS for each in things(key, world.things).items()]
    cells.sort(key=lambda cell: cell[1][0] == OWN)  # What succeeds changes its order: last.
    for key, (whose, thing) in cells:
        got = await ask(api, endpoint, key, whose, thing)
        wanted = expected(endpoint, key, whose)
        if got != wanted:
            mismatches.append(f"{key.name or 'no key'}, {whose}: {got}, not {wanted}")
    assert mismatches == []


async def test_who_serves_all_shops_gets_to_the_orders_of_each(api: Api, world: World) -> None:
    number = world.things[BOOKSHOP].number
    for by in ("support", "admin", "warehouse", "point"):
        assert (await api.get(f"/orders/{number}", by)).status_code == 200


@pytest.mark.parametrize("missing", ["protected_by", "scope"])
def test_an_endpoint_that_does_not_say_what_protects_it_cannot_be_made(missing: str) -> None:
    fields = {name: getattr(ENDPOINTS[0], name) for name in Endpoint.__struct_fields__}
    assert Endpoint(**fields) == ENDPOINTS[0]
    del fields[missing]
    with pytest.raises(TypeError, match=missing):
        Endpoint(**fields)


def test_what_an_endpoint_says_fits_its_path() -> None:
    for endpoint in ENDPOINTS:
        is_of_order = "{number}" in endpoint.path
        assert (endpoint.protected_by is ProtectedBy.ORDER) == is_of_order, endpoint.path
        if endpoint.protected_by is ProtectedBy.NETWORK:
            assert endpoint.method == "GET", endpoint.path


async def test_what_is_only_read_stays_as_it_is(api: Api, world: World) -> None:
    before = await _orders_and_events(api)
    reading = [each for each in ENDPOINTS if each.method == "GET"]
    admin = next(key for key in ALL_KEYS if key.name == "admin")
    asked = [await ask(api, endpoint, admin, OWN, world.things["KZN-1"]) for endpoint in reading]
    assert asked.count(ENTERS) > 10
    assert await _orders_and_events(api) == before


async def _orders_and_events(api: Api) -> list[Any]:
    rows = await api.network.pool.fetch("select * from event order by home, number, version")
    orders = await api.network.pool.fetch("select * from orders order by home, number")
    return [tuple(row) for row in (*rows, *orders)]
