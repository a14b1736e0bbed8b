"""The part of the table in `covered_by.py` that is about staff."""

OF_STAFF: dict[str, tuple[str, ...]] = {
    "access/staff/test_sign_in.py": (
        "access/staff/proofs/passkeys.py",
        "access/staff/sign_in_limits.py",
        "access/staff/staff_access.py",
        "store/tables/staff/credentials.py",
    ),
    "access/staff/test_sessions.py": (
        "access/staff/session_tokens.py",
        "store/tables/staff/people.py",
        "store/tables/staff/sessions.py",
    ),
    "api/test_authentication.py": ("access/staff/session_cache.py", "api/resources/staff/me.py"),
    "api/resources/staff/test_people.py": (
        "api/resources/staff/grants.py",
        "api/resources/staff/known_person.py",
        "api/resources/staff/staff_invitations.py",
        "api/resources/staff/staff_view.py",
    ),
    "cli/commands/access/test_user.py": ("cli/users/office.py", "cli/users/report.py"),
    "web/staff/test_pages.py": (
        "town/demo/demo_staff.py",
        "web/staff/account/account.py",
        "web/staff/account/confirmation.py",
        "web/staff/account/own_passkeys.py",
        "web/staff/account/password.py",
        "web/staff/demo/demo_staff.py",
        "web/staff/enrolment.py",
        "web/staff/invitation/invitation.py",
        "web/staff/sign_in/grant.py",
        "web/staff/sign_in/sign_in.py",
        "web/staff/staff_visitor.py",
        "web/staff/staff_words.py",
    ),
    "store/retention/test_rules.py": (
        "store/retention/box_rules.py",
        "store/retention/rule.py",
        "store/retention/staff_rules.py",
    ),
    "api/resources/shifts/test_shifts.py": (
        "access/staff/work/shifts.py",
        "access/staff/work/point_work.py",
        "api/resources/shifts/names.py",
        "api/resources/shifts/point_access.py",
        "api/staff_requests.py",
        "assembly/staff/point_work.py",
    ),
    "api/resources/shifts/test_devices.py": ("access/staff/work/devices.py",),
    "api/resources/shifts/test_shift_reports.py": ("store/reads/desk/shift_steps.py",),
    "access/staff/test_approvals.py": (
        "access/staff/second_person.py",
        "store/tables/shifts/approvals.py",
    ),
    "store/tables/shifts/test_shifts.py": ("store/tables/shifts/devices.py",),
    "words/test_request_errors.py": (
        "words/shifts/shift_errors.py",
        "words/desk/desk_errors.py",
        "words/cases/case_errors.py",
    ),
}
