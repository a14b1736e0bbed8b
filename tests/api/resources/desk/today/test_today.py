"""Today at a point: the figures, the orders behind them, and who sees neither."""

from datetime import timedelta
from typing import Final

from gotovo.desk.today.today import day_bounds
from gotovo.store.postgres.statements import load_statements
from gotovo.store.reads.desk.today import CASES_MAX, CLOSED_MAX, FIRST, OPEN_MAX
from tests.support.api.network import Api

ELSEWHERE: Final = """
    insert into orders
    select (jsonb_populate_record(o, jsonb_build_object(
               'number', lpad(n::text, 12, '0'), 'point', 'P-' || n % 40,
               'external_id', null))).*
      from orders o, generate_series(1, 4000) as n
     where o.number = $1
"""
"""The order over and over again, at points that nobody asks about."""


async def test_figures_follow_an_order_through_the_point(api: Api) -> None:
    number = (await api.ready())["number"]
    today = (await api.get("/points/KZN-1/today", "point")).json()
    assert today["waiting"]["orders"] == 1
    assert today["waiting"]["parcels"] >= 1
    assert today["expiring"] == {"today": 0, "tomorrow": 0}
    assert "boxes" not in today["leaving"]
    api.network.clock.now += timedelta(days=7)
    today = (await api.get("/points/KZN-1/today", "point")).json()
    which = "expiring_today" if today["expiring"]["today"] else "expiring_tomorrow"
    assert sum(today["expiring"].values()) == 1
    path = f"/points/KZN-1/today/orders?which={which}"
    page = (await api.get(path, "point")).json()
    assert [each["number"] for each in page["items"]] == [number]
    assert page["items"][0]["parcels"][0]["cell"]
    await api.step(number, "cancellation", "admin", reason="customer_request")
    today = (await api.get("/points/KZN-1/today", "point")).json()
    assert (today["waiting"]["orders"], today["leaving"]["parcels"]) == (0, 1)
    leaving = (await api.get("/points/KZN-1/today/orders?which=leaving", "point")).json()
    assert [each["number"] for each in leaving["items"]] == [number]
    assert leaving["next"] is None


async def test_pages_of_a_list_skip_nothing(api: Api) -> None:
    numbers = {(await api.ready())["number"] for _ in range(3)}
    api.network.clock.now += timedelta(days=8)
    seen: list[str] = []
    path = "/points/KZN-1/today/orders?which=expiring_today&limit=1"
    after: str | None = ""
    while after is not None:
        page = (await api.get(f"{path}&after={after}" if after else path, "point")).json()
        seen += [each["number"] for each in page["items"]]
        after = page["next"]
    assert sorted(seen) == sorted(numbers)


async def test_other_points_and_shops_see_no_day_of_this_one(api: Api) -> None:
    for by, code in (("other-point", "wrong_point"), ("book-admin", "not_permitted")):
        for path in ("today", "today/orders?which=leaving"):
            answer = await api.get(f"/points/KZN-1/{path}", by)
            assert answer.json()["code"] == code, (by, path)


async def test_a_point_among_many_is_read_by_its_own_indexes(api: Api) -> None:
    number = (await api.ready())["number"]
    day = day_bounds(api.network.clock(), "Europe/Moscow")
    bounds = ("KZN-1", day.now, day.today_ends, day.tomorrow_ends)
    first = ("expiring_today", day.lately, CLOSED_MAX, *FIRST, 51, OPEN_MAX)
    asked = {
        "point_today": (*bounds, day.lately, CLOSED_MAX, CASES_MAX, OPEN_MAX),
        "orders_of_today": (*bounds, *first),
        "orders_that_follow": ("KZN-1", 5_001),
    }
    statements = load_statements("reads/desk/today.sql")
    async with api.network.pool.acquire() as connection:
        await connection.execute(ELSEWHERE, number)
        await connection.execute("analyze orders")
        for name, arguments in asked.items():
            lines = await connection.fetch(f"explain {statements[name]}", *arguments)
            plan = "\n".join(line[0] for line in lines)
            assert "orders_open_by_point on orders" in plan, plan
            assert "Seq Scan on orders" not in plan, plan
