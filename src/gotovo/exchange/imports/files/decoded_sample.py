"""A few texts of a file as they were decoded, so that a wrong code page is seen at once.

Read by another code page, most letters turn into other letters, and nothing else tells.
"""

from collections.abc import Iterator
from io import BufferedIOBase
from itertools import islice
from typing import Final

from gotovo.exchange.imports.files.reader import read
from gotovo.exchange.imports.files.table import Table

SAMPLE_TEXTS: Final = 3
_TEXT_CHARACTERS_MAX = 40
_ROWS = 200


def decoded_sample(file: BufferedIOBase, table: Table) -> tuple[str, ...]:
    """Return texts beyond ASCII, names of columns last; nothing where the encoding is Unicode.

    Code pages of one alphabet differ in capitals more than in small letters, so texts with both
    come first.
    """
    if not table.encoding.is_code_page:
        return ()
    texts = list(dict.fromkeys(_texts(file, table)))
    texts.sort(key=lambda text: text.islower() or text.isupper())
    return tuple(texts[:SAMPLE_TEXTS])


def _texts(file: BufferedIOBase, table: Table) -> Iterator[str]:
    rows = islice(read(file, table, table.first), _ROWS)
    cells = (cell for row in rows if row.rejection is None for cell in row.values.values())
    for text in (*cells, *table.columns):
        if not text.isascii():
            short = "".join(c if c.isprintable() else "?" for c in " ".join(text.split()))
            yield (
                short if len(short) <= _TEXT_CHARACTERS_MAX else f"{short[:_TEXT_CHARACTERS_MAX]}…"
            )
