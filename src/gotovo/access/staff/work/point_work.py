"""Work at a point: its devices, shifts and approvals, and the settings that they share."""

from enum import StrEnum

from msgspec import Struct

from gotovo.access.staff.approvals import APPROVAL_MINUTES, Approvals
from gotovo.access.staff.fresh_proof import PROOF_MINUTES
from gotovo.access.staff.work.shifts import SHIFT_HOURS, Shifts
from gotovo.store.reads.desk.shift_steps import ShiftStepReads
from gotovo.store.tables.shifts.approvals import ApprovalStore
from gotovo.store.tables.shifts.devices import DeviceStore
from gotovo.store.tables.shifts.shifts import ShiftStore


class DevicePolicy(StrEnum):
    """On which devices a shift may begin."""

    REGISTERED = "registered"  # somebody in charge has registered it at the point
    ANY = "any"  # any browser: the first shift on it registers it


class WorkTerms(Struct, frozen=True, kw_only=True):
    """The settings of work at a point; `docs/reference/settings.md` describes each."""

    needs_shift: bool = True
    shift_hours: int = SHIFT_HOURS
    devices: DevicePolicy = DevicePolicy.REGISTERED
    managers_register: bool = True
    approval_minutes: int = APPROVAL_MINUTES
    proof_minutes: int = PROOF_MINUTES


class PointWork(Struct, frozen=True, kw_only=True):
    """What the API uses of it."""

    terms: WorkTerms
    devices: DeviceStore
    shift_store: ShiftStore
    shifts: Shifts
    approval_store: ApprovalStore
    approvals: Approvals
    steps: ShiftStepReads
