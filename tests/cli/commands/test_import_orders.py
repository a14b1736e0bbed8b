"""`gotovo import orders` as a person runs it, up to the power cut in the middle."""

import asyncio
import json
import os
import shlex
import subprocess
import time
from pathlib import Path

import asyncpg
import pytest

from tests.support.cli.program import GOTOVO, Program
from tests.support.exchange.importing import DELIVERED, olist

ROWS = 2_000


@pytest.fixture
def program(tmp_path: Path, database_url: str) -> Program:
    return Program(tmp_path, database_url)


def write(folder: Path, rows: list[str]) -> Path:
    path = folder / "orders.csv"
    path.write_text(olist(*rows))
    return path


def numbered(count: int) -> list[str]:
    return [DELIVERED.replace("o-1", f"o-{n}").replace("c-1", f"c-{n}") for n in range(count)]


async def fetch(url: str, query: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval(query))
    finally:
        await connection.close()


def test_a_run_killed_in_the_middle_goes_on_and_nothing_is_there_twice(
    program: Program, database_url: str, tmp_path: Path
) -> None:
    rows = numbered(ROWS)
    rows[7] = rows[7].replace("delivered", "gone")
    file = write(tmp_path, rows)
    count = "select count(*) from import_checkpoint where line > 200"
    process = subprocess.Popen(
        [GOTOVO, "import", "orders", str(file)], env=program.environment, cwd=tmp_path
    )
    while not asyncio.run(fetch(database_url, count)):
        assert process.poll() is None, "it was done before it could be killed"
        time.sleep(0.01)
    process.kill()
    process.wait()
    done = program.run("import", "orders", str(file), "--json")
    report = json.loads(done.stdout)
    assert done.returncode == 1, done.stderr
    assert report["resumed_at_line"] > 200
    assert (report["rows"], report["rejected"]) == (ROWS, 1)
    assert asyncio.run(fetch(database_url, "select count(*) from orders")) == ROWS - 1
    events = "select count(*) from event group by number order by 1 desc limit 1"
    fewest = "select count(*) from event group by number order by 1 limit 1"
    assert asyncio.run(fetch(database_url, events)) == asyncio.run(fetch(database_url, fewest))
    assert (tmp_path / "orders.csv.rejected.csv").read_text().count("\n") == 2
    assert program.run("audit").returncode == 0


def test_the_warehouse_of_an_import_is_an_archive(
    program: Program, database_url: str, tmp_path: Path
) -> None:
    file = write(tmp_path, numbered(1))
    assert program.run("import", "orders", str(file)).returncode == 0
    open_to_orders = "select count(*) from warehouse where settings ->> 'accepts_orders' = 'true'"
    assert asyncio.run(fetch(database_url, "select count(*) from warehouse")) == 1
    assert asyncio.run(fetch(database_url, open_to_orders)) == 0


def test_the_exit_status_tells_whether_rows_were_rejected(program: Program, tmp_path: Path) -> None:
    file = write(tmp_path, numbered(3))
    assert program.run("import", "orders", str(file), "--dry-run").returncode == 0
    assert program.run("import", "orders", str(file)).returncode == 0
    assert not (tmp_path / "orders.csv.rejected.csv").exists()
    bad = write(tmp_path, [DELIVERED.replace("delivered", "gone")])
    elsewhere = tmp_path / "elsewhere.csv"
    done = program.run("import", "orders", str(bad), "--rejected", str(elsewhere))
    assert done.returncode == 1
    assert elsewhere.exists()


@pytest.mark.parametrize(
    ("text", "arguments", "said"),
    [
        ("a,b\n1,2\n", [], "--map external_id=COLUMN"),
        ("a,b\n1,2\n", ["--map", "price=a"], "external_id"),
        ("", [], "is empty"),
    ],
)
def test_wrong_use_ends_with_two_and_says_what_would_be_right(
    program: Program, tmp_path: Path, text: str, arguments: list[str], said: str
) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(text)
    done = program.run("import", "orders", str(file), *arguments)
    assert done.returncode == 2
    assert said in done.stderr


