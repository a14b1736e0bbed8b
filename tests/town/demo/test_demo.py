"""The demo on the real database: seeded once, then living at a timing one can follow."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from gotovo.engine.batch import Rules
from gotovo.engine.engine import Engine
from gotovo.engine.submission import ResultKind, Submission
from gotovo.keyring.keyring import plain_keyring
from gotovo.order.facts import OrderTerms
from gotovo.order.steps.payment import Pay
from gotovo.order.steps.placement import NewLine, Place
from gotovo.order.values.customer import Contact, contact_digest, customer_id, home_of_customer
from gotovo.order.values.money import Money
from gotovo.order.values.number import draw
from gotovo.order.values.order import Pickup, Stage, total
from gotovo.store.audit.audit import audit
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.tables.network.directory import Directory
from gotovo.store.tables.network.stock import StockStore
from gotovo.store.tables.orders.help_threads import HelpThreads
from gotovo.town.behaviour.arrivals import HALTS_A_STAGE
from gotovo.town.dataset.staff import BANK, STOREFRONT
from gotovo.town.demo import demo
from gotovo.town.demo.help_responder import ANSWER_AFTER, HelpResponder
from gotovo.town.demo.live_town import NEW_ORDER_SECONDS, TICK_SECONDS, LiveTown
from gotovo.town.demo.seed import seed_network
from gotovo.town.simulation.virtual_clock import VirtualClock
from tests.support.town.town import SECRET

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


class StoreRuntime:
    """A runtime on the test's own database, by a clock that the test moves."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.secret = SECRET
        self.keyring = lambda: plain_keyring(SECRET)
        self.terms = OrderTerms()
        self.clock = VirtualClock(NOW)
        self.journal = PostgresJournal(pool)
        self.directory = Directory(pool)
        self.stock = StockStore(pool)
        self.engine = Engine(self.journal, self.directory, Rules(SECRET, self.terms), self.clock)


@pytest.fixture
async def runtime(pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch) -> StoreRuntime:
    """Give an empty runtime; a history of two days is enough to see how it goes on."""
    monkeypatch.setattr(demo, "DAYS", 2)
    monkeypatch.setattr(demo, "A_DAY", 10)
    return StoreRuntime(pool)


async def live_for(runtime: StoreRuntime, living: LiveTown, seconds: float) -> None:
    """Tick until the clock is this many seconds later."""
    until = runtime.clock() + timedelta(seconds=seconds)
    while runtime.clock() < until:
        runtime.clock.move(runtime.clock() + timedelta(seconds=TICK_SECONDS))
        await living.tick()


async def count(pool: asyncpg.Pool, query: str) -> int:
    return int(await pool.fetchval(query))


async def test_an_empty_database_is_seeded_and_a_second_start_finds_it(
    runtime: StoreRuntime, pool: asyncpg.Pool
) -> None:
    tally = await demo.seed_town(runtime)
    assert tally is not None
    orders = await count(pool, "select count(*) from orders")
    assert orders == len(tally.numbers) > HALTS_A_STAGE * len(Stage)
    assert await demo.seed_town(runtime) is None
    assert await count(pool, "select count(*) from orders") == orders


async def test_the_seeded_history_lies_in_the_past_and_stands_every_audit(
    runtime: StoreRuntime, pool: asyncpg.Pool, database_url: str
) -> None:
    await demo.seed_town(runtime)
    latest = await pool.fetchval("select max(at) from event")
    assert latest <= NOW
    assert (await audit(database_url, [SECRET])).findings == []


async def test_the_town_goes_on_by_itself_with_old_orders_and_new_ones(
    runtime: StoreRuntime, pool: asyncpg.Pool
) -> None:
    await demo.seed_town(runtime)
    events = await count(pool, "select count(*) from event")
    living = LiveTown(demo.SEED, runtime)
    await live_for(runtime, living, 10 * NEW_ORDER_SECONDS)
    assert await count(pool, "select count(*) from event") - events > 100
    new = "select count(*) from orders where external_id like 'now-%'"
    assert await count(pool, new) in range(9, 12)
    moved = "select count(*) from orders where external_id like 'now-%' and stage <> 'placed'"
    assert await count(pool, moved) > 3


async def test_orders_kept_to_be_looked_at_are_not_touched(
    runtime: StoreRuntime, pool: asyncpg.Pool
) -> None:
    await demo.seed_town(runtime)
    shown = "select number, version, stage from orders where external_id like 'show-%' order by 1"
    before: list[Any] = await pool.fetch(shown)
    living = LiveTown(demo.SEED, runtime)
    await live_for(runtime, living, 300)
    assert await pool.fetch(shown) == before


async def test_a_day_that_an_earlier_version_began_with_other_orders_goes_on(
    runtime: StoreRuntime, pool: asyncpg.Pool
) -> None:
    await demo.seed_town(runtime)
    await pool.execute("update command set fingerprint = sha256(fingerprint)")
    await LiveTown(demo.SEED, runtime).tick()
    assert await count(pool, "select count(*) from orders where external_id like 'now-%'") == 1


async def test_a_visitors_order_is_carried_to_its_shelf(
    runtime: StoreRuntime, pool: asyncpg.Pool
) -> None:
    await demo.seed_town(runtime)
    living = LiveTown(demo.SEED, runtime)
    number = await _visitor(runtime)
    await live_for(runtime, living, 900)
    row = await pool.fetchrow("select stage from orders where number = $1", number)
    assert row is not None
    assert row["stage"] == Stage.SHELVED


@pytest.mark.parametrize(
    ("asked", "answered"), [("Где он?", "Это демонстрация"), ("Where is it?", "This is a demo")]
)
async def test_a_question_is_answered_once_in_its_language_and_the_answer_names_the_demo(
    asked: str, answered: str, runtime: StoreRuntime, pool: asyncpg.Pool
) -> None:
    await seed_network(runtime, NOW, 10)
    number, threads = await _visitor(runtime), HelpThreads(pool)
    await threads.ask(number, uuid4(), asked, runtime.clock())
    support = HelpResponder(runtime, threads)
    await support.answer_due()
    assert len(await threads.thread(number)) == 1
    runtime.clock.move(runtime.clock() + ANSWER_AFTER)
    for _ in range(2):
        await support.answer_due()
    _, message = await threads.thread(number)
    assert message.said.startswith(answered)


async def _visitor(runtime: StoreRuntime) -> str:
    """Place and pay an order as a visitor's shop would."""
    contact = Contact("+79001234567")
    customer = customer_id(SECRET, contact.phone)
    number = draw(home_of_customer(customer), 7)
    line = NewLine("CHAI-01", "Чай", 1, 28_900)
    digest = contact_digest(SECRET, contact)
    place = Place(number, customer, digest, Pickup("KZN-1"), (line,), origin="visitor")
    print_of = hashlib.sha256(b"visitor").digest()[:16]
    placed = await runtime.engine.submit(
        Submission(uuid4(), number, place, STOREFRONT, print_of, contact=contact)
    )
    assert placed.order is not None
    pay = Pay(Money(total(placed.order), "RUB"), "demo", f"demo-{number}")
    paid = await runtime.engine.submit(Submission(uuid4(), number, pay, BANK, print_of))
    assert paid.kind is ResultKind.DONE
    return number
