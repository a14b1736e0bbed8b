"""The retention job removes what is due, all of it, and nothing that somebody still needs."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

import asyncpg
import msgspec
import pytest

from gotovo.assembly import retention
from gotovo.assembly.retention import Retention
from gotovo.engine.engine import Engine
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.values.number import home_of
from gotovo.order.values.order import Attention, Order
from gotovo.order.values.payments.refund import RefundState
from gotovo.store.audit.audit import audit
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.retention.retention import RetentionStore
from gotovo.store.retention.rules import RULES
from gotovo.web.site.dependencies import WebDependencies
from tests.support.assembly.runtime import runtime_over
from tests.support.web.buyer import Buyer, text_of
from tests.support.web.cast import ALINA, DAY, HOUR, NOW, SECRET, Cast, Clock
from tests.support.web.goods import KETTLE
from tests.support.web.helping import answers, asks
from tests.support.web.sample_orders.closed_orders import claimed, never_paid, partly_issued
from tests.support.web.sample_orders.every_order import EVERYBODY
from tests.support.web.sample_orders.open_orders import ready
from tests.support.web.teller import Teller
from tests.web.customer.privacy.test_privacy import FEED_MAX, SECRETS, everything, tables_with

CONTACT_DAYS, WORDS_DAYS = 1_095, 365
LAST = timedelta(days=CONTACT_DAYS + 30)
"""Longer than the longest retention with a return period before it."""


@pytest.fixture
def job(pool: "asyncpg.Pool[Any]", engine: Engine, clock: Clock) -> Retention:
    """Give the job with the default settings."""
    return Retention(runtime_over(pool, engine, clock))


async def contacts(pool: "asyncpg.Pool[Any]") -> set[str]:
    """Return the orders whose contact is stored."""
    rows = await pool.fetch("select number from orders where contact is not null")
    return {row["number"] for row in rows}


async def has_words(pool: "asyncpg.Pool[Any]", order: Order) -> set[str]:
    """Return the tables beside an order that still have its buyer's words."""
    found = {"rating"} if await pool.fetchval("select true from rating where said <> ''") else set()
    for table in ("help_message", "claim_comment", "claim_photo", "track_link"):
        query = f"select count(*) from {table} where number = $1"  # noqa: S608
        if await pool.fetchval(query, order.number):
            found.add(table)
    return found


def is_needed(order: Order, now: datetime, days: int) -> bool:
    """Return whether a contact or words of this age are needed; written apart from the program."""
    if order.closed_at is None or str(order.stage) in {"turned_round", "withdrawn", "in_return"}:
        return True
    if any(refund.state is RefundState.STARTED for refund in order.refunds):
        return True
    if {Attention.DISPUTE, Attention.MONEY} & set(order.attention):
        return True
    if order.rest_expected_until is not None:
        return True
    since = max([order.closed_at, *(x.completed_at for x in order.refunds if x.completed_at)])
    if str(order.stage) == "issued":
        since = max(since, (order.returnable_since or order.closed_at) + 7 * DAY)
    return now - since <= timedelta(days=days)


async def test_a_persons_canaries_are_nowhere_after_the_last_retention(
    buyer: Buyer,
    cast: Cast,
    clock: Clock,
    dependencies: WebDependencies,
    journal: PostgresJournal,
    dispatcher: Teller,
    pool: "asyncpg.Pool[Any]",
    job: Retention,
) -> None:
    order = await everything(buyer, cast)
    share = f"/orders/{order.number}/tracking-link"
    await buyer.sends(await buyer.opens(share), share)
    await answers(dependencies, order, "Скоро приедет, Алина")
    await cast.step(order, RaiseAttention(Attention.DAMAGED, "Алина просит вечером"), NOW)
    await dispatcher(await journal.feed(0, 0, FEED_MAX))
    canaries = (*SECRETS, ALINA[1:], "Алина")
    before = await tables_with(dependencies, *canaries)
    assert {"orders", "order_text", "help_message", "claim_comment", "rating"} <= before
    clock.now += LAST
    await job.run(whole=True)
    assert await tables_with(dependencies, *canaries) == set()
    for table in ("session", "sign_in_code", "account", "push_subscription", "track_link"):
        assert await pool.fetchval(f"select count(*) from {table}") == 0, table  # noqa: S608


