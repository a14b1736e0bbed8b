"""`gotovo import orders` as a person runs it, up to the power cut in the middle."""

import asyncio
import json
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
        ("", [], "neither a header"),
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
    assert "line 3: status is 'gone'" in done.stdout
    assert asyncio.run(fetch(database_url, "select count(*) from orders")) == 0
    assert not (tmp_path / "orders.csv.rejected.csv").exists()
