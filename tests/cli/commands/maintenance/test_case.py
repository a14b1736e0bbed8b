"""`gotovo case`, as an operator types it at night: the same rules, and no SQL by hand."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from msgspec import structs

from gotovo.cases.case import NewCase
from gotovo.cases.case_kinds import CaseKind
from gotovo.order.values.money import Money
from gotovo.store.tables.cases.cases import CaseStore
from tests.support.cli.program import Program

PROBLEM, WRONG_USAGE = 1, 2
MONEY = NewCase(
    kind=CaseKind.UNMATCHED_PAYMENT,
    subject="yookassa:2d9f",
    opened_at=datetime.now(UTC) - timedelta(days=2),
    proofs={
        "provider": "yookassa",
        "payment_id": "2d9f",
        "captured": Money(99_800, "RUB"),
        "captured_at": datetime(2026, 11, 22, 11, 5, tzinfo=UTC),
    },
)
TODAY = structs.replace(MONEY, subject="yookassa:77", opened_at=datetime.now(UTC))


@pytest.fixture
async def program(tmp_path: Path, database_url: str, pool: "asyncpg.Pool[Any]") -> Program:
    """Give an installation with an overdue case and one of today; its server is not started."""
    for case in (MONEY, TODAY):
        await CaseStore(pool).open(case)
    return Program(tmp_path, database_url)


async def test_a_case_is_listed_shown_and_decided(program: Program) -> None:
    late = program.run("case", "list", "--overdue")
    assert late.returncode == PROBLEM
    assert (str(MONEY.id) in late.stdout, str(TODAY.id) in late.stdout) == (True, False)
    assert "overdue since" in late.stdout
    listed = json.loads(program.run("case", "list", "--json").stdout)
    assert [each["id"] for each in listed] == [str(MONEY.id), str(TODAY.id)]
    shown = program.run("case", "show", str(MONEY.id))
    assert "Captured: 998.00 RUB" in shown.stdout
    assert "Captured at: 2026-11-22 11:05:00 UTC" in shown.stdout
    decided = program.run("case", "resolve", str(MONEY.id), "accept", "--note", "Seen.", "--json")
    assert decided.returncode == 0
    result = json.loads(decided.stdout)
    assert result["resolution"] == "accept"
    assert result["resolved_by"].startswith("admin:cli-")
    again = program.run("case", "resolve", str(MONEY.id), "accept")
    assert (again.returncode, "Noted" in again.stdout) == (0, True)
    shown = program.run("case", "show", str(MONEY.id))
    assert ("Noted by admin:cli-" in shown.stdout, "Note: Seen." in shown.stdout) == (True, True)
    assert program.run("case", "list").returncode == 0
    (resolved,) = json.loads(program.run("case", "list", "--resolved", "--json").stdout)
    assert resolved["id"] == str(MONEY.id)
    assert "There are none." in program.run("case", "list", "--kind", "damage").stdout


async def test_what_can_not_be_done_leaves_the_case_open(program: Program) -> None:
    case = ("case", "resolve", str(MONEY.id))
    refused = program.run(*case, "assign_to_order", "--number", "200785804776")
    assert (refused.returncode, "unknown_order" in refused.stdout) == (PROBLEM, True)
    refused = program.run(*case, "retry")
    assert (refused.returncode, "decision_not_possible" in refused.stdout) == (PROBLEM, True)
    assert "assign_to_order" in refused.stdout
    refused = program.run(*case, "accept", "--route", "cash")
    assert (refused.returncode, "--route: 'cash': " in refused.stdout) == (PROBLEM, True)
    (found, _) = json.loads(program.run("case", "list", "--json").stdout)
    assert (found["id"], found["order"]) == (str(MONEY.id), None)


async def test_what_is_typed_wrongly_is_named(program: Program) -> None:
    nothing = "00000000-0000-0000-0000-000000000000"
    for typed, named in (
        (("show", "x"), "ID"),
        (("show", nothing), "ID"),
        (("resolve", "x", "accept"), "ID"),
        (("resolve", nothing, "accept"), "ID"),
        (("resolve", str(MONEY.id), "burn"), "burn"),
        (("resolve", str(MONEY.id), "assign_to_order"), "--number"),
        (("resolve", str(MONEY.id), "assign_to_order", "--number", "12"), "--number: '12'"),
        (("list", "--order", "12"), "--order"),
        (("list", "--kind", "weather"), "weather"),
        (("list", "--overdue", "--resolved"), "--resolved"),
    ):
        wrong = program.run("case", *typed)
        assert (wrong.returncode, named in wrong.stderr) == (WRONG_USAGE, True), typed
