"""Clerks of tests: people with a session at a point, on a device, in a shift."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
from msgspec import structs

from gotovo.access.staff.grants import StaffGrant
from gotovo.access.staff.work.point_work import WorkTerms
from gotovo.api.application import api_app
from gotovo.order.values.actor import Role
from tests.support.access.staff import hire, signed_in
from tests.support.api.network import Api

AT_KREMLIN = StaffGrant(Role.POINT, point="KZN-1")
MANAGER = StaffGrant(Role.POINT, point="KZN-1", manager=True)
AT_LAKE = StaffGrant(Role.POINT, point="KZN-2")
ANYWHERE = StaffGrant(Role.POINT)


class Clerk:
    """Somebody who is signed in; `by` is the name of the session for the API's client."""

    def __init__(self, api: Api, by: str, person: UUID) -> None:
        self.api = api
        self.by = by
        self.person = person
        self.device = ""

    @property
    def actor(self) -> str:
        return f"staff-{self.person.hex}"

    async def posts(self, path: str, body: Any = None, **headers: str) -> httpx.Response:
        if self.device:
            headers.setdefault("Gotovo_Device", self.device)
        return await self.api.post(path, body, self.by, **headers)

    async def gets(self, path: str) -> httpx.Response:
        return await self.api.get(path, self.by)

    async def begins(self, point: str = "KZN-1") -> dict[str, Any]:
        """Begin a shift that must begin, and return it."""
        response = await self.posts(f"/points/{point}/shifts")
        assert response.status_code in {200, 201}, response.text
        return response.json()

    async def ends(self, shift: dict[str, Any]) -> httpx.Response:
        return await self.posts(f"/points/{shift['point']}/shifts/{shift['id']}/ending")


async def handheld(api: Api, point: str = "KZN-1") -> tuple[str, str]:
    """Register a handheld, and return its id and its token."""
    body = {"name": "Handheld", "kind": "handheld"}
    made = (await api.post(f"/points/{point}/devices", body)).json()
    return made["id"], made["token"]


async def clerk(
    api: Api,
    name: str,
    *grants: StaffGrant,
    person: UUID | None = None,
    device: str = "",
) -> Clerk:
    """Return somebody who has just signed in; a further session of the person who is given."""
    access, now = api.network.dependencies.staff, api.network.clock()
    who = person or await hire(access, name, *(grants or (AT_KREMLIN,)), now=now)
    api.network.tokens[name] = await signed_in(access, who, now)
    found = Clerk(api, name, who)
    found.device = device
    return found


@asynccontextmanager
async def under(api: Api, terms: WorkTerms) -> AsyncGenerator[Api]:
    """Give a client of the same network under other settings of the work at points."""
    work = structs.replace(api.network.dependencies.work, terms=terms)
    app = api_app(structs.replace(api.network.dependencies, work=work))
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://gotovo.test") as client:
        yield Api(client, api.network)


def pass_time(api: Api, **by: float) -> None:
    """Let time pass; cached sessions are looked up again."""
    api.network.clock.now += timedelta(**by)
    look_again(api)


def look_again(api: Api) -> None:
    """Let the next request of each session look it up, as two seconds later it would."""
    dependencies = api.network.dependencies
    for token in api.network.tokens.values():
        digest = dependencies.staff.sessions.digest_of(token)
        if digest is not None:
            dependencies.staff_sessions.forget(digest)
