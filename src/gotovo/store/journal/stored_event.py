"""Deserialization of stored events."""

from collections.abc import Mapping
from typing import Any

from gotovo.order.replay import Recorded


def recorded_of(row: Mapping[str, Any]) -> Recorded:
    """Return a row of `event` whose body and hash the connection hands over as bytes."""
    return Recorded(
        number=row["number"],
        version=row["version"],
        type=row["type"],
        at=row["at"],
        recorded_at=row["recorded_at"],
        actor=row["actor"],
        command_id=str(row["command_id"]),
        body=row["body"],
        hash=row["hash"],
    )
