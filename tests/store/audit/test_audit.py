"""The audit is clean on what the engine wrote, and names any single thing changed by hand."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import msgspec
import pytest

from gotovo.engine.engine import lane_per_home
from gotovo.store.audit.audit import FINDINGS_MAX, AuditReport, audit
from gotovo.store.audit.findings import Finding
from gotovo.store.audit.scan import snapshot_of
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.journal.journal_citus import CitusJournal
from gotovo.store.postgres.errors import SchemaError
from gotovo.worker_process import WorkerProcessError
from tests.conftest import own_database
from tests.support.store.audited import DOOR, audited_through, populate
from tests.support.web.cast import SECRET

Connection = Any

CHANGES = {
    "orders.version": "update orders set version = version + 1 where ctid = $1",
    "orders.customer": "update orders set customer = repeat('0', 32) where ctid = $1",
    "orders.origin": "update orders set origin = origin || 'x' where ctid = $1",
    "orders.external_id": "update orders set external_id = 'x' where ctid = $1",
    "orders.status": "update orders set status = 'processing', outcome = null where ctid = $1",
    "orders.outcome": "update orders set outcome = 'returned' where ctid = $1",
    "orders.reason": "update orders set reason = 'lost' where ctid = $1",
    "orders.stage": "update orders set stage = 'picking' where ctid = $1",
    "orders.point": "update orders set method = 'pickup', point = 'KZN-9' where ctid = $1",
    "orders.warehouse": "update orders set warehouse = 'MSK' where ctid = $1",
    "orders.attention": "update orders set attention = '{lost}' where ctid = $1",
    "orders.total": "update orders set total = total + 1 where ctid = $1",
    "orders.currency": "update orders set currency = 'USD' where ctid = $1",
    "orders.placed_at": "update orders set placed_at = placed_at - interval '1 s' where ctid = $1",
    "orders.paid_at": "update orders set paid_at = '2020-01-01' where ctid = $1",
    "orders.ready_at": "update orders set ready_at = '2020-01-01' where ctid = $1",
    "orders.closed_at": "update orders set closed_at = '2020-01-01' where ctid = $1",
    "orders.promised_until": "update orders set promised_until = '2020-01-01' where ctid = $1",
    "orders.due_at": "update orders set due_at = '2020-01-01', due_what = 'x' where ctid = $1",
    "orders.due_what": "update orders set due_what = 'x' where ctid = $1",
    "orders.head": "update orders set head = sha256(head) where ctid = $1",
    "orders.state": "update orders set state = (state::text || ' ')::json where ctid = $1",
    "orders.contact": 'update orders set contact = \'{"phone":"+79990000000"}\' where ctid = $1',
}
"""A change by hand of each column of an order, by where the audit has to find it."""

IMPOSSIBLE = {
    "home = 256": "orders",
    "number = '12345678901'": "orders",
    "status = 'lost'": "orders.status",
    "outcome = 'eaten'": "orders.outcome",
    "outcome = null": "orders.outcome",
    "reason = null": "orders.reason",
    "version = 0": "orders.version",
    "head = substr(head, 2)": "orders.head",
    "method = 'drone'": "orders.method",
    "total = -1": "orders.total",
    "point = case when method = 'courier' then 'KZN-1' end": "orders.point",
    "due_what = 'lateness'": "orders.due_what",
}
"""What no constraint refuses in an order's row, and where the audit finds it (decision 43)."""

HISTORY_CHANGES = {
    "event.type": "update event set type = 'order.packed' where ctid = $1",
    "at": "update event set at = at + interval '1 microsecond' where ctid = $1",
    "recorded_at": "update event set recorded_at = recorded_at - interval '1 s' where ctid = $1",
    "actor": "update event set actor = actor || 'x' where ctid = $1",
    "command_id": "update event set command_id = gen_random_uuid() where ctid = $1",
    "body": "update event set body = (body::text || ' ')::json where ctid = $1",
    "hash": "update event set hash = sha256(hash) where ctid = $1",
    "version": "update event set version = version + 100 where ctid = $1",
    "position": "update event set position = position + 1 where ctid = $1",
    "lane": "update event set lane = 7 where ctid = $1",
    "customer": "update event set customer = repeat('0', 32) where ctid = $1",
    "shop": "update event set shop = 'another' where ctid = $1",
    "placed_at": "update event set placed_at = placed_at + interval '1 s' where ctid = $1",
    "row": "delete from event where ctid = $1",
}
"""A change by hand of each column of an event; the chain or the feed gives it away."""

