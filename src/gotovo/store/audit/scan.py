"""Scan of the stored orders, range by range in their order on the disk.

Neighbours by number are far apart on the disk, so a scan in order of numbers would read the whole
table in random pages. Several scanners can share one snapshot and one table.
"""

import gc
from collections import defaultdict
from collections.abc import (
    AsyncGenerator,
    Awaitable,
    Callable,
    Iterable,
    Mapping,
    Sequence,
)
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import asyncpg
import msgspec
from msgspec import Struct, field

from gotovo.engine.ports import IdentityClaim
from gotovo.order.stock_movements import StockMovement
from gotovo.order.values.identity import IdentityKey
from gotovo.order.values.order import Order
from gotovo.store.audit.attachment_findings import attachment_findings
from gotovo.store.audit.findings import (
    OTHER_CONTACT,
    DatabaseRow,
    Finding,
    broken_invariants,
    column_findings,
    contact_digest_of,
    contact_findings,
    contact_told_at,
    number_findings,
    owner_findings,
    recompute,
    state_findings,
)
from gotovo.store.audit.money_findings import (
    attempt_findings,
    entry_findings,
    receipt_findings,
    transfer_findings,
)
from gotovo.store.audit.text_findings import text_findings
from gotovo.store.journal.identities import identity_columns, identity_of
from gotovo.store.journal.order_columns import kept_due, order_row, refund_rows
from gotovo.store.postgres.pool import open_connection
from gotovo.store.postgres.statements import load_statements
from gotovo.store.tables.security.customer_keys import CustomerKeyState, states_of

RANGE_BLOCKS = 128
"""Blocks read at once: one MiB of orders, some hundreds, and their histories beside them."""

_BEHIND_THE_LAST = 0
"""The position before the first row of a block: rows are counted from one."""

_sql = load_statements("audit/audit.sql")


class BlockRange(Struct, frozen=True):
    """A range of the table's blocks, from `first` up to, but without, `until`."""

    first: int
    until: int


class ScanResult(Struct):
    """The counts of a range, the stock movements of its orders, and the findings.

    `money` are rows about money beside the orders. `moved` is units on hand and units reserved, by
    warehouse and sku. `unproved` are orders whose contact fits no key, and was recorded under one
    that was destroyed.
    """

    orders: int = 0
    events: int = 0
    refunds: int = 0
    identities: int = 0
    texts: int = 0
    money: int = 0
    unproved: int = 0
    moved: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def move(self, movements: Iterable[StockMovement]) -> None:
        """Add the stock movements of an order."""
        for x in movements:
            self._move((x.warehouse, x.sku), x.on_hand, x.reserved)

    def include(self, other: "ScanResult") -> None:
        """Add the counts and movements of another range, without its findings."""
        self.orders += other.orders
        self.events += other.events
        self.refunds += other.refunds
        self.identities += other.identities
        self.texts += other.texts
        self.money += other.money
        self.unproved += other.unproved
        for sku, units in other.moved.items():
            self._move(sku, *units)

    def _move(self, sku: tuple[str, str], on_hand: int, reserved: int) -> None:
        before = self.moved.get(sku, (0, 0))
        self.moved[sku] = (before[0] + on_hand, before[1] + reserved)


Scanner = Callable[[BlockRange], Awaitable[ScanResult]]


@asynccontextmanager
async def snapshot_of(url: str, name: str = "") -> "AsyncGenerator[asyncpg.Connection[Any]]":
    """Open a read-only snapshot of the database, or an exported one by its name."""
    connection = await open_connection(url)
    snapshot = connection.transaction(isolation="repeatable_read", readonly=True)
    try:
        await snapshot.start()
        if name:
            await connection.execute(_sql["join_snapshot"].format(name=name))
        yield connection
    except BaseException:
        # asyncpg would wait for ever for the end of a copy whose last piece could not be written.
        connection.terminate()
        raise
    await snapshot.rollback()
    await connection.close()


@asynccontextmanager
async def open_scan(url: str, secrets: Sequence[bytes], snapshot: str) -> AsyncGenerator[Scanner]:
    """Open a scanner in an exported snapshot, for a worker process."""
    gc.disable()  # rows are many and none refers to another
    async with snapshot_of(url, snapshot) as connection:
        yield OrderScan(connection, secrets).scan


