"""No key gives a rate, requests or streams at once that it does not have; a shop has so many keys.

Each test does what somebody tries who has found a key that may write keys.
"""

import asyncio
from uuid import uuid4

import pytest
from msgspec import structs

from gotovo.access.programs.api_keys import KeyTerms, create_key
from gotovo.order.values.actor import Role
from gotovo.store.tables.access.api_keys import KeyLimits
from tests.support.api.limited import limited
from tests.support.api.network import BOOKSHOP, Api, Network

KEY = "found"
SMALL = KeyLimits(rate=50, burst=60, requests=7, streams=2)


async def find(api: Api, limits: KeyLimits = SMALL) -> str:
    """Make the key that was found, as the command line does, and return its id."""
    dependencies = api.network.dependencies
    terms = KeyTerms(KEY, Role.ADMIN, limits=limits)
    key, token = await create_key(dependencies.keys, uuid4(), terms, api.network.clock())
    await dependencies.api_keys.refresh()
    api.network.tokens[KEY] = token
    return key.id


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"rate": 51, "burst": 60, "requests": 7, "streams": 2}, "rate"),
        ({"rate": 0, "burst": 60, "requests": 7, "streams": 2}, "rate"),
        ({"rate": 50, "burst": 61, "requests": 7, "streams": 2}, "burst"),
        ({"rate": 50, "burst": 60, "requests": 8, "streams": 2}, "requests"),
        ({"rate": 50, "burst": 60, "requests": 7, "streams": 3}, "streams"),
        ({}, "rate"),
    ],
)
async def test_a_key_gives_itself_and_others_no_higher_limit(
    api: Api, wish: dict[str, int], field: str
) -> None:
    own = await find(api)
    other = await create_key(
        api.network.dependencies.keys,
        uuid4(),
        KeyTerms("other", Role.STOREFRONT, limits=SMALL),
        api.network.clock(),
    )
    for key_id in (own, other[0].id):
        answer = await api.post(f"/keys/{key_id}/limits", wish, KEY)
        assert (answer.status_code, answer.json()["code"]) == (403, "exceeds_key")
        assert answer.json()["field"] == field
        shown = (await api.get(f"/keys/{key_id}")).json()["limits"]
        assert shown == structs.asdict(SMALL)


async def test_a_key_may_always_get_less(api: Api) -> None:
    await find(api)
    follower = api.network.ids["follower"]
    for wish in ({"rate": 1_000}, {"rate": 1_000, "streams": 50}, {"rate": 1, "streams": 1}):
        answer = await api.post(f"/keys/{follower}/limits", wish, KEY)
        assert answer.status_code == 200, answer.text
    back = await api.post(f"/keys/{follower}/limits", {}, KEY)
    assert (back.json()["code"], back.json()["field"]) == ("exceeds_key", "rate")
    assert (await api.post(f"/keys/{follower}/limits", {})).status_code == 200


async def test_above_the_settings_gives_only_who_has_it_from_the_command_line(api: Api) -> None:
    follower = api.network.ids["follower"]
    refused = await api.post(f"/keys/{follower}/limits", {"rate": 3_000})
    await find(api, KeyLimits(rate=5_000, streams=200))
    given = await api.post(f"/keys/{follower}/limits", {"rate": 5_000, "streams": 200}, KEY)

    assert (refused.status_code, refused.json()["expected"]) == (403, "1..2000")
    assert given.status_code == 200


async def test_a_new_key_has_the_lower_limits_of_the_one_that_makes_it(api: Api) -> None:
    await find(api, KeyLimits(rate=50, burst=20_000))
    made = (await api.post("/keys", {"name": "heir", "role": "storefront"}, KEY)).json()
    shown = (await api.get(f"/keys/{made['id']}")).json()["limits"]

    assert {name: n for name, n in shown.items() if n is not None} == {"rate": 50}


