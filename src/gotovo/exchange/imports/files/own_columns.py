"""The columns of a file of rejected rows that are no data, and the cells that spreadsheets run.

No data column can have such a name: whatever begins with `gotovo:` is ours in every file that is
read. They may be left in the file or removed when it is corrected and imported again.
"""

import re
from collections.abc import Mapping
from typing import Final

from msgspec import Struct

PREFIX: Final = "gotovo:"

LINE: Final = f"{PREFIX}line"
COLUMN: Final = f"{PREFIX}column"
VALUE: Final = f"{PREFIX}value"
EXPECTED: Final = f"{PREFIX}expected"
DECIMAL: Final = f"{PREFIX}decimal"
ROW: Final = f"{PREFIX}row"

OWN_COLUMNS: Final = (LINE, COLUMN, VALUE, EXPECTED, DECIMAL, ROW)
"""Where the row was, what is wrong with it, how its amounts are read, and the text of a row that
has no cells of its own."""

# What OWASP's page on CSV injection lists, in both widths; an apostrophe makes the cell a text.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_NEUTRALIZED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")


class OwnCells(Struct, frozen=True):
    """What a file of rejected rows says about one row besides its data."""

    decimals: Mapping[str, str] = {}
    row: str = ""


def is_own(column: str) -> bool:
    """Whether a column is no data."""
    return column.startswith(PREFIX)


def neutralized(cell: str) -> str:
    """Return the cell as a text for every spreadsheet; `restored` gives the cell back."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def restored(cell: str) -> str:
    """Return the cell as it was before `neutralized`."""
    return cell[1:] if _NEUTRALIZED.match(cell) else cell


def decimals_text(decimals: Mapping[str, str]) -> str:
    """Return the cell that says how amounts are read: `value=comma paid=point`."""
    return " ".join(f"{name}={decimal}" for name, decimal in decimals.items())


def own_cells(values: Mapping[str, str]) -> OwnCells:
    """Return what the columns of ours say; a file without them says nothing."""
    pairs = (each.partition("=") for each in values.get(DECIMAL, "").split())
    return OwnCells({name: decimal for name, _, decimal in pairs}, values.get(ROW, ""))