class OrderScan:
    """Replays orders from their events and compares."""

    def __init__(self, connection: "asyncpg.Connection[Any]", secrets: Sequence[bytes]) -> None:
        """Read through this connection, which has a snapshot."""
        self._connection = connection
        self._secrets = secrets
        self._states: Sequence[CustomerKeyState] | None = None
        self._followed: Mapping[int, int] | None = None

    async def scan(self, blocks: BlockRange) -> ScanResult:
        """Check every order of a range, with its events and refunds."""
        if self._states is None:
            self._states = await states_of(self._connection)
        bounds = (blocks.first, _BEHIND_THE_LAST), (blocks.until, _BEHIND_THE_LAST)
        page = await self._connection.fetch(_sql["orders_between"], *bounds)
        keys = [row["home"] for row in page], [row["number"] for row in page]
        events = await self._events_of(page)
        refunds = _by_order(await self._connection.fetch(_sql["refunds_of"], *keys))
        texts = _by_order(await self._connection.fetch(_sql["texts_of"], *keys))
        pictures = _by_order(await self._connection.fetch(_sql["attachments_of"], *keys))
        read_at = await self._connection.fetchval(_sql["read_at"])
        money = await self._money_of(*keys)
        result = ScanResult(orders=len(page))
        claims: list[IdentityClaim] = []
        for row in page:
            key = (row["home"], row["number"])
            claimed = self._check(result, row, events[key], refunds[key], money.of(key))
            result.texts += len(texts[key])
            result.findings += text_findings(row["number"], events[key], texts[key])
            result.findings += attachment_findings(row, events[key], pictures[key], read_at)
            claims += (IdentityClaim(identity, row["number"]) for identity in claimed)
        await self._check_identities(result, claims)
        return result

    async def _events_of(self, page: Sequence[DatabaseRow]) -> "_RowsByOrder":
        """Return the histories of some orders, found by the instant at which each was placed.

        Where it leads to none, the instant in the order's state is tried: either may be wrong.
        """
        events = await self._placed_at([(row, row["placed_at"]) for row in page])
        lost = [row for row in page if not events[row["home"], row["number"]]]
        stated = [(row, at) for row in lost if (at := _stated_placement(row["state"])) is not None]
        return events | await self._placed_at(stated) if stated else events

    async def _placed_at(self, orders: Sequence[tuple[DatabaseRow, datetime]]) -> "_RowsByOrder":
        homes = [row["home"] for row, _ in orders]
        numbers = [row["number"] for row, _ in orders]
        instants = [at for _, at in orders]
        rows = await self._connection.fetch(_sql["events_of"], homes, instants, numbers)
        return _by_order(rows)

    async def _check_identities(self, result: ScanResult, claims: Sequence[IdentityClaim]) -> None:
        """Compare whom each identity belongs to with what is stored (rules 4.8 and 4.13).

        Two orders of the first versions may have one external id; one of them is stored with it.
        """
        columns = identity_columns([identity for identity, _ in claims])
        rows = await self._connection.fetch(_sql["identities_of"], *columns)
        stored = {identity_of(row): (row["holder"], row["is_shared"]) for row in rows}
        for identity, number in claims:
            holder, is_shared = stored.get(identity, ("no row", False))
            if holder == number:
                result.identities += 1
            elif not is_shared:
                key = f"{identity.kind}/{identity.scope}/{identity.name}"
                result.identities += 1
                result.findings.append(Finding("identity", key, holder, number))

    def _check(
        self,
        result: ScanResult,
        row: DatabaseRow,
        events: list[DatabaseRow],
        refunds: list[DatabaseRow],
        money: "_OrderMoney",
    ) -> Sequence[IdentityKey]:
        """Add the findings of an order; return the identities that it has."""
        number = row["number"]
        replayed = recompute(number, row["home"], events)
        result.events += len(events)
        result.refunds += len(refunds)
        result.move(replayed.moved)
        result.findings += replayed.findings
        if replayed.order is None:
            result.findings.append(Finding("orders", number, "an order", "a history that makes it"))
            return replayed.identities
        result.findings += self._order_findings(result, replayed.order, row, events)
        result.findings += owner_findings(replayed.order, events)
        result.findings += _refund_findings(replayed.order, refunds)
        result.money += len(money)
        result.findings += self._money_findings(replayed.order, events, money)
        return replayed.identities

    def _order_findings(
        self, result: ScanResult, order: Order, row: DatabaseRow, events: list[DatabaseRow]
    ) -> list[Finding]:
        number = order.number
        found = [*number_findings(row["number"], row["home"]), *broken_invariants(order)]
        found += column_findings("orders", number, row, order_row(order) | kept_due(order, row))
        found += state_findings(order, row["state"])
        digest = contact_digest_of(events)
        if digest is not None:
            differs = contact_findings(order, digest, row, self._secrets)
            if differs and differs[0].stored == OTHER_CONTACT and self._is_unproved(events):
                result.unproved += 1
            else:
                found += differs
        return found

    async def _money_of(self, homes: Sequence[int], numbers: Sequence[str]) -> "_Money":
        """Return the rows about money of some orders."""
        if self._followed is None:
            rows = await self._connection.fetch(_sql["ledger_positions"])
            self._followed = {row["lane"]: row["position"] for row in rows}
        names = ("entries_of", "attempts_of", "transfers_of", "receipts_of")
        found = [await self._connection.fetch(_sql[name], homes, numbers) for name in names]
        return _Money(*(_by_order(rows) for rows in found))

    def _money_findings(
        self, order: Order, events: list[DatabaseRow], money: "_OrderMoney"
    ) -> list[Finding]:
        return [
            *entry_findings(order, events, money.entries, self._followed or {}),
            *attempt_findings(order, events, money.attempts),
            *transfer_findings(order, money.transfers),
            *receipt_findings(order, events, money.receipts),
        ]

    def _is_unproved(self, events: list[DatabaseRow]) -> bool:
        """Tell whether the contact was recorded when a key was used that is destroyed by now."""
        ended = [x.begins_at for x in self._states or () if x.finished_at is not None]
        told_at = contact_told_at(events) if ended else None
        return told_at is not None and told_at < max(ended)


