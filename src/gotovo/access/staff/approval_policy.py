"""Who may approve what, and when an approval can be taken (pure).

A person counts, not a login: two sessions, two roles or two devices of one person are one.
"""

from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from gotovo.access.staff.grants import person_of
from gotovo.access.staff.second_person import ApprovalRefusal
from gotovo.order.values.actor import Actor, Role
from gotovo.points.desk.second_person import Rank
from gotovo.store.tables.shifts.approvals import StoredApproval

GRANTED: Final = "granted"
DENIED: Final = "denied"


class DecisionRefusal(StrEnum):
    """Why somebody can't decide an approval."""

    SAME_PERSON = "same_person"  # who asked is who would decide
    RANK = "rank"  # the point's setting wants somebody else
    DECIDED = "decided"  # somebody has decided already
    EXPIRED = "expired"  # it waited for too long


def rank_of(actor: Actor, *, is_manager: bool = False) -> Rank:
    """Return how much a member of staff may approve; of a shop's staff nothing.

    A point is the network's: what leaves its shelf can be any shop's.
    """
    if actor.shop is not None:
        return Rank.NONE
    match actor.role:
        case Role.POINT:
            return Rank.MANAGER if is_manager else Rank.CLERK
        case Role.SUPPORT:
            return Rank.SUPPORT
        case Role.ADMIN:
            return Rank.ADMIN
        case _:
            return Rank.NONE


def least_rank(asked: StoredApproval, needed: Rank) -> Rank:
    """Return the rank of who may decide, where the point's rule needs this one.

    What a program asked for nobody below a manager decides: whoever holds the program may well be
    the clerk who would approve it.
    """
    return max(needed, Rank.MANAGER) if asked.asked_person is None else needed


def decision_refusal(
    asked: StoredApproval, person: UUID, rank: Rank, needed: Rank, now: datetime
) -> DecisionRefusal | None:
    """Return why a person may not decide this, None when they may."""
    if asked.asked_person == person:
        return DecisionRefusal.SAME_PERSON
    if rank < least_rank(asked, needed):
        return DecisionRefusal.RANK
    if asked.decision is not None:
        return DecisionRefusal.DECIDED
    return DecisionRefusal.EXPIRED if now >= asked.expires_at else None


def taking_refusal(
    asked: StoredApproval, taker: Actor, command_id: str, now: datetime
) -> ApprovalRefusal | None:
    """Return why an approval can't be taken for a command, None when it can.

    The command that has taken it takes it again, however late: its answer was lost on the way.
    """
    if not _is_asker(asked, taker):
        return ApprovalRefusal.UNKNOWN
    if asked.decision is None:
        is_over = now >= asked.expires_at
        return ApprovalRefusal.EXPIRED if is_over else ApprovalRefusal.PENDING
    if asked.decision != GRANTED:
        return ApprovalRefusal.DENIED
    if asked.decided_person in {person_of(taker), asked.asked_person}:
        return ApprovalRefusal.SAME_PERSON
    if asked.taken_by is not None:
        return None if asked.taken_by == command_id else ApprovalRefusal.TAKEN
    return ApprovalRefusal.EXPIRED if now >= asked.expires_at else None


def _is_asker(asked: StoredApproval, taker: Actor) -> bool:
    """Return whether who takes it asked for it, be it as another role or on another device."""
    person = person_of(taker)
    if person is not None or asked.asked_person is not None:
        return person == asked.asked_person
    return asked.asked_by == f"{taker.role}:{taker.id}"