REFUND_CHANGES = {
    "refund.amount": "update refund set amount = amount + 1 where ctid = $1",
    "refund.currency": "update refund set currency = 'USD' where ctid = $1",
    "refund.state": "update refund set state = 'cancelled' where ctid = $1",
    "refund.route": "update refund set route = 'card' where ctid = $1",
    "refund.promised_for": "update refund set promised_for = '2020-01-01' where ctid = $1",
    "refund.provider_id": "update refund set provider_id = 'somebody else' where ctid = $1",
    "refund.started_at": "update refund set started_at = '2020-01-01' where ctid = $1",
    "refund.completed_at": "update refund set completed_at = '2020-01-01' where ctid = $1",
    "refund": "delete from refund where ctid = $1",
}

PAYMENT_CHANGES = {
    "identity.number": "update identity set number = '200785804776' where ctid = $1",
    "identity.name": "update identity set name = 'another' where ctid = $1",
    "identity": "delete from identity where ctid = $1",
}
"""A payment that is given to another order, renamed, or forgotten."""

STOCK_CHANGES = {
    "stock.on_hand": "update stock set on_hand = on_hand + 1 where ctid = $1",
    "stock.reserved": "update stock set reserved = reserved + 1 where ctid = $1",
    "stock": "delete from stock where ctid = $1",
}

TEXT_CHANGES = {
    "order_text.said": "update order_text set said = said || '!' where ctid = $1",
    "order_text.salt": "update order_text set salt = substr(sha256(salt), 1, 16) where ctid = $1",
    "order_text.digest": "update order_text set digest = repeat('0', 32) where ctid = $1",
    "order_text.number": "update order_text set number = '200785804776' where ctid = $1",
    "order_text": "delete from order_text where ctid = $1",
}
"""A text that says something else, is of another event or order, or is lost."""


@pytest.fixture(scope="module")
def town_url(server_url: str, template: str) -> Iterator[str]:
    """Give a database in which an order of every kind lives; tests roll their changes back."""
    for url in own_database(server_url, template):
        asyncio.run(populate(url, PostgresJournal))
        yield url


@pytest.fixture
def copy_url(server_url: str, town_url: str) -> Iterator[str]:
    """Give a town of its own, for changes that stay."""
    yield from own_database(server_url, urlsplit(town_url).path[1:])


@pytest.fixture
async def town(town_url: str) -> AsyncIterator[Connection]:
    """Give one snapshot of the town that may be changed by hand."""
    connection = await asyncpg.connect(town_url)
    transaction = connection.transaction(isolation="repeatable_read")
    await transaction.start()
    yield connection
    await transaction.rollback()
    await connection.close()


async def test_what_the_engine_wrote_is_clean(town: Connection) -> None:
    assert await findings(town) == []


async def test_the_cluster_form_writes_every_column_as_the_form_of_one_node_does(
    town: Connection, database_url: str
) -> None:
    await populate(database_url, CitusJournal, lane_per_home)
    audited = await audit(database_url, [SECRET])
    assert audited.findings == []
    assert audited.checked.orders == await town.fetchval("select count(*) from orders") > 0
    assert audited.checked.refunds == await town.fetchval("select count(*) from refund") > 0


@pytest.mark.parametrize("where", CHANGES)
async def test_a_changed_column_of_an_order_is_named(town: Connection, where: str) -> None:
    row = await town.fetchval("select ctid from orders where outcome = 'cancelled' limit 1")
    assert where in await places_after(town, CHANGES[where], row)


@pytest.mark.parametrize("change", IMPOSSIBLE)
async def test_a_row_that_no_order_can_have_is_named(town: Connection, change: str) -> None:
    row = await town.fetchval("select ctid from orders where outcome = 'cancelled' limit 1")
    statement = f"update orders set {change} where ctid = $1"  # noqa: S608
    assert IMPOSSIBLE[change] in await places_after(town, statement, row)


@pytest.mark.parametrize("column", HISTORY_CHANGES)
async def test_a_changed_event_is_named(town: Connection, column: str) -> None:
    """Rule 4.14."""
    row = await town.fetchval("select ctid from event where version = 3 limit 1")
    places = await places_after(town, HISTORY_CHANGES[column], row)
    assert any(place.startswith(("event", "lane")) for place in places), places


