"""`gotovo setup` as a person types it: the first hour, repeated and interrupted."""

import json
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from gotovo.assembly.runtime import open_runtime
from gotovo.cli.setup.inspection import TEST_NAME, look
from gotovo.cli.setup.questions import BuyerAnswers
from gotovo.cli.setup.trial_order import carry_test_order
from gotovo.order.values.order import Order, Outcome, Stage
from gotovo.settings_sources import load_settings
from gotovo.words.translations import Translator
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


def typed(program: Program, lines: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Type lines into `gotovo setup`, and then nothing more."""
    return subprocess.run(
        [GOTOVO, "setup"],
        env=program.environment | variables,
        input=lines,
        capture_output=True,
        text=True,
        check=False,
        cwd=program.folder,
    )


def interrupted(program: Program, lines: Sequence[str]) -> tuple[str, int]:
    """Type lines into `gotovo setup`, and press Ctrl-C at the question that comes then.

    Returns what it said, and the exit status.
    """
    with subprocess.Popen(
        [GOTOVO, "setup"],
        env=program.environment,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=program.folder,
    ) as running:
        assert running.stdin is not None
        assert running.stderr is not None
        said = b""
        for line in (*lines, None):
            said += _until_a_question(running.stderr.fileno())
            if line is None:
                _until_it_waits(running.pid)
                running.send_signal(signal.SIGINT)
            else:
                running.stdin.write(f"{line}\n".encode())
                running.stdin.flush()
        said += running.stderr.read()
    return said.decode(), running.returncode


def _until_a_question(terminal: int) -> bytes:
    said = b""
    while not said.endswith(b": "):
        piece = os.read(terminal, 4096)
        assert piece, said.decode()
        said += piece
    return said


def _until_it_waits(pid: int) -> None:
    """Wait until a process sleeps: a signal just before it reads is seen only after the line."""
    while Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(") ")[2][0] != "S":
        os.sched_yield()


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
    assert first.stderr.splitlines()[-1].endswith(": Handed over")
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


def test_sms_is_set_up_by_the_answers_and_a_test_message_without_a_channel_is_told(
    program: Program,
) -> None:
    program.environment["LANG"] = "en_GB.UTF-8"
    file, password = program.folder / "answers.toml", program.folder / "password"
    file.write_text(ANSWERS + '[sms]\nphone = "+79001234547"\n', "utf-8")
    told = program.run("setup", "--answers", "answers.toml")
    assert "[sms]: no test message is sent, for sms_provider is not set." in told.stderr
    (program.folder / "gotovo.toml").unlink()
    password.write_text("hush\n", "utf-8")
    password.chmod(0o600)
    sms = f'sms_provider = "sms.ru"\nsms_password_file = "{password}"\n\n[warehouse]'
    file.write_text(ANSWERS.replace("[warehouse]", sms), "utf-8")
    done = program.run("setup", "--answers", "answers.toml")
    assert done.returncode == 0, done.stdout
    assert "ok       channel     SMS by sms.ru" in done.stdout
    assert "hush" not in (program.folder / "gotovo.toml").read_text("utf-8")


def test_questions_are_answered_by_hand_and_what_is_missing_is_said(program: Program) -> None:
    lines = "".join(f"{line}\n" for section in TYPED for line in section)
    done = typed(program, lines, LANG="en_GB.UTF-8")
    assert done.returncode == 1, done.stderr
    assert "made     point       KZN-1 Kremlin, Kazan, Bauman street 44" in done.stdout
    assert "MISSING  channel     no message reaches anybody" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("gtv_")
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
    assert "point.hours: 'всегда, сб 10:00-18:00': expected: Opening hours, like" in refused.stderr
    assert not (program.folder / "gotovo.toml").exists()
    checked = states(json.loads(program.run("setup", "--check", "--json").stdout))
    assert (checked["key"], checked["warehouse"], checked["point"]) == ("missing",) * 3
    for option in (("--answers", "answers.toml"), ("--example",)):
        wrong = program.run("setup", "--check", *option)
        assert (wrong.returncode, option[0] in wrong.stderr) == (2, True)


def test_a_set_up_in_russian_reports_in_russian_and_says_what_to_do_in_sentences(
    program: Program,
) -> None:
    example = program.run("setup", "--example", "--language", "ru")
    (program.folder / "answers.toml").write_text(example.stdout, "utf-8")
    done = program.run("setup", "--answers", "answers.toml", "--language", "ru")
    assert done.returncode == 1, done.stderr
    assert "сделано  пункт          KZN-1 Кремль, Казань, улица Баумана, 44" in done.stdout
    assert done.stderr.splitlines()[-1].endswith(": Выдан")
    assert "gtv_" in done.stdout.splitlines()[-1]
    for language in ("ru", "en"):
        report = json.loads(
            program.run("setup", "--check", "--json", "--language", language).stdout
        )
        advice = [each["advice"] for each in report["findings"] if each["advice"]]
        assert [x for x in advice if not x[0].isupper() or not x.endswith(".")] == []
        assert advice
    wrong = program.run("setup", "--language", "fr")
    assert (wrong.returncode, "fr" in wrong.stderr) == (2, True)


def test_without_anybody_to_answer_the_next_step_is_told(program: Program) -> None:
    told = typed(program, "", LANG="en_GB.UTF-8")
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.strip().endswith("gotovo setup --answers FILE takes it.")
    assert [each.name for each in program.folder.iterdir()] == ["answers.toml"]


@pytest.mark.parametrize("given", [0, 10])
def test_ctrl_c_at_a_question_ends_it_at_once_and_the_next_run_goes_on(
    program: Program, given: int
) -> None:
    """Interrupt at the first question, and at one that comes when the database is open."""
    program.environment["LANG"] = "ru_RU.UTF-8"
    lines = [line for section in TYPED for line in section]
    told, status = interrupted(program, lines[:given])
    assert status == 130, told
    assert "Сделанное сохранено, gotovo setup продолжит" in told
    assert (program.folder / "gotovo.toml").exists() is (given > 0)
    again = typed(program, "".join(f"{x}\n" for x in lines[given:]))
    assert "сделано  пробный заказ" in again.stdout, again.stderr


async def test_an_interrupted_test_order_goes_on_where_it_was_and_takes_no_real_goods(
    tmp_path: Path, database_url: str
) -> None:
    chosen = load_settings({"HOME": str(tmp_path), "GOTOVO_DATA_DIR": str(tmp_path)})
    buyer, words = BuyerAnswers("+79001234547"), Translator("en")

    def interrupt(order: Order) -> None:
        if order.stage is Stage.PACKED:
            raise KeyboardInterrupt

    async with open_runtime(chosen, database_url) as runtime:
        await runtime.directory.put_warehouse(DEPOT, NOW)
        await runtime.directory.put_point(KREMLIN, NOW)
        await runtime.directory.refresh()
        with pytest.raises(KeyboardInterrupt):
            await carry_test_order(runtime, None, buyer, KREMLIN, interrupt, words)
        standing = await look(runtime.pool, runtime.directory, runtime.clock())
        assert standing.test_order is not None
        stages: list[str] = []
        order = await carry_test_order(
            runtime, standing.test_order, buyer, KREMLIN, lambda x: stages.append(x.stage), words
        )
        levels = await runtime.stock.levels()
    assert (order.outcome, order.number) == (Outcome.ISSUED, standing.test_order.number)
    assert stages == ["dispatched", "arrived_at_point", "shelved", "issued"]
    assert [(x.sku, x.on_hand, x.reserved) for x in levels] == [(TEST_NAME, 0, 0)]
