"""Each look at somebody's order is logged, for the buyer to see."""

from datetime import timedelta

import asyncpg
import pytest
from msgspec import structs

from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.customer import customer_id
from gotovo.store.tables.access.access_log import AccessLogStore
from tests.support.api.network import PLACE, SECRET, Api
from tests.support.store.retention import remove_due

CUSTOMER = customer_id(SECRET, PLACE["customer"]["phone"])
EVERYTHING = 100

Line = tuple[str, str, str, str, int]


async def logged(api: Api) -> list[Line]:
    """Return the log's rows: order, role, place, what was looked at, how often."""
    await api.network.dependencies.access_log.write()
    found = await AccessLogStore(api.network.pool).latest(CUSTOMER, EVERYTHING)
    return sorted((x.number, x.role, x.place, x.what, x.times) for x in found)


async def test_a_look_is_logged_with_who_looked_and_at_what(api: Api) -> None:
    """Rule 4.16."""
    number = (await api.ready())["number"]
    assert await logged(api) == []
    for _ in range(3):  # the second and third are answered from memory
        await api.get(f"/orders/{number}", by="support")
    await api.get(f"/orders/{number}/timeline", by="warehouse")
    await api.get("/orders?point=KZN-1", by="point")
    await api.get(f"/orders?customer={CUSTOMER}", by="storefront")
    await api.get(f"/customers/{CUSTOMER}")
    assert await logged(api) == [
        ("", "admin", "", "customer", 1),
        ("", "storefront", "", "list", 1),
        (number, "point", "KZN-1", "list", 1),
        (number, "support", "", "order", 3),
        (number, "warehouse", "", "history", 1),
    ]
    await api.get(f"/orders/{number}", by="support")
    assert (number, "support", "", "order", 4) in await logged(api)


async def test_looks_before_and_after_a_change_of_the_key_are_one_row(api: Api) -> None:
    """Two rows with one key would fail the statement, again and again with all that wait."""
    number, log = (await api.ready())["number"], api.network.dependencies.access_log
    before = Actor(Role.SUPPORT, "key", imports=True)
    for actor in (before, structs.replace(before, imports=False)):
        await log.record(actor, "order", [number])
    assert await logged(api) == [(number, "support", "", "order", 2)]


async def test_who_is_shown_nothing_has_not_looked(api: Api) -> None:
    number = (await api.ready())["number"]
    await api.get(f"/orders/{number}", by="other-point")
    await api.get(f"/orders/{number}", by="follower")
    await api.get("/orders?point=KZN-1&status=closed", by="point")
    assert await logged(api) == []


async def test_a_step_that_changes_nothing_is_a_look_and_any_other_stands_in_the_history(
    api: Api,
) -> None:
    number = (await api.ready())["number"]
    await api.step(number, "cancellation")
    assert await logged(api) == []
    await api.step(number, "cancellation")
    assert await logged(api) == [(number, "admin", "", "order", 1)]


async def test_a_repeated_request_is_a_look_whatever_it_did_first(api: Api) -> None:
    """Rule 4.16: who replays a command is shown the order as often as it is sent."""
    number = (await api.ready())["number"]
    for _ in range(3):
        await api.post(f"/orders/{number}/cancellation", {}, key="once")
    placed = await api.post("/orders", PLACE, key="placed")
    assert placed.status_code == 201
    await api.post("/orders", PLACE, key="placed")
    assert await logged(api) == sorted(
        [(number, "admin", "", "order", 2), (placed.json()["number"], "admin", "", "order", 1)]
    )


@pytest.mark.parametrize("shown", [True, False])
async def test_a_list_of_commands_shows_orders_like_single_steps(api: Api, *, shown: bool) -> None:
    number = (await api.ready())["number"]
    listed = {"id": "a", "order": number, "step": "cancellation"}
    prefer = {} if shown else {"Prefer": "return=minimal"}
    await api.post("/commands", {"commands": [listed]}, **prefer)
    assert await logged(api) == []
    await api.post("/commands", {"commands": [listed]}, **prefer)
    await api.post("/commands", {"commands": [listed | {"id": "b"}]}, **prefer)
    assert await logged(api) == ([(number, "admin", "", "order", 2)] if shown else [])


async def test_what_cannot_be_written_now_is_written_later(api: Api) -> None:
    number = (await api.place())["number"]
    await api.get(f"/orders/{number}")
    pool = api.network.pool
    await pool.execute("alter table order_look rename to elsewhere")
    with pytest.raises(asyncpg.UndefinedTableError):
        await api.network.dependencies.access_log.write()
    await api.get(f"/orders/{number}")
    await pool.execute("alter table elsewhere rename to order_look")
    assert await logged(api) == [(number, "admin", "", "order", 2)]


async def test_when_too_many_wait_the_next_asker_writes_them(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gotovo.access.access_log.PENDING_MAX", 2)
    numbers = [(await api.place())["number"] for _ in range(3)]
    for number in numbers:
        await api.get(f"/orders/{number}")
    found = await AccessLogStore(api.network.pool).latest(CUSTOMER, EVERYTHING)
    assert {each.number for each in found} == set(numbers[:2])


async def test_looks_of_days_long_past_are_swept(api: Api) -> None:
    number = (await api.place())["number"]
    clock = api.network.clock
    await api.get(f"/orders/{number}")
    await api.network.dependencies.access_log.write()
    clock.now += timedelta(days=1)
    await api.get(f"/orders/{number}")
    assert await logged(api) == [(number, "admin", "", "order", 1)] * 2
    await remove_due(api.network.pool, "access-log", clock.now)
    assert await logged(api) == [(number, "admin", "", "order", 1)]
