"""Visits at a desk: a buyer is identified once, and all of their orders here are opened.

A visit is read from the orders each time, so it survives a reload, another device and a restart.
Every write is a command for one order with an id made from the request's own, so a request that is
repeated does nothing twice. `Submit` is how a caller hands a command to the engine.
"""

from asyncio import gather
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid5

from msgspec import Struct, structs

from gotovo.access.access_log import AccessLog
from gotovo.access.permissions import cannot_see
from gotovo.access.staff.second_person import ApprovalKind, ApprovalRefusal, SecondPerson
from gotovo.desk.handover.approvals import NoApprovals, not_approved
from gotovo.desk.handover.identification import (
    ByClerk,
    ByNumber,
    ByPhone,
    ByQr,
    Identification,
)
from gotovo.desk.handover.try_limits import Tries, TryLimits, tries_of
from gotovo.desk.handover.visit import (
    BuyerVisit,
    Waiting,
    is_of_buyer,
    numbers,
    visit_id,
    visits_of,
)
from gotovo.engine.submission import ResultKind, SubmissionResult
from gotovo.keyring.keyring import Keys
from gotovo.order.allowed import allowed_steps
from gotovo.order.checks.code_check import right_proof, used_up
from gotovo.order.facts import Circumstances, OrderTerms
from gotovo.order.refusals import Code, Refusal
from gotovo.order.steps.handover_opening import OpenHandover
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.customer import Contact
from gotovo.order.values.handover.proofs import OF_BUYER, WithoutCode
from gotovo.order.values.number import parse
from gotovo.order.values.order import Order, Stage, place_of
from gotovo.points.point import Point
from gotovo.store.reads.desk.visits import VisitReads
from gotovo.store.reads.programs import OrderFilter, OrderRead, ProgramReads

OPEN_MAX: Final = 200
"""Hand-overs that are shown of one desk: forty people with five orders each."""

ORDERS_OF_BUYER_MAX: Final = 50
"""Open orders of one buyer for one point; a re-seller has dozens, nobody has more."""

_GUESSED: Final = frozenset({Code.WRONG_CODE, Code.CODE_REVOKED, Code.TOO_MANY_ATTEMPTS})
_SHOWN: Final = ("processing", "ready_for_pickup")
"""What is not paid for is nobody's business at a desk, and may never come."""

Submit = Callable[["Write"], Awaitable[SubmissionResult]]


class Write(Struct, frozen=True):
    """One command for the engine; `key` tells it from the others of the same request."""

    key: str
    number: str
    command: Struct


class Wait(Struct, frozen=True):
    """Too many wrong tries: nobody is identified here for so long."""

    wait: timedelta


class Clerk(Struct, frozen=True):
    """Who asks at which desk, and the id of the request, which approvals are taken for."""

    actor: Actor
    point: str
    request_id: UUID

    @property
    def sees_as(self) -> Actor:
        """Return the actor with the eyes of a clerk of this point, whoever it is."""
        return structs.replace(self.actor, role=Role.POINT, place=self.point)


