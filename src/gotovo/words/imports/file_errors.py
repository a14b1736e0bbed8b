"""Why a file can't be imported at all, or an option of the import is wrong."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from gotovo.words.language import Language
from gotovo.words.translations import Translator, msgid


class FileErrorCode(StrEnum):
    """What can be wrong with a file or with the options it is read with."""

    NO_FILE = "no_file"
    FOLDER = "folder"
    NO_REGULAR_FILE = "no_regular_file"
    UNREADABLE = "unreadable"
    EMPTY = "empty"
    NO_HEADER = "no_header"
    LONG_HEADER = "long_header"
    UNCLOSED_HEADER = "unclosed_header"
    SPREADSHEET = "spreadsheet"
    JSON_ARRAY = "json_array"
    UNCLEAR_ENCODING = "unclear_encoding"
    ENCODING = "encoding"
    DELIMITER = "delimiter"
    DECIMAL = "decimal"
    CURRENCY = "currency"
    LANGUAGE = "language"
    MAPPING = "mapping"
    UNKNOWN_COLUMN = "unknown_column"
    OWN_COLUMN = "own_column"
    UNMAPPED_FIELD = "unmapped_field"
    REPEATED_COLUMN = "repeated_column"
    ORIGIN = "origin"
    SHOP = "shop"
    SAME_FILE = "same_file"
    REJECTS_UNWRITABLE = "rejects_unwritable"
    REJECTS_OCCUPIED = "rejects_occupied"


SENTENCES: Final = {
    FileErrorCode.NO_FILE: msgid("{file}: there is no such file."),
    FileErrorCode.FOLDER: msgid("{file}: this is a folder. Expected a file."),
    FileErrorCode.NO_REGULAR_FILE: msgid(
        "{file}: this is a pipe or a device. Expected a file, because it is read more than once."
    ),
    FileErrorCode.UNREADABLE: msgid("{file} can't be read: {error}."),
    FileErrorCode.EMPTY: msgid("{file} is empty. Expected CSV with a header, or JSON lines."),
    FileErrorCode.NO_HEADER: msgid(
        "{file} has no header. Expected CSV with a header, or JSON lines."
    ),
    FileErrorCode.LONG_HEADER: msgid(
        "The header of {file} is too long. Expected at most {most} bytes."
    ),
    FileErrorCode.UNCLOSED_HEADER: msgid(
        "The header of {file} has a quote that is opened and not closed. Expected CSV."
    ),
    FileErrorCode.SPREADSHEET: msgid(
        "{file} is a spreadsheet or an archive. Expected CSV: save the table in that format."
    ),
    FileErrorCode.JSON_ARRAY: msgid(
        "{file} is a JSON array. Expected JSON lines: one object a line, without brackets around."
    ),
    FileErrorCode.UNCLEAR_ENCODING: msgid(
        "The encoding of {file} is not clear; it may be {candidates}. Expected an option, like "
        "{option}."
    ),
    FileErrorCode.ENCODING: msgid(
        "{option} {value} is not known here. Expected one of these: {examples}, or another code "
        "page with one byte a character."
    ),
    FileErrorCode.DELIMITER: msgid(
        "{option} {value} is not possible. Expected one character, not a letter, a digit, "
        "a quote or a line break; or {tab}."
    ),
    FileErrorCode.DECIMAL: msgid("{option} {value} is not possible. Expected {expected}."),
    FileErrorCode.CURRENCY: msgid(
        "{option} {value} is not possible. Expected the code of a currency in use, like {example}."
    ),
    FileErrorCode.LANGUAGE: msgid("{option} {value} is not possible. Expected {expected}."),
    FileErrorCode.MAPPING: msgid(
        "{option} {value} is not possible. Expected {form}, with one of these names: {names}."
    ),
    FileErrorCode.UNKNOWN_COLUMN: msgid(
        "{option} {value}: the file has no such column. Expected one of these: {columns}."
    ),
    FileErrorCode.OWN_COLUMN: msgid(
        "{option} {value}: columns that begin with {prefix} say why rows were rejected. "
        "Expected another column."
    ),
    FileErrorCode.UNMAPPED_FIELD: msgid(
        "No column is known for {names}. Expected {options}, with these columns: {columns}. "
        "If these columns look wrong, use {delimiter_option} or {encoding_option}."
    ),
    FileErrorCode.REPEATED_COLUMN: msgid(
        "The header has several columns {column}. Expected one for {name}."
    ),
    FileErrorCode.ORIGIN: msgid("{option} {value} is not possible. Expected {expected}."),
    FileErrorCode.SHOP: msgid(
        "{option} {value}: there is no such shop. Expected one that {command} lists."
    ),
    FileErrorCode.SAME_FILE: msgid(
        "Rejected rows would overwrite {file} itself. Expected another file for {option}."
    ),
    FileErrorCode.REJECTS_UNWRITABLE: msgid(
        "{file} can't be written. Expected another file for {option}."
    ),
    FileErrorCode.REJECTS_OCCUPIED: msgid(
        "{file} exists and does not hold rejected rows. Expected another file for {option}."
    ),
}


class ImportFileError(Exception):
    """The file or an option of the import is wrong; the sentence comes in the reader's language."""

    def __init__(self, code: FileErrorCode, **values: str) -> None:
        """Keep the values that the sentence of this code holds."""
        super().__init__(code, values)
        self.code = code
        self.values: Mapping[str, str] = values


def file_error_text(error: ImportFileError, language: Language) -> str:
    """Return the sentence."""
    return Translator(language).gettext(SENTENCES[error.code], **error.values)
