"""Rows that can't be taken apart: rejected alone, so that the next line is read as a row again."""

from io import BufferedIOBase

from gotovo.exchange.imports.files.encoding import Encoding
from gotovo.exchange.imports.files.row import ImportRow, Rejection
from gotovo.exchange.imports.files.text_lines import (
    RECORD_BYTES_MAX,
    FilePosition,
    RecordTooLong,
    TextLines,
)
from gotovo.words.imports.row_errors import RowError, RowErrorCode


def too_long(began: FilePosition, ended: FilePosition) -> ImportRow:
    """Reject a row that is longer than any order; its text stays in the file alone."""
    error = RowError(RowErrorCode.SHORTER_ROW, {"most": str(RECORD_BYTES_MAX)})
    rejection = Rejection("", "", error)
    return ImportRow(began.line, ended, {}, rejection=rejection, raw=str(began.line))


def unquoted(file: BufferedIOBase, encoding: Encoding, began: FilePosition) -> ImportRow:
    """Reject the line that a row with a wrong quote began on: the lines after it may be valid."""
    lines = TextLines(file, encoding, began)
    try:
        raw = next(iter(lines), "").rstrip("\r\n")
    except RecordTooLong:
        return too_long(began, lines.here())
    rejection = Rejection("", raw, RowError(RowErrorCode.CSV))
    return ImportRow(began.line, lines.here(), {}, rejection=rejection, raw=raw)
