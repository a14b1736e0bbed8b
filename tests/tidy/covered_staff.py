"""Modules about staff and their work that another test covers; see `covered_by`."""

COVERED_STAFF: dict[str, tuple[str, ...]] = {
    "api/resources/shifts/test_shifts.py": (
        "access/staff/work/shifts.py",
        "access/staff/work/point_work.py",
        "api/resources/shifts/point_access.py",
        "api/staff_requests.py",
        "assembly/staff/point_work.py",
    ),
    "api/resources/shifts/test_devices.py": ("access/staff/work/devices.py",),
    "api/resources/shifts/test_shift_reports.py": ("store/reads/shift_steps.py",),
    "api/resources/staff/test_proofs.py": ("api/resources/staff/grants.py",),
    "access/staff/test_approvals.py": (
        "access/staff/second_person.py",
        "store/tables/shifts/approvals.py",
    ),
    "store/tables/shifts/test_shifts.py": ("store/tables/shifts/devices.py",),
    "words/test_request_errors.py": ("words/shifts/shift_errors.py",),
    "store/retention/test_rules.py": (
        "store/retention/retention_rule.py",
        "store/retention/staff_rules.py",
    ),
}
