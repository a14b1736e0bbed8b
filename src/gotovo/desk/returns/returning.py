"""Returns at a desk: an order is found, its goods are compared with the claim, taken back or not.

What is taken back becomes a parcel of its own with a barcode, or two where some of it is defective;
from then on it is among what leaves the shelf. The refund follows its inspection, as the core has
it: a desk pays nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID, uuid5

from msgspec import Struct, structs

from gotovo.access.permissions import cannot_see
from gotovo.access.staff.second_person import ApprovalKind, ApprovalRefusal
from gotovo.attachments.attachments import Attachments
from gotovo.desk.handover.approvals import not_approved
from gotovo.desk.handover.try_limits import tries_of
from gotovo.desk.handover.visiting import Clerk, Submit, Visiting, Wait, Write
from gotovo.desk.returns.brought_order import (
    BroughtOrder,
    beyond_what_was_issued,
    brought_order,
    needs_reason,
)
from gotovo.engine.submission import ResultKind
from gotovo.order.checks.code_check import right_proof, used_up
from gotovo.order.checks.handover.unclaimed_return import unclaimed
from gotovo.order.refusals import Code, Refusal
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.steps.return_refusal import RefuseReturn
from gotovo.order.values.handover.declined_units import DeclinedUnits
from gotovo.order.values.handover.refused_units import RefusedUnits
from gotovo.order.values.number import parse
from gotovo.order.values.order import Order, Parcel, place_of
from gotovo.store.reads.desk.returns import ReturnReads
from gotovo.store.reads.programs import OrderRead
from gotovo.value import Value


class BroughtGoods(Value, frozen=True, kw_only=True):
    """What a clerk says of goods that were brought: what is taken back, and what is not.

    `note` says it in words, `approval` is of a second person for what nobody claimed.
    """

    taken: tuple[RefusedUnits, ...] = ()
    declined: tuple[DeclinedUnits, ...] = ()
    note: str = ""
    approval: UUID | None = None


class TakenBack(Value, frozen=True):
    """The order after a return, and the parcels that were made of what was taken back."""

    order: Order
    parcels: tuple[Parcel, ...] = ()


class Returning(Struct, frozen=True):
    """Finds orders whose goods are brought, and takes them back; shares the limits of visits."""

    visiting: Visiting
    reads: ReturnReads
    attachments: Attachments

    async def find(self, number: str, clerk: Clerk) -> BroughtOrder | Refusal:
        """Return an order whose goods may be brought here, with the photos of its claim."""
        found = await self._visible(parse(number), clerk)
        if isinstance(found, Refusal):
            return found
        await self.visiting.access_log.record(clerk.actor, "order", (found.number,))
        photos = await self.attachments.claims_of(found.number)
        return structs.replace(self._brought(found.order, clerk), photos=photos)

    async def find_by_phone(
        self, phone_last4: str, code: str, clerk: Clerk
    ) -> BroughtOrder | Refusal | Wait:
        """Return the issued order of this point that a code and the end of a phone belong to.

        Whether anybody has such a phone is never told, and wrong tries count as at a hand-over.
        """
        tries = tries_of(clerk.actor, clerk.point, phone_last4)
        now = self.visiting.clock()
        wait = await self.visiting.limits.take(tries, now)
        if wait is not None:
            return Wait(wait)
        found = await self.reads.issued_with_phone(clerk.point, clerk.actor.shop, phone_last4, now)
        right = [each for each in found if self._is_right(each.order, code, now)]
        if len({each.order.customer for each in right}) != 1:
            return Refusal(Code.WRONG_CODE, "code")
        await self.visiting.limits.was_right(tries, now)
        return await self.find(right[0].number, clerk)

    async def claimed(
        self, clerk: Clerk, after: tuple[datetime, str] | None, limit: int
    ) -> Sequence[BroughtOrder]:
        """Return orders of this point that a claim waits for, the last placed first."""
        now = self.visiting.clock()
        found = await self.reads.claimed(clerk.point, clerk.actor.shop, now, after, limit)
        await self.visiting.access_log.record(clerk.actor, "list", [x.number for x in found])
        return [self._brought(each.order, clerk) for each in found]

    async def asks_for_proof(self, number: str, goods: BroughtGoods) -> bool:
        """Tell whether something is taken back that nobody claimed."""
        parsed = parse(number)
        found = None if parsed is None else await self.visiting.reads.order(parsed)
        is_known = found is not None and beyond_what_was_issued(found.order, goods.taken) is None
        return found is not None and is_known and bool(unclaimed(found.order, goods.taken))

    async def take(
        self, number: str, goods: BroughtGoods, clerk: Clerk, submit: Submit
    ) -> TakenBack | Refusal:
        """Take goods back, and record what is not taken back; the same request does it once."""
        found = await self._visible(parse(number), clerk)
        if isinstance(found, Refusal):
            return found
        named = (*goods.taken, *goods.declined)
        wrong = (
            Refusal(Code.WRONG_QUANTITY, "taken", "0", "1..")
            if not named
            else beyond_what_was_issued(found.order, named, "taken") or needs_reason(goods.taken)
        )
        if wrong is not None:
            return wrong
        order, before = found.order, len(found.order.parcels)
        if goods.taken:
            taken = await self._taken(found, goods, clerk, submit)
            if isinstance(taken, Refusal):
                return taken
            order, before = taken
        if goods.declined:
            command = RefuseReturn(goods.declined, clerk.point, goods.note)
            result = await submit(Write(f"{found.number}:declined", found.number, command))
            if result.refusal is not None:
                return result.refusal
            order = result.order or order
        return TakenBack(order, order.parcels[before:] if goods.taken else ())

    async def _taken(
        self, found: OrderRead, goods: BroughtGoods, clerk: Clerk, submit: Submit
    ) -> tuple[Order, int] | Refusal:
        """Return the order after what was taken back, and how many parcels it had before."""
        approved_by = ""
        if goods.approval is not None:
            taken = await self.visiting.second_person.take(
                goods.approval,
                ApprovalKind.RETURN_WITHOUT_CLAIM,
                found.number,
                clerk.actor,
                str(uuid5(clerk.request_id, found.number)),
            )
            if isinstance(taken, ApprovalRefusal):
                return not_approved(taken)
            approved_by = taken.approved_by
        command = AcceptReturn(goods.taken, clerk.point, approved_by)
        result = await submit(Write(found.number, found.number, command))
        if result.refusal is not None:
            return result.refusal
        order = result.order
        assert order is not None, found.number
        if result.kind is ResultKind.ALREADY_DONE and not result.repeated:
            return Refusal(Code.WRONG_QUANTITY, "taken", str(goods.taken[0].quantity), "0")
        kinds = len({each.is_defective for each in goods.taken})
        return order, len(order.parcels) - kinds

    async def _visible(self, number: str | None, clerk: Clerk) -> OrderRead | Refusal:
        visiting = self.visiting
        found = None if number is None else await visiting.reads.order(number)
        if found is None:
            return Refusal(Code.UNKNOWN_ORDER)
        hidden = cannot_see(found.order, clerk.sees_as, visiting.terms, visiting.clock())
        return hidden or found

    def _brought(self, order: Order, clerk: Clerk) -> BroughtOrder:
        visiting = self.visiting
        points = visiting.points()
        return brought_order(
            order, clerk.sees_as, points[clerk.point], points, visiting.terms, visiting.clock()
        )

    def _is_right(self, order: Order, code: str, now: datetime) -> bool:
        """Tell whether a code is that of the order when it was issued."""
        if used_up(order):
            return False
        point = self.visiting.points().get(place_of(order))
        policy = "code" if point is None else point.handover
        keys = self.visiting.code_keys()
        return right_proof(order, code, "", policy=policy, keys=keys, now=now) is not None
