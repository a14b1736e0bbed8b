"""Photos that a step names: each is of that very order, and its digest goes into the event.

So a photo of another order proves nothing here, and one that is exchanged afterwards does not match
what the history says it was.
"""

from collections.abc import Sequence
from typing import TypeVar
from uuid import UUID

from msgspec import Struct, structs

from gotovo.api.dispatch.errors import ApiError
from gotovo.attachments.attachments import Attachments
from gotovo.engine.submission import Submission
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.steps.return_refusal import RefuseReturn
from gotovo.order.values.handover.declined_units import DeclinedUnits
from gotovo.order.values.handover.refused_units import RefusedUnits
from gotovo.order.values.order import Units
from gotovo.store.tables.attachments.attachment import of_order
from gotovo.words.request_errors import RequestErrorCode

AnyUnits = TypeVar("AnyUnits", bound=Units)


async def bound_command(
    attachments: Attachments, number: str, command: Struct, prefix: str = ""
) -> Struct:
    """Return a command with the digests of the photos that its units name.

    Raises the error of the first id that is that of no photo of this order.
    """
    match command:
        case HandOver(refused=units):
            bound = await bound_units(attachments, number, units, f"{prefix}refused")
            return structs.replace(command, refused=bound)
        case AcceptReturn(units=units) | RefuseReturn(units=units):
            bound = await bound_units(attachments, number, units, f"{prefix}units")
            return structs.replace(command, units=bound)
        case _:
            return command


async def bound_submission(
    attachments: Attachments, submission: Submission, prefix: str
) -> Submission:
    """Return a submission whose command is bound; raise as `bound_command` does."""
    command = await bound_command(attachments, submission.number, submission.command, prefix)
    return structs.replace(submission, command=command)


async def bound_units(
    attachments: Attachments, number: str, units: Sequence[AnyUnits], field: str
) -> tuple[AnyUnits, ...]:
    """Return units with the digests of their photos; raise as `bound_command` does."""
    return tuple(
        [
            await _bound(attachments, number, each, f"{field}[{index}].attachments")
            for index, each in enumerate(units)
        ]
    )


async def _bound(attachments: Attachments, number: str, units: AnyUnits, field: str) -> AnyUnits:
    if not isinstance(units, (RefusedUnits, DeclinedUnits)) or not units.attachments:
        return units
    ids = [UUID(each) for each in units.attachments]
    digests = await attachments.digests_of(ids, of_order(number))
    for each in ids:
        if each not in digests:
            raise ApiError(RequestErrorCode.UNKNOWN_ATTACHMENT, field, str(each))
    return structs.replace(units, digests=tuple(digests[each] for each in ids))
