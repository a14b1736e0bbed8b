"""Every way in that takes a place of hand-over: four of the API, and the page of the buyer."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from http import HTTPStatus
from itertools import count
from typing import Any

import asyncpg
from msgspec import structs

from tests.support.api.network import ALINA, PLACE, Api
from tests.support.web.buyer import Buyer
from tests.support.web.cast import Clock
from tests.support.web.stage import browser_of, demo_dependencies

SOMEWHERE = {"text": "Казань, Лесная, 7"}
AT_HOME = {"method": "courier", "address": SOMEWHERE}

Answer = dict[str, Any]
"""A problem, or nothing when the delivery was taken."""


class Entrances:
    """One network with its API, and a buyer who is signed in on its pages."""

    def __init__(self, api: Api, buyer: Buyer) -> None:
        self.api = api
        self.buyer = buyer
        self._ids = count(1)
        self.all: dict[str, Callable[[dict[str, Any]], Awaitable[Answer]]] = {
            "placement": self.placement,
            "redirection": self.redirection,
            "listed placement": self.listed_placement,
            "listed redirection": self.listed_redirection,
            "page": self.page,
        }

    async def placement(self, delivery: dict[str, Any]) -> Answer:
        answer = await self.api.post("/orders", PLACE | {"delivery": delivery})
        return {} if answer.status_code == HTTPStatus.CREATED else answer.json()

    async def redirection(self, delivery: dict[str, Any]) -> Answer:
        number = (await self.api.place())["number"]
        answer = await self.api.post(f"/orders/{number}/redirection", {"delivery": delivery})
        return {} if answer.status_code == HTTPStatus.OK else answer.json()

    async def listed_placement(self, delivery: dict[str, Any]) -> Answer:
        return await self._listed({"step": "placement", **PLACE, "delivery": delivery})

    async def listed_redirection(self, delivery: dict[str, Any]) -> Answer:
        number = (await self.api.place())["number"]
        return await self._listed({"step": "redirection", "order": number, "delivery": delivery})

    async def page(self, delivery: dict[str, Any]) -> Answer:
        """Send the buyer's form; its problem says no more than that there is one."""
        order = await self.api.place()
        where = f"/orders/{order['number']}/redirection"
        asked = await self.buyer.opens(f"{where}/courier")
        typed = _typed(delivery)
        page = await self.buyer.sends(asked, where, **typed)
        after = (await self.api.get(f"/orders/{order['number']}")).json()
        is_taken = after["delivery"] != order["delivery"]
        assert is_taken is (page.status_code == HTTPStatus.OK), page.text
        return {} if is_taken else {"status": page.status_code}

    async def _listed(self, command: dict[str, Any]) -> Answer:
        listed = {"id": f"listed-{next(self._ids)}", **command}
        answer = await self.api.post("/commands", {"commands": [listed]})
        (outcome,) = answer.json()["outcomes"]
        return outcome["problem"] or {}


@asynccontextmanager
async def entrances_of(api: Api, pool: "asyncpg.Pool[Any]") -> AsyncGenerator[Entrances]:
    """Give the pages of the API's own network, with Alina signed in."""
    network = api.network
    pages = demo_dependencies(pool, network.engine, Clock())
    async with browser_of(structs.replace(pages, places=network.directory)) as client:
        buyer = Buyer(client)
        await buyer.signs_in(ALINA)
        yield Entrances(api, buyer)


def _typed(delivery: dict[str, Any]) -> dict[str, str]:
    """Return what a buyer types who means this delivery; the page has no field for a house."""
    if delivery["method"] == "pickup":
        return {"place": delivery["point"]}
    address = dict(delivery["address"])
    text, house = address.pop("text", ""), address.pop("house", "")
    street = text or address.pop("street", "") or (house and address.get("city", ""))
    flat = address.pop("apartment", "")
    return {**address, "street": f"{street}, {house}" if street and house else street, "flat": flat}
