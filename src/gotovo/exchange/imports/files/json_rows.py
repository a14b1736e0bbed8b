"""JSON lines: each line is an object, and its members are the cells."""

import json
from collections.abc import Iterator
from io import BufferedIOBase
from typing import Any

from gotovo.exchange.imports.files.encoding import Encoding
from gotovo.exchange.imports.files.own_columns import is_own, own_cells
from gotovo.exchange.imports.files.row import ImportRow, JsonNumber, Rejection
from gotovo.exchange.imports.files.text_lines import FilePosition, RecordTooLong, TextLines
from gotovo.exchange.imports.files.unreadable import too_long
from gotovo.words.imports.row_errors import RowError, RowErrorCode


class JsonError(Exception):
    """The line is no object, or names a member twice."""

    def __init__(self, code: RowErrorCode, name: str = "") -> None:
        """Keep what is wrong, and with which member."""
        super().__init__(code, name)
        self.code = code
        self.name = name


def json_rows(file: BufferedIOBase, encoding: Encoding, start: FilePosition) -> Iterator[ImportRow]:
    """Yield the rows from a position on; empty lines are skipped."""
    place: FilePosition | None = start
    while place is not None:
        lines = TextLines(file, encoding, place)
        began, place = place, None
        try:
            for text in lines:
                lines.begin_record()
                if text.strip():
                    yield _json_row(text, began, lines.here())
                began = lines.here()
        except RecordTooLong:
            row = too_long(began, lines.here())
            yield row
            place = row.next


def json_object(text: str) -> dict[str, str]:
    """Return an object's members as text; raise JsonError.

    Numbers keep the digits they were written with, so that no sum is rounded on the way in. A
    member that is a list or an object is its JSON.
    """
    try:
        members = _decoder.decode(text.strip())
    except (ValueError, RecursionError) as error:
        raise JsonError(RowErrorCode.JSON_OBJECT) from error
    if not isinstance(members, _Members):
        raise JsonError(RowErrorCode.JSON_OBJECT)
    return {name: _text(value) for name, value in members.items()}


def member_names(text: str) -> tuple[str, ...]:
    """Return the names of an object, also of one that is wrong; nothing for anything else."""
    try:
        members = json.loads(text)
    except (ValueError, RecursionError):
        return ()
    return tuple(members) if isinstance(members, dict) else ()


class _Members(dict[str, Any]):
    """The members of an object."""


def _members(pairs: list[tuple[str, Any]]) -> _Members:
    members = _Members()
    for name, value in pairs:
        if name in members:
            raise JsonError(RowErrorCode.DUPLICATE_NAME, name)
        members[name] = value
    return members


_decoder = json.JSONDecoder(
    object_pairs_hook=_members,
    parse_float=JsonNumber,
    parse_int=JsonNumber,
    parse_constant=JsonNumber,
)


def _text(value: object) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case _:
            return json.dumps(value, ensure_ascii=False)


def _json_row(text: str, began: FilePosition, ended: FilePosition) -> ImportRow:
    raw = text.strip()
    try:
        values = json_object(raw)
    except JsonError as error:
        rejection = Rejection(error.name, raw, RowError(error.code))
        return ImportRow(began.line, ended, {}, rejection=rejection, raw=raw)
    data = {name: value for name, value in values.items() if not is_own(name)}
    return ImportRow(began.line, ended, data, own=own_cells(values))
