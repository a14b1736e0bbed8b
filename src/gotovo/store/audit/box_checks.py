"""Checks of return boxes: what is in them, where its order says it is, and what acts say."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import asyncpg

from gotovo.store.audit.findings import Finding
from gotovo.store.audit.manifest_checks import LISTED_MAX
from gotovo.store.postgres.statements import load_statements

_sql: Final = load_statements("audit/box_checks.sql")


class BoxChecks:
    """Compares return boxes with the journal, in the snapshot of the audit."""

    def __init__(self, connection: "asyncpg.Connection[Any]") -> None:
        """Use the connection of the snapshot."""
        self._connection = connection

    @property
    def checks(self) -> Mapping[str, Callable[[], Awaitable[list[Finding]]]]:
        """The checks by their subject."""
        return {"return boxes": self._boxes, "acts of drivers": self._acts}

    async def _boxes(self) -> list[Finding]:
        """Find what is in no box or in several, and what its order says is elsewhere."""
        found = [
            Finding("return_box.items", row["code"], str(row["items"]), str(row["found"]))
            for row in await self._rows("miscounted")
        ]
        found += [
            Finding("return_box_item", row["barcode"], f"{row['boxes']} boxes", "one")
            for row in await self._rows("in_two_boxes")
        ]
        return found + [
            Finding(
                "return_box_item.box",
                row["barcode"],
                f"{row['box']}, {row['state']}",
                f"an order whose parcel is there, not {row['stage'] or 'nowhere'}",
            )
            for row in await self._rows("not_as_boxed")
        ]

    async def _acts(self) -> list[Finding]:
        """Recompute the figures of acts: boxes and parcels."""
        return [
            Finding("box_handover", str(row["id"]), row["told"], row["found"])
            for row in await self._rows("acts")
        ]

    async def _rows(self, name: str) -> list[Any]:
        return await self._connection.fetch(_sql[name], LISTED_MAX)