class Visiting(Struct, frozen=True, kw_only=True):
    """Opens and reads visits. `flag` is told who issues without codes more often than usual."""

    reads: ProgramReads
    visit_reads: VisitReads
    access_log: AccessLog
    limits: TryLimits
    points: Callable[[], Mapping[str, Point]]
    code_keys: Callable[[], Keys]
    clock: Callable[[], datetime]
    terms: OrderTerms
    second_person: SecondPerson = NoApprovals()
    flag: Callable[[Actor, str], None] | None = None
    without_code_per_shift: int = 5

    async def open(
        self, shown: Identification, clerk: Clerk, submit: Submit
    ) -> BuyerVisit | Refusal | Wait:
        """Open every order that the buyer can have now; return the visit, or why there is none."""
        if isinstance(shown, ByPhone):
            return await self._open_by_phone(shown, clerk, submit)
        if isinstance(shown, ByClerk):
            return await self._open_without_code(shown, clerk, submit)
        number = shown.number if isinstance(shown, ByQr) else parse(shown.number)
        found = await self._visible(number, clerk)
        if isinstance(found, Refusal):
            return found
        command = (
            OpenHandover(qr=shown.qr) if isinstance(shown, ByQr) else OpenHandover(code=shown.code)
        )
        if isinstance(shown, ByNumber) and not shown.code:
            return await self._opened(found, command, clerk, submit)
        tries = tries_of(clerk.actor, clerk.point)
        wait = await self.limits.take(tries, self.clock())
        if wait is not None:
            return Wait(wait)
        opened = await self._opened(found, command, clerk, submit)
        await self._settle(tries, opened)
        return opened

    async def visits(self, clerk: Clerk) -> Sequence[BuyerVisit]:
        """Return the visits that are open at a desk, without the orders that wait."""
        open_orders = await self._being_handed_over(clerk)
        await self.access_log.record(clerk.actor, "list", sorted(open_orders))
        found = visits_of(clerk.point, (read.order for read in open_orders.values()))
        return [
            BuyerVisit(key, orders, contact=open_orders[orders[0].number].contact)
            for key, orders in found.items()
        ]

    async def visit(self, wanted: UUID, clerk: Clerk) -> BuyerVisit | None:
        """Return an open visit with the buyer's other orders, None where it is over."""
        orders = await self.open_orders(wanted, clerk)
        return await self._shown(orders[0], clerk) if orders else None

    async def open_orders(self, wanted: UUID, clerk: Clerk) -> tuple[Order, ...]:
        """Return the orders of a visit that are still being handed over; none where it is over."""
        reads = await self._being_handed_over(clerk)
        return visits_of(clerk.point, (each.order for each in reads.values())).get(wanted, ())

    async def _open_by_phone(
        self, shown: ByPhone, clerk: Clerk, submit: Submit
    ) -> BuyerVisit | Refusal | Wait:
        """Find the order whose code was shown among those of all phones that end like this.

        Whether anybody has such a phone is never told: what is wrong is wrong, and counts the same.
        A wrong try also counts against each order that it was compared with.
        """
        tries = tries_of(clerk.actor, clerk.point, shown.phone_last4)
        now = self.clock()
        wait = await self.limits.take(tries, now)
        if wait is not None:
            return Wait(wait)
        shop = clerk.actor.shop
        found = await self.visit_reads.ready_with_phone(clerk.point, shop, shown.phone_last4)
        right = [each for each in found if self._is_right(each.order, shown.code, now)]
        buyers = {each.order.customer for each in right}
        if len(buyers) != 1:  # Nobody, or two with the same code by chance: then ask the number.
            command = OpenHandover(code=shown.code)
            wrong = () if right else found
            await gather(*(submit(Write(f"try:{x.number}", x.number, command)) for x in wrong))
            return Refusal(Code.WRONG_CODE, "code")
        opened = await self._opened(right[0], OpenHandover(code=shown.code), clerk, submit)
        await self._settle(tries, opened)
        return opened

    def _is_right(self, order: Order, code: str, now: datetime) -> bool:
        """Tell whether a code is the order's; one whose tries are used up tells nobody."""
        if used_up(order):
            return False
        point = self.points().get(place_of(order))
        policy = "code" if point is None else point.handover
        keys = self.code_keys()
        return right_proof(order, code, "", policy=policy, keys=keys, now=now) is not None

    async def _open_without_code(
        self, shown: ByClerk, clerk: Clerk, submit: Submit
    ) -> BuyerVisit | Refusal | Wait:
        found = await self._visible(parse(shown.number), clerk)
        if isinstance(found, Refusal):
            return found
        approved_by = ""
        if shown.approval is not None:
            taken = await self.second_person.take(
                shown.approval,
                ApprovalKind.HANDOVER_WITHOUT_CODE,
                found.number,
                clerk.actor,
                str(uuid5(clerk.request_id, found.number)),
            )
            if isinstance(taken, ApprovalRefusal):
                return not_approved(taken)
            approved_by = taken.approved_by
        why = WithoutCode(shown.reason, approved_by)
        command = OpenHandover(without_code=why, note=shown.note)
        return await self._opened(found, command, clerk, submit)

    async def _opened(
        self, found: OrderRead, command: OpenHandover, clerk: Clerk, submit: Submit
    ) -> BuyerVisit | Refusal:
        """Open one order by what was shown, then the others of the buyer if it was the buyer's."""
        result = await submit(Write(found.number, found.number, command))
        if result.refusal is not None:
            return result.refusal
        proved = result.order
        assert proved is not None, found.number
        if result.kind is ResultKind.DONE and command.without_code and not result.repeated:
            await self._count_without_code(clerk, proved.number)
        if proved.handover_proof in OF_BUYER:
            others = [x.order for x in await self._of_buyer(proved, clerk)]
            same = OpenHandover(same_buyer=proved.number)
            await gather(
                *(
                    submit(Write(each.number, each.number, same))
                    for each in others
                    if each.number != proved.number and each.stage is Stage.SHELVED
                )
            )
        return await self._shown(proved, clerk)

    async def _shown(self, proved: Order, clerk: Clerk) -> BuyerVisit:
        """Return the visit of an order as it is now, and log the look at each of its orders."""
        reads = {each.number: each for each in await self._of_buyer(proved, clerk)}
        orders = [each.order for each in reads.values()]
        wanted = visit_id(clerk.point, proved)
        opened = visits_of(clerk.point, orders).get(wanted, ())
        taken = frozenset(numbers(opened))
        waiting = [x for x in orders if x.number not in taken] if is_of_buyer(proved) else []
        visit = BuyerVisit(
            wanted,
            opened,
            tuple(Waiting(order, self._why_not(order, clerk)) for order in waiting),
            self._contact(reads, opened or (proved,)),
        )
        seen = (*numbers(opened), *(each.order.number for each in visit.waiting))
        await self.access_log.record(clerk.actor, "order", seen)
        return visit

    def _why_not(self, order: Order, clerk: Clerk) -> Refusal:
        """Return why an order is not among those that are issued now."""
        circumstances = Circumstances(clerk.sees_as, self.clock(), self.points(), self.terms)
        steps = {each.step: each for each in allowed_steps(order, circumstances)}
        refusal = steps["handover-opening"].refusal
        return refusal or Refusal(Code.STAGE_FORBIDS, "stage", order.stage)

    @staticmethod
    def _contact(reads: dict[str, OrderRead], orders: Sequence[Order]) -> Contact | None:
        read = reads.get(orders[0].number)
        return None if read is None else read.contact

    async def _visible(self, number: str | None, clerk: Clerk) -> OrderRead | Refusal:
        """Return an order of this point, or the refusal of one that is not."""
        found = None if number is None else await self.reads.order(number)
        if found is None:
            return Refusal(Code.UNKNOWN_ORDER)
        order = found.order
        hidden = cannot_see(order, clerk.sees_as, self.terms, self.clock())
        if hidden is None and place_of(order) != clerk.point:
            return Refusal(Code.UNKNOWN_ORDER)  # Returnable here, and handed over elsewhere.
        return hidden or found

    async def _of_buyer(self, order: Order, clerk: Clerk) -> Sequence[OrderRead]:
        """Return the buyer's open orders for this point, which the clerk may see, oldest first."""
        found: list[OrderRead] = []
        for status in _SHOWN:
            wanted = OrderFilter(
                statuses=(status,),
                customer=order.customer,
                point=clerk.point,
                shop=clerk.actor.shop,
                limit=ORDERS_OF_BUYER_MAX,
            )
            found += await self.reads.orders(wanted)
        return sorted(found, key=lambda each: (each.placed_at, each.number))

    async def _being_handed_over(self, clerk: Clerk) -> dict[str, OrderRead]:
        wanted = OrderFilter(
            statuses=("ready_for_pickup",),
            point=clerk.point,
            stage=Stage.HANDING_OVER,
            shop=clerk.actor.shop,
            limit=OPEN_MAX,
        )
        return {each.number: each for each in await self.reads.orders(wanted)}

    async def _settle(self, tries: Tries, opened: BuyerVisit | Refusal) -> None:
        """Give a try back that guessed nothing."""
        if isinstance(opened, Refusal) and opened.code in _GUESSED:
            return
        await self.limits.was_right(tries, self.clock())

    async def _count_without_code(self, clerk: Clerk, number: str) -> None:
        most, now = self.without_code_per_shift, self.clock()
        if await self.limits.exceeds_shift(clerk.actor, clerk.point, most, now) and self.flag:
            self.flag(clerk.actor, number)
