"""One row of a file, whatever its format, and why it was rejected."""

from collections.abc import Mapping

from msgspec import Struct

from gotovo.exchange.imports.files.own_columns import OwnCells
from gotovo.exchange.imports.files.text_lines import FilePosition
from gotovo.order.refusals import Refusal
from gotovo.words.imports.row_errors import RowError


class Rejection(Struct, frozen=True):
    """Why a row was rejected: the column, its value, and what was expected of it."""

    column: str
    value: str
    error: RowError | Refusal


class ImportRow(Struct, frozen=True):
    """One row: its first line (from 1), where the next begins, its values by column.

    `cells` are those of CSV in the order of its data columns, two of which may have one name.
    `raw` is the text of a row that could not be taken apart, or not into the right number of
    cells.
    """

    line: int
    next: FilePosition
    values: Mapping[str, str]
    cells: tuple[str, ...] = ()
    rejection: Rejection | None = None
    raw: str = ""
    own: OwnCells = OwnCells()


class JsonNumber(str):
    """The digits of a number in JSON, whose decimals always follow a point."""

    __slots__ = ()
