"""The file of an import with everything that is known before its rows are imported."""

import hashlib
from collections.abc import Callable, Mapping
from io import BufferedIOBase

from msgspec import Struct

from gotovo.exchange.imports.amounts import DecimalMark, Decimals
from gotovo.exchange.imports.columns import Profile
from gotovo.exchange.imports.files.decoded_sample import decoded_sample
from gotovo.exchange.imports.files.table import Table
from gotovo.exchange.imports.record import Reading
from gotovo.exchange.imports.survey import survey

_CHUNK_BYTES = 1024 * 1024


class Source(Struct, frozen=True):
    """The file of an import, how it is read, and the name of the import.

    `repeated` counts the rows of orders that have several, by key. `texts` are some of the file
    as they were decoded, where a code page may be wrong.
    """

    file: BufferedIOBase
    table: Table
    profile: Profile
    reading: Reading
    repeated: Mapping[int, int]
    name: str
    texts: tuple[str, ...] = ()


def source_of(
    file: BufferedIOBase,
    table: Table,
    profile: Profile,
    decimal: DecimalMark | None,
    progress: Callable[[int], None],
) -> Source:
    """Read the file once and return the source.

    The same file read in the same way for the same shop has the same name, so that an import of it
    goes on; one that was edited meanwhile begins anew. `progress` is called with the byte that was
    reached.
    """
    found = survey(file, table, profile.columns, progress)
    decimals = Decimals(decimal, found.decimals)
    reading = Reading(profile.columns, decimals, table.encoding.name, profile.currency)
    name = _name(file, table, profile, reading)
    texts = decoded_sample(file, table)
    return Source(file, table, profile, reading, found.repeated, name, texts)


def _name(file: BufferedIOBase, table: Table, profile: Profile, reading: Reading) -> str:
    how = (
        profile.origin,
        profile.currency,
        sorted(profile.columns.items()),
        table.delimiter,
        table.encoding.name,
        reading.decimals.stated,
    )
    digest = hashlib.sha256(repr((*how, profile.shop) if profile.shop else how).encode())
    file.seek(0)
    while chunk := file.read(_CHUNK_BYTES):
        digest.update(chunk)
    return digest.hexdigest()[:32]
