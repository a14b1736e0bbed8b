"""The authorisation matrix once more, with people in place of keys (rule 4.18)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

import pytest

from gotovo.access.staff.grants import STAFF_ROLES, StaffGrant, actor_of
from gotovo.access.staff.work.point_work import WorkTerms
from gotovo.api.dispatch.endpoint import Endpoint
from gotovo.api.endpoints import ENDPOINTS
from gotovo.order.values.actor import Role
from tests.api.test_authorisation import ALL_KEYS, OWN, ask, expected, things
from tests.conftest import own_database
from tests.support.access.staff import hire, signed_in
from tests.support.api.clerks import under
from tests.support.api.network import Api
from tests.support.api.world import World, make_world
from tests.support.api.world import database_url as database_url  # noqa: PLC0414  (a fixture)
from tests.support.api.world import network as network  # noqa: PLC0414  (a fixture)

PEOPLE: Final = [key for key in ALL_KEYS if key.role in STAFF_ROLES]


@pytest.fixture(scope="module")
def world(server_url: str, template: str) -> Iterator[World]:
    """Make the objects that all requests here are about, with people in place of keys."""
    for url in own_database(server_url, template):
        yield make_world(url, people_for_keys)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda x: f"{x.method} {x.path}")
async def test_every_person_gets_to_their_own_and_to_nobody_elses(
    api: Api, world: World, endpoint: Endpoint
) -> None:
    """The same matrix, each key of a role that people have replaced by a person (rule 4.18).

    Without the setting that refuses clerks outside a shift: nothing else would be seen of them.
    """
    mismatches: list[str] = []
    cells = [(key, each) for key in PEOPLE for each in things(key, world.things).items()]
    cells.sort(key=lambda cell: cell[1][0] == OWN)
    async with under(api, WorkTerms(needs_shift=False)) as lenient:
        for key, (whose, thing) in cells:
            got = await ask(lenient, endpoint, key, whose, thing)
            wanted = expected(endpoint, key, whose)
            if got != wanted:
                mismatches.append(f"{key.name}, {whose}: {got}, not {wanted}")
    assert mismatches == []


async def people_for_keys(api: Api) -> None:
    """Sign a person in for every key of a role that people have."""
    access, now = api.network.dependencies.staff, api.network.clock()
    warehouses = {"kzn-warehouse": "KZN", "other-warehouse": "MSK"}
    for key in PEOPLE:
        assert key.role is not None
        grant = StaffGrant(key.role, key.shop, key.point or None, warehouses.get(key.name))
        person = await hire(access, key.name, grant, now=now)
        api.network.tokens[key.name] = await signed_in(access, person, now + timedelta(days=92))
        if key.role is Role.COURIER:
            api.network.ids[key.name] = actor_of(person, grant).id
