"""Rows in the format of `COPY … (FORMAT binary)`, which PostgreSQL need not parse.

The format is described at https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format";
the bytes of each type are what its receive function in the sources of PostgreSQL reads.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from struct import Struct as BinaryFormat
from typing import Any
from uuid import UUID

BEGIN = b"PGCOPY\n\xff\r\n\0" + bytes(8)
"""The header of a stream of rows: the signature, no flags, no extension."""

END = b"\xff\xff"
"""The trailer: a row of -1 fields."""

NULL = b"\xff\xff\xff\xff"

INT2, INT4, INT8 = BinaryFormat(">h"), BinaryFormat(">i"), BinaryFormat(">q")

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_TEXT_OID = 25

Column = tuple[str, str]
"""The name and the type of a column."""


class CopyTable:
    """A table to fill, and its columns in the order of the rows' fields.

    Columns that differ from order to order come first.
    """

    def __init__(self, name: str, *columns: Column) -> None:
        self.name = name
        self.columns = tuple(column for column, _ in columns)
        self.types = dict(columns)
        self.count = INT2.pack(len(columns))

    def fields(self, row: Mapping[str, Any], columns: Sequence[str]) -> bytes:
        """Return some fields of a row, each prefixed with its length."""
        return b"".join(field(self.types[column], row[column]) for column in columns)

    def after(self, column: str) -> tuple[str, ...]:
        """Return the columns after one."""
        return self.columns[self.columns.index(column) + 1 :]


EVENT = CopyTable(
    "event",
    ("home", "int2"),
    ("number", "text"),
    ("position", "int8"),
    ("command_id", "uuid"),
    ("body", "json"),
    ("hash", "bytea"),
    ("customer", "text"),
    ("version", "int4"),
    ("lane", "int2"),
    ("type", "text"),
    ("at", "timestamptz"),
    ("recorded_at", "timestamptz"),
    ("actor", "text"),
    ("shop", "text"),
    ("placed_at", "timestamptz"),
)

ORDERS = CopyTable(
    "orders",
    ("home", "int2"),
    ("contact", "json"),
    ("number", "text"),
    ("customer", "text"),
    ("external_id", "text"),
    ("head", "bytea"),
    ("state", "json"),
    ("version", "int4"),
    ("shop", "text"),
    ("origin", "text"),
    ("status", "text"),
    ("outcome", "text"),
    ("reason", "text"),
    ("stage", "text"),
    ("method", "text"),
    ("point", "text"),
    ("warehouse", "text"),
    ("attention", "text[]"),
    ("courier", "text"),
    ("total", "int8"),
    ("currency", "text"),
    ("placed_at", "timestamptz"),
    ("paid_at", "timestamptz"),
    ("ready_at", "timestamptz"),
    ("closed_at", "timestamptz"),
    ("promised_until", "timestamptz"),
    ("due_at", "timestamptz"),
    ("due_what", "text"),
)

REFUND = CopyTable(
    "refund",
    ("home", "int2"),
    ("number", "text"),
    ("id", "text"),
    ("provider_id", "text"),
    ("amount", "int8"),
    ("currency", "text"),
    ("state", "text"),
    ("route", "text"),
    ("promised_for", "date"),
    ("started_at", "timestamptz"),
    ("completed_at", "timestamptz"),
)

COMMAND = CopyTable(
    "command",
    ("home", "int2"),
    ("id", "uuid"),
    ("number", "text"),
    ("fingerprint", "bytea"),
    ("kind", "text"),
    ("refusal", "json"),
    ("version", "int4"),
    ("recorded_at", "timestamptz"),
)

IDENTITY = CopyTable(
    "identity",
    ("home", "int2"),
    ("kind", "text"),
    ("scope", "text"),
    ("name", "text"),
    ("number", "text"),
)

TABLES = (ORDERS, EVENT, REFUND, COMMAND, IDENTITY)
"""In the order of the data of a block."""


def field(type_: str, value: Any) -> bytes:
    """Return one field prefixed with its length; None is null, and bytes are a JSON document."""
    if value is None:
        return NULL
    data = _BYTES_OF[type_](value)
    return INT4.pack(len(data)) + data


def _text(value: str | bytes) -> bytes:
    return value if isinstance(value, bytes) else value.encode()


def _timestamp(value: datetime) -> bytes:
    since = value - _EPOCH
    return INT8.pack((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)


def _date(value: date) -> bytes:
    return INT4.pack((value - _EPOCH.date()).days)


def _array(values: Sequence[str]) -> bytes:
    if not values:
        return INT4.pack(0) + INT4.pack(0) + INT4.pack(_TEXT_OID)
    head = (1, 0, _TEXT_OID, len(values), 1)
    return b"".join([*map(INT4.pack, head), *(field("text", value) for value in values)])


def _uuid(value: UUID) -> bytes:
    return value.bytes


_BYTES_OF: dict[str, Callable[[Any], bytes]] = {
    "int2": INT2.pack,
    "int4": INT4.pack,
    "int8": INT8.pack,
    "text": _text,
    "json": _text,
    "bytea": bytes,
    "uuid": _uuid,
    "date": _date,
    "timestamptz": _timestamp,
    "text[]": _array,
}
