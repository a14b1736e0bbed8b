"""Rejected rows can always be corrected and imported, and are nobody else's to read or to run."""

import asyncio
import csv
import json
import stat
import tempfile
from contextlib import suppress
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from gotovo.exchange.imports.amounts import DecimalMark
from gotovo.exchange.imports.files.own_columns import OWN_COLUMNS, ROW, neutralized
from gotovo.exchange.imports.files.rejects import FirstRejects, RejectsFile, is_free
from gotovo.exchange.imports.files.row import Rejection
from gotovo.order.values.order import Order
from gotovo.text import NothingVisible, single_line
from gotovo.words.imports.row_errors import row_error_text
from tests.support.exchange.importing import DELIVERED, Importing, olist, source

AT = "2024-01-05T10:00:00+03:00"
NAMES = ("external_id", "placed_at", "customer", "status", "value", "paid")
CHARGES = ("currency", "delivery_fee", "discount", "coupon", "rounding")


def rejects_file(path: Path, text: str | bytes) -> RejectsFile:
    def explain(rejection: Rejection) -> str:
        return row_error_text(rejection.error, "en")

    return RejectsFile(path, source(text).table, explain, FirstRejects(1000))


def carried(importing: Importing, text: str | bytes, path: Path) -> int:
    """Import a file and return how many of its rows were rejected."""
    rejects = rejects_file(path, text)
    count = asyncio.run(importing.carry(text, rejects=rejects))
    rejects.close()
    return count.rejected


def cells_of(path: Path, delimiter: str = ",") -> list[list[str]]:
    text = path.read_bytes().decode("utf-8-sig", "surrogateescape")
    return list(csv.reader(StringIO(text, newline=""), delimiter=delimiter))


def test_rejected_rows_have_line_reason_and_what_they_said(tmp_path: Path) -> None:
    path = tmp_path / "rejected.csv"
    bad = DELIVERED.replace("o-1", "o-2").replace("delivered", "gone")
    assert carried(Importing(), olist(DELIVERED, bad), path) == 1
    header, row = cells_of(path)
    assert tuple(header[: len(OWN_COLUMNS)]) == OWN_COLUMNS
    assert row[:3] == ["3", "status", "gone"]
    assert row[3].startswith("Expected one of these: created")
    assert row[len(OWN_COLUMNS) :] == bad.split(",")


