"""The report of an import: how the file was read, which rows were rejected, and the sums."""

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import Struct

from gotovo.order.refusals import Refusal
from gotovo.words.imports.row_errors import RowError, row_error_text
from gotovo.words.language import Language
from gotovo.words.translations import Translator, msgid


class RowCounts(Struct, frozen=True):
    """What became of the rows of a file."""

    imported: int
    present: int
    rejected: int
    contradictions: int


_DONE: Final = msgid("{imported} imported, {present} already present, {rejected} rejected.")
_WOULD: Final = msgid(
    "{imported} would be imported, {present} already present, {rejected} would be rejected."
)
_FLAGGED: Final = msgid("Contradictory and flagged: {contradictions}.")
_WOULD_BE_FLAGGED: Final = msgid("Contradictory and would be flagged: {contradictions}.")


def counts_text(
    counts: RowCounts, seconds: float, language: Language, *, dry_run: bool, resumed_at: int
) -> str:
    """Return the sums as one line; `resumed_at` is 0 for a run from the beginning."""
    words = Translator(language)
    rows = counts.imported + counts.present + counts.rejected
    read = words.ngettext(
        "{number} row in {seconds} s.",
        "{number} rows in {seconds} s.",
        rows,
        seconds=f"{seconds:.1f}",
    )
    resumed = [words.gettext("Resumed at line {line}.", line=resumed_at)] if resumed_at else []
    result = words.gettext(
        _WOULD if dry_run else _DONE,
        imported=counts.imported,
        present=counts.present,
        rejected=counts.rejected,
    )
    flagged = words.gettext(
        _WOULD_BE_FLAGGED if dry_run else _FLAGGED, contradictions=counts.contradictions
    )
    return " ".join((read, *resumed, result, flagged))


def reading_text(
    encoding: str, delimiter: str, decimals: Mapping[str, str], language: Language
) -> str:
    """Return how the file is read, so that a wrong guess is seen before anything is imported.

    `decimals` are marks (`,` or `.`) by column; `delimiter` is empty for JSON lines.
    """
    words = Translator(language)
    if delimiter:
        text = words.gettext(
            "Read as {format} in {encoding}, delimiter {delimiter}.",
            format="CSV", encoding=encoding, delimiter=repr(delimiter),
        )  # fmt: skip
    else:
        text = words.gettext("Read as {format} in {encoding}.", format="JSON", encoding=encoding)
    marks = (
        words.gettext("Decimals in {column} begin with {mark}.", column=column, mark=repr(mark))
        for column, mark in decimals.items()
    )
    return " ".join((text, *marks))


def unread_text(columns: str, language: Language) -> str:
    """Return which columns nothing was read from, as a list."""
    return Translator(language).gettext("Columns that are not read: {columns}.", columns=columns)


def sample_text(encoding: str, texts: Sequence[str], language: Language) -> str:
    """Return some texts of the file as a code page has them, for a person to judge it by."""
    return Translator(language).gettext(
        "Texts in {encoding}: {texts}. If they look wrong, use {option}.",
        encoding=encoding, texts=" · ".join(texts), option="--encoding",
    )  # fmt: skip


def rejection_text(
    line: int, column: str, value: str, error: RowError | Refusal, language: Language
) -> str:
    """Return one rejected row as a line; what a terminal would obey is escaped in the value."""
    words = Translator(language)
    text = row_error_text(error, language)
    if not column and value:
        return words.gettext(
            "Line {line}, value {value}: {error}", line=line, value=repr(value), error=text
        )
    if not column:
        return words.gettext("Line {line}: {error}", line=line, error=text)
    return words.gettext(
        "Line {line}, column {column}, value {value}: {error}",
        line=line, column=repr(column)[1:-1], value=repr(value), error=text,
    )  # fmt: skip


def rejects_text(file: str, command: str, language: Language) -> str:
    """Return where the rejected rows are, and the command that imports them once corrected."""
    return Translator(language).gettext(
        "Rejected rows, with reasons: {file}. Correct them and import them: {command}",
        file=file, command=command,
    )  # fmt: skip


def more_text(left_out: int, language: Language) -> str:
    """Return that there are further rejected rows."""
    return Translator(language).ngettext(
        "And {number} more rejected row.", "And {number} more rejected rows.", left_out
    )
