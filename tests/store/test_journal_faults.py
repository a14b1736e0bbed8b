"""Faults that only a real database has: cut wires, killed backends, values it does not take."""

import asyncio
from collections import Counter
from typing import Any, Self

import asyncpg
import pytest

from gotovo.engine.batch import Rules
from gotovo.engine.engine import Engine
from gotovo.engine.ports import Batch, JournalUnreachable
from gotovo.engine.submission import ResultKind
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.steps.packing import Pack
from gotovo.order.steps.placement import NewLine
from gotovo.order.values.order import Attention, Stage
from gotovo.order.values.texts.order_text import digest_in
from gotovo.store.journal.journal import PostgresJournal
from tests.support.engine.cast import Shop
from tests.support.order.cast import POINTS, SECRET, WAREHOUSES
from tests.support.store.proxy import Cut, Proxy

RARE = NewLine("rare", "Редкость", 100, 100)


class Armed(PostgresJournal):
    """Breaks the wire during its next commit."""

    def __init__(self, pool: asyncpg.Pool, proxy: Proxy, cut: Cut) -> None:
        super().__init__(pool)
        self._proxy = proxy
        self._cut = cut
        self.left = 0

    async def write(self, batch: Batch) -> None:  # pyright: ignore[reportImplicitOverride]
        if self.left:
            self.left -= 1
            self._proxy.cut = self._cut
        await super().write(batch)