@pytest.mark.parametrize("seed", range(3))
async def test_as_the_clock_goes_on_exactly_what_is_due_goes(
    cast: Cast, clock: Clock, pool: "asyncpg.Pool[Any]", job: Retention, seed: int
) -> None:
    chance = Random(seed)
    samples = chance.sample(EVERYBODY, 15)
    for sample in samples:
        await sample(cast)
    states = await pool.fetch("select state from orders")
    orders = {x.number: x for x in [msgspec.json.decode(y["state"], type=Order) for y in states]}
    assert await contacts(pool) == set(orders)
    for number, order in orders.items():
        comment = (home_of(number), number, "Ручка", order.placed_at)
        await pool.execute("insert into claim_comment values ($1, $2, $3, $4)", *comment)
    for _ in range(12):
        clock.now += timedelta(days=chance.randrange(1, 250))
        due = await job.count_due()
        before = await contacts(pool)
        removed = await job.run(whole=True)
        left = await contacts(pool)
        wanted = {n for n, order in orders.items() if is_needed(order, clock.now, CONTACT_DAYS)}
        assert left == wanted, (seed, clock.now)
        assert len(before) - len(left) == removed["contacts"] == due["contacts"], (seed, clock.now)
        rows = await pool.fetch("select number from claim_comment")
        words = {n for n, order in orders.items() if is_needed(order, clock.now, WORDS_DAYS)}
        assert {row["number"] for row in rows} == words, (seed, clock.now)


async def test_a_question_that_waits_for_its_answer_keeps_the_contact_and_the_thread(
    cast: Cast,
    clock: Clock,
    dependencies: WebDependencies,
    pool: "asyncpg.Pool[Any]",
    job: Retention,
) -> None:
    order = await never_paid(cast)
    clock.now += LAST
    await asks(dependencies, order, "Где деньги?", clock.now)
    clock.now += LAST
    await job.run(whole=True)
    assert await contacts(pool) == {order.number}
    assert await has_words(pool, order) == {"help_message"}
    await answers(dependencies, order, "Вернули")
    await job.run(whole=True)
    assert await contacts(pool) == set()


async def test_a_thread_is_deleted_a_year_after_its_last_message(
    cast: Cast,
    clock: Clock,
    dependencies: WebDependencies,
    pool: "asyncpg.Pool[Any]",
    job: Retention,
) -> None:
    order = await never_paid(cast)
    await asks(dependencies, order, "Где деньги?", NOW)
    clock.now += timedelta(days=WORDS_DAYS - 1)
    await answers(dependencies, order, "Вернули")
    clock.now += timedelta(days=2)
    await job.run(whole=True)
    assert await has_words(pool, order) == {"help_message"}
    clock.now += timedelta(days=WORDS_DAYS)
    await job.run(whole=True)
    assert await has_words(pool, order) == set()
    assert await contacts(pool) == {order.number}


async def test_an_open_order_keeps_everything_however_old(
    cast: Cast, clock: Clock, pool: "asyncpg.Pool[Any]", job: Retention
) -> None:
    order = await ready(cast)
    clock.now += 10 * LAST
    assert (await job.run(whole=True))["contacts"] == 0
    assert await contacts(pool) == {order.number}


async def test_the_stars_of_a_rating_stay(
    buyer: Buyer, cast: Cast, clock: Clock, pool: "asyncpg.Pool[Any]", job: Retention
) -> None:
    await everything(buyer, cast)
    clock.now += timedelta(days=WORDS_DAYS + 30)
    await job.run(whole=True)
    assert [tuple(row) for row in await pool.fetch("select stars, said from rating")] == [(5, "")]


