"""Work at a point, put together from the settings; and what ends forgotten shifts."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import asyncpg

from gotovo.access.staff.approvals import Approvals
from gotovo.access.staff.work.point_work import DevicePolicy, PointWork, WorkTerms
from gotovo.access.staff.work.shifts import Shifts
from gotovo.assembly.runtime import Runtime
from gotovo.config import Settings
from gotovo.points.point import Point
from gotovo.store.reads.desk.shift_steps import ShiftStepReads
from gotovo.store.tables.shifts.approvals import ApprovalStore
from gotovo.store.tables.shifts.devices import DeviceStore
from gotovo.store.tables.shifts.shifts import ShiftStore

OVERDUE_SECONDS = 60.0
"""How late a session of an overdue shift may end; its steps are refused from the first second."""


def work_terms(settings: Settings) -> WorkTerms:
    """Return what the settings say; in the demo any browser becomes a device by itself."""
    return WorkTerms(
        needs_shift=settings.shift_required,
        shift_hours=settings.shift_hours,
        devices=DevicePolicy.ANY if settings.demo else DevicePolicy(settings.desk_devices),
        managers_register=settings.managers_register_devices,
        approval_minutes=settings.approval_minutes,
        proof_minutes=settings.proof_minutes,
    )


def work_of(runtime: Runtime) -> PointWork:
    """Return the work at the points of a running program."""
    return point_work(
        runtime.pool, lambda: runtime.directory()[0], runtime.clock, work_terms(runtime.settings)
    )


def point_work(
    pool: "asyncpg.Pool[Any]",
    points: Callable[[], Mapping[str, Point]],
    clock: Callable[[], datetime],
    terms: WorkTerms,
) -> PointWork:
    """Return what the API uses of work at a point."""
    shifts, approvals = ShiftStore(pool), ApprovalStore(pool)
    return PointWork(
        terms=terms,
        devices=DeviceStore(pool),
        shift_store=shifts,
        shifts=Shifts(shifts, clock, terms.shift_hours),
        approval_store=approvals,
        approvals=Approvals(approvals, points, clock, terms.approval_minutes),
        steps=ShiftStepReads(pool),
    )
