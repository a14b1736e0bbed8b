"""Checks of manifests and acceptances: who has a parcel, when it came, and what reports say."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import asyncpg

from gotovo.store.audit.findings import Finding
from gotovo.store.postgres.statements import load_statements

LISTED_MAX: Final = 100
"""Rows of one kind that are listed; otherwise a lost table would list all of its partner."""

_sql: Final = load_statements("audit/manifest_checks.sql")


class ManifestChecks:
    """Compares manifests and acceptances with the journal, in the snapshot of the audit."""

    def __init__(self, connection: "asyncpg.Connection[Any]") -> None:
        """Use the connection of the snapshot."""
        self._connection = connection

    @property
    def checks(self) -> Mapping[str, Callable[[], Awaitable[list[Finding]]]]:
        """The checks by their subject."""
        return {"manifests": self._manifests, "acceptances": self._acceptances}

    async def _manifests(self) -> list[Finding]:
        """Find parcels on two manifests at a time, and those that no order has."""
        twice = [
            Finding("manifest_parcel", row["barcode"], f"{row['manifests']} manifests", "one")
            for row in await self._rows("listed_twice")
        ]
        return twice + [
            Finding("manifest_parcel", f"{row['manifest']}/{row['barcode']}", "a row", "an order")
            for row in await self._rows("listed_without_order")
        ]

    async def _acceptances(self) -> list[Finding]:
        """Find parcels that were taken in without arrival or scan, and recompute the reports.

        The figures are those of what was expected, put aside, without an order, and taken in.
        """
        found = [
            Finding(
                "accepted_parcel.arrival",
                row["barcode"],
                f"version {row['arrival']}",
                "an event parcel.arrived with this parcel",
            )
            for row in await self._rows("taken_in_without_arrival")
        ]
        found += [
            Finding("accepted_parcel.scan", row["barcode"], str(row["scan"]), "a scan of it")
            for row in await self._rows("taken_in_by_no_scan")
        ]
        return found + [
            Finding("acceptance.report", str(row["id"]), row["told"], row["found"])
            for row in await self._rows("reports")
        ]

    async def _rows(self, name: str) -> list[Any]:
        return await self._connection.fetch(_sql[name], LISTED_MAX)
