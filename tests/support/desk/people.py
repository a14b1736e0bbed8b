"""People at a desk: each acts through the real visits and the real engine, under their own name."""

from itertools import count
from typing import Any
from uuid import UUID, uuid5

from msgspec import Struct, structs
from typing_extensions import override

from gotovo.access.staff.grants import StaffGrant, actor_of
from gotovo.access.staff.second_person import (
    Approval,
    ApprovalKind,
    ApprovalRefusal,
    SecondPerson,
)
from gotovo.desk.handover.completion import OrderEnd, OrderResult, complete, stop
from gotovo.desk.handover.corrections import correct
from gotovo.desk.handover.identification import Identification
from gotovo.desk.handover.visit import BuyerVisit
from gotovo.desk.handover.visiting import Clerk, Wait, Write
from gotovo.engine.submission import Submission, SubmissionResult
from gotovo.order.refusals import Code, Refusal
from gotovo.order.steps.correction import Correct
from gotovo.order.values.actor import Actor, Role
from tests.support.api.network import Network

_requests = count(1)


class Granted(SecondPerson):
    """Approvals that people have granted, kept in memory: each is good for one command."""

    def __init__(self) -> None:
        self._approvals: dict[UUID, Approval] = {}
        self._taken: dict[UUID, str] = {}

    def grant(
        self, network: Network, kind: ApprovalKind, about: str, asked_by: Actor, approver: Actor
    ) -> UUID:
        """Let `approver` agree to what `asked_by` asks for."""
        approval = UUID(int=next(_requests))
        self._approvals[approval] = Approval(
            approval, kind, about, asked_by.id, approver.id, network.clock.now
        )
        return approval

    @override
    async def take(
        self, approval: UUID, kind: ApprovalKind, about: str, actor: Actor, command_id: str
    ) -> Approval | ApprovalRefusal:
        found = self._approvals.get(approval)
        if found is None or (found.kind, found.about, found.asked_by) != (kind, about, actor.id):
            return ApprovalRefusal.UNKNOWN
        if found.approved_by == actor.id:
            return ApprovalRefusal.SAME_PERSON
        if self._taken.setdefault(approval, command_id) != command_id:
            return ApprovalRefusal.TAKEN
        return found


class Person:
    """One person at the desk of a point; each request has an id of its own unless it is named."""

    def __init__(
        self,
        network: Network,
        name: int,
        point: str = "KZN-1",
        *,
        shop: str | None = None,
        own_customer: str = "",
    ) -> None:
        self._network = network
        grant = StaffGrant(Role.POINT, shop=shop, point=point)
        self.actor = actor_of(UUID(int=name), grant, own_customer)
        self.point = point

    async def opens(self, shown: Identification, request: UUID | None = None) -> BuyerVisit:
        """Identify a buyer, who has to be found."""
        visit = await self.tries(shown, request)
        assert isinstance(visit, BuyerVisit), visit
        return visit

    async def is_refused(self, shown: Identification) -> Code:
        """Identify a buyer, who must not be found."""
        refusal = await self.tries(shown)
        assert isinstance(refusal, Refusal), refusal
        return refusal.code

    async def tries(
        self, shown: Identification, request: UUID | None = None
    ) -> BuyerVisit | Refusal | Wait:
        clerk = self._clerk(request)
        return await self._visiting.open(shown, clerk, self._submit(clerk))

    async def ends(
        self, visit: UUID, *ends: OrderEnd, request: UUID | None = None
    ) -> list[OrderResult]:
        """End the orders of a visit, which there has to be."""
        clerk = self._clerk(request)
        results = await complete(self._visiting, visit, ends, clerk, self._submit(clerk))
        assert results is not None
        assert not isinstance(results, Refusal), results
        return list(results)

    async def finds_no(self, visit: UUID, *ends: OrderEnd) -> bool:
        """Tell whether a visit does not exist for this person."""
        clerk = self._clerk(None)
        results = await complete(self._visiting, visit, ends, clerk, self._submit(clerk))
        return (
            results is None
            and await stop(self._visiting, visit, clerk, self._submit(clerk)) is None
        )

    async def corrects(
        self, number: str, approval: UUID | None = None, request: UUID | None = None
    ) -> SubmissionResult | Refusal:
        """Undo the last hand-over of an order."""
        clerk = self._clerk(request)
        found = await self._network.dependencies.reads.order(number)
        assert found is not None
        command = Correct(found.order.issued_version, "another buyer's parcel")
        second = self._network.second_person
        return await correct(second, number, command, approval, clerk, self._submit(clerk))

    async def takes(self, number: str, command: Struct) -> SubmissionResult:
        """Take a step with an order directly."""
        clerk = self._clerk(None)
        return await self._submit(clerk)(Write(number, number, command))

    @property
    def _visiting(self) -> Any:
        visiting = self._network.dependencies.desk.visiting
        return structs.replace(visiting, second_person=self._network.second_person)

    def _clerk(self, request: UUID | None) -> Clerk:
        return Clerk(self.actor, self.point, request or UUID(int=next(_requests)))

    def _submit(self, clerk: Clerk) -> Any:
        async def submit(write: Write) -> SubmissionResult:
            submission = Submission(
                uuid5(clerk.request_id, write.key),
                write.number,
                write.command,
                clerk.actor,
                bytes(16),
            )
            return await self._network.engine.submit(submission)

        return submit


def code_of(refused: SubmissionResult | Refusal | OrderResult) -> Code | None:
    """Return why something was refused, None where it was not."""
    if isinstance(refused, Refusal):
        return refused.code
    return None if refused.refusal is None else refused.refusal.code
