"""The authorisation matrix once more, with people in place of keys (rule 4.18)."""

from datetime import timedelta

import pytest

from gotovo.access.staff.grants import STAFF_ROLES, StaffGrant, actor_of
from gotovo.api.dispatch.endpoint import Endpoint
from gotovo.api.endpoints import ENDPOINTS
from gotovo.order.values.actor import Role
from tests.api.test_authorisation import ALL_KEYS, OWN, Key, ask, expected, make, things
from tests.support.access.staff import hire, signed_in
from tests.support.api.network import Api


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda x: f"{x.method} {x.path}")
async def test_every_person_gets_to_their_own_and_to_nobody_elses(
    api: Api, endpoint: Endpoint
) -> None:
    """The same matrix, each key of a role that people have replaced by a person (rule 4.18)."""
    people = await with_people_for_keys(api)
    mismatches: list[str] = []
    made = await make(api)
    cells = [(key, each) for key in people for each in things(key, made).items()]
    cells.sort(key=lambda cell: cell[1][0] == OWN)
    for key, (whose, thing) in cells:
        got = await ask(api, endpoint, key, whose, thing)
        wanted = expected(endpoint, key, whose)
        if got != wanted:
            mismatches.append(f"{key.name}, {whose}: {got}, not {wanted}")
    assert mismatches == []


async def with_people_for_keys(api: Api) -> list[Key]:
    """Sign a person in for every key of a role that people have; return those keys."""
    access, now = api.network.dependencies.staff, api.network.clock()
    warehouses = {"kzn-warehouse": "KZN", "other-warehouse": "MSK"}
    people = [key for key in ALL_KEYS if key.role in STAFF_ROLES and key.role is not None]
    for key in people:
        assert key.role is not None
        grant = StaffGrant(key.role, key.shop, key.point or None, warehouses.get(key.name))
        person = await hire(access, key.name, grant, now=now)
        api.network.tokens[key.name] = await signed_in(access, person, now + timedelta(days=92))
        if key.role is Role.COURIER:
            api.network.ids[key.name] = actor_of(person, grant).id
    return people