class Held:
    """The counter of the lane in somebody else's hands: commits come so far and no further."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self._connection: Any = None

    async def __aenter__(self) -> Self:
        self._connection = await self._pool.acquire()
        await self._connection.execute("begin")
        await self._connection.execute("select from lane where home = 0 for update")
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._connection.execute("rollback")
        await self._pool.release(self._connection)

    async def waiting(self, count: int) -> list[int]:
        """Wait until so many commits are stopped by a lock; return their processes."""
        while True:
            rows = await self._pool.fetch(
                "select pid from pg_stat_activity where wait_event_type = 'Lock'"
                " and datname = current_database()"
            )
            if len(rows) >= count:
                return [row["pid"] for row in rows]
            await asyncio.sleep(0.01)


def second_engine(shop: Shop, pool: asyncpg.Pool) -> Engine:
    return Engine(PostgresJournal(pool), lambda: (POINTS, WAREHOUSES), Rules(SECRET), shop.clock)


async def types(pool: asyncpg.Pool, number: str) -> list[str]:
    rows = await pool.fetch("select type from event where number = $1 order by version", number)
    return [row["type"] for row in rows]


@pytest.mark.parametrize("cut", [Cut.BEFORE_SERVER, Cut.AFTER_SERVER])
async def test_a_wire_cut_in_a_commit_loses_nothing_and_doubles_nothing(
    far_shop: Shop, pool: asyncpg.Pool, proxy: Proxy, cut: Cut
) -> None:
    far = far_shop.journal
    assert isinstance(far, PostgresJournal)
    journal = Armed(far._connections._pool, proxy, cut)
    far_shop.journal = journal
    engine = far_shop.engine()
    for _ in range(3):
        buyers = [far_shop.buyer() for _ in range(10)]
        await engine.submit_all([b.place() for b in buyers])
        journal.left = 1
        outcomes = await engine.submit_all([b.pay() for b in buyers])
        assert {(o.kind, o.version, o.repeated) for o in outcomes} == {(ResultKind.DONE, 2, False)}
        for buyer in buyers:
            assert await types(pool, buyer.number) == ["order.placed", "order.paid"]
    assert (proxy.cuts, engine.counts.connections_lost) == (3, 3)
    tea = await pool.fetchrow("select on_hand, reserved from stock where sku = 'tea'")
    assert tea is not None
    assert tuple(tea) == (1_000, 60)


async def test_a_killed_backend_loses_nothing_and_doubles_nothing(
    shop: Shop, pool: asyncpg.Pool
) -> None:
    engine, buyer = shop.engine(), shop.buyer()
    await engine.submit(buyer.place())
    async with Held(pool) as held:
        paying = asyncio.create_task(engine.submit(buyer.pay()))
        (victim,) = await held.waiting(1)
        assert await pool.fetchval("select pg_terminate_backend($1)", victim)
        await held.waiting(1)
        assert not paying.done()
    outcome = await paying
    assert (outcome.kind, outcome.version) == (ResultKind.DONE, 2)
    assert await types(pool, buyer.number) == ["order.placed", "order.paid"]
    assert engine.counts.connections_lost == 1


async def test_a_backend_killed_in_a_commit_leaves_a_note_with_its_words_or_neither(
    shop: Shop, pool: asyncpg.Pool
) -> None:
    """It is stopped after the words were written, before the event that has their digest."""
    engine, buyer = shop.engine(), shop.buyer()
    await engine.submit(buyer.place())
    async with Held(pool) as held:
        noting = asyncio.create_task(
            engine.submit(buyer.ask(RaiseAttention(Attention.DAMAGED, "wet")))
        )
        (victim,) = await held.waiting(1)
        assert await pool.fetchval("select pg_terminate_backend($1)", victim)
        await held.waiting(1)
        assert await pool.fetchval("select count(*) from order_text") == 0
    assert (await noting).kind is ResultKind.DONE
    assert await types(pool, buyer.number) == ["order.placed", "order.attention_raised"]
    (event,) = await pool.fetch("select body from event where version = 2")
    (text,) = await pool.fetch("select digest, said from order_text")
    assert (text["digest"], text["said"]) == (digest_in(event["body"]), "wet")
    assert engine.counts.connections_lost == 1


@pytest.mark.parametrize("cut", [Cut.BEFORE_SERVER, Cut.AFTER_SERVER])
async def test_a_wire_cut_in_a_commit_with_notes_loses_and_doubles_none(
    far_shop: Shop, pool: asyncpg.Pool, proxy: Proxy, cut: Cut
) -> None:
    far = far_shop.journal
    assert isinstance(far, PostgresJournal)
    far_shop.journal = journal = Armed(far._connections._pool, proxy, cut)
    engine = far_shop.engine()
    buyers = [far_shop.buyer() for _ in range(10)]
    await engine.submit_all([b.place() for b in buyers])
    journal.left = 1
    note = RaiseAttention(Attention.DAMAGED, "wet")
    outcomes = await engine.submit_all([b.ask(note) for b in buyers])
    assert {(o.kind, o.version) for o in outcomes} == {(ResultKind.DONE, 2)}
    digests = {digest_in(x["body"]) for x in await pool.fetch("select body from event")} - {""}
    stored = {row["digest"] for row in await pool.fetch("select digest from order_text")}
    assert (len(stored), stored) == (len(buyers), digests)
    assert proxy.cuts == 1


async def test_an_absent_database_is_waited_for_and_then_reported(
    far_shop: Shop, proxy: Proxy
) -> None:
    engine = far_shop.engine(patience_seconds=0.5)
    await engine.submit(far_shop.buyer().place())
    proxy.cut = Cut.DOWN
    proxy.drop()
    asked = far_shop.buyer().place()
    with pytest.raises(JournalUnreachable):
        await engine.submit(asked)
    patient = far_shop.engine(patience_seconds=20)
    waiting = asyncio.create_task(patient.submit(asked))
    await asyncio.sleep(0.2)
    assert not waiting.done()
    proxy.cut = Cut.NEVER
    assert (await waiting).kind is ResultKind.DONE
    assert (await engine.submit(asked)).repeated


@pytest.mark.parametrize(
    "poison", [{"origin": "a\0b"}, {"external_id": "a\0b"}], ids=["in writing", "in reading"]
)
async def test_a_value_the_database_does_not_take_fails_one_command_alone(
    shop: Shop, poison: dict[str, Any]
) -> None:
    engine = shop.engine()
    placements = [shop.buyer().place() for _ in range(40)]
    placements.insert(17, shop.buyer().place(**poison))
    results = await engine.submit_each(placements)
    culprit = results.pop(17)
    assert isinstance(culprit, asyncpg.DataError)
    assert Counter(getattr(r, "kind", r) for r in results) == {ResultKind.DONE: 40}


async def test_commits_of_two_engines_that_share_nothing_lose_no_race(
    shop: Shop, pool: asyncpg.Pool
) -> None:
    one, two = shop.engine(), second_engine(shop, pool)
    buyers = [shop.buyer() for _ in range(20)]
    async with Held(pool) as held:
        tasks = [
            asyncio.create_task(engine.submit_all([b.place() for b in half]))
            for engine, half in ((one, buyers[:10]), (two, buyers[10:]))
        ]
        await held.waiting(2)
    for outcomes in await asyncio.gather(*tasks):
        assert {o.kind for o in outcomes} == {ResultKind.DONE}
    assert (one.counts.races_lost, two.counts.races_lost) == (0, 0)
    await two.close()


async def test_of_two_engines_that_change_one_order_the_second_decides_again(
    shop: Shop, pool: asyncpg.Pool
) -> None:
    one, two, buyer = shop.engine(), second_engine(shop, pool), shop.buyer()
    await one.submit_all([buyer.place(), buyer.pay()])
    async with Held(pool) as held:
        tasks = [asyncio.create_task(e.submit(buyer.ask(Pack()))) for e in (one, two)]
        await held.waiting(2)
    kinds = sorted(outcome.kind for outcome in await asyncio.gather(*tasks))
    assert kinds == [ResultKind.ALREADY_DONE, ResultKind.DONE]
    assert one.counts.races_lost + two.counts.races_lost == 1
    assert (await types(pool, buyer.number)).count("order.packed") == 1
    await two.close()


async def test_of_two_engines_that_want_the_last_goods_one_gets_them(
    shop: Shop, pool: asyncpg.Pool
) -> None:
    one, two = shop.engine(), second_engine(shop, pool)
    anna, boris = shop.buyer(), shop.buyer()
    await one.submit_all([anna.place(RARE), boris.place(RARE)])
    async with Held(pool) as held:
        tasks = [
            asyncio.create_task(engine.submit(buyer.pay(10_000)))
            for engine, buyer in ((one, anna), (two, boris))
        ]
        await held.waiting(2)
    outcomes = await asyncio.gather(*tasks)
    assert sorted(o.order.stage for o in outcomes if o.order) == [Stage.CANCELLED, Stage.PAID]
    assert one.counts.races_lost + two.counts.races_lost == 1
    rare = await pool.fetchrow("select on_hand, reserved from stock where sku = 'rare'")
    assert rare is not None
    assert tuple(rare) == (100, 100)
    await two.close()


async def test_one_command_id_at_two_engines_is_one_command(shop: Shop, pool: asyncpg.Pool) -> None:
    one, two, buyer = shop.engine(), second_engine(shop, pool), shop.buyer()
    asked = buyer.place()
    async with Held(pool) as held:
        tasks = [asyncio.create_task(e.submit(asked)) for e in (one, two)]
        await held.waiting(2)
    outcomes = await asyncio.gather(*tasks)
    assert sorted(o.repeated for o in outcomes) == [False, True]
    assert {(o.kind, o.version) for o in outcomes} == {(ResultKind.DONE, 1)}
    await two.close()


async def test_ten_thousand_buyers_share_a_hundred_units(shop: Shop, pool: asyncpg.Pool) -> None:
    """Rule 4.9."""
    engine = shop.engine()
    buyers = [shop.buyer() for _ in range(10_000)]
    line = NewLine("rare", "Редкость", 1, 700)
    await asyncio.gather(*(engine.submit(b.place(line)) for b in buyers))
    paid = await asyncio.gather(*(engine.submit(b.pay(700)) for b in buyers))
    stages = Counter(o.order.stage for o in paid if o.order)
    assert stages == {Stage.PAID: 100, Stage.CANCELLED: 9_900}
    rows = await pool.fetch(
        "select status, reason, count(*) from orders group by status, reason order by 1"
    )
    assert [tuple(row) for row in rows] == [
        ("closed", "out_of_stock", 9_900),
        ("processing", None, 100),
    ]
    refunds = await pool.fetchrow(
        "select count(*), sum(amount) from refund where state = 'started'"
    )
    assert refunds is not None
    assert tuple(refunds) == (9_900, 9_900 * 700)
    rare = await pool.fetchrow("select on_hand, reserved from stock where sku = 'rare'")
    assert rare is not None
    assert tuple(rare) == (100, 100)
