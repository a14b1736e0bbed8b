"""Closing a point: who may, what a second person approves, and taking it back (rule 4.2).

Who closes a point moves the deadline of every order on its shelves, so also that of a friend. It
takes the person in charge of it and somebody of the rank that the point's settings name, or one
person of that rank alone, with a fresh proof.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from gotovo.access.staff.approval_policy import rank_of
from gotovo.access.staff.second_person import ApprovalKind, ApprovalRefusal, SecondPerson
from gotovo.desk.handover.approvals import not_approved
from gotovo.desk.today.preview import ORDERS_MAX, ClosurePreview, preview_of
from gotovo.engine.ports import PlacesSource
from gotovo.order.facts import OrderTerms
from gotovo.order.refusals import Code, Refusal
from gotovo.order.values.actor import Actor
from gotovo.points.closures.closure import Closure, ClosureKind
from gotovo.points.closures.entry import (
    LiftRefusal,
    approval_subject,
    closure_errors,
    with_closure,
    without_closure,
)
from gotovo.points.desk.second_person import Rank, needs_second_person, rank_needed, rule_for
from gotovo.points.point import Point
from gotovo.points.timetable import Timetable
from gotovo.points.validation import InvalidSetting
from gotovo.store.reads.desk.today import TodayReads
from gotovo.store.tables.network.closures import ClosureStore, StoredClosure
from gotovo.store.tables.security.entries import Author

Invalid = tuple[InvalidSetting, ...]


class ClosureState(StrEnum):
    """Where a closure stands by the calendar of its point."""

    PLANNED = "planned"
    CURRENT = "current"
    OVER = "over"
    LIFTED = "lifted"


class InCharge(Struct, frozen=True):
    """Who closes a point, and whether they are its manager."""

    actor: Actor
    author: Author
    is_manager: bool = False

    @property
    def rank(self) -> Rank:
        """How much they may approve."""
        return rank_of(self.actor, is_manager=self.is_manager)


class PointClosures:
    """Enters closures of points, takes them back and says before what they would do."""

    def __init__(
        self,
        *,
        store: ClosureStore,
        reads: TodayReads,
        places: PlacesSource,
        second_person: SecondPerson,
        terms: OrderTerms,
        clock: Callable[[], datetime],
    ) -> None:
        """Use the stores of a process."""
        self.store = store
        self.reads = reads
        self._places = places
        self._second_person = second_person
        self._terms = terms
        self._clock = clock

    async def preview(self, point: Point, closure: Closure) -> ClosurePreview | Invalid:
        """Return what a closure would do, or what is wrong with it; nothing is stored."""
        now = self._clock()
        errors = closure_errors(closure, point.timetable, now)
        if errors:
            return errors
        return await self._preview(point, with_closure(point.timetable, closure, now), now)

    async def preview_of_reopening(
        self, point: Point, closure: UUID
    ) -> ClosurePreview | LiftRefusal:
        """Return what taking a closure back would do."""
        now = self._clock()
        timetable = without_closure(point.timetable, closure, now)
        if isinstance(timetable, LiftRefusal):
            return timetable
        return await self._preview(point, timetable, now)

    def needs_approval(self, point: Point, closer: InCharge) -> bool:
        """Return whether somebody needs a second person to close a point."""
        rule = rule_for(point.second_person, ApprovalKind.POINT_CLOSURE)
        return needs_second_person(rule) and closer.rank < rank_needed(rule)

    async def close(
        self, point: Point, closure: Closure, reason: str, closer: InCharge, approval: UUID | None
    ) -> StoredClosure | Refusal | Invalid:
        """Enter a closure, once for each id."""
        known = await self.store.find(closure.id)
        if known is not None:
            return known
        refusal = not_in_charge(closer)
        if refusal is not None:
            return refusal
        now = self._clock()
        errors = closure_errors(closure, point.timetable, now)
        if errors:
            return errors
        about, approved_by = approval_subject(point.code, closure), None
        if self.needs_approval(point, closer):
            if approval is None:
                return Refusal(Code.APPROVAL_REQUIRED, "approval", "", "granted")
            taken = await self._second_person.take(
                approval, ApprovalKind.POINT_CLOSURE, about, closer.actor, str(closure.id)
            )
            if isinstance(taken, ApprovalRefusal):
                return not_approved(taken)
            approved_by = taken.approved_by
        new = StoredClosure(
            id=closure.id,
            point=point.code,
            kind=closure.kind,
            starts_on=closure.starts_on,
            starts_at=closure.starts_at,
            ends_on=closure.ends_on,
            reason=reason,
            entered_by=closer.author.actor,
            entered_at=now,
            approved_by=approved_by,
        )

        def change(timetable: Timetable) -> Timetable:
            return with_closure(timetable, closure, now)

        await self.store.enter(new, change, closer.author, about)
        return await self.store.find(closure.id) or new

    async def reopen(
        self, closure: StoredClosure, closer: InCharge
    ) -> StoredClosure | Refusal | LiftRefusal:
        """Take a closure back; one that was taken back stays as it is."""
        refusal = not_in_charge(closer)
        if refusal is not None:
            return refusal
        now = self._clock()
        if closure.lifted_at is not None:
            return closure
        point = self._places()[0][closure.point]
        if isinstance(without_closure(point.timetable, closure.id, now), LiftRefusal):
            return LiftRefusal.OVER

        def change(timetable: Timetable) -> Timetable:
            changed = without_closure(timetable, closure.id, now)
            # Somebody was quicker: nothing is left to change.
            return timetable if isinstance(changed, LiftRefusal) else changed

        about = approval_subject(closure.point, closure_of(closure))
        await self.store.lift(closure, now, change, closer.author, about)
        return await self.store.find(closure.id) or closure

    async def _preview(self, point: Point, timetable: Timetable, now: datetime) -> ClosurePreview:
        orders = await self.reads.following(point.code, ORDERS_MAX + 1)
        changed = replace(point, timetable=timetable)
        return preview_of(orders, changed, dict(self._places()[1]), self._terms, now)


def not_in_charge(closer: InCharge) -> Refusal | None:
    """Return why somebody closes no point, None for its manager and the office of the network."""
    if closer.rank >= Rank.MANAGER:
        return None
    return Refusal(Code.NOT_PERMITTED, "role", closer.actor.role, "manager, support, admin")


def closure_of(stored: StoredClosure) -> Closure:
    """Return a stored closure as a timetable has it."""
    return Closure(
        id=stored.id,
        starts_on=stored.starts_on,
        starts_at=stored.starts_at,
        ends_on=stored.ends_on,
        kind=ClosureKind(stored.kind),
    )
