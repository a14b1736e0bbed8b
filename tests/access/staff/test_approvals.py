"""An approval is decided by one other person and taken by one command, whoever races."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from msgspec import structs

from gotovo.access.staff.approval_policy import DENIED, GRANTED, DecisionRefusal
from gotovo.access.staff.approvals import Approvals, AskedFor, Decider, code_of
from gotovo.access.staff.grants import StaffGrant, actor_of
from gotovo.access.staff.second_person import (
    Approval,
    ApprovalKind,
    ApprovalRefusal,
    SecondPerson,
)
from gotovo.order.values.actor import Actor, Role
from gotovo.points.desk.second_person import Approver, Rank, SecondPersonRule
from gotovo.points.point import Point
from gotovo.points.timetable import every_day
from gotovo.store.tables.security.entries import Author
from gotovo.store.tables.security.security_log import EntryFilter, SecurityLogStore
from gotovo.store.tables.shifts.approvals import ApprovalStore, StoredApproval

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
ANNA, BORIS, VERA = UUID(int=1), UUID(int=2), UUID(int=3)
AT_KREMLIN = StaffGrant(Role.POINT, point="KZN-1")
NUMBER = "482190345517"
KREMLIN = Point(
    code="KZN-1",
    title="Кремль",
    address="Казань, Баумана, 44",
    timetable=every_day("Europe/Moscow", time(9), time(21)),
    warehouse="KZN",
    second_person={"write_off": SecondPersonRule(approver=Approver.MANAGER)},
)
BY = Author("point:staff-2")
KIND = ApprovalKind.HANDOVER_WITHOUT_CODE


class Desk:
    """The approvals of a point whose clock stands where it is put."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self.now = NOW
        self.pool = pool
        self.approvals = Approvals(
            ApprovalStore(pool), lambda: {"KZN-1": KREMLIN}, lambda: self.now, minutes=15
        )

    async def asks(
        self, who: UUID = ANNA, kind: ApprovalKind = KIND, actor: Actor | None = None
    ) -> StoredApproval:
        wanted = AskedFor(id=uuid4(), point="KZN-1", kind=kind, about=NUMBER, note="No phone.")
        by = actor or actor_of(who, AT_KREMLIN)
        asked = await self.approvals.ask(wanted, by, Author(f"{by.role}:{by.id}"))
        assert asked is not None
        return asked

    async def decides(
        self,
        asked: StoredApproval,
        who: UUID = BORIS,
        decision: str = GRANTED,
        rank: Rank = Rank.CLERK,
    ) -> StoredApproval | DecisionRefusal | None:
        by = Author(f"point:staff-{who.hex}")
        return await self.approvals.decide(asked.id, decision, Decider(who, rank), by)

    async def takes(
        self,
        asked: StoredApproval,
        who: UUID = ANNA,
        command: str = "command",
        about: str = NUMBER,
        kind: ApprovalKind = KIND,
    ) -> Approval | ApprovalRefusal:
        second_person: SecondPerson = self.approvals
        return await second_person.take(asked.id, kind, about, actor_of(who, AT_KREMLIN), command)

    def passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    async def logged(self) -> list[tuple[str, str, str]]:
        log = await SecurityLogStore(self.pool).after(0, EntryFilter(), 100)
        return [(each.kind, each.actor, each.outcome) for each in log]


@pytest.fixture
def desk(pool: "asyncpg.Pool[Any]") -> Desk:
    return Desk(pool)


async def test_asked_decided_and_taken_each_is_in_the_security_log(desk: Desk) -> None:
    asked = await desk.asks()
    assert [each.id for each in await desk.approvals.waiting("KZN-1")] == [asked.id]
    granted = await desk.decides(asked)
    assert isinstance(granted, StoredApproval)
    assert await desk.approvals.waiting("KZN-1") == []
    taken = await desk.takes(asked)
    assert taken == Approval(
        id=asked.id,
        kind=KIND,
        about=NUMBER,
        asked_by=f"point:staff-{ANNA.hex}",
        approved_by=f"staff-{BORIS.hex}",
        approved_at=NOW,
    )
    anna, boris = (f"point:staff-{each.hex}" for each in (ANNA, BORIS))
    assert await desk.logged() == [
        ("approval.asked", anna, ""),
        ("approval.decided", boris, "granted"),
        ("approval.taken", anna, ""),
    ]


async def test_who_asked_can_t_decide_as_anybody(desk: Desk) -> None:
    asked = await desk.asks()
    for rank in Rank:
        assert await desk.decides(asked, ANNA, rank=rank) is DecisionRefusal.SAME_PERSON
    assert await desk.takes(asked) is ApprovalRefusal.PENDING


async def test_the_setting_of_the_point_says_who_decides(desk: Desk) -> None:
    asked = await desk.asks(kind=ApprovalKind.WRITE_OFF)
    assert await desk.decides(asked) is DecisionRefusal.RANK
    assert isinstance(await desk.decides(asked, rank=Rank.MANAGER), StoredApproval)


