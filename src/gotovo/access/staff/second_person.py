"""The second person: a step above a limit needs somebody else who says yes.

Who asks gets an approval to show to another person; that person, with a fresh proof of their own,
grants it; the step takes it, once, for exactly what was asked.
"""

from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from gotovo.order.values.actor import Actor
from gotovo.points.desk.second_person import ApprovalKind
from gotovo.value import Value


class Approval(Value, frozen=True):
    """A granted approval: `approved_by` is the second person's actor id, never who asked."""

    id: UUID
    kind: ApprovalKind
    about: str
    asked_by: str
    approved_by: str
    approved_at: datetime


class ApprovalRefusal(StrEnum):
    """Why an approval can't be taken."""

    UNKNOWN = "unknown"  # there is none with this id for this kind and subject
    PENDING = "pending"  # nobody has said yes so far
    DENIED = "denied"  # somebody has said no
    EXPIRED = "expired"  # it was granted too long ago
    TAKEN = "taken"  # it has been used for another command
    SAME_PERSON = "same_person"  # who asked and who granted it are one person


class SecondPerson(Protocol):
    """Approvals, as the steps that need one use them."""

    async def take(
        self, approval: UUID, kind: ApprovalKind, about: str, actor: Actor, command_id: str
    ) -> Approval | ApprovalRefusal:
        """Take an approval for one command of `actor`; the same command may take it again.

        `about` is the order's number, or the code of the box, parcel or point it was asked for.
        """
        ...
