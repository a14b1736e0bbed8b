"""Cases are opened once, however often what they are about is told."""

from datetime import UTC, datetime
from typing import Any

import asyncpg
from msgspec import structs

from gotovo.cases.case import NewCase
from gotovo.cases.case_kinds import CaseKind
from gotovo.order.values.number import home_of
from gotovo.store.tables.cases.cases import CaseStore

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
NUMBER = "200785804776"
LOST = NewCase(
    kind=CaseKind.UNMATCHED_PAYMENT,
    subject="yookassa:1",
    opened_at=NOW,
    proofs={"amount": "1250.00 RUB"},
)


async def test_a_case_is_opened_once(pool: "asyncpg.Pool[Any]") -> None:
    cases = CaseStore(pool)
    assert await cases.open(LOST)
    assert not await cases.open(structs.replace(LOST, opened_at=LOST.due_at))
    assert await cases.open(structs.replace(LOST, subject="yookassa:2"))
    assert await cases.open(structs.replace(LOST, kind=CaseKind.RECONCILIATION))
    assert await pool.fetchval("select count(*) from case_file") == 3


async def test_a_case_lies_with_its_order(pool: "asyncpg.Pool[Any]") -> None:
    await CaseStore(pool).open(structs.replace(LOST, number=NUMBER, shop="main"))
    row = await pool.fetchrow("select home, shop, proofs, due_at from case_file")
    assert row is not None
    assert row["home"] == home_of(NUMBER)
    assert (row["shop"], row["proofs"]) == ("main", b'{"amount":"1250.00 RUB"}')
    assert row["due_at"] > NOW
