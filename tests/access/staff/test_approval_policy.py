"""Nobody approves what they asked for, whatever they are signed in as."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from gotovo.access.staff.approval_policy import (
    DENIED,
    GRANTED,
    DecisionRefusal,
    decision_refusal,
    least_rank,
    rank_of,
    taking_refusal,
)
from gotovo.access.staff.grants import StaffGrant, actor_of
from gotovo.access.staff.second_person import ApprovalRefusal
from gotovo.order.values.actor import Actor, Role
from gotovo.points.desk.second_person import Rank
from gotovo.store.tables.shifts.approvals import StoredApproval

NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
UNTIL = NOW + timedelta(minutes=15)
ANNA, BORIS = UUID(int=1), UUID(int=2)
AT_KREMLIN = StaffGrant(Role.POINT, point="KZN-1")
PROGRAM = Actor(Role.POINT, "k1", place="KZN-1")

people = st.integers(1, 3).map(lambda n: UUID(int=n))
ranks = st.sampled_from(Rank)
minutes = st.integers(-20, 40)


def asked(by: UUID | None = ANNA) -> StoredApproval:
    return StoredApproval(
        id=UUID(int=7),
        point="KZN-1",
        kind="write_off",
        about="1234",
        note=None,
        asked_by="point:k1" if by is None else f"point:staff-{by.hex}",
        asked_person=by,
        asked_at=NOW,
        expires_at=UNTIL,
    )


def decided(decision: str = GRANTED, by: UUID = BORIS) -> StoredApproval:
    return structs.replace(
        asked(),
        decision=decision,
        decided_by=f"point:staff-{by.hex}",
        decided_person=by,
        decided_at=NOW,
    )


def test_a_colleague_decides_before_it_expires() -> None:
    assert decision_refusal(asked(), BORIS, Rank.CLERK, Rank.CLERK, NOW) is None
    late = decision_refusal(asked(), BORIS, Rank.CLERK, Rank.CLERK, UNTIL)
    assert late is DecisionRefusal.EXPIRED


@given(ranks, ranks, minutes)
def test_who_asked_never_decides_whatever_the_rank(rank: Rank, needed: Rank, after: int) -> None:
    now = NOW + timedelta(minutes=after)
    assert decision_refusal(asked(), ANNA, rank, needed, now) is DecisionRefusal.SAME_PERSON


@given(people, ranks, ranks, minutes)
def test_whoever_decides_is_another_person_of_the_rank_in_time(
    person: UUID, rank: Rank, needed: Rank, after: int
) -> None:
    now = NOW + timedelta(minutes=after)
    if decision_refusal(asked(), person, rank, needed, now) is None:
        assert person != ANNA
        assert rank >= needed
        assert now < UNTIL


@pytest.mark.parametrize("decision", [GRANTED, DENIED])
def test_what_is_decided_stays_decided(decision: str) -> None:
    third = UUID(int=3)
    refusal = decision_refusal(decided(decision), third, Rank.ADMIN, Rank.CLERK, NOW)
    assert refusal is DecisionRefusal.DECIDED


def test_what_a_program_asked_for_a_clerk_can_t_decide() -> None:
    by_program = asked(None)
    assert least_rank(by_program, Rank.CLERK) is Rank.MANAGER
    refusal = decision_refusal(by_program, BORIS, Rank.CLERK, Rank.CLERK, NOW)
    assert refusal is DecisionRefusal.RANK
    assert decision_refusal(by_program, BORIS, Rank.MANAGER, Rank.CLERK, NOW) is None


@pytest.mark.parametrize(
    ("role", "shop", "manager", "rank"),
    [
        (Role.POINT, None, False, Rank.CLERK),
        (Role.POINT, None, True, Rank.MANAGER),
        (Role.SUPPORT, None, False, Rank.SUPPORT),
        (Role.ADMIN, None, False, Rank.ADMIN),
        (Role.SUPPORT, "bookshop", False, Rank.NONE),
        (Role.ADMIN, "bookshop", False, Rank.NONE),
        (Role.COURIER, None, True, Rank.NONE),
        (Role.WAREHOUSE, None, True, Rank.NONE),
    ],
)
def test_how_much_somebody_may_approve(
    role: Role, shop: str | None, *, manager: bool, rank: Rank
) -> None:
    actor = actor_of(BORIS, StaffGrant(role, shop=shop))
    assert rank_of(actor, is_manager=manager) is rank


ANNA_AT_KREMLIN = actor_of(ANNA, AT_KREMLIN)


@pytest.mark.parametrize(
    ("approval", "refusal"),
    [
        (asked(), ApprovalRefusal.PENDING),
        (decided(DENIED), ApprovalRefusal.DENIED),
        (decided(by=ANNA), ApprovalRefusal.SAME_PERSON),
        (structs.replace(decided(), taken_by="other", taken_at=NOW), ApprovalRefusal.TAKEN),
        (asked(BORIS), ApprovalRefusal.UNKNOWN),
        (decided(), None),
    ],
)
def test_when_it_can_be_taken(approval: StoredApproval, refusal: ApprovalRefusal | None) -> None:
    assert taking_refusal(approval, ANNA_AT_KREMLIN, "command", NOW) is refusal


def test_an_approval_is_over_when_its_time_is_and_not_before() -> None:
    last = UNTIL - timedelta(microseconds=1)
    assert taking_refusal(decided(), ANNA_AT_KREMLIN, "command", last) is None
    for approval in (asked(), decided()):
        refusal = taking_refusal(approval, ANNA_AT_KREMLIN, "command", UNTIL)
        assert refusal is ApprovalRefusal.EXPIRED


@given(minutes)
def test_the_command_that_has_it_takes_it_again_however_late(after: int) -> None:
    taken = structs.replace(decided(), taken_by="command", taken_at=NOW)
    now = NOW + timedelta(minutes=after)
    assert taking_refusal(taken, ANNA_AT_KREMLIN, "command", now) is None


def test_who_asked_takes_it_in_another_role_and_nobody_else_does() -> None:
    as_admin = actor_of(ANNA, StaffGrant(Role.ADMIN))
    assert taking_refusal(decided(), as_admin, "command", NOW) is None
    for other in (actor_of(BORIS, AT_KREMLIN), PROGRAM):
        assert taking_refusal(decided(), other, "command", NOW) is ApprovalRefusal.UNKNOWN


def test_what_a_program_asked_for_the_same_program_takes() -> None:
    granted = structs.replace(decided(), asked_by="point:k1", asked_person=None)
    assert taking_refusal(granted, PROGRAM, "command", NOW) is None
    other = structs.replace(PROGRAM, id="k2")
    assert taking_refusal(granted, other, "command", NOW) is ApprovalRefusal.UNKNOWN