async def test_of_two_who_decide_at_once_one_does(desk: Desk) -> None:
    asked = await desk.asks()
    said = await asyncio.gather(
        desk.decides(asked, BORIS, GRANTED), desk.decides(asked, VERA, DENIED)
    )
    assert sorted(isinstance(each, StoredApproval) for each in said) == [False, True]
    assert DecisionRefusal.DECIDED in said
    stored = await desk.approvals.find(asked.id)
    assert stored in said


async def test_the_same_decision_again_changes_nothing(desk: Desk) -> None:
    asked = await desk.asks()
    first = await desk.decides(asked)
    desk.passes(5)
    assert await desk.decides(asked) == first
    assert await desk.decides(asked, decision=DENIED) is DecisionRefusal.DECIDED
    assert len(await desk.logged()) == 2


async def test_of_two_commands_that_take_it_at_once_one_does(desk: Desk) -> None:
    asked = await desk.asks()
    await desk.decides(asked)
    taken = await asyncio.gather(*(desk.takes(asked, command=f"c{n}") for n in range(6)))
    assert [isinstance(each, Approval) for each in taken].count(True) == 1
    assert [each for each in taken if not isinstance(each, Approval)] == [ApprovalRefusal.TAKEN] * 5


async def test_the_same_command_takes_it_again_after_any_time(desk: Desk) -> None:
    asked = await desk.asks()
    await desk.decides(asked)
    first = await asyncio.gather(desk.takes(asked), desk.takes(asked))
    desk.passes(60)
    assert [*first, await desk.takes(asked)] == [first[0]] * 3
    assert [kind for kind, _, _ in await desk.logged()].count("approval.taken") == 1


async def test_it_waits_and_is_granted_for_its_minutes(desk: Desk) -> None:
    asked, late = await desk.asks(), await desk.asks()
    desk.passes(14)
    assert isinstance(await desk.decides(asked), StoredApproval)
    desk.passes(14)
    assert await desk.decides(late) is DecisionRefusal.EXPIRED
    assert await desk.approvals.waiting("KZN-1") == []
    assert isinstance(await desk.takes(asked), Approval)
    other = await desk.asks()
    await desk.decides(other)
    desk.passes(15)
    assert await desk.takes(other) is ApprovalRefusal.EXPIRED


Attempt = Callable[[Desk, StoredApproval], Awaitable[Any]]

ATTEMPTS: dict[str, Attempt] = {
    "another order": lambda desk, asked: desk.takes(asked, about="111111111117"),
    "another step": lambda desk, asked: desk.takes(asked, kind=ApprovalKind.WRITE_OFF),
    "a third person": lambda desk, asked: desk.takes(asked, who=VERA),
    "the granter": lambda desk, asked: desk.takes(asked, who=BORIS),
    "no id": lambda desk, asked: desk.takes(structs.replace(asked, id=uuid4())),
    "elsewhere": lambda desk, asked: desk.approvals.take(
        asked.id, KIND, NUMBER, actor_of(ANNA, StaffGrant(Role.POINT, point="KZN-2")), "command"
    ),
}


@pytest.mark.parametrize("attempt", sorted(ATTEMPTS))
async def test_it_is_for_exactly_what_was_asked(desk: Desk, attempt: str) -> None:
    asked = await desk.asks()
    await desk.decides(asked)
    assert await ATTEMPTS[attempt](desk, asked) is ApprovalRefusal.UNKNOWN
    assert isinstance(await desk.takes(asked), Approval)


async def test_what_was_denied_is_never_taken(desk: Desk) -> None:
    asked = await desk.asks()
    await desk.decides(asked, decision=DENIED)
    assert await desk.takes(asked) is ApprovalRefusal.DENIED


async def test_asked_again_under_its_id_it_is_one(desk: Desk) -> None:
    wanted = AskedFor(id=uuid4(), point="KZN-1", kind=KIND, about=NUMBER)
    actor = actor_of(ANNA, AT_KREMLIN)
    first = await desk.approvals.ask(wanted, actor, BY)
    desk.passes(1)
    assert await desk.approvals.ask(wanted, actor, BY) == first
    assert len(await desk.logged()) == 1


async def test_a_point_has_a_bounded_number_that_wait(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gotovo.access.staff.approvals.WAITING_MAX", 2)
    await desk.asks()
    await desk.asks()
    wanted = AskedFor(id=uuid4(), point="KZN-1", kind=KIND, about=NUMBER)
    assert await desk.approvals.ask(wanted, actor_of(ANNA, AT_KREMLIN), BY) is None


def test_a_code_is_five_letters_that_no_pick_up_code_has() -> None:
    codes = {code_of(UUID(int=n)) for n in range(500)}
    assert len(codes) > 490
    assert all(len(code) == 9 and code.startswith("APP-") for code in codes)
    assert not any(letter in code[4:] for code in codes for letter in "AEIOUY0123456789")
