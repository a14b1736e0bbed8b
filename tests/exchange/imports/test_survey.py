"""The whole file decides how its amounts are read, and tells which orders come again."""

from io import BytesIO

from gotovo.exchange.imports.amounts import DecimalMark
from gotovo.exchange.imports.files.table import FileFormat, detect_table
from gotovo.exchange.imports.survey import Survey, key_of, survey

AT = "2024-01-05T10:00:00+03:00"
COLUMNS = {"external_id": "id", "value": "value", "paid": "paid"}


def surveyed(text: str) -> Survey:
    file = BytesIO(text.encode())
    return survey(file, detect_table(file, FileFormat()), COLUMNS, lambda _: None)


def test_one_amount_anywhere_in_a_column_decides_for_that_column_alone() -> None:
    many = "1;1,000;1,000\n" * 5_000
    assert surveyed(f"id;value;paid\n{many}2;1,50;7\n").decimals == {"value": DecimalMark.COMMA}


def test_a_column_that_says_both_decides_nothing() -> None:
    assert surveyed("id;value;paid\n1;1,50;1.50\n2;1.50;1,000.00\n").decimals == {
        "paid": DecimalMark.POINT
    }


def test_a_row_that_is_no_row_decides_nothing() -> None:
    assert surveyed("id;value;paid\n1;1,50;2;3\n").decimals == {}


def test_numbers_of_json_have_a_point() -> None:
    assert surveyed('{"id": 1, "paid": 1.000}\n').decimals == {"paid": DecimalMark.POINT}


def test_orders_with_several_rows_are_counted() -> None:
    text = "id;value;paid\n" + "a;;\nb;;\n a ;;\nc;;\nb;;\na;;\n"
    assert surveyed(text).repeated == {key_of("a"): 3, key_of("b"): 2}
