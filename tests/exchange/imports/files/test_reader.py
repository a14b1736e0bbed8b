"""Reading a file: every row is found, bad ones stop nothing, and reading goes on anywhere."""

import codecs
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gotovo.exchange.imports.files.reader import read
from gotovo.exchange.imports.files.row import ImportRow
from gotovo.exchange.imports.files.table import FileFormat, detect_table
from gotovo.exchange.imports.files.text_lines import RECORD_BYTES_MAX, FilePosition
from gotovo.words.imports.file_errors import ImportFileError
from gotovo.words.imports.row_errors import RowError, RowErrorCode


def rows_of(data: bytes | str, start: FilePosition | None = None) -> list[ImportRow]:
    file = BytesIO(data.encode() if isinstance(data, str) else data)
    table = detect_table(file, FileFormat())
    return list(read(file, table, start or table.first))


def test_a_quoted_value_may_hold_commas_quotes_and_line_breaks() -> None:
    (row,) = rows_of('a,b\n"x, ""y""\nz",2\n')
    assert row.values == {"a": 'x, "y"\nz', "b": "2"}
    assert (row.line, row.next.line) == (2, 4)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiter_is_seen_in_the_header(delimiter: str) -> None:
    (row,) = rows_of(f"a{delimiter}b\n1{delimiter}2\n")
    assert row.values == {"a": "1", "b": "2"}


def test_a_byte_order_mark_and_dos_line_ends_are_no_part_of_values() -> None:
    (row,) = rows_of(b"\xef\xbb\xbfa,b\r\n1,2\r\n")
    assert row.values == {"a": "1", "b": "2"}


def test_empty_lines_are_no_rows_but_are_counted() -> None:
    assert [row.line for row in rows_of("a\n\n1\n\n\n2\n")] == [3, 6]


def test_a_row_with_too_few_or_too_many_values_is_rejected_and_the_next_is_read() -> None:
    short, long, sound = rows_of("a,b\n1\n1,2,3\n1,2\n")
    assert short.rejection is not None
    counts = {"found": "1", "number": "2"}
    assert short.rejection.error == RowError(RowErrorCode.CELLS, counts)
    assert long.rejection is not None
    assert (long.cells, long.raw) == (("1", "2"), "1,2,3")
    assert sound.rejection is None


def test_cells_beyond_the_header_are_nothing_where_they_are_empty() -> None:
    (row,) = rows_of("a,b\n1,2,, \n")
    assert (row.rejection, row.values) == (None, {"a": "1", "b": "2"})


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
def test_lines_end_with_any_line_end_in_any_form_of_unicode(end: str, encoding: str) -> None:
    text = end.join(["имя;b", "Пётр;1", '"две' + end + 'строки";2', "𝄞;3", ""])
    first, second, third = rows_of(text.encode(encoding))
    assert first.values == {"имя": "Пётр", "b": "1"}
    assert second.values == {"имя": f"две{end}строки", "b": "2"}
    assert (second.line, third.line) == (3, 5)
    assert third.values["имя"] == "𝄞"


def test_line_ends_may_be_mixed() -> None:
    assert [row.values["a"] for row in rows_of("a,b\n1,x\r2,x\r\n3,x")] == ["1", "2", "3"]


def test_rows_of_delimiters_alone_are_no_rows_but_are_counted() -> None:
    assert [row.line for row in rows_of("a;b\n;\n1;2\n ; \n3;4\n")] == [3, 5]


def test_a_quote_that_is_never_closed_rejects_one_line_and_not_the_rest() -> None:
    rows = rows_of('a,b\n"1,2\n3,4\n5,6\n')
    assert [row.rejection is None for row in rows] == [False, True, True]
    assert [row.line for row in rows] == [2, 3, 4]


def test_a_quote_that_swallows_too_much_is_given_up() -> None:
    filler = "3,4\n" * (RECORD_BYTES_MAX // 4 + 1)
    rows = rows_of('a,b\n"1,2\n' + filler)
    assert rows[0].rejection is not None
    assert all(row.rejection is None for row in rows[1:])
    assert len(rows) == 1 + filler.count("\n")


def test_a_line_longer_than_any_row_may_be_is_rejected_alone() -> None:
    rows = rows_of("a,b\n" + "x" * (3 * RECORD_BYTES_MAX) + "\n1,2\n")
    assert [row.rejection is None for row in rows] == [False, True]


def test_bytes_that_are_no_utf_8_are_kept_as_they_came() -> None:
    (row,) = rows_of(b"a,b\n\xff,2\n")
    assert row.cells[0].encode("utf-8", "surrogateescape") == b"\xff"


def test_a_name_twice_in_a_json_object_is_rejected() -> None:
    _, row = rows_of('{"a": 1, "b": 2}\n{"a": 1, "b": 2, "b": 3}\n')
    assert row.rejection is not None
    assert (row.rejection.column, row.rejection.error) == (
        "b",
        RowError(RowErrorCode.DUPLICATE_NAME),
    )


def test_json_lines_keep_the_digits_of_numbers() -> None:
    first, second = rows_of('{"a": 141.460, "b": null}\n{"a": 7, "b": "x"}\n')
    assert first.values == {"a": "141.460", "b": ""}
    assert second.values == {"a": "7", "b": "x"}


@pytest.mark.parametrize("line", ["[1]", "{", '{"a": ', "1", "[" * 100_000])
def test_a_line_that_is_no_object_is_rejected_alone(line: str) -> None:
    rows = rows_of('{"a": "1"}\n' + line + '\n{"a": "2"}\n')
    assert [row.rejection is None for row in rows] == [True, False, True]


@pytest.mark.parametrize("data", [b"", b"\n\n", b"{\n", b";;\n;;\n", b"\xef\xbb\xbf"])
def test_a_file_without_columns_is_refused(data: bytes) -> None:
    with pytest.raises(ImportFileError):
        detect_table(BytesIO(data), FileFormat())


BOMS = {"utf-8": b"", "utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
CELL = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)


@given(
    st.lists(st.tuples(CELL, CELL).filter(any), min_size=1, max_size=12),
    st.sampled_from(list(BOMS)),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
def test_reading_goes_on_at_any_row_as_if_it_had_never_stopped(
    values: list[tuple[str, str]], encoding: str, end: str
) -> None:
    def quoted(value: str) -> str:
        return '"' + value.replace('"', '""') + '"'

    text = f"a,b{end}" + "".join(f"{quoted(a)},{quoted(b)}{end}" for a, b in values)
    data = BOMS[encoding] + text.encode(encoding)
    rows = rows_of(data)
    spoken = [row for row in values if any(cell.strip() for cell in row)]
    assert [row.cells for row in rows] == spoken
    for index, row in enumerate(rows):
        assert rows_of(data, row.next) == rows[index + 1 :]
