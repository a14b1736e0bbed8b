"""Cases are opened once, however often what they are about is told."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
from msgspec import structs

from gotovo.cases.case import Case, CaseOrder, NewCase, may_see_case
from gotovo.cases.case_kinds import CaseDecision, CaseKind
from gotovo.order.values.customer import customer_id, home_of_customer
from gotovo.order.values.money import Money
from gotovo.order.values.number import draw, home_of
from gotovo.store.postgres.statements import load_statements
from gotovo.store.tables.cases.cases import (
    LATEST_RESOLVED,
    LONGEST_DUE,
    CaseCount,
    CaseStore,
)
from gotovo.store.tables.orders.personal_data import PersonalData
from tests.support.store.sound_rows import ORDER

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


SUPPORT, ADMIN = "support:anna", "admin:boris"
ACCEPTED = CaseOrder(decision=CaseDecision.ACCEPT, by=SUPPORT, at=NOW)
FLAGGED = NewCase(
    kind=CaseKind.DISPUTE,
    subject=f"{NUMBER}:4",
    opened_at=NOW,
    number=NUMBER,
    proofs={"flag": "dispute", "version": "4"},
)
MANY = 3_000
BUYER = customer_id(b"a secret that only tests use, 32", "+79001234547")


async def test_what_becomes_known_is_added_until_somebody_decides(
    pool: "asyncpg.Pool[Any]",
) -> None:
    cases, more = CaseStore(pool), {"reason": "expired", "captured": Money(100, "RUB")}
    await cases.open(structs.replace(LOST, proofs={"reason": "", "captured_at": NOW}))
    assert not await cases.open(structs.replace(LOST, proofs=more))
    found = await cases.find(LOST.id)
    assert found is not None
    assert found.proofs == {"captured_at": NOW} | more
    await cases.begin_decision(LOST.id, ACCEPTED)
    await cases.open(structs.replace(LOST, proofs={"reason": "another"}))
    await cases.end_decision(LOST.id, ACCEPTED, NOW)
    assert not await cases.open(structs.replace(LOST, proofs={"reason": "another"}))
    found = await cases.find(LOST.id)
    assert found is not None
    assert (found.resolution, found.proofs["reason"]) == ("accept", "expired")


async def test_one_person_has_a_case(pool: "asyncpg.Pool[Any]") -> None:
    cases = CaseStore(pool)
    await cases.open(LOST)

    async def owner(taken: Case | None) -> tuple[str | None, datetime | None]:
        assert taken is not None
        return taken.owner, taken.owned_at

    later = NOW + timedelta(hours=1)
    assert await owner(await cases.take(LOST.id, SUPPORT, NOW)) == (SUPPORT, NOW)
    assert await owner(await cases.take(LOST.id, SUPPORT, later)) == (SUPPORT, NOW)
    assert await owner(await cases.take(LOST.id, ADMIN, later)) == (SUPPORT, NOW)
    assert await owner(await cases.take(LOST.id, ADMIN, later, "support:else")) == (SUPPORT, NOW)
    assert await owner(await cases.take(LOST.id, ADMIN, later, SUPPORT)) == (ADMIN, later)
    assert await owner(await cases.release(LOST.id, SUPPORT)) == (ADMIN, later)
    assert await owner(await cases.release(LOST.id, ADMIN)) == (None, None)
    assert await cases.take(UUID(int=5), SUPPORT, NOW) is None


async def test_one_decision_is_begun_and_ended(pool: "asyncpg.Pool[Any]") -> None:
    cases = CaseStore(pool)
    await cases.open(LOST)
    other = structs.replace(ACCEPTED, decision=CaseDecision.REFUND, at=NOW + timedelta(minutes=1))
    begun = await cases.begin_decision(LOST.id, ACCEPTED)
    assert begun is not None
    assert (begun.order, begun.owner) == (ACCEPTED, SUPPORT)
    for each in (other, structs.replace(other, by=ADMIN)):
        again = await cases.begin_decision(LOST.id, each)
        assert again is not None
        assert again.order == ACCEPTED
    for change in (cases.take(LOST.id, ADMIN, NOW, SUPPORT), cases.release(LOST.id, SUPPORT)):
        held = await change
        assert held is not None
        assert held.owner == SUPPORT
    assert [x.id for x in await cases.decided_before(NOW + timedelta(seconds=1), 5)] == [LOST.id]
    assert await cases.decided_before(NOW, 5) == []
    await cases.end_decision(LOST.id, other, NOW)  # It was never begun.
    await cases.withdraw_decision(LOST.id, other)
    found = await cases.find(LOST.id)
    assert found is not None
    assert (found.order, found.resolved_at) == (ACCEPTED, None)
    await cases.withdraw_decision(LOST.id, ACCEPTED)
    begun = await cases.begin_decision(LOST.id, other)
    assert begun is not None
    assert begun.order == other
    await cases.end_decision(LOST.id, other, NOW)
    found = await cases.find(LOST.id)
    assert found is not None
    assert (found.resolution, found.resolved_by, found.owner) == ("refund", SUPPORT, None)
    assert await cases.decided_before(NOW + timedelta(days=1), 5) == []


async def test_a_flag_that_goes_down_resolves_what_was_opened_before(
    pool: "asyncpg.Pool[Any]",
) -> None:
    cases = CaseStore(pool)
    later = structs.replace(
        FLAGGED, subject=f"{NUMBER}:9", proofs={"flag": "dispute", "version": "9"}
    )
    lost = structs.replace(FLAGGED, kind=CaseKind.DAMAGE, proofs={"flag": "lost", "version": "4"})
    being_decided = structs.replace(FLAGGED, subject=f"{NUMBER}:5")
    for each in (FLAGGED, later, lost, being_decided, LOST):
        await cases.open(each)
    await cases.begin_decision(being_decided.id, ACCEPTED)
    assert await cases.clear(NUMBER, "dispute", 7, ADMIN, NOW) == 1
    assert await cases.clear(NUMBER, "dispute", 7, ADMIN, NOW) == 0
    found = await cases.find(FLAGGED.id)
    assert found is not None
    assert (found.resolution, found.resolved_by) == ("cleared", ADMIN)
    left = {each.id for each in await cases.open_cases(LONGEST_DUE, 10)}
    assert left == {later.id, lost.id, being_decided.id, LOST.id}


async def test_lists_and_counts_read_only_what_is_open(pool: "asyncpg.Pool[Any]") -> None:
    cases = CaseStore(pool)
    await pool.executemany(
        "insert into case_file (home, id, kind, about, shop, number, proofs, opened_at, due_at,"
        " resolution, resolved_by, resolved_at)"
        " values ($1, $2, 'damage', $3, '', '', '{}', $4, $4, 'accept', 'admin:a', $4)",
        [(n % 256, UUID(int=n), str(n), NOW) for n in range(MANY)],
    )
    await cases.open(LOST)
    await cases.open(FLAGGED)
    await pool.execute("analyze case_file")
    counts = await cases.count(LOST.due_at, 10)
    assert counts == {
        CaseKind.UNMATCHED_PAYMENT: CaseCount(1, 1),
        CaseKind.DISPUTE: CaseCount(1, 0),
    }
    assert await cases.count(LOST.due_at, 1) == {CaseKind.UNMATCHED_PAYMENT: CaseCount(1, 1)}
    statements = load_statements("tables/cases/cases.sql")
    for name, arguments, index in (
        ("open_cases", (*LONGEST_DUE, 10, NOW, None, None, None, None), "case_file_open"),
        ("decided_cases", (NOW, 10), "case_file_open"),
        ("count_cases", (NOW, 10), "case_file_open"),
        ("resolved_cases", (*LATEST_RESOLVED, 10, None, None, None), "case_file_resolved"),
        ("clear_cases", (7, NUMBER, "dispute", 7, ADMIN, NOW), "case_file_of_order"),
    ):
        plan = await pool.fetch(f"explain {statements[name]}", *arguments)
        said = "\n".join(row[0] for row in plan)
        assert index in said, name
        assert "Seq Scan on case_file" not in said, name


async def test_a_note_goes_with_the_contact_of_its_order(pool: "asyncpg.Pool[Any]") -> None:
    cases, personal = CaseStore(pool), PersonalData(pool)
    home = home_of_customer(BUYER)
    number, contact = draw(home, 1), b'{"phone":"+7"}'
    of_order = structs.replace(FLAGGED, number=number)
    order = {**ORDER, "home": home, "number": number, "customer": BUYER, "contact": contact}
    places = ", ".join(f"${n}" for n in range(1, len(order) + 1))
    put = f"insert into orders ({', '.join(order)}) values ({places})"  # noqa: S608
    await pool.execute(put, *order.values())
    for each in (of_order, LOST):
        await cases.open(each)
        found = await cases.find(each.id)
        assert found is not None
        await cases.put_note(found, "Anna called.", NOW)
        await cases.put_note(found, "Anna wrote.", NOW)
        assert await cases.note_of(each.id) == "Anna wrote."
    (told,), _ = await personal.orders(BUYER, None, 5)
    assert [each.said for each in told.case_notes] == ["Anna wrote."]
    await personal.forget_order(number)
    assert await cases.note_of(of_order.id) == ""
    assert await cases.note_of(LOST.id) == "Anna wrote."
    flagged = await cases.find(of_order.id)
    assert flagged is not None
    await cases.put_note(flagged, "Anna again.", NOW)
    await personal.forget(BUYER)
    assert await cases.note_of(of_order.id) == ""
    await pool.execute("update orders set contact = null")
    await cases.put_note(flagged, "Anna, whom nobody knows.", NOW)
    assert await cases.note_of(of_order.id) == ""


async def test_a_case_is_of_the_shop_of_its_order(pool: "asyncpg.Pool[Any]") -> None:
    """The default shop's name is empty, and it would see the cases that name no shop."""
    order = {**ORDER, "home": home_of(NUMBER), "number": NUMBER, "shop": "tea"}
    columns = ", ".join(order)
    values = ", ".join(f"${index}" for index in range(1, len(order) + 1))
    put = f"insert into orders ({columns}) values ({values})"  # noqa: S608
    await pool.execute(put, *order.values())
    case = structs.replace(LOST, kind=CaseKind.REFUND_CONFLICT, number=NUMBER)
    cases = CaseStore(pool)
    assert await cases.open(case)
    found = await cases.find(case.id)
    assert found is not None
    assert found.shop == "tea"
    assert may_see_case(found, "tea")
    assert not may_see_case(found, "")
