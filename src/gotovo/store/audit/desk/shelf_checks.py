"""Checks of searches and inventories: whose parcels they are of, and what reports say."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import asyncpg

from gotovo.store.audit.findings import Finding
from gotovo.store.audit.manifest_checks import LISTED_MAX
from gotovo.store.postgres.statements import load_statements

_sql: Final = load_statements("audit/desk/shelf_checks.sql")


class ShelfChecks:
    """Compares searches and inventories with the journal, in the snapshot of the audit."""

    def __init__(self, connection: "asyncpg.Connection[Any]") -> None:
        """Use the connection of the snapshot."""
        self._connection = connection

    @property
    def checks(self) -> Mapping[str, Callable[[], Awaitable[list[Finding]]]]:
        """The checks by their subject."""
        return {"searches": self._searches, "inventories": self._inventories}

    async def _searches(self) -> list[Finding]:
        """Find searches for what no order has, and lost parcels that no order says are lost."""
        found = [
            Finding("parcel_search", row["barcode"], str(row["id"]), "an order")
            for row in await self._rows("searched_without_order")
        ]
        return found + [
            Finding(
                "parcel_search.result",
                row["barcode"],
                "lost",
                "an event order.attention_raised with the flag lost",
            )
            for row in await self._rows("lost_untold")
        ]

    async def _inventories(self) -> list[Finding]:
        """Count the scans of inventories, and recompute the figures that reports have of them.

        The figures of a report are those of its cells, its people, and what was typed.
        """
        counted = [
            Finding("inventory.scans", str(row["id"]), str(row["told"]), str(row["found"]))
            for row in await self._rows("scans")
        ]
        return counted + [
            Finding("inventory.report", str(row["id"]), row["told"], row["found"])
            for row in await self._rows("reports")
        ]

    async def _rows(self, name: str) -> list[Any]:
        return await self._connection.fetch(_sql[name], LISTED_MAX)