async def test_a_key_rolls_none_with_higher_limits(api: Api) -> None:
    """Its new token would be those limits."""
    own = await find(api)
    answer = await api.post(f"/keys/{api.network.ids['follower']}/roll", {}, KEY)

    assert (answer.status_code, answer.json()["field"]) == (403, "rate")
    assert (await api.post(f"/keys/{own}/roll", {}, KEY)).json()["token"]


async def test_a_limit_that_was_lowered_meanwhile_is_not_raised_again(network: Network) -> None:
    keys, now = network.dependencies.keys, network.clock()
    key_id = network.ids["follower"]
    await keys.limit(key_id, KeyLimits(rate=10), now)

    assert not await keys.limit(key_id, KeyLimits(rate=90), now, present=KeyLimits(rate=100))
    assert await keys.limit(key_id, KeyLimits(rate=9), now, present=KeyLimits(rate=10))


async def test_a_shop_makes_itself_no_more_keys_than_it_may_have(network: Network) -> None:
    async with limited(network, network.dependencies.limits, keys_per_shop=6) as (api, _):
        of_shop = "select count(*) from api_key where shop = $1 and revoked_at is null"
        has = await network.pool.fetchval(of_shop, BOOKSHOP)
        wish = {"name": "one more", "role": "storefront"}
        answers = await asyncio.gather(*(api.post("/keys", wish, "book-admin") for _ in range(9)))
        made = [each.json() for each in answers if each.status_code == 201]
        refused = [each.json() for each in answers if each.status_code == 409]

        assert len(made) == 6 - has
        assert len(refused) == 9 - len(made)
        assert {(x["code"], x["value"], x["expected"]) for x in refused} == {
            ("too_many_keys", BOOKSHOP, "6")
        }
        by_the_network = await api.post("/keys", wish | {"shop": BOOKSHOP})
        assert by_the_network.json()["code"] == "too_many_keys"
        assert (await api.post("/keys", {"name": "x", "role": "courier"})).status_code == 201
        headers = api.headers("book-admin", {})
        await api.client.delete(f"/api/v1/keys/{made[0]['id']}", headers=headers)
        assert (await api.post("/keys", wish, "book-admin")).status_code == 201


async def restricted(api: Api) -> str:
    """Make a key that may write keys and do nothing else, and return its id."""
    dependencies = api.network.dependencies
    terms = KeyTerms("writes keys", Role.ADMIN, scopes=("keys:read", "keys:write"))
    key, token = await create_key(dependencies.keys, uuid4(), terms, api.network.clock())
    await dependencies.api_keys.refresh()
    api.network.tokens["writes-keys"] = token
    return key.id


async def test_a_restricted_key_manages_no_key_that_may_do_more(api: Api) -> None:
    """It would stop the shops: each key revoked, or one request a second for each."""
    own = await restricted(api)
    before = {name: (await api.get(f"/keys/{key}")).json() for name, key in api.network.ids.items()}
    for key_id in api.network.ids.values():
        path = f"/keys/{key_id}"
        tried = (
            await api.client.delete(f"/api/v1{path}", headers=api.headers("writes-keys", {})),
            await api.post(f"{path}/limits", {"rate": 1, "requests": 1}, "writes-keys"),
            await api.client.patch(
                f"/api/v1{path}", json={"name": "gone"}, headers=api.headers("writes-keys", {})
            ),
        )
        assert [(x.status_code, x.json()["code"], x.json()["field"]) for x in tried] == [
            (403, "exceeds_key", "scopes")
        ] * len(tried)
    after = {name: (await api.get(f"/keys/{key}")).json() for name, key in api.network.ids.items()}
    assert after == before

    body = {"name": "heir", "role": "admin", "scopes": ["keys:read"]}
    made = (await api.post("/keys", body, "writes-keys")).json()["id"]
    assert (await api.post(f"/keys/{made}/limits", {"rate": 1}, "writes-keys")).status_code == 200
    for key_id in (made, own):
        headers = api.headers("writes-keys", {})
        gone = await api.client.delete(f"/api/v1/keys/{key_id}", headers=headers)
        assert gone.status_code == 204, "its own, and what it made"
