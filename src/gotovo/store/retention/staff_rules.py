"""Retention rules of what is stored about people who work here (rule 4.16)."""

from typing import Final

from gotovo.store.retention.rule import RetentionRule

STAFF_RULES: Final = (
    RetentionRule(
        name="staff",
        holds=(
            "People who work here: name, login, who they are as a buyer, how they sign in, what "
            "they may act as and who said so"
        ),
        columns=(
            "staff.id",
            "staff.login",
            "staff.name",
            "staff.own_customer",
            "staff.password",
            "staff.totp",
            "staff.created_by",
            "staff_grant.person",
            "staff_grant.granted_by",
            "staff_grant.revoked_by",
            "staff_passkey.id",
            "staff_passkey.person",
            "staff_passkey.public_key",
            "staff_passkey.browser",
            "staff_passkey.system",
            "staff_passkey.used_at",
            "staff_recovery_code.person",
            "staff_recovery_code.used_at",
        ),
        counted_from="the day on which the person was suspended",
        days=1_095,
        then=(
            "the name and all that signs in are deleted; the id stays in the history of orders, "
            "which says what was done and no longer by whom"
        ),
    ),
    RetentionRule(
        name="shifts",
        holds="Who worked at which point, from when until when, and who ended it",
        columns=(
            "shift.id",
            "shift.person",
            "shift.begun_at",
            "shift.ended_at",
            "shift.ended_by",
        ),
        counted_from="the end of the shift",
        days=1_095,
        then="deleted; what was done stays in the history of orders",
    ),
    RetentionRule(
        name="approval-notes",
        holds="Why somebody asked a second person: it can name a buyer",
        columns=("approval.note",),
        counted_from="the asking",
        setting="words_days",
        then="blanked",
    ),
    RetentionRule(
        name="approvals",
        holds="Who asked a second person for what, who decided it and how",
        columns=(
            "approval.asked_by",
            "approval.asked_person",
            "approval.asked_at",
            "approval.decided_by",
            "approval.decided_person",
            "approval.decided_at",
        ),
        counted_from="the asking",
        days=1_095,
        then="deleted; the history of the order says who approved",
    ),
    RetentionRule(
        name="closure-reasons",
        holds="Why a point was closed: it can name who works there",
        columns=("point_closure.reason",),
        counted_from="the day on which it was entered",
        setting="words_days",
        then="blanked",
    ),
    RetentionRule(
        name="closures",
        holds="Who closed a point on which days, who approved it, and who took it back",
        columns=(
            "point_closure.entered_by",
            "point_closure.entered_at",
            "point_closure.approved_by",
            "point_closure.lifted_by",
            "point_closure.lifted_at",
        ),
        counted_from="the day on which it was entered",
        days=1_095,
        then="deleted; the deadlines of orders stay as they are",
    ),
    RetentionRule(
        name="staff-invitations",
        holds="Invitations of staff: whom, by whom, digest of the link",
        columns=(
            "staff_invitation.digest",
            "staff_invitation.person",
            "staff_invitation.made_by",
        ),
        counted_from="the end of the invitation, used or not",
        days=30,
        then="deleted",
    ),
    RetentionRule(
        name="staff-sessions",
        holds="Where staff are signed in: who, browser, system, last use",
        columns=(
            "staff_session.digest",
            "staff_session.person",
            "staff_session.browser",
            "staff_session.system",
            "staff_session.seen_at",
        ),
        counted_from="the end of the session",
        then="deleted",
    ),
)
