"""Writing off: a parcel that was given up is paid back; a point's setting asks for a second person.

It is the order's own cancellation as lost, so refund, stock and messages are those of any other.
"""

from uuid import UUID, uuid5

from gotovo.access.staff.second_person import ApprovalKind, ApprovalRefusal, SecondPerson
from gotovo.desk.handover.approvals import not_approved
from gotovo.desk.handover.visiting import Clerk, Submit, Write
from gotovo.engine.submission import SubmissionResult
from gotovo.order.refusals import Refusal
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.values.order import Reason
from gotovo.store.tables.shelf.searches import ParcelSearch


async def write_off(  # noqa: PLR0917  (who, what, why, and how it is handed in)
    second_person: SecondPerson,
    search: ParcelSearch,
    note: str,
    approval: UUID | None,
    clerk: Clerk,
    submit: Submit,
) -> SubmissionResult | Refusal:
    """Close the order of a lost parcel; an approval about it is taken for this request."""
    approved_by = ""
    if approval is not None:
        taken = await second_person.take(
            approval,
            ApprovalKind.WRITE_OFF,
            search.number,
            clerk.actor,
            str(uuid5(clerk.request_id, search.number)),
        )
        if isinstance(taken, ApprovalRefusal):
            return not_approved(taken)
        approved_by = taken.approved_by
    command = Cancel(Reason.LOST, note, (search.barcode,), approved_by)
    return await submit(Write(search.number, search.number, command))
