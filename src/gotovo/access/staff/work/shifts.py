"""Shifts: who works at which point on which device, from when until when.

A desk step of a person needs an open shift at its point, so that what somebody did at home, or at
another point, or long after closing, can't be done with a session that was left open.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from msgspec import Struct

from gotovo.store.tables.security.entries import Author
from gotovo.store.tables.shifts.devices import DeskDevice
from gotovo.store.tables.shifts.shifts import Shift, ShiftEnd, ShiftStore

SHIFT_HOURS: Final = 14
"""How long a shift may go on, unless the setting says otherwise: the longest day of a point with
acceptance before and counting after. What was forgotten in the evening is over in the morning."""

OVERDUE_MAX: Final = 500
"""Shifts ended in one run; the next one ends the others."""


class ShiftRefusal(StrEnum):
    """Why a shift can't begin."""

    DEVICE = "device"  # the device is none of this point
    ELSEWHERE = "elsewhere"  # the person has an open shift at another point


class BegunShift(Struct, frozen=True):
    """An open shift; `is_new` is False for one that was open already at this point."""

    shift: Shift
    is_new: bool


class Shifts:
    """Begins and ends shifts, and tells who works."""

    def __init__(
        self, store: ShiftStore, clock: Callable[[], datetime], hours: int = SHIFT_HOURS
    ) -> None:
        """Let a shift go on for so many hours at most."""
        self._store = store
        self._clock = clock
        self._lifetime = timedelta(hours=hours)

    async def begin(
        self, shift: UUID, person: UUID, device: DeskDevice, session: bytes | None, by: Author
    ) -> BegunShift | ShiftRefusal:
        """Begin a shift at the device's point; the session with this digest ends with it.

        A second time it changes nothing (rule 4.13), but for the further session that belongs to
        the shift from then on.
        """
        now = self._clock()
        new = Shift(
            id=shift,
            person=person,
            point=device.point,
            device=device.id,
            begun_at=now,
            ends_by=now + self._lifetime,
        )
        begun = await self._store.begin(new, session, by)
        if begun is not None:
            return BegunShift(begun, is_new=True)
        is_open = await self._store.open_of(person) or await self._store.find(shift)
        if is_open is None:
            return ShiftRefusal.DEVICE
        if is_open.point != device.point:
            return ShiftRefusal.ELSEWHERE
        if session is not None and is_open.ended_at is None:
            await self._store.join(is_open, session)
        return BegunShift(is_open, is_new=False)

    async def of(self, person: UUID) -> Shift | None:
        """Return the shift in which a person works now."""
        found = await self._store.open_of(person)
        return found if found is not None and found.is_open(self._clock()) else None

    async def end(self, shift: Shift, person: UUID | None, by: Author) -> Shift:
        """End a shift, by whoever works in it or by somebody in charge; its sessions end too."""
        reason = ShiftEnd.PERSON if person == shift.person else ShiftEnd.MANAGER
        ended = await self._store.end(shift.id, self._clock(), by, reason)
        return ended or shift

    async def end_overdue(self) -> int:
        """End the shifts that have gone on for too long; return how many."""
        return await self._store.end_overdue(self._clock(), OVERDUE_MAX)
