"""The audit: every order made again from its events and compared with what is stored.

It finds any single change made by hand: a column, the document, an event, the chain, stock, a
refund, an answer, the feed. Memory is bounded by a page of orders and one entry a sku.
"""

from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import msgspec
from msgspec import Struct

from gotovo.order.order import Order
from gotovo.store.findings import (
    Finding,
    Recomputed,
    Row,
    column_findings,
    contact_digest_of,
    contact_findings,
    laws_broken,
    number_findings,
    recompute,
)
from gotovo.store.rows import order_row, refund_rows
from gotovo.store.statements import load_statements

PAGE = 500
"""Orders read at once: with some twenty events each, a few megabytes."""

ORPHANS_MAX = 100
"""Orphans listed; a table that lost its partner would otherwise print itself whole."""

_sql = load_statements("audit.sql")


class Checked(Struct):
    """What an audit has looked at so far."""

    orders: int = 0
    events: int = 0
    refunds: int = 0
    answers: int = 0
    skus: int = 0


class Audit:
    """One walk over everything; `checked` counts while `findings` is being read."""

    def __init__(self, connection: "asyncpg.Connection[Any]", secret: bytes) -> None:
        """Prepare to read in one snapshot: the caller opens a repeatable-read transaction."""
        self._connection = connection
        self._secret = secret
        self.checked = Checked()
        self._moved: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])

    async def count_orders(self) -> int:
        """Return how many orders there are to look at."""
        return await self._connection.fetchval(_sql["count_orders"])

    async def findings(self, progress: Callable[[int], None]) -> AsyncIterator[Finding]:
        """Yield everything that differs; `progress` hears how many orders were looked at."""
        home, number = -1, ""
        while page := await self._connection.fetch(_sql["orders_page"], home, number, PAGE):
            for finding in await self._page(page):
                yield finding
            home, number = page[-1]["home"], page[-1]["number"]
            self.checked.orders += len(page)
            progress(self.checked.orders)
        for rest in (self._orphans, self._answers, self._feed, self._stock):
            for finding in await rest():
                yield finding

    async def _page(self, page: list[Row]) -> list[Finding]:
        keys = [row["home"] for row in page], [row["number"] for row in page]
        events = _by_number(await self._connection.fetch(_sql["events_of"], *keys))
        refunds = _by_number(await self._connection.fetch(_sql["refunds_of"], *keys))
        found: list[Finding] = []
        for row in page:
            number = row["number"]
            self.checked.events += len(events[number])
            again = recompute(number, row["home"], events[number])
            found += again.findings
            self._add(again)
            if again.order is None:
                found.append(Finding("orders", number, "an order", "a history that makes it"))
                continue
            found += self._order_findings(again.order, row, events[number])
            found += self._refund_findings(again.order, refunds[number])
        return found

    def _add(self, again: Recomputed) -> None:
        for movement in again.moved:
            level = self._moved[movement.warehouse, movement.sku]
            level[0] += movement.on_hand
            level[1] += movement.reserved

    def _order_findings(self, order: Order, row: Row, events: list[Row]) -> list[Finding]:
        number = order.number
        found = [*number_findings(row["number"], row["home"]), *laws_broken(order)]
        found += column_findings("orders", number, row, order_row(order))
        document = msgspec.json.encode(order).decode()
        if row["state"] != document:
            found.append(Finding("orders.state", number, row["state"], document))
        digest = contact_digest_of(events)
        if digest is not None:
            found += contact_findings(order, digest, row, self._secret)
        return found

    def _refund_findings(self, order: Order, stored: list[Row]) -> list[Finding]:
        expected = {row["id"]: row for row in refund_rows(order)}
        found: list[Finding] = []
        for row in stored:
            self.checked.refunds += 1
            key = f"{order.number}/{row['id']}"
            if row["id"] in expected:
                found += column_findings("refund", key, row, expected.pop(row["id"]))
            else:
                found.append(Finding("refund", key, "a row", "no such refund"))
        found += [
            Finding("refund", f"{order.number}/{name}", "no row", "a refund") for name in expected
        ]
        return found

    async def _orphans(self) -> list[Finding]:
        events = await self._connection.fetch(_sql["events_without_order"], ORPHANS_MAX)
        refunds = await self._connection.fetch(_sql["refunds_without_order"], ORPHANS_MAX)
        return [
            *(Finding("event", x["number"], f"{x['events']} events", "an order") for x in events),
            *(Finding("refund", f"{x['number']}/{x['id']}", "a row", "an order") for x in refunds),
        ]

    async def _answers(self) -> list[Finding]:
        self.checked.answers = await self._connection.fetchval(_sql["count_answers"])
        return [
            Finding(
                "command",
                f"{row['number']}/{row['id']}",
                f"home {row['home']}, version {row['version']}",
                f"version up to {row['order_version']}",
            )
            for row in await self._connection.fetch(_sql["answers_ahead"], ORPHANS_MAX)
        ]

    async def _feed(self) -> list[Finding]:
        found: list[Finding] = []
        for row in await self._connection.fetch(_sql["feed_lanes"]):
            counts = (row["counter"], row["events"], row["positions"], row["last"])
            if len(set(counts)) != 1 or row["first"] != 1:
                said = (
                    f"counter {row['counter']}, {row['events']} events at {row['positions']} "
                    f"positions from {row['first']} to {row['last']}"
                )
                found.append(Finding("lane.position", str(row["lane"]), said, "all the same"))
        for row in await self._connection.fetch(_sql["events_outside_lanes"], ORPHANS_MAX):
            key = f"{row['number']}/{row['version']}"
            found.append(Finding("event.lane", key, str(row["lane"]), "a lane with a counter"))
        return found

    async def _stock(self) -> list[Finding]:
        entered: Counter[tuple[str, str]] = Counter()
        for row in await self._connection.fetch(_sql["stock_entries"]):
            entered[row["warehouse"], row["sku"]] = row["delta"]
        expected = {key: (entered[key], 0) for key in entered}
        for key, (on_hand, reserved) in self._moved.items():
            expected[key] = (entered[key] + on_hand, reserved)
        found: list[Finding] = []
        for row in await self._connection.fetch(_sql["stock_levels"]):
            self.checked.skus += 1
            key = (row["warehouse"], row["sku"])
            on_hand, reserved = expected.pop(key, (0, 0))
            right = {"home": 0, "on_hand": on_hand, "reserved": reserved}
            found += column_findings("stock", "/".join(key), row, right)
        found += [
            Finding("stock", "/".join(key), "no row", f"on hand {level[0]}, reserved {level[1]}")
            for key, level in expected.items()
            if level != (0, 0)
        ]
        return found


def _by_number(rows: list[Row]) -> defaultdict[str, list[Row]]:
    grouped: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row["number"]].append(row)
    return grouped
