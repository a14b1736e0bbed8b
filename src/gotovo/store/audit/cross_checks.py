"""Cross-checks: feed positions, rows without an order, messages, idempotency records, stock."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import asyncpg

from gotovo.store.audit.findings import Finding, column_findings
from gotovo.store.audit.scan import ScanResult
from gotovo.store.postgres.statements import load_statements

LISTED_MAX = 100
"""Rows of one kind that are listed; otherwise a lost table would list all of its partner."""

_sql = load_statements("audit/audit.sql")


class CrossChecks:
    """Checks of everything besides the orders, after the orders were scanned."""

    def __init__(self, connection: "asyncpg.Connection[Any]", whole: ScanResult) -> None:
        """Compare with the totals of all orders, in the snapshot in which they were read."""
        self._connection = connection
        self._whole = whole
        self.answers = 0
        self.skus = 0

    @property
    def checks(self) -> Mapping[str, Callable[[], Awaitable[list[Finding]]]]:
        """The checks by their subject."""
        return {
            "feed": self._feed,
            "refunds": self._refunds,
            "money": self._money,
            "texts": self._texts,
            "attachments": self._attachments,
            "identities": self._identities,
            "messages": self._messages,
            "answers": self._answers,
            "stock": self._stock,
        }

    async def _feed(self) -> list[Finding]:
        """Compare each lane's counter with its events, and all events with those of the orders."""
        found: list[Finding] = []
        lanes = await self._connection.fetch(_sql["feed_lanes"])
        for row in lanes:
            counts = (row["counter"], row["events"], row["positions"], row["last"])
            if row["counter"] is not None and (len(set(counts)) != 1 or row["first"] != 1):
                stored = (
                    f"counter {row['counter']}, {row['events']} events at {row['positions']} "
                    f"positions from {row['first']} to {row['last']}"
                )
                found.append(Finding("lane.position", str(row["lane"]), stored, "all the same"))
        if any(row["counter"] is None for row in lanes):
            for row in await self._connection.fetch(_sql["events_outside_lanes"], LISTED_MAX):
                key = f"{row['number']}/{row['version']}"
                found.append(Finding("event.lane", key, str(row["lane"]), "a lane with a counter"))
        if sum(row["events"] for row in lanes) != self._whole.events:
            for row in await self._connection.fetch(_sql["events_without_order"], LISTED_MAX):
                where, expected = ("event", "an order")
                if row["has_order"]:
                    where, expected = ("event.placed_at", "when the order was placed")
                stored = f"{row['events']} events"
                found.append(Finding(where, row["number"], stored, expected))
        return found

    async def _refunds(self) -> list[Finding]:
        if await self._connection.fetchval(_sql["count_refunds"]) == self._whole.refunds:
            return []
        return [
            Finding("refund", f"{row['number']}/{row['id']}", "a row", "an order")
            for row in await self._connection.fetch(_sql["refunds_without_order"], LISTED_MAX)
        ]

    async def _money(self) -> list[Finding]:
        if await self._connection.fetchval(_sql["count_money"]) == self._whole.money:
            return []
        return [
            Finding(row["held_in"], f"{row['number']}/{row['name']}", "a row", "an order")
            for row in await self._connection.fetch(_sql["money_without_order"], LISTED_MAX)
        ]

    async def _texts(self) -> list[Finding]:
        if await self._connection.fetchval(_sql["count_texts"]) == self._whole.texts:
            return []
        return [
            Finding("order_text", f"{row['number']}/{row['digest']}", "words", "an order")
            for row in await self._connection.fetch(_sql["texts_without_order"], LISTED_MAX)
        ]

    async def _attachments(self) -> list[Finding]:
        """Compare the bytes of photos and files with their digests, and both with their place."""
        rows = await self._connection.fetch(_sql["changed_attachments"], LISTED_MAX)
        expected = {"home": "the first byte of the id", "number": "an order"}
        return [
            Finding(
                f"attachment.{row['what']}",
                f"{row['number']}/{row['id']}",
                "another",
                expected.get(row["what"]) or row["digest"],
            )
            for row in rows
        ]

    async def _identities(self) -> list[Finding]:
        """Compare the number of identities with that of the histories."""
        stored = await self._connection.fetchval(_sql["count_identities"])
        expected = self._whole.identities
        if stored == expected:
            return []
        lost = await self._connection.fetch(_sql["identities_without_order"], LISTED_MAX)
        return [
            Finding("identity", "all", f"{stored} rows", f"{expected} rows"),
            *(
                Finding("identity", f"{x['kind']}/{x['scope']}/{x['name']}", "a row", "an order")
                for x in lost
            ),
        ]

    async def _messages(self) -> list[Finding]:
        """Compare each message with its order: one who reads it has to be the buyer."""
        return [
            Finding("message", f"{row['number']}/{row['version']}", *_astray(row))
            for row in await self._connection.fetch(_sql["messages_astray"], LISTED_MAX)
        ]

    async def _answers(self) -> list[Finding]:
        self.answers = await self._connection.fetchval(_sql["count_answers"])
        return [
            Finding(
                "command",
                f"{row['number']}/{row['id']}",
                f"home {row['home']}, version {row['version']}",
                f"version up to {row['order_version']}",
            )
            for row in await self._connection.fetch(_sql["answers_ahead"], LISTED_MAX)
        ]

    async def _stock(self) -> list[Finding]:
        entries = await self._connection.fetch(_sql["stock_entries"])
        entered = {(row["warehouse"], row["sku"]): row["delta"] for row in entries}
        expected = {key: (units, 0) for key, units in entered.items()}
        for key, (on_hand, reserved) in self._whole.moved.items():
            expected[key] = (entered.get(key, 0) + on_hand, reserved)
        found: list[Finding] = []
        for row in await self._connection.fetch(_sql["stock_levels"]):
            self.skus += 1
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


def _astray(row: Mapping[str, Any]) -> tuple[str, str]:
    """Return what a message has, and what its order says."""
    if row["order_version"] is None:
        return "a row", "an order"
    if row["customer"] != row["buyer"]:
        return "another buyer", "the buyer of the order"
    return f"version {row['version']}", f"version up to {row['order_version']}"
