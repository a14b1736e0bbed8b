"""Approvals of the hand-over: what a second person agreed to becomes part of the command."""

from uuid import UUID

from typing_extensions import override

from gotovo.access.staff.second_person import (
    Approval,
    ApprovalKind,
    ApprovalRefusal,
    SecondPerson,
)
from gotovo.order.refusals import Code, Refusal
from gotovo.order.values.actor import Actor


class NoApprovals(SecondPerson):
    """Stands for the second person where nobody can agree to anything."""

    @override
    async def take(
        self, approval: UUID, kind: ApprovalKind, about: str, actor: Actor, command_id: str
    ) -> Approval | ApprovalRefusal:
        """Return that there is no such approval."""
        del approval, kind, about, actor, command_id
        return ApprovalRefusal.UNKNOWN


def not_approved(refused: ApprovalRefusal) -> Refusal:
    """Return the refusal of a step whose approval can't be taken, with the reason as its value."""
    return Refusal(Code.APPROVAL_REQUIRED, "approval", refused, "granted")
