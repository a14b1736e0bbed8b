"""Cases through the whole program: a flag becomes one, decisions are finished, a clock warns."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from msgspec import structs

from gotovo.assembly.cases.case_jobs import (
    FINISH_JOB,
    case_decisions,
    case_jobs,
    overdue_cases,
)
from gotovo.assembly.payments.payment_jobs import payment_jobs
from gotovo.cases.case import CaseOrder, NewCase
from gotovo.cases.case_kinds import CaseDecision, CaseKind
from gotovo.casework.decisions import UNFINISHED_AFTER
from gotovo.casework.flag_follower import FOLLOWER
from gotovo.engine.engine import Engine
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.values.order import Attention
from gotovo.store.tables.cases.cases import LONGEST_DUE, CaseStore
from tests.support.assembly.runtime import runtime_over, security_log_over
from tests.support.cli.program import Program
from tests.support.web.cast import ALINA, NOW, Cast, Clock
from tests.support.web.goods import CATALOGUE

LOST = NewCase(kind=CaseKind.UNMATCHED_PAYMENT, subject="yookassa:1", opened_at=NOW)


def fail(name: str, error: Exception) -> None:
    """Let no job fail unheard."""
    pytest.fail(f"{name}: {error}")


async def test_flags_and_decisions_are_followed_by_jobs_of_the_program(
    pool: "asyncpg.Pool[Any]", engine: Engine, clock: Clock, cast: Cast
) -> None:
    runtime = runtime_over(pool, engine, clock)
    jobs, store = case_jobs(runtime, fail), CaseStore(pool)
    order = await cast.place(ALINA, NOW, CATALOGUE[0])
    await cast.step(order, RaiseAttention(Attention.DISPUTE), NOW)
    await jobs.follower.catch_up()
    (found,) = await store.open_cases(LONGEST_DUE, 5)
    assert (found.kind, found.number) == (CaseKind.DISPUTE, order.number)
    decided = CaseOrder(decision=CaseDecision.ACCEPT, by="support:anna", at=clock())
    await store.begin_decision(found.id, decided)
    clock.now += 2 * UNFINISHED_AFTER
    await case_decisions(runtime).finish()
    after = await store.find(found.id)
    assert after is not None
    assert after.resolution == "accept"
    flags = await pool.fetchval("select attention from orders where number = $1", order.number)
    assert flags == []
    background = payment_jobs(runtime, security_log_over(runtime), fail)
    assert FOLLOWER in {each.name for each in background.followers}
    assert FINISH_JOB in {each.name for each in background.jobs}


async def test_overdue_cases_are_counted_in_words(
    pool: "asyncpg.Pool[Any]", engine: Engine, clock: Clock
) -> None:
    runtime, store = runtime_over(pool, engine, clock), CaseStore(pool)
    await store.open(LOST)
    clock.now = LOST.due_at - timedelta(seconds=1)
    assert await overdue_cases(runtime) == ()
    clock.now = LOST.due_at
    assert await overdue_cases(runtime) == ("1 case is overdue; see gotovo case list --overdue",)
    await store.open(structs.replace(LOST, subject="yookassa:2"))
    assert await overdue_cases(runtime) == ("2 cases are overdue; see gotovo case list --overdue",)


async def test_the_program_warns_of_overdue_cases_and_serves_all_the_same(
    tmp_path: Path, database_url: str, pool: "asyncpg.Pool[Any]"
) -> None:
    await CaseStore(pool).open(
        structs.replace(LOST, opened_at=datetime.now(UTC) - timedelta(days=2))
    )
    program = Program(tmp_path, database_url)
    program.start()
    try:
        async with httpx.AsyncClient(base_url=program.url, timeout=10) as client:
            ready = await client.get("/readyz")
            metrics = (await client.get("/metrics")).text
    finally:
        program.end()
    assert ready.status_code == 200
    assert "1 case is overdue; see gotovo case list --overdue" in ready.json()["warnings"]
    assert 'gotovo_cases_overdue{kind="unmatched_payment"} 1.0' in metrics
    assert 'gotovo_cases_open{kind="dispute"} 0.0' in metrics
