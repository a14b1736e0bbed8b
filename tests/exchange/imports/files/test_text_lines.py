"""Lines are counted as any editor counts them, and every one knows its byte."""

from io import BytesIO

import pytest

from gotovo.exchange.imports.files.encoding import Encoding
from gotovo.exchange.imports.files.text_lines import (
    RECORD_BYTES_MAX,
    FilePosition,
    RecordTooLong,
    TextLines,
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "cp1251"])
def test_every_position_is_where_the_next_line_begins(encoding: str) -> None:
    data = "раз\rдва\r\nтри\n\nпять".encode(encoding)
    lines = TextLines(BytesIO(data), Encoding(encoding), FilePosition(1, 0))
    seen = []
    for line in lines:
        place = lines.here()
        seen.append(line)
        rest = TextLines(BytesIO(data), Encoding(encoding), place)
        assert "".join(rest) == data[place.offset :].decode(encoding)
    assert seen == ["раз\r", "два\r\n", "три\n", "\n", "пять"]
    assert lines.here() == FilePosition(6, len(data))


def test_a_line_without_an_end_is_given_up_and_the_next_is_found() -> None:
    data = b"x" * (3 * RECORD_BYTES_MAX) + b"\nnext\n"
    file = BytesIO(data)
    lines = TextLines(file, Encoding("utf-8"), FilePosition(1, 0))
    with pytest.raises(RecordTooLong):
        next(iter(lines))
    assert lines.here() == FilePosition(2, len(data) - len(b"next\n"))
    assert list(TextLines(file, Encoding("utf-8"), lines.here())) == ["next\n"]


def test_a_record_of_many_lines_is_given_up_too() -> None:
    lines = TextLines(
        BytesIO(b"1234567\n" * RECORD_BYTES_MAX), Encoding("utf-8"), FilePosition(1, 0)
    )
    with pytest.raises(RecordTooLong):
        list(lines)


def test_a_file_stays_open_when_its_lines_are_gone() -> None:
    file = BytesIO(b"a\n")
    list(TextLines(file, Encoding("utf-8"), FilePosition(1, 0)))
    assert not file.closed
