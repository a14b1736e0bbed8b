"""Retention rules of the people who work here."""

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
