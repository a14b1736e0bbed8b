"""`gotovo notices` as a person types it, about orders of a program that runs."""

import asyncio
import json
import os
import pwd
import re
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from gotovo.words.formats.codes import format_order_number
from tests.support.cli.keys import keys_of
from tests.support.cli.program import Program
from tests.support.faults.shop import Shop

WRONG_USAGE, PROBLEM = 2, 1


@pytest.fixture
def program(tmp_path: Path, database_url: str) -> Program:
    """Give an installation whose SMS have a price."""
    return Program(tmp_path, database_url, GOTOVO_SMS_PRICES="7=4.50", LC_ALL="C.UTF-8")


async def shelved(program: Program, orders: int) -> tuple[Shop, list[str]]:
    """Let the program have orders of one buyer on the shelf, and stop it."""
    token = program.run("key", "create", "--role", "admin").stdout.strip()
    shop = Shop(program.url, token, keys_of(program.folder).codes.key)
    await asyncio.to_thread(program.start)
    try:
        await shop.open()
        numbers = [(await shop.carry(1, "shelving"))[0] for _ in range(orders)]
    finally:
        await asyncio.to_thread(program.end)
    return shop, numbers


def shown(program: Program, *words: str) -> Any:
    """Return previews as JSON."""
    done = program.run("notices", "preview", *words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def plain(text: str) -> str:
    return text.replace("\xa0", " ")


async def test_the_message_of_a_real_order_is_shown_as_it_would_be_sent(
    program: Program, pool: "asyncpg.Pool[Any]"
) -> None:
    shop, (number, second) = await shelved(program, 2)
    code, spoken = shop.code_of(number), plain(format_order_number(number))
    (sms,) = shown(program, number, "--language", "ru", "--show-code")
    lines = plain(sms["text"]).split("\n")
    assert lines[:4] == [
        f"Заказ {spoken} готов",
        f"Покажите код получения: {code[:3]} {code[3:]}",
        "Казань",
        "Сегодня круглосуточно",
    ]
    assert lines[4].startswith("Хранится до ")
    assert sms["sms"]["cost"] == {"amount": "9.00", "currency": "RUB"}
    assert (sms["sms"]["alphabet"], sms["sms"]["segments"]) == ("ucs2", 2)
    (hidden,) = shown(program, spoken, "--language", "ru")
    assert plain(hidden["text"]) == "\n".join(lines).replace(f"{code[:3]} {code[3:]}", "*** ***")
    assert hidden["sms"] == sms["sms"]
    (mail,) = shown(program, number, "--language", "en", "--channel", "mail", "--show-code")
    assert plain(mail["subject"]) == f"Order {spoken}"
    assert f"Pick-up code: {code[:3]} {code[3:]}." in plain(mail["text"])
    (together,) = shown(program, number, second, "--show-code", "--language", "ru")
    assert plain(together["text"]).startswith(f"Готовы заказы:\n{spoken}, код получения {code[:3]}")

    printed = program.run("notices", "preview", number, "--language", "ru")
    assert "UCS-2, " in printed.stdout
    assert re.search(r"of 134 places, 2 segments, 9\.00 RUB\n\d+ places fewer", printed.stdout)
    assert "--show-code shows it" in printed.stderr
    assert code not in printed.stdout.replace("\xa0", "")

    actor = f"admin:cli:{pwd.getpwuid(os.getuid()).pw_name}"
    query = "select sum(looks) from order_look where subject = $1 and actor = $2 and what = 'order'"
    assert await pool.fetchval(query, number, actor) == 5
    assert await pool.fetchval(query, second, actor) == 1

    refused = program.run("notices", "preview", number, "--kind", "cancelled")
    assert refused.returncode == WRONG_USAGE
    assert f"--kind: 'cancelled': order {number} is told of paid, ready so far" in refused.stderr
    both = program.run("notices", "preview", number, second, "--kind", "expiring")
    assert "ORDER: several are told together only with --kind ready" in both.stderr


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ((), "ORDER: Expected the number of an order, or --example"),
        (("194566112558", "--example"), "ORDER: Expected the number"),
        (("123",), "ORDER: '123': Expected a number of twelve digits"),
        (("194566112558",), "ORDER: '194566112558': Expected the number of an order that"),
        (("--example", "--kind", "redy"), "--kind: 'redy': Expected one of part_paid, "),
        (("194566112558", "--kind", "redy"), "--kind: 'redy': Expected one of part_paid, "),
        (
            ("--example", "--channel", "fax"),
            "--channel: 'fax': Expected one of telegram, sms, mail",
        ),
        (("--example", "--channel", "push"), "--channel: 'push': Expected one of "),
        (("--example", "--language", "de"), "--language de"),
    ],
)
def test_wrong_usage_names_the_argument_its_value_and_what_is_expected(
    program: Program, words: tuple[str, ...], named: str
) -> None:
    done = program.run("notices", "preview", *words)
    assert done.returncode == WRONG_USAGE
    assert named in done.stderr
    assert "Traceback" not in done.stderr


def test_examples_need_no_order(program: Program) -> None:
    every = shown(program, "--example")
    assert {each["language"] for each in every} == {"ru", "en"}
    (one,) = shown(program, "--example", "--kind", "ready", "--language", "en", "--channel", "mail")
    assert one["subject"].startswith("Order ")
    assert one["sms"] is None


def test_own_texts_are_checked_by_a_command_and_at_the_start(program: Program) -> None:
    folder = program.folder / "texts"
    folder.mkdir()
    assert "no texts of your own" in program.run("notices", "check").stdout
    program.environment["GOTOVO_MESSAGE_TEXTS"] = str(folder)
    texts = program.run("notices", "texts", "--language", "en").stdout
    own = folder / "en.toml"
    own.write_text(texts.replace("Order {number} is ready\n", "{number} waits\n"), "utf-8")
    assert "No problems found." in program.run("notices", "check").stdout
    words = ("--example", "--kind", "ready", "--language", "en")
    assert shown(program, *words)[0]["text"].startswith("1945 6611 2558 waits\n")

    own.write_text('[ready]\nsms = "{code}"\n[redy]\ntext = "x"\n', "utf-8")
    done = program.run("notices", "check")
    assert done.returncode == PROBLEM
    assert len(done.stdout.splitlines()) == 2
    assert f"{own}: ready.sms: {{code}}: Expected what the code is for" in done.stdout
    answers = program.folder / "answers.toml"
    answers.write_text("", "utf-8")
    for command in (["serve"], ["work"], ["setup", "--answers", str(answers)]):
        started = program.run(*command)
        assert started.returncode == WRONG_USAGE
        assert f"{own}: ready.sms" in started.stderr
    doctor = program.run("doctor")
    assert doctor.returncode == PROBLEM
    assert "ready.sms" in doctor.stdout
    program.environment["LC_ALL"] = "ru_RU.UTF-8"
    assert "ожидается, для чего код" in program.run("notices", "check").stdout