def _refund_findings(order: Order, stored: list[DatabaseRow]) -> list[Finding]:
    expected = {row["id"]: row for row in refund_rows(order)}
    found: list[Finding] = []
    for row in stored:
        key = f"{order.number}/{row['id']}"
        if row["id"] in expected:
            found += column_findings("refund", key, row, expected.pop(row["id"]))
        else:
            found.append(Finding("refund", key, "a row", "no such refund"))
    found += [
        Finding("refund", f"{order.number}/{name}", "no row", "a refund") for name in expected
    ]
    return found


_RowsByOrder = defaultdict[tuple[int, str], list[DatabaseRow]]


class _OrderMoney(Struct, frozen=True):
    entries: list[DatabaseRow]
    attempts: list[DatabaseRow]
    transfers: list[DatabaseRow]
    receipts: list[DatabaseRow]

    def __len__(self) -> int:
        rows = (self.entries, self.attempts, self.transfers, self.receipts)
        return sum(len(each) for each in rows)


class _Money(Struct, frozen=True):
    """Rows about money of a page of orders."""

    entries: _RowsByOrder
    attempts: _RowsByOrder
    transfers: _RowsByOrder
    receipts: _RowsByOrder

    def of(self, key: tuple[int, str]) -> _OrderMoney:
        tables = (self.entries, self.attempts, self.transfers, self.receipts)
        return _OrderMoney(*(table[key] for table in tables))


class _Placement(Struct):
    placed_at: datetime


def _stated_placement(state: bytes) -> datetime | None:
    """Return when an order was placed by its state; None if it does not tell."""
    try:
        return msgspec.json.decode(state, type=_Placement).placed_at
    except msgspec.MsgspecError:
        return None


def _by_order(rows: list[DatabaseRow]) -> _RowsByOrder:
    grouped = _RowsByOrder(list)
    for row in rows:
        grouped[row["home"], row["number"]].append(row)
    return grouped
