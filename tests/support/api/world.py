"""What requests of the authorisation matrix are about: one object of every kind and owner.

It is made once; each test gets a copy of the database that it is in.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from gotovo.order.values.actor import DEFAULT_SHOP
from gotovo.order.values.customer import customer_id
from gotovo.store.postgres.pool import open_pool
from tests.conftest import own_database
from tests.support.api.network import ALINA, BOOKSHOP, SECRET, Api, Network, captured
from tests.support.api.things import new_attachment, new_case, new_staff, new_webhook, on_round

RETURNABLE, LONG_OVER = "other point's, returnable", "other point's, long over"

NO_CASE = str(UUID(int=0))

TOYS = "toys"
"""A shop without keys: it stands for the default one where that has no name to ask for."""

READER = "+79001230002"
NAME = "Алина"
COURIER = {
    "method": "courier",
    "address": {"city": "Казань", "street": "Баумана", "house": "1", "postcode": "420111"},
}


class Thing(NamedTuple):
    """What a request is about: an order with buyer, shop and case, and what else is there.

    Of the shop that is a key, a webhook and somebody of its support, of the point a van and a
    return box.
    """

    number: str
    buyer: str
    shop: str
    key_id: str
    webhook: str
    case: str = NO_CASE
    point: str = "KZN-1"
    manifest: str = ""
    acceptance: str = NO_CASE
    box: str = ""
    staff: str = NO_CASE
    attachment: str = ""


class World(NamedTuple):
    """A network with those objects, and what a program needs to go on with it."""

    database: str
    now: datetime
    tokens: dict[str, str]
    ids: dict[str, str]
    things: dict[str, Thing]


async def nobody(_api: Api) -> None:
    """Prepare nothing."""


def make_world(url: str, prepare: Callable[[Api], Awaitable[None]] = nobody) -> World:
    """Make everything in an empty database, which nothing is connected to afterwards.

    `prepare` may put other tokens and ids in the place of the keys' before anything is made.
    """
    return asyncio.run(_made(url, prepare))


@pytest.fixture
def database_url(server_url: str, world: World) -> Iterator[str]:
    """Give a copy of the world's database that is gone after the test."""
    yield from own_database(server_url, world.database)


@pytest.fixture
async def network(pool: "asyncpg.Pool[Any]", world: World) -> AsyncIterator[Network]:
    """Give the program on that copy."""
    network = Network(pool)
    network.clock.now = world.now
    network.tokens, network.ids = dict(world.tokens), dict(world.ids)
    await network.reopen()
    yield network
    await network.close()


async def _made(url: str, prepare: Callable[[Api], Awaitable[None]]) -> World:
    pool = await open_pool(url)
    network = Network(pool)
    await network.open()
    transport = httpx.ASGITransport(app=network.app, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url="http://gotovo.test") as client:
        api = Api(client, network, first_key=1_000_000)
        network.tokens["revoked"] = await _revoked(api)
        await prepare(api)
        things = await _things(api)
    await network.close()
    await pool.close()
    database = url.partition("?")[0].rpartition("/")[2]
    return World(database, network.clock(), network.tokens, network.ids, things)


async def _things(api: Api) -> dict[str, Thing]:
    """Return new orders: at both points, with a courier, of the other shop; all wait for help."""
    made: dict[str, Thing] = {}
    for whose, age in ((LONG_OVER, timedelta(days=90)), (RETURNABLE, timedelta(days=2))):
        for point in ("KZN-1", "KZN-2"):
            number = await _issued(api, point)
            buyer = customer_id(SECRET, ALINA)
            admin = api.network.ids["admin"]
            made[f"{point}, {whose}"] = Thing(
                number,
                buyer,
                DEFAULT_SHOP,
                admin,
                "wh_gone",
                point=point,
                attachment=await new_attachment(api, number),
                **await _van(api, point),
            )
        api.network.clock.now += age
    await api.network.dependencies.shops.put(TOYS, "Игрушки", api.network.clock())
    ways: list[tuple[str, str, dict[str, Any]]] = [
        ("KZN-1", "storefront", {}),
        ("KZN-2", "storefront", {"delivery": {"method": "pickup", "point": "KZN-2"}}),
        ("courier", "storefront", {"delivery": COURIER}),
        ("other courier", "storefront", {"delivery": COURIER}),
        (BOOKSHOP, "book-storefront", {"customer": {"phone": READER}}),
    ]
    for name, by, changes in ways:
        number = (await api.place(by, **changes))["number"]
        await api.network.dependencies.help.ask(number, uuid4(), "?", api.network.clock())
        phone = READER if name == BOOKSHOP else ALINA
        shop = BOOKSHOP if name == BOOKSHOP else DEFAULT_SHOP
        body = {"name": "spare", "role": "storefront"} | ({"shop": shop} if shop else {})
        key_id = (await api.post("/keys", body)).json()["id"]
        webhook = await new_webhook(api, shop)
        case = await new_case(api, number, shop)
        staff, _ = await new_staff(api, shop)
        point = name if name.startswith("KZN") else "KZN-1"
        made[name] = Thing(
            number,
            customer_id(SECRET, phone),
            shop,
            key_id,
            webhook,
            case,
            point,
            **await _van(api, point),
            staff=staff,
            attachment=await new_attachment(api, number),
        )
    for name, courier in (("courier", "courier"), ("other courier", "other-courier")):
        await on_round(api, made[name].number, api.network.ids[courier])
    return made


async def _van(api: Api, point: str) -> dict[str, str]:
    """Return a new manifest to a point, and an open acceptance and return box there."""
    made = await api.post("/manifests", {"warehouse": "KZN", "point": point})
    opened = await api.post(f"/points/{point}/acceptances", {})
    box = await api.post(f"/points/{point}/boxes", {"kind": "ordinary"})
    answers = (made, opened, box)
    assert {x.status_code for x in answers} == {201}, [x.text for x in answers]
    codes = {"manifest": made.json()["code"], "box": box.json()["code"]}
    return codes | {"acceptance": opened.json()["id"]}


async def _issued(api: Api, point: str) -> str:
    """Return the number of an order that was handed over at a point."""
    delivery = {"method": "pickup", "point": point}
    number = (await api.place(delivery=delivery, customer={"phone": ALINA, "name": NAME}))["number"]
    steps: list[tuple[str, dict[str, Any]]] = [
        ("payment", captured(number)),
        *((step, {}) for step in ("picking", "packing", "dispatch", "arrival", "shelving")),
        ("handover", {"code": api.code(number, place=point)}),
    ]
    commands = [{"id": f"{number}-{s}", "order": number, "step": s} | body for s, body in steps]
    answer = await api.post("/commands", {"commands": commands})
    assert {x["outcome"] for x in answer.json()["outcomes"]} == {"done"}, answer.text
    return number


async def _revoked(api: Api) -> str:
    """Return the token of a key that was revoked."""
    made = (await api.post("/keys", {"name": "gone", "role": "admin"})).json()
    headers = api.headers("admin", {})
    await api.client.delete(f"/api/v1/keys/{made['id']}", headers=headers)
    return made["token"]