def test_only_the_owner_can_read_them(tmp_path: Path) -> None:
    path = tmp_path / "rejected.csv"
    path.touch(0o644)
    carried(Importing(), "external_id,placed_at\nx,never\n", path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_cells_that_begin_a_formula_are_texts(tmp_path: Path) -> None:
    path = tmp_path / "rejected.csv"
    carried(Importing(), "external_id;placed_at;=A1\n@x;never;=cmd|'/c calc'!A1\n", path)
    header, row = cells_of(path, ";")
    assert header[-1] == "'=A1"
    assert row[-3:] == ["'@x", "never", "'=cmd|'/c calc'!A1"]
    assert not any(cell.startswith(tuple("=+-@\t\r")) for cell in row)


def test_a_link_in_the_place_of_the_file_is_not_followed(tmp_path: Path) -> None:
    precious = tmp_path / "precious.csv"
    link = tmp_path / "rejected.csv"
    link.symlink_to(precious)
    assert not is_free(link)


def test_a_place_is_free_when_nothing_or_rejected_rows_are_there(tmp_path: Path) -> None:
    path = tmp_path / "rejected.csv"
    assert is_free(path)
    carried(Importing(), "external_id,placed_at\nx,never\n", path)
    assert is_free(path)
    path.write_text("line,value\n1,2\n")
    assert not is_free(path)


def test_a_resumed_run_keeps_the_rejected_rows_before_its_checkpoint_alone(tmp_path: Path) -> None:
    path = tmp_path / "rejected.csv"
    text = "external_id,placed_at\nx,never\n"
    carried(Importing(), text, path)
    whole = path.read_bytes()
    path.write_bytes(whole + b"9,a,x,y\r\n")
    rejects_file(path, text).truncate(len(whole))
    assert path.read_bytes() == whole


def test_a_run_from_the_beginning_forgets_the_rejected_rows_of_an_earlier_one(
    tmp_path: Path,
) -> None:
    path = tmp_path / "rejected.csv"
    text = "external_id,placed_at\nx,never\n"
    carried(Importing(), text, path)
    rejects_file(path, text).truncate(0)
    assert not path.exists()


def test_a_reason_is_never_taken_for_a_value(tmp_path: Path) -> None:
    """The rejected value of one column stands beside a column of the file that has its name."""
    path = tmp_path / "rejected.csv"
    importing = Importing()
    text = f"external_id,placed_at,value,expected,line\nx,{AT},2.555,good,7\n"
    assert carried(importing, text, path) == 1
    assert carried(importing, path.read_bytes(), tmp_path / "again.csv") == 1
    assert importing.orders() == []


def test_an_amount_is_read_after_correction_as_its_whole_first_column_was(tmp_path: Path) -> None:
    path = tmp_path / "rejected.csv"
    importing = Importing()
    text = f"external_id;placed_at;paid;status\na;{AT};12,50;created\nb;{AT};1,000;gone\n"
    assert carried(importing, text, path) == 1
    corrected = path.read_bytes().replace(b"gone", b"created")
    assert carried(importing, corrected, tmp_path / "again.csv") == 0
    by_name = {order.external_id: order for order in importing.orders()}
    assert by_name["b"].lines[0].price == 100


def test_a_number_of_json_stays_what_it_was_whatever_is_stated_later(tmp_path: Path) -> None:
    """In JSON 1.000 is one; as a cell of CSV with decimal commas it would be a thousand."""
    path = tmp_path / "rejected.csv"
    importing = Importing()
    text = f'{{"external_id": "a", "placed_at": "{AT}", "status": "gone", "paid": 1.000}}\n'
    rejects = rejects_file(path, text)
    asyncio.run(importing.carry(text, rejects=rejects, decimal=DecimalMark.COMMA))
    rejects.close()
    corrected = path.read_bytes().replace(b"gone", b"created")
    count = asyncio.run(importing.carry(corrected, decimal=DecimalMark.COMMA))
    assert (count.imported, importing.only().lines[0].price) == (1, 100)


def test_an_object_that_is_rejected_has_its_columns_all_the_same(tmp_path: Path) -> None:
    path = tmp_path / "rejected.csv"
    text = f'{{"external_id": "a", "placed_at": "{AT}", "paid": 1, "paid": 2}}\n'
    assert carried(Importing(), text, path) == 1
    assert cells_of(path)[0][len(OWN_COLUMNS) :] == ["external_id", "placed_at", "paid"]


@pytest.mark.parametrize(
    "row", ["a,b", f"b-1,{AT},c,created,1,1,too,many", '"never closed,1', "x" * 300_000]
)
def test_a_row_that_is_no_row_stays_rejected_until_its_text_is_cleared(
    tmp_path: Path, row: str
) -> None:
    path, again, third = (tmp_path / name for name in ("1.csv", "2.csv", "3.csv"))
    importing = Importing()
    assert carried(importing, ",".join(NAMES) + "\n" + row + "\n", path) == 1
    assert carried(importing, path.read_bytes(), again) == 1
    header, cells = cells_of(again)
    values = ("b-1", AT, "c", "created", "1.00", "1.00")
    good: dict[str, str] = {**dict(zip(NAMES, values, strict=True))}
    good[ROW] = ""
    fixed = [good.get(name, cell) for name, cell in zip(header, cells, strict=True)]
    text = StringIO()
    csv.writer(text).writerows([header, fixed])
    assert carried(importing, text.getvalue(), third) == 0
    assert importing.only().external_id == "b-1"


def shows_something(text: str) -> bool:
    """Tell whether anything of a text can be seen; an import takes no other."""
    with suppress(NothingVisible):
        return bool(single_line(text))
    return False


TEXT = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"], exclude_characters="\ufffd\ufeff"),
    min_size=1,
    max_size=8,
).filter(lambda text: text.strip() == text and shows_something(text))
ID = TEXT | st.sampled_from(["=1+1", "'=x", "''@y", "-5", "+7 900", "a;b", 'say "x"', "№ 1"])
AMOUNT = st.sampled_from(["1.50", "20.00", "0.05", "1234.5"])
GOODS = {
    "external_id": ID,
    "placed_at": st.just(AT),
    "customer": ID,
    "status": st.sampled_from(["created", "paid", "delivered", "cancelled"]),
    "value": AMOUNT,
}
GOOD = st.fixed_dictionaries(
    {**GOODS, "value": st.just(""), "paid": AMOUNT, **{name: st.just("") for name in CHARGES}}
) | st.fixed_dictionaries(
    {
        **GOODS,
        "paid": st.just(""),
        "currency": st.sampled_from(["", "RUB", "omr"]),
        "delivery_fee": AMOUNT,
        "discount": st.sampled_from(["", "0.05", "-0.01"]),
        "coupon": st.sampled_from(["", "-0.01"]),
        "rounding": st.sampled_from(["", "-0.01", "+0.5", "0.00"]),
    }
)
BAD = {
    "placed_at": "yesterday",
    "status": "gone",
    "value": "1,23,4",
    "paid": "=2.5",
    "currency": "-RUB",
    "discount": "-1e3",
    "rounding": "--1",
}
EXTRA = st.sampled_from(
    ["line", "field", "expected", "=note", "'=x", "a,b;c", "x\ny", "ё", "gotovo"]
)


