"""`gotovo setup` as a person types it: the first hour, repeated and interrupted."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from gotovo.assembly.runtime import open_runtime
from gotovo.cli.setup.answers import BuyerAnswers
from gotovo.cli.setup.inspection import TEST_NAME, look
from gotovo.cli.setup.trial_order import carry_test_order
from gotovo.config import load_settings
from gotovo.order.values.order import Order, Outcome, Stage
from tests.support.api.network import DEPOT, KREMLIN, NOW
from tests.support.cli.program import GOTOVO, Program

ANSWERS = """
[settings]
public_url = "https://orders.example.ru"

[warehouse]
code = "KZN"
title = "Склад Казань"

[point]
code = "KZN-1"
title = "Кремль"
address = "Казань, Баумана, 44"
hours = "пн-пт 10:00-21:00, сб 10:00-18:00"

[good]
sku = "MUG-RED"
title = "Кружка красная"
quantity = 12

[test_order]
phone = "+79001234547"
"""
TYPED = (
    ("y", "https://orders.example.ru", *[""] * 8),  # settings
    ("n",),  # a further shop
    ("y", "KZN", "Kazan depot", "", ""),
    ("y", "KZN-1", "Kremlin", "Kazan, Bauman street 44", *[""] * 5),
    ("y", "MUG", "Mug", "3"),
    ("y", "+79001234547", ""),
)


@pytest.fixture
def program(tmp_path: Path, database_url: str) -> Program:
    """Give an installation on a database of its own; its server is not started."""
    (tmp_path / "answers.toml").write_text(ANSWERS, "utf-8")
    return Program(tmp_path, database_url)


def states(report: dict[str, Any]) -> dict[str, str]:
    """Return the state of each step of a report."""
    return {each["step"]: each["state"] for each in report["findings"]}


def test_a_first_run_makes_everything_and_a_second_one_finds_it(program: Program) -> None:
    first = program.run("setup", "--answers", "answers.toml", "--json")
    made = json.loads(first.stdout)
    assert states(made) == {
        "settings": "made",
        "database": "stands",
        "key": "made",
        "shop": "stands",
        "warehouse": "made",
        "point": "made",
        "stock": "made",
        "channel": "missing",
        "test_order": "made",
    }
    assert first.stderr.splitlines()[-1].endswith(": issued")
    again = program.run("setup", "--answers", "answers.toml", "--json")
    assert json.loads(again.stdout)["admin_token"] == ""
    checked = program.run("setup", "--check", "--json")
    assert (
        states(json.loads(checked.stdout))
        == states(json.loads(again.stdout))
        == {
            **dict.fromkeys(states(made), "stands"),
            "channel": "missing",
        }
    )
    assert [first.returncode, again.returncode, checked.returncode] == [1, 1, 1]


def test_questions_are_answered_by_hand_and_what_is_missing_is_said(program: Program) -> None:
    typed = subprocess.run(
        [GOTOVO, "setup"],
        env=program.environment,
        input="".join(f"{line}\n" for section in TYPED for line in section),
        capture_output=True,
        text=True,
        check=False,
        cwd=program.folder,
    )
    assert typed.returncode == 1, typed.stderr
    assert "made     point       KZN-1 Kremlin, Kazan, Bauman street 44" in typed.stdout
    assert "MISSING  channel     no message reaches anybody" in typed.stdout
    assert typed.stdout.splitlines()[-1].startswith("gtv_")
    assert 'listen = "127.0.0.1:8000"' in (program.folder / "gotovo.toml").read_text("utf-8")


def test_a_check_says_what_is_missing_and_makes_nothing(tmp_path: Path) -> None:
    program = Program(tmp_path, "")
    checked = program.run("setup", "--check")
    assert checked.returncode == 1
    assert "MISSING  database    no database in" in checked.stdout
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_answer_ends_the_run_before_anything_is_made(program: Program) -> None:
    file = program.folder / "answers.toml"
    file.write_text(ANSWERS.replace("пн-пт 10:00-21:00", "всегда"), "utf-8")
    refused = program.run("setup", "--answers", "answers.toml")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "point.hours: 'всегда, сб 10:00-18:00': expected like" in refused.stderr
    checked = states(json.loads(program.run("setup", "--check", "--json").stdout))
    assert (checked["key"], checked["warehouse"], checked["point"]) == ("missing",) * 3
    wrong = program.run("setup", "--check", "--answers", "answers.toml")
    assert (wrong.returncode, "--answers" in wrong.stderr) == (2, True)


async def test_an_interrupted_test_order_goes_on_where_it_was_and_takes_no_real_goods(
    tmp_path: Path, database_url: str
) -> None:
    chosen = load_settings({"HOME": str(tmp_path), "GOTOVO_DATA_DIR": str(tmp_path)})
    buyer = BuyerAnswers("+79001234547")

    def interrupt(order: Order) -> None:
        if order.stage is Stage.PACKED:
            raise KeyboardInterrupt

    async with open_runtime(chosen, database_url) as runtime:
        await runtime.directory.put_warehouse(DEPOT, NOW)
        await runtime.directory.put_point(KREMLIN, NOW)
        await runtime.directory.refresh()
        with pytest.raises(KeyboardInterrupt):
            await carry_test_order(runtime, None, buyer, KREMLIN, interrupt)
        standing = await look(runtime.pool, runtime.directory, runtime.clock())
        assert standing.test_order is not None
        stages: list[str] = []
        order = await carry_test_order(
            runtime, standing.test_order, buyer, KREMLIN, lambda x: stages.append(x.stage)
        )
        levels = await runtime.stock.levels()
    assert (order.outcome, order.number) == (Outcome.ISSUED, standing.test_order.number)
    assert stages == ["dispatched", "arrived_at_point", "shelved", "issued"]
    assert [(x.sku, x.on_hand, x.reserved) for x in levels] == [(TEST_NAME, 0, 0)]