@pytest.mark.parametrize("where", REFUND_CHANGES)
async def test_a_changed_refund_is_named(town: Connection, where: str) -> None:
    row = await town.fetchval("select ctid from refund where state = 'completed' limit 1")
    assert where in await places_after(town, REFUND_CHANGES[where], row)


@pytest.mark.parametrize("change", PAYMENT_CHANGES.values(), ids=PAYMENT_CHANGES)
async def test_a_changed_owner_of_a_payment_is_named(town: Connection, change: str) -> None:
    """Rule 4.8: a payment belongs to one order."""
    row = await town.fetchval("select ctid from identity limit 1")
    assert "identity" in await places_after(town, change, row)


async def test_a_payment_that_no_history_tells_of_is_named(town: Connection) -> None:
    row = await town.fetchval("select ctid from identity limit 1")
    change = (
        "insert into identity select home, kind, scope, 'never captured', number"
        " from identity where ctid = $1"
    )
    assert "identity" in await places_after(town, change, row)


@pytest.mark.parametrize("change", TEXT_CHANGES.values(), ids=TEXT_CHANGES)
async def test_a_changed_text_is_named(town: Connection, change: str) -> None:
    """Rule 4.14: the chain is over the digest, so it is over the words too."""
    row = await town.fetchval("select ctid from order_text limit 1")
    places = await places_after(town, change, row)
    assert any(place.startswith("order_text") for place in places), places


@pytest.mark.parametrize("where", STOCK_CHANGES)
async def test_changed_stock_is_named(town: Connection, where: str) -> None:
    row = await town.fetchval("select ctid from stock where reserved > 0 limit 1")
    assert where in await places_after(town, STOCK_CHANGES[where], row)


async def test_a_receipt_changed_by_hand_is_named(town: Connection) -> None:
    row = await town.fetchval("select ctid from stock_entry limit 1")
    change = "update stock_entry set delta = delta - 1 where ctid = $1"
    assert "stock.on_hand" in await places_after(town, change, row)


async def test_a_door_that_was_told_later_is_part_of_the_digest(town: Connection) -> None:
    row = await town.fetchval(
        "select ctid from orders where contact ->> 'address' = $1 limit 1", DOOR
    )
    change = "update orders set contact = (replace(contact::text, '8', '9'))::json where ctid = $1"
    assert "orders.contact" in await places_after(town, change, row)


async def test_an_order_that_is_gone_is_missed(town: Connection) -> None:
    row = await town.fetchval("select ctid from orders limit 1")
    assert "event" in await places_after(town, "delete from orders where ctid = $1", row)


async def test_a_refund_and_a_payment_whose_order_is_gone_are_named(town: Connection) -> None:
    row = await town.fetchval(
        "select ctid from orders o where exists (select from refund r where r.number = o.number)"
        " limit 1"
    )
    places = await places_after(town, "delete from orders where ctid = $1", row)
    assert {"refund", "identity"} <= set(places)


async def test_a_counter_set_back_is_named(town: Connection) -> None:
    row = await town.fetchval("select ctid from lane")
    change = "update lane set position = position - 1 where ctid = $1"
    assert "lane.position" in await places_after(town, change, row)


@pytest.mark.parametrize(
    ("number", "customer", "version"),
    [
        ("number", "customer", "version + 1"),
        ("number", "'somebody else'", "version"),
        ("'200785804776'", "customer", "version"),
    ],
)
async def test_a_message_that_is_not_about_an_event_of_its_buyers_order_is_named(
    town: Connection, number: str, customer: str, version: str
) -> None:
    row = await town.fetchval("select ctid from orders limit 1")
    sound = message_insert("number", "customer", "version")
    assert "message" not in await places_after(town, sound, row)
    assert "message" in await places_after(town, message_insert(number, customer, version), row)


def message_insert(number: str, customer: str, version: str) -> str:
    """Return the statement that adds a message about an order, with these expressions."""
    return (
        "insert into message (home, id, customer, number, version, purpose,"  # noqa: S608
        " created_at, state)"
        f" select home, gen_random_uuid(), {customer}, {number}, {version}, 'ready', placed_at,"
        " 'failed' from orders where ctid = $1"
    )


async def test_an_answer_from_the_future_is_named(town: Connection) -> None:
    row = await town.fetchval("select ctid from command limit 1")
    change = "update command set version = version + 100 where ctid = $1"
    assert "command" in await places_after(town, change, row)