def test_a_file_that_holds_something_else_is_not_overwritten(
    program: Program, tmp_path: Path
) -> None:
    file = write(tmp_path, [DELIVERED])
    precious = tmp_path / "precious.csv"
    precious.write_text("a,b\n1,2\n")
    done = program.run("import", "orders", str(file), "--rejected", str(precious))
    assert done.returncode == 2
    assert precious.read_text() == "a,b\n1,2\n"


def test_a_dry_run_prints_what_would_be_rejected_and_writes_nothing(
    program: Program, tmp_path: Path, database_url: str
) -> None:
    file = write(tmp_path, [DELIVERED, DELIVERED.replace("delivered", "gone")])
    done = program.run("import", "orders", str(file), "--dry-run")
    assert done.returncode == 1
    assert "Line 3, column status, value 'gone': Expected one of these" in done.stdout
    assert asyncio.run(fetch(database_url, "select count(*) from orders")) == 0
    assert not (tmp_path / "orders.csv.rejected.csv").exists()


AT = "2024-01-05T10:00:00+03:00"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Line 2, column Сумма, value '1,000': This is either 1000.00 (--decimal point)"),
        ("ru", "Строка 2, столбец Сумма, значение '1,000': Это либо 1000.00 (--decimal point)"),
    ],
)
def test_an_ambiguous_amount_is_rejected_with_both_readings_in_the_language_asked_for(
    program: Program, tmp_path: Path, language: str, text: str
) -> None:
    file = tmp_path / "orders.csv"
    header = "Номер заказа;Создан;Сумма;Покупатель\n"
    file.write_bytes(f"{header}З-1;{AT};1,000;Иванов Пётр\n".encode("cp1251"))
    pairs = ("external_id=номер заказа", "placed_at=СОЗДАН", "paid=сумма")
    mapping = [each for pair in pairs for each in ("--map", pair)]
    done = program.run("import", "orders", str(file), "--dry-run", "--language", language, *mapping)
    assert done.returncode == 1, done.stderr
    assert "cp1251" in done.stdout
    assert text in done.stdout
    decided = program.run("import", "orders", str(file), "--json", "--decimal", "comma", *mapping)
    report = json.loads(decided.stdout)
    assert (report["imported"], report["decimals"]) == (1, {"Сумма": "comma"})


def test_rejected_rows_are_corrected_and_imported_by_the_command_that_is_printed(
    program: Program, tmp_path: Path, database_url: str
) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(f"id;when;value;status\n1;{AT};12,50;paid\n=2;{AT};1,000;gone\n")
    mapping = ("--map", "external_id=id", "--map", "placed_at=when", "--origin", "old")
    dry = json.loads(
        program.run("import", "orders", str(file), "--json", "--dry-run", *mapping).stdout
    )
    report = json.loads(program.run("import", "orders", str(file), "--json", *mapping).stdout)
    told = ("rows", "imported", "present", "rejected", "contradictions", "rejections")
    assert [report[name] for name in told] == [dry[name] for name in told]
    assert report["rejections"][0]["line"] == 3
    rejected = Path(report["rejected_file"])
    assert rejected.stat().st_mode & 0o777 == 0o600
    rejected.write_bytes(rejected.read_bytes().replace(b"gone", b"paid"))
    command = shlex.split(report["next_command"])
    assert command[:3] == ["gotovo", "import", "orders"]
    done = json.loads(program.run(*command[1:], "--json").stdout)
    assert (done["imported"], done["rejected"]) == (1, 0)
    price = "select (state->'lines'->0->>'price')::int from orders where external_id = '=2'"
    assert asyncio.run(fetch(database_url, price)) == 100


def test_a_wrong_code_page_is_seen_in_the_texts_of_the_report(
    program: Program, tmp_path: Path
) -> None:
    file = tmp_path / "orders.csv"
    file.write_bytes(f"external_id,placed_at,Имя\na,{AT},Пётр Иванов\n".encode("mac-cyrillic"))
    found = program.run("import", "orders", str(file), "--dry-run").stdout
    assert "Texts in mac-cyrillic: Пётр Иванов · Имя. If they look wrong, use --encoding." in found
    assert "Columns that are not read: Имя." in found
    wrong = program.run(
        "import", "orders", str(file), "--dry-run", "--encoding", "cp1251", "--json"
    )
    assert json.loads(wrong.stdout)["texts"][0] not in found


