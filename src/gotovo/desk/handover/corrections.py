"""Corrections at the desk: a hand-over by mistake is undone, where needed with a second person."""

from uuid import UUID, uuid5

from gotovo.access.staff.second_person import ApprovalKind, ApprovalRefusal, SecondPerson
from gotovo.desk.handover.approvals import not_approved
from gotovo.desk.handover.visiting import Clerk, Submit, Write
from gotovo.engine.submission import SubmissionResult
from gotovo.order.refusals import Refusal
from gotovo.order.steps.correction import Correct


async def correct(  # noqa: PLR0917  (who, what, why, and how it is handed in)
    second_person: SecondPerson,
    number: str,
    command: Correct,
    approval: UUID | None,
    clerk: Clerk,
    submit: Submit,
) -> SubmissionResult | Refusal:
    """Undo a hand-over; an approval is taken for this order alone, and for this request."""
    if approval is not None:
        taken = await second_person.take(
            approval,
            ApprovalKind.HANDOVER_CORRECTION,
            number,
            clerk.actor,
            str(uuid5(clerk.request_id, number)),
        )
        if isinstance(taken, ApprovalRefusal):
            return not_approved(taken)
        command = Correct(command.version, command.note, taken.approved_by)
    return await submit(Write(number, number, command))
