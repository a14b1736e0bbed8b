"""`gotovo forecast` as a person types it."""

import json
from pathlib import Path

import pytest

from tests.support.cli.program import Program

HEADER = (
    "order_id,customer_id,status,purchased_at,approved_at,handed_to_carrier_at,delivered_at,"
    "estimated_delivery_date,items,items_value_brl,paid_brl"
)


@pytest.fixture
def program(tmp_path: Path, database_url: str) -> Program:
    """Give an installation on a database of its own; its server is not started."""
    return Program(tmp_path, database_url)


@pytest.mark.parametrize(
    ("arguments", "named"), [((), "--rebuild"), (("--check", "missing.csv"), "missing.csv")]
)
def test_wrong_usage_names_what_was_wrong(
    program: Program, arguments: tuple[str, ...], named: str
) -> None:
    told = program.run("forecast", *arguments)
    assert told.returncode == 2, told
    assert named in told.stderr
    assert "Traceback" not in told.stderr


def test_the_forecast_is_rebuilt_from_the_journal(program: Program) -> None:
    told = program.run("forecast", "--rebuild")
    assert told.returncode == 0, told.stderr
    assert "Rebuilt 0 duration sketches" in told.stderr


def test_an_evaluation_reports_how_many_of_ten_came_by_the_forecast_time(program: Program) -> None:
    rows = [
        f"a{day}{hour},b,delivered,{at}T{hour:02}:00:00Z,{at}T{hour:02}:30:00Z,"
        f"{at}T{hour + 4 + hour % 5:02}:00:00Z,2018-0{month + 1}-{day:02}T09:00:00Z,2018-12-01,,,1"
        for month in (5, 6)
        for day in range(1, 29)
        for hour in range(6, 15)
        for at in [f"2018-0{month}-{day:02}"]
    ]
    file = program.folder / "orders.csv"
    file.write_text("\n".join([HEADER, *rows]))
    told = program.run("forecast", "--check", str(file), "--json")
    assert told.returncode == 0, told.stderr
    (checked,) = json.loads(told.stdout)
    everything = checked["after_elapsed"][0]["calibration"]["figures"][0]
    assert checked["durations"] == 4 * len(rows)
    assert everything["name"] == "all"
    assert everything["usual"] >= 0.85
    assert checked["convolution"][0]["name"] == "direct"