def test_amounts_have_the_decimals_of_the_currency_that_the_command_names(
    program: Program, tmp_path: Path, database_url: str
) -> None:
    file = tmp_path / "orders.csv"
    file.write_text(f"external_id,placed_at,paid\na,{AT},1250\nb,{AT},12.50\n")
    done = program.run("import", "orders", str(file), "--currency", "jpy")
    assert (
        "Line 3, column paid, value '12.50': Expected an amount in JPY, which has no" in done.stdout
    )
    assert "--currency jpy" in done.stdout
    total = "select total from orders where currency = 'JPY' and external_id = 'a'"
    assert asyncio.run(fetch(database_url, total)) == 1_250


def test_what_is_no_file_is_named_in_the_language_of_the_terminal(
    program: Program, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    program.environment |= {"LC_ALL": "ru_RU.UTF-8", "PYTHONUTF8": "1"}
    for file, text in (
        (pipe, "это канал или устройство"),
        (tmp_path, "это папка"),
        (tmp_path / "none.csv", "такого файла нет"),
    ):
        done = program.run("import", "orders", str(file))
        assert done.returncode == 2
        assert text in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["--decimal", "dot"],
        ["--currency", "RUR"],
        ["--delimiter", "ab"],
        ["--encoding", "klingon"],
        ["--language", "de"],
        ["--origin", "no such code!"],
        ["--rejected", "orders.csv"],
        ["--rejected", "missing/rejected.csv"],
        ["--map", "price=a"],
    ],
)
@pytest.mark.parametrize("dry", [[], ["--dry-run"]])
def test_a_wrong_option_is_named_before_the_file_is_read_and_nothing_is_touched(
    program: Program, tmp_path: Path, arguments: list[str], dry: list[str]
) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("no,known,columns\n1,2,3\n")
    before = file.read_bytes()
    done = program.run("import", "orders", str(file), *arguments, *dry)
    assert done.returncode == 2, done.stdout
    assert arguments[0] in done.stderr
    assert "Expected" in done.stderr
    assert "no, known, columns" not in done.stderr
    assert file.read_bytes() == before


def test_two_shops_import_the_same_ids_and_neither_is_the_others(
    program: Program, tmp_path: Path, database_url: str
) -> None:
    """Rule 4.18."""
    file = write(tmp_path, numbered(3))
    assert program.run("shop", "put", "books", "--title", "Books").returncode == 0
    for shop in ((), ("--shop", "books")):
        report = json.loads(program.run("import", "orders", str(file), "--json", *shop).stdout)
        assert (report["imported"], report["rejected"]) == (3, 0)
    of_shops = "select count(distinct (shop, external_id, customer)) from orders"
    assert asyncio.run(fetch(database_url, of_shops)) == 6
    books = "select count(*) from orders where shop = 'books'"
    assert asyncio.run(fetch(database_url, books)) == 3
    contested = "select count(*) from orders where attention <> '{}'"
    assert asyncio.run(fetch(database_url, contested)) == 0
    assert program.run("audit").returncode == 0


@pytest.mark.parametrize(("language", "text"), [("en", "no such shop"), ("ru", "магазина нет")])
def test_a_shop_that_does_not_exist_is_named_before_the_file_is_read(
    program: Program, tmp_path: Path, language: str, text: str
) -> None:
    file = tmp_path / "orders.csv"
    file.write_text("no,known,columns\n1,2,3\n")
    done = program.run("import", "orders", str(file), "--shop", "toys", "--language", language)
    assert done.returncode == 2
    for part in (text, "--shop toys", "gotovo shop list"):
        assert part in done.stderr
    assert "no, known, columns" not in done.stderr
    assert "Traceback" not in done.stderr
