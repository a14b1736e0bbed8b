"""Orders that a simulated town of the first version stored: nineteen that have every kind of event.

Each line of the file is an order's document and its history, byte for byte as they were stored.
"""

import base64
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import Struct

from gotovo.order.replay import Recorded
from gotovo.order.values.order import Order

_FILE = Path(__file__).with_name("first_version_orders.jsonl")


class StoredBefore(Struct, frozen=True):
    """A stored order: its document, and its history."""

    document: str
    history: tuple[Recorded, ...]


class _Event(Struct):
    version: int
    type: str
    at: datetime
    recorded_at: datetime
    actor: str
    command_id: str
    body: str
    hash: str


class _Line(Struct):
    state: str
    events: list[_Event]


def first_version_orders() -> Sequence[StoredBefore]:
    """Return the orders of the file."""
    lines = _FILE.read_text("utf-8").splitlines()
    return [_stored(msgspec.json.decode(line, type=_Line)) for line in lines]


def _stored(line: _Line) -> StoredBefore:
    number = msgspec.json.decode(line.state, type=Order).number
    history = tuple(
        Recorded(
            number,
            x.version,
            x.type,
            x.at,
            x.recorded_at,
            x.actor,
            x.command_id,
            x.body.encode(),
            base64.b64decode(x.hash),
        )
        for x in line.events
    )
    return StoredBefore(line.state, history)