async def test_an_order_whose_contact_was_blanked_reads_well_and_its_money_stays(
    buyer: Buyer, cast: Cast, clock: Clock, dependencies: WebDependencies, job: Retention
) -> None:
    order = await partly_issued(cast)
    clock.now += LAST
    await job.run(whole=True)
    history = await dependencies.orders.history(order.number)
    assert (history[-1].type, history[-1].actor) == ("order.contact_erased", "system:timer")
    await buyer.signs_in(ALINA)
    page = await buyer.opens(f"/orders/{order.number}")
    if page.status_code == 404:  # a phone that was idle for so long opens no older order
        page = await buyer.opens("/orders")
    assert page.status_code == 200
    assert "Refunded" in text_of(page.text) or "No orders" in text_of(page.text)


async def test_the_audit_finds_nothing_wrong_with_blanked_orders(
    cast: Cast, clock: Clock, database_url: str, pool: "asyncpg.Pool[Any]", job: Retention
) -> None:
    for sample in (never_paid, partly_issued, claimed):
        await sample(cast)
    clock.now += LAST
    await job.run(whole=True)
    assert await contacts(pool) == set()
    findings = (await audit(database_url, [SECRET])).findings
    assert [each for each in findings if not each.where.startswith("stock")] == []


async def many_cancelled(cast: Cast, count: int) -> Sequence[Order]:
    """Return orders that were cancelled before they were paid."""
    orders: list[Order] = []
    for number in range(count):
        order = await cast.place(ALINA, NOW - 2 * DAY + number * HOUR / 60, KETTLE)
        orders.append(await cast.step(order, Cancel(), NOW - DAY))
    return orders


async def test_two_processes_share_the_work_and_each_order_is_erased_once(
    cast: Cast, clock: Clock, engine: Engine, pool: "asyncpg.Pool[Any]", monkeypatch: Any
) -> None:
    monkeypatch.setattr(retention, "PAGE", 4)
    orders = await many_cancelled(cast, 23)
    clock.now += LAST
    jobs = [Retention(runtime_over(pool, engine, clock)) for _ in range(2)]
    await asyncio.gather(*(each.run() for each in jobs))
    assert await contacts(pool) == set()
    erased = await pool.fetchval("select count(*) from event where type = 'order.contact_erased'")
    assert erased == len(orders)
    progress = await RetentionStore(pool).progress()
    assert progress["contacts"].removed == len(orders)


async def test_a_round_goes_on_where_the_last_run_stopped_and_begins_again_after_a_day(
    cast: Cast, clock: Clock, engine: Engine, pool: "asyncpg.Pool[Any]", monkeypatch: Any
) -> None:
    monkeypatch.setattr(retention, "PAGE", 4)
    monkeypatch.setattr(retention, "RULE_SECONDS_MAX", 0.0)
    orders = await many_cancelled(cast, 10)
    clock.now += LAST
    left = []
    for _ in range(4):
        await Retention(runtime_over(pool, engine, clock)).run()
        left.append(len(await contacts(pool)))
    assert left == [6, 2, 0, 0]
    (late,) = await many_cancelled(cast, 1)
    assert late.number not in {order.number for order in orders}
    clock.now += LAST + 2 * DAY
    for _ in range(4):
        await Retention(runtime_over(pool, engine, clock)).run()
    assert await contacts(pool) == set()


async def test_counting_changes_nothing(
    buyer: Buyer, cast: Cast, clock: Clock, dependencies: WebDependencies, job: Retention
) -> None:
    await everything(buyer, cast)
    clock.now += LAST
    before = await tables_with(dependencies, *SECRETS, ALINA[1:])
    due = await job.count_due()
    assert await tables_with(dependencies, *SECRETS, ALINA[1:]) == before
    removed = await job.run(whole=True)
    # What goes with the contact, and what ends with the session, is counted once it is gone.
    assert {name for name, count in removed.items() if count} <= {n for n, c in due.items() if c}
    assert set(due) == {rule.name for rule in RULES}


async def test_a_rule_that_fails_holds_up_no_other(
    cast: Cast, clock: Clock, pool: "asyncpg.Pool[Any]", job: Retention
) -> None:
    await never_paid(cast)
    clock.now += LAST
    await pool.execute("alter table claim_comment rename to elsewhere")
    try:
        with pytest.raises(asyncpg.UndefinedTableError, match="claim_comment"):
            await job.run(whole=True)
    finally:
        await pool.execute("alter table elsewhere rename to claim_comment")
    assert await contacts(pool) == set()
