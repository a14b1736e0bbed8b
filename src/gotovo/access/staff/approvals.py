"""Approvals: one person asks, another decides, a command takes it once."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from gotovo.access.staff.approval_policy import (
    GRANTED,
    DecisionRefusal,
    decision_refusal,
    taking_refusal,
)
from gotovo.access.staff.grants import person_of
from gotovo.access.staff.second_person import Approval, ApprovalKind, ApprovalRefusal
from gotovo.order.values.actor import Actor
from gotovo.points.desk.second_person import Rank, rank_needed, rule_for
from gotovo.points.point import Point
from gotovo.store.tables.security.entries import Author
from gotovo.store.tables.shifts.approvals import ApprovalStore, DecidedBy, StoredApproval
from gotovo.value import Value

APPROVAL_MINUTES: Final = 15
"""How long an approval waits, and how long a granted one can be taken, unless the setting says
otherwise: time to fetch a colleague or to call support, while the buyer still stands there."""

WAITING_MAX: Final = 100
"""Approvals that wait at one point: as many as there are buyers in the longest queue."""

_LETTERS: Final = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so that no code is a word; no digits, so that none looks like a pick-up code."""

_CODE_LETTERS: Final = 5


class AskedFor(Value, frozen=True, kw_only=True):
    """What somebody asks a second person for."""

    id: UUID
    point: str
    kind: ApprovalKind
    about: str
    note: str = ""


class Decider(Value, frozen=True):
    """Who decides: the person, who acts for them, and how much they may approve."""

    person: UUID
    rank: Rank


def code_of(approval: UUID) -> str:
    """Return the short code that the second person reads from the screen, like `APP-KZWTB`.

    It leads to an approval only among those that wait at one point; it is no proof of anything.
    """
    number = int.from_bytes(hashlib.sha256(approval.bytes).digest()[:8])
    letters = ""
    for _ in range(_CODE_LETTERS):
        number, index = divmod(number, len(_LETTERS))
        letters += _LETTERS[index]
    return f"APP-{letters}"


class Approvals:
    """The second person, as steps and the API use it; implements the port `SecondPerson`."""

    def __init__(
        self,
        store: ApprovalStore,
        points: Callable[[], Mapping[str, Point]],
        clock: Callable[[], datetime],
        minutes: int = APPROVAL_MINUTES,
    ) -> None:
        """Decide by the rules of `points`; `minutes` is the setting."""
        self._store = store
        self._points = points
        self._clock = clock
        self._lifetime = timedelta(minutes=minutes)

    async def ask(self, wanted: AskedFor, actor: Actor, by: Author) -> StoredApproval | None:
        """Ask for an approval, once for each id; None where too many wait at the point."""
        now = self._clock()
        new = StoredApproval(
            id=wanted.id,
            point=wanted.point,
            kind=wanted.kind,
            about=wanted.about,
            note=wanted.note or None,
            asked_by=_actor_text(actor),
            asked_person=person_of(actor),
            asked_at=now,
            expires_at=now + self._lifetime,
        )
        if not await self._store.ask(new, by, WAITING_MAX):
            return None
        return await self._store.find(wanted.id)

    async def find(self, approval: UUID) -> StoredApproval | None:
        """Return an approval in whatever state."""
        return await self._store.find(approval)

    async def waiting(self, point: str) -> Sequence[StoredApproval]:
        """Return what waits for a decision at a point."""
        return await self._store.waiting(point, self._clock(), WAITING_MAX)

    def rank_needed(self, asked: StoredApproval) -> Rank:
        """Return the least rank of who decides this by the settings of its point."""
        point = self._points().get(asked.point)
        rules = point.second_person if point else {}
        return rank_needed(rule_for(rules, ApprovalKind(asked.kind)))

    async def decide(
        self, approval: UUID, decision: str, decider: Decider, by: Author
    ) -> StoredApproval | DecisionRefusal | None:
        """Decide an approval; the same decision of the same person again changes nothing.

        None when there is none.
        """
        asked = await self._store.find(approval)
        if asked is None or (asked.decision, asked.decided_person) == (decision, decider.person):
            return asked
        now = self._clock()
        needed = self.rank_needed(asked)
        refusal = decision_refusal(asked, decider.person, decider.rank, needed, now)
        if refusal is not None:
            return refusal
        until = now + self._lifetime if decision == GRANTED else asked.expires_at
        decided = DecidedBy(decision, decider.person, now, until)
        if not await self._store.decide(asked, decided, by):
            return DecisionRefusal.DECIDED  # Somebody was quicker.
        return await self._store.find(approval)

    async def take(
        self, approval: UUID, kind: ApprovalKind, about: str, actor: Actor, command_id: str
    ) -> Approval | ApprovalRefusal:
        """Take an approval for one command of `actor`; the same command may take it again.

        `about` is the order's number, or the code of the box, parcel or point it was asked for.
        """
        asked = await self._store.find(approval)
        if asked is None or (asked.kind, asked.about) != (kind, about):
            return ApprovalRefusal.UNKNOWN
        if actor.place is not None and actor.place != asked.point:
            return ApprovalRefusal.UNKNOWN
        now = self._clock()
        refusal = taking_refusal(asked, actor, command_id, now)
        if refusal is not None:
            return refusal
        if asked.taken_by is None:
            author = Author(_actor_text(actor))
            if not await self._store.take(asked, command_id, now, author):
                return await self._overtaken(approval, actor, command_id)
        return _granted(asked)

    async def _overtaken(
        self, approval: UUID, actor: Actor, command_id: str
    ) -> Approval | ApprovalRefusal:
        """Return what became of an approval that changed while it was looked at."""
        asked = await self._store.find(approval)
        if asked is None:
            return ApprovalRefusal.UNKNOWN
        return taking_refusal(asked, actor, command_id, self._clock()) or _granted(asked)


def _granted(taken: StoredApproval) -> Approval:
    assert taken.decided_by is not None, taken.id
    assert taken.decided_at is not None, taken.id
    return Approval(
        id=taken.id,
        kind=ApprovalKind(taken.kind),
        about=taken.about,
        asked_by=taken.asked_by,
        approved_by=taken.decided_by.partition(":")[2],
        approved_at=taken.decided_at,
    )


def _actor_text(actor: Actor) -> str:
    return f"{actor.role}:{actor.id}"