@pytest.mark.parametrize("workers", [1, 2])
async def test_processes_that_share_the_orders_look_at_all_of_them(
    town_url: str, town: Connection, workers: int
) -> None:
    told: list[tuple[str, float]] = []
    audited = await audit(
        town_url,
        [SECRET],
        on_progress=lambda what, part: told.append((what, part)),
        workers=workers,
        range_blocks=1,
    )
    there = await town.fetchrow(
        "select (select count(*) from orders) as orders, (select count(*) from event) as events,"
        " (select count(*) from refund) as refunds,"
        " (select count(*) from identity) as identities,"
        " (select count(*) from command) as answers,"
        " (select count(*) from stock) as skus, (select count(*) from security_log) as entries,"
        " 0 as states, (select count(*) from order_text) as texts, 0 as unproved,"
        " 0 as money"
    )
    assert msgspec.structs.asdict(audited.checked) == dict(there)
    assert (audited.count, audited.findings) == (0, [])
    parts = [part for what, part in told if what == "orders"]
    assert len(parts) > workers
    assert parts == sorted(parts)
    rest = [what for what, part in told if part == 0]
    vans = ["manifests", "acceptances", "return boxes", "acts of drivers"]
    log = [*vans, "security log", "keys and places", "looks"]
    counted = ["feed", "refunds", "money", "texts", "attachments"]
    counted += ["identities", "messages", "answers", "stock"]
    assert rest == [*counted, *log]
    assert told[-2 * len(rest) :] == [(what, part) for what in rest for part in (0, 1)]


async def test_processes_name_what_was_changed_by_hand(copy_url: str) -> None:
    connection = await asyncpg.connect(copy_url)
    await _forget_the_rules(connection)
    await connection.execute("update event set actor = actor || 'x' where version = 2")
    changed = await connection.fetchval("select count(*) from event where version = 2")
    await connection.close()
    audited = await audit(copy_url, [SECRET], workers=2, range_blocks=1)
    named = [finding for finding in audited.findings if finding.where == "event.hash"]
    assert len(named) == changed
    assert audited.findings == sorted(audited.findings, key=lambda finding: finding.key)


async def test_processes_see_what_the_first_of_them_saw(copy_url: str) -> None:
    async with snapshot_of(copy_url) as before:
        name = await before.fetchval("select pg_export_snapshot()")
        connection = await asyncpg.connect(copy_url)
        await connection.execute("delete from event where version = 2")
        await connection.close()
        async with snapshot_of(copy_url, name) as beside, snapshot_of(copy_url) as after:
            counts = [
                await x.fetchval("select count(*) from event where version = 2")
                for x in (before, beside, after)
            ]
    assert counts[0] == counts[1] > 0
    assert counts[2] == 0


def test_an_empty_database_has_to_be_migrated_first(empty_database_url: str) -> None:
    with pytest.raises(SchemaError, match="gotovo migrate"):
        asyncio.run(audit(empty_database_url, [SECRET]))


async def test_a_process_that_can_not_go_on_is_told(copy_url: str) -> None:
    connection = await asyncpg.connect(copy_url)
    await connection.execute("alter table orders drop column contact")
    await connection.close()
    with pytest.raises(WorkerProcessError, match="KeyError: 'contact'"):
        await audit(copy_url, [SECRET], workers=2, range_blocks=1)


def test_more_differences_than_anybody_reads_are_counted() -> None:
    audited = AuditReport()
    for key in range(3):
        audited.add([Finding("law", f"{key}/{each}", "", "") for each in range(FINDINGS_MAX - 1)])
    assert audited.count == 3 * (FINDINGS_MAX - 1)
    assert [finding.key for finding in audited.findings[-2:]] == [f"0/{FINDINGS_MAX - 2}", "1/0"]


async def places_after(town: Connection, change: str, row: Any) -> set[str]:
    """Change one row by hand and return where the audit finds something."""
    assert row is not None
    await _forget_the_rules(town)
    assert (await town.execute(change, row)).endswith(" 1")
    return {finding.where for finding in await findings(town)}


async def _forget_the_rules(town: Connection) -> None:
    """Drop every check of the schema, as whoever changes rows by hand could."""
    rules = await town.fetch(
        "select conrelid::regclass::text as place, conname from pg_constraint"
        " where contype = 'c' and connamespace = 'public'::regnamespace"
    )
    for rule in rules:
        await town.execute(f"alter table {rule['place']} drop constraint {rule['conname']}")


async def findings(town: Connection) -> list[Finding]:
    """Run the audit in one snapshot, as the command does."""
    return (await audited_through(town, SECRET)).findings
