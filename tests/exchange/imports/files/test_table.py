"""Delimiter and header are found as a spreadsheet would show them, or asked for."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.exchange.imports.files.table import FileFormat, Table, detect_table
from gotovo.words.imports.file_errors import FileErrorCode, ImportFileError, file_error_text

AT = "2024-01-05T10:00:00+03:00"


def table_of(text: str | bytes, *, encoding: str = "", delimiter: str = "") -> Table:
    file = BytesIO(text.encode() if isinstance(text, str) else text)
    return detect_table(file, FileFormat("orders.csv", encoding, delimiter))


def refused(text: str | bytes, **stated: str) -> FileErrorCode:
    with pytest.raises(ImportFileError) as raised:
        table_of(text, **stated)
    return raised.value.code


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("rows", [0, 1, 3])
def test_the_delimiter_is_found_even_from_a_header_alone(delimiter: str, rows: int) -> None:
    row = delimiter.join(["external_id", "placed_at", "value"]) + "\n"
    cells = delimiter.join(["o-1", AT, '"1,50"']) + "\n"
    assert table_of(row + cells * rows).delimiter == delimiter


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_name_with_other_delimiters_in_it_does_not_divide_the_header(delimiter: str) -> None:
    names = ["external_id", "placed_at", "customer", "status", "value", "paid", '"a,b;c|d"']
    row = delimiter.join(["o-1", AT, "1,23,4", "paid", "1;2", "1,5", "x"])
    assert table_of(f"{delimiter.join(names)}\n{row}\n").delimiter == delimiter


def test_decimal_commas_are_no_delimiters() -> None:
    table = table_of(f"id;placed_at;value\n1;{AT};1,50\n2;{AT};2,50\n")
    assert table.delimiter == ";"


def test_a_quoted_header_may_hold_delimiters_and_line_breaks() -> None:
    table = table_of(f'"Заказ; №";"Создан\nв системе";"Сумма, руб"\n1;{AT};5\n')
    assert table.header == ("Заказ; №", "Создан в системе", "Сумма, руб")
    assert table.first.line == 3


def test_a_first_line_of_excel_states_the_delimiter_and_is_no_header() -> None:
    table = table_of(f"sep=;\nid;when,where\n1;{AT}\n")
    assert (table.delimiter, table.header, table.first.line) == (";", ("id", "when,where"), 3)
    assert table_of('"sep=|"\r\na|b,c\r\n').header == ("a", "b,c")


def test_a_delimiter_that_is_asked_for_goes_before_every_other() -> None:
    assert table_of("sep=;\na;b~c\n", delimiter="~").header == ("a;b", "c")
    assert table_of("a,b\tc\n", delimiter="tab").header == ("a,b", "c")
    assert table_of("{a};b\n", delimiter=";").header == ("{a}", "b")


@pytest.mark.parametrize("delimiter", ["ab", '"', "\n", "a", "1", "\r", "\0"])
def test_an_impossible_delimiter_is_refused(delimiter: str) -> None:
    assert refused("a,b\n", delimiter=delimiter) is FileErrorCode.DELIMITER


def test_rows_of_delimiters_before_the_header_are_skipped() -> None:
    table = table_of(f";;\n ; ;\nid;when;\n1;{AT};\n")
    assert (table.header, table.first.line) == (("id", "when", ""), 4)


def test_json_lines_have_the_names_of_all_objects() -> None:
    table = table_of('{"a": 1}\nnothing\n{"b": 2, "a": 3}\n')
    assert (table.header, table.delimiter) == (("a", "b"), "")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", FileErrorCode.EMPTY),
        (b" \n\n", FileErrorCode.EMPTY),
        (b",,\n,,\n", FileErrorCode.NO_HEADER),
        (b"PK\x03\x04 and more", FileErrorCode.SPREADSHEET),
        (b'[{"a": 1}]', FileErrorCode.JSON_ARRAY),
        (b"[\n", FileErrorCode.JSON_ARRAY),
        (b'"a,b\n1,2\n', FileErrorCode.UNCLOSED_HEADER),
        (b"x" * 1_000_000, FileErrorCode.LONG_HEADER),
        (b'"' + b"a\n" * 500_000, FileErrorCode.LONG_HEADER),
    ],
)
def test_what_is_no_table_is_called_by_its_name(data: bytes, code: FileErrorCode) -> None:
    assert refused(data) is code


def test_the_columns_of_rejected_rows_are_no_data() -> None:
    table = table_of("gotovo:line;gotovo:row;'=a;b\n2;;x;y\n")
    assert (table.delimiter, table.columns, table.has_rejected_rows) == (";", ("=a", "b"), True)


def header_or_error(data: bytes, encoding: str = "") -> tuple[str, ...] | str:
    """Return the header, or the sentence that says why there is none."""
    try:
        return table_of(data, encoding=encoding).header
    except ImportFileError as error:
        return file_error_text(error, "ru")


@given(st.binary(max_size=400))
def test_every_file_whatsoever_has_a_header_or_an_error_with_a_sentence(data: bytes) -> None:
    assert header_or_error(data)


@given(st.text(max_size=300), st.sampled_from(["utf-8", "utf-16", "cp1251"]))
def test_every_text_whatsoever_has_a_header_or_an_error_with_a_sentence(
    text: str, encoding: str
) -> None:
    assert header_or_error(text.encode(encoding, "replace"), encoding)