def written(rows: list[dict[str, str]], form: str) -> bytes:
    """Return the rows as a file of a form: JSON lines, or CSV with a delimiter in an encoding."""
    if form == "json":
        return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    delimiter, encoding = form.split(" ")
    text = StringIO()
    writer = csv.DictWriter(text, rows[0].keys(), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


@given(
    st.lists(GOOD, min_size=1, max_size=5, unique_by=lambda row: row["external_id"]),
    st.lists(st.sampled_from(sorted(BAD)), min_size=1, max_size=5),
    EXTRA,
    st.sampled_from(["json", ", utf-8", "; utf-16", "| utf-8-sig"]),
)
def test_rejected_corrected_and_imported_is_as_if_it_had_been_right_at_once(
    good: list[dict[str, str]], wrong: list[str], extra: str, form: str
) -> None:
    rows = [{**row, extra: "=cmd"} for row in good]
    broken = [{**row, name: BAD[name]} for row, name in zip(rows, wrong, strict=False)] + rows[
        len(wrong) :
    ]
    mistakes = min(len(wrong), len(rows))
    right, importing = Importing(), Importing()
    with tempfile.TemporaryDirectory() as folder:
        first, second, third = (Path(folder) / name for name in ("1.csv", "2.csv", "3.csv"))
        assert carried(right, written(rows, form), first) == 0
        assert carried(importing, written(broken, form), first) == mistakes
        assert carried(importing, first.read_bytes(), second) == mistakes
        delimiter = form[0] if form != "json" else ","
        header, *rejected = cells_of(second, delimiter)
        for cells, row, name in zip(rejected, rows, wrong, strict=False):
            cells[header.index(name)] = neutralized(row[name])
        text = StringIO()
        csv.writer(text, delimiter=delimiter).writerows([header, *rejected])
        assert carried(importing, text.getvalue(), third) == 0
    assert _states(importing) == _states(right)


def _states(importing: Importing) -> dict[str, Order]:
    """Return the orders without their hashes, which are over the random digests of notes."""
    return {x.number: structs.replace(x, last_hash=b"") for x in importing.orders()}
