"""Orders as JSON, made straight from rows."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from fastapi import Response

ROW = (
    "id, number, version, status, stage, phone, name, email, point, lines, total, paid, currency,"
    " pickup_code, wrong_codes, manifest, cell, placed_at, paid_at, ready_at, closed_at"
)

Row = Mapping[str, Any]


def order_view(row: Row) -> dict[str, Any]:
    """Return an order with the names of the API."""
    currency = row["currency"]
    return {
        "number": row["number"],
        "version": row["version"],
        "status": row["status"],
        "stage": row["stage"],
        "customer": {"phone": row["phone"], "name": row["name"], "email": row["email"]},
        "delivery": {"method": "pickup", "point": row["point"], "cell": row["cell"]},
        "manifest": row["manifest"],
        "pickup_code": row["pickup_code"],
        "lines": row["lines"],
        "total": {"amount": row["total"], "currency": currency},
        "paid": {"amount": row["paid"], "currency": currency},
        "placed_at": row["placed_at"],
        "paid_at": row["paid_at"],
        "ready_at": row["ready_at"],
        "closed_at": row["closed_at"],
    }


def timeline_view(number: str, events: Sequence[Row]) -> dict[str, Any]:
    """Return what happened, and from when to when."""
    ends = [event["at"] for event in events[1:]]
    return {
        "number": number,
        "stages": [
            {
                "event": event["type"],
                "version": event["version"],
                "began_at": event["at"],
                "ended_at": ended_at,
                "actor": event["actor"],
                "details": event["details"],
            }
            for event, ended_at in zip(events, [*ends, None], strict=True)
        ],
    }


def json_response(content: object, status: int = 200) -> Response:
    """Return an answer without the framework looking at its content again."""
    return Response(orjson.dumps(content), status, media_type="application/json")
