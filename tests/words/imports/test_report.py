"""The report says how a file was read, what became of its rows, and what to do next."""

from gotovo.words.imports.report import (
    RowCounts,
    counts_text,
    more_text,
    reading_text,
    rejection_text,
    rejects_text,
)
from gotovo.words.imports.row_errors import RowError, RowErrorCode

COUNTS = RowCounts(imported=3, present=1, rejected=2, contradictions=1)


def test_a_dry_run_speaks_of_what_would_be() -> None:
    assert counts_text(COUNTS, 1.26, "en", dry_run=True, resumed_at=0) == (
        "6 rows in 1.3 s. 3 would be imported, 1 already present, 2 would be rejected. "
        "Contradictory and would be flagged: 1."
    )


def test_a_resumed_run_says_where_it_went_on() -> None:
    text = counts_text(COUNTS, 1, "ru", dry_run=False, resumed_at=42)
    assert text == (
        "6 строк за 1.0 с. Продолжено со строки 42. Загружено: 3, уже было: 1, отклонено: 2. "
        "Противоречивых, с пометкой: 1."
    )


def test_how_the_file_is_read_is_said_before_anything_is_believed() -> None:
    assert reading_text("cp1251", ";", {"Сумма": ","}, "en") == (
        "Read as CSV in cp1251, delimiter ';'. Decimals in Сумма begin with ','."
    )
    assert reading_text("utf-8", "", {}, "ru") == "Прочитано как JSON в кодировке utf-8."


def test_a_rejected_row_is_told_with_line_column_value_and_what_was_expected() -> None:
    error = RowError(RowErrorCode.DAY, {"example": "2018-08-13"})
    assert rejection_text(7, "Дата", "завтра", error, "ru") == (
        "Строка 7, столбец Дата, значение 'завтра': Ожидается дата, например 2018-08-13."
    )
    assert rejection_text(7, "", "x,y", error, "en").startswith("Line 7, value 'x,y': Expected")
    assert rejection_text(7, "", "", error, "en").startswith("Line 7: Expected")


def test_what_a_terminal_would_obey_is_shown_and_not_done() -> None:
    error = RowError(RowErrorCode.TEXT)
    text = rejection_text(1, "a\x1b[2J", "\x1b]0;title\x07\udcff", error, "en")
    assert text.isprintable()


def test_the_next_command_and_the_rows_left_out_are_told() -> None:
    assert rejects_text("r.csv", "gotovo import orders r.csv", "en").endswith(
        "Correct them and import them: gotovo import orders r.csv"
    )
    assert more_text(3, "ru") == "И ещё 3 отклонённые строки."
