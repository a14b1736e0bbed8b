"""What only the whole file can tell, found by reading it once before anything is imported.

Comma or point begins the decimals of a column if some amount in it can be read in one way alone,
and none in the other. Orders that occur more than once are counted, so that a run holds on to
them until their last row. Eight bytes a row are kept meanwhile.
"""

from array import array
from collections.abc import Callable, Iterable, Mapping
from hashlib import blake2b
from io import BufferedIOBase
from itertools import groupby

from msgspec import Struct

from gotovo.exchange.imports.amounts import DecimalMark, evidence
from gotovo.exchange.imports.files.reader import read
from gotovo.exchange.imports.files.row import ImportRow, JsonNumber
from gotovo.exchange.imports.files.table import Table
from gotovo.exchange.imports.record import AMOUNTS, external_id_of

_KEY_BYTES = 8
_BUCKETS = 256
"""Sorting one bucket after another takes a fraction of the memory of sorting all keys at once."""

_ROWS_A_REPORT = 1_000


class Survey(Struct, frozen=True):
    """How amounts are read, by field, and how often repeated orders occur, by `key_of`."""

    decimals: Mapping[str, DecimalMark]
    repeated: Mapping[int, int]


def survey(
    file: BufferedIOBase,
    table: Table,
    columns: Mapping[str, str],
    progress: Callable[[int], None],
) -> Survey:
    """Read every row; `progress` is called with the byte that was reached."""
    marks: dict[str, set[DecimalMark]] = {name: set() for name in AMOUNTS if name in columns}
    keys = [array("Q") for _ in range(_BUCKETS)]
    for index, row in enumerate(read(file, table, table.first)):
        if row.rejection is None:
            key = key_of(external_id_of(row, columns))
            keys[key % _BUCKETS].append(key)
            for name in marks:
                marks[name] |= _marks_of(row, columns[name])
        if index % _ROWS_A_REPORT == 0:
            progress(row.next.offset)
    decimals = {name: next(iter(found)) for name, found in marks.items() if len(found) == 1}
    return Survey(decimals, {key: n for bucket in keys for key, n in _repeated(bucket)})


def key_of(external_id: str) -> int:
    """Return eight bytes in place of an external id; two ids may share a key."""
    name = external_id.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(name, digest_size=_KEY_BYTES).digest(), "big")


def _marks_of(row: ImportRow, column: str) -> set[DecimalMark]:
    value = row.values.get(column, "")
    mark = DecimalMark.POINT if isinstance(value, JsonNumber) else evidence(value.strip())
    return set() if mark is None else {mark}


def _repeated(keys: Iterable[int]) -> Iterable[tuple[int, int]]:
    for key, same in groupby(sorted(keys)):
        count = sum(1 for _ in same)
        if count > 1:
            yield key, count
