"""Every corner of the lifecycle, found by trying every command in every kind of situation.

Breadth first from nothing: in each situation all of `_tries` is handed to the real `decide`, and
what is accepted leads on. Two states are the same situation when they differ in nothing that a
step looks at (`_situation`), so the walk ends by itself. Goods never run out here; the one order
for milk shows what happens when they are gone.
"""

from collections import deque
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from gotovo.order.deadlines import next_due
from gotovo.order.decide import decide
from gotovo.order.facts import Facts, World
from gotovo.order.lifecycle import ROW_OF
from gotovo.order.refusals import Code
from gotovo.order.replay import TYPE_OF, record
from gotovo.order.steps.arrival import Arrive
from gotovo.order.steps.attempt import AttemptReason, RecordAttempt
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.steps.attention_clearance import ClearAttention
from gotovo.order.steps.call import LogCall
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.code_renewal import RenewCode
from gotovo.order.steps.contact_erasure import EraseContact
from gotovo.order.steps.correction import Correct
from gotovo.order.steps.departure import Depart
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.handover_opening import OpenHandover
from gotovo.order.steps.handover_stop import StopHandover
from gotovo.order.steps.handover_timeout import LeaveHandover
from gotovo.order.steps.help_answer import AnswerHelp
from gotovo.order.steps.help_question import AskHelp
from gotovo.order.steps.help_settlement import SettleHelp
from gotovo.order.steps.lateness import MarkLate
from gotovo.order.steps.packing import Box, Pack
from gotovo.order.steps.payment_expiry import ExpirePayment
from gotovo.order.steps.phone_change import ChangePhone
from gotovo.order.steps.picking import StartPicking
from gotovo.order.steps.placement import NewLine
from gotovo.order.steps.point_payment import PayAtPoint
from gotovo.order.steps.promise import ChangePromise
from gotovo.order.steps.promise_recalculation import RecalculatePromise
from gotovo.order.steps.reception import Receive
from gotovo.order.steps.redirection import Redirect
from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.steps.refund_failure import FailRefund
from gotovo.order.steps.refund_reroute import RerouteRefund
from gotovo.order.steps.refund_sending import SendRefund
from gotovo.order.steps.reinstatement import Reinstate
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.steps.return_claim import ClaimReturn
from gotovo.order.steps.shelving import Shelve
from gotovo.order.steps.slot import AgreeSlot
from gotovo.order.steps.storage_expiry import ExpireStorage
from gotovo.order.steps.storage_extension import ExtendStorage
from gotovo.order.steps.storage_recalculation import RecalculateStorage, RecalculationReason
from gotovo.order.steps.storage_reminder import RemindOfStorage
from gotovo.order.steps.trusted_person import NameTrusted
from gotovo.order.steps.trusted_person_revocation import RevokeTrusted
from gotovo.order.steps.withdrawal import Withdraw
from gotovo.order.stock_movements import movements
from gotovo.order.values.actor import Actor
from gotovo.order.values.customer import Contact
from gotovo.order.values.handover.proofs import NoCodeReason, WithoutCode
from gotovo.order.values.handover.refused_units import GoodsRefusal, RefusedUnits
from gotovo.order.values.help.help_clock import HelpChannel
from gotovo.order.values.invariants import broken
from gotovo.order.values.money import Money
from gotovo.order.values.order import Attention, Order, Pickup, Reason, Stage, Units, place_of
from gotovo.order.values.payments.captured import amount_due
from gotovo.order.values.payments.payment import PaymentTerm, Tender
from gotovo.order.values.pickup_codes import pickup_code, trusted_code
from gotovo.points.delivery_slots import delivery_slots
from tests.support.order import stories
from tests.support.order.cast import (
    ANNA,
    AT_HOME,
    BORIS,
    DAILY,
    KOLYA,
    LENA,
    NOON,
    OLEG,
    PETYA,
    POINTS,
    SECRET,
    SHOP,
    SONYA,
    TIMER,
    WAREHOUSES,
    basket,
)

_HOUR = timedelta(hours=1)
_LINES = (NewLine("tea", "Чай", 1, 300), NewLine("cup", "Чашка", 1, 500, "cup"))
_MILK = (NewLine("milk", "Молоко", 1, 800),)
_COST = 800


_PAYING = (Stage.PLACED, Stage.PAID, Stage.CANCELLED)
"""Where the walk follows what payments leave behind; later it is the same."""


class Observed(NamedTuple):
    """One answer of `decide`: the step, where the order stood, and where it stands now."""

    step: str
    before: Stage | None
    after: Stage | None
    code: Code | None
    events: tuple[str, ...]
    imported: bool


class _Goods:
    """A warehouse where only milk is ever gone."""

    def known(self, warehouse: str, sku: str) -> bool:
        return warehouse == "KZN" and sku != "salt"

    def available(self, warehouse: str, sku: str) -> int:
        return 100 if self.known(warehouse, sku) and sku != "milk" else 0


_NEW_PHONE = "+79007654321"
_ANNAS = Contact("+79001234547", address="Казань, Лесная, 7")
_PLACES = {
    **POINTS,
    "KZN-1": replace(
        POINTS["KZN-1"], pays_at_point=True, without_code_max=1, not_refusable=("cup",)
    ),
}
WORLD = World(_PLACES, WAREHOUSES, _Goods(), SECRET)


class Situation(NamedTuple):
    """An order in one of the situations, the instant it was reached, and what was tried in it."""

    order: Order
    now: datetime
    commands: tuple[Struct, ...]


def explore() -> frozenset[Observed]:
    """Return everything there is to see, the same on every run."""
    return _explored()[0]


def situations() -> tuple[Situation, ...]:
    """Return every situation that an order can be in."""
    return _explored()[1]


@cache
def _explored() -> tuple[frozenset[Observed], tuple[Situation, ...]]:
    seen: set[object] = set()
    found: set[Observed] = set()
    reached: list[Situation] = []
    waiting: deque[tuple[Order | None, datetime]] = deque([(None, NOON)])
    while waiting:
        order, now = waiting.popleft()
        tried = tuple(_tries(order, now))
        if order is not None:
            reached.append(Situation(order, now, tuple(command for command, _, _ in tried)))
        for command, actor, at in tried:
            observed, after = _answer(order, command, actor, at)
            found.add(observed)
            if after is None or after is order or _situation(after) in seen:
                continue
            seen.add(_situation(after))
            waiting.append((after, max(at, now)))
    return frozenset(found), tuple(reached)


def transitions(*, imported: bool) -> tuple[tuple[Stage | None, str, Stage], ...]:
    """Return each change of stage that was seen: from, by which step, to.

    Lives carried over from another system leave steps out; they count only when asked for.
    """
    moved = {
        (x.before, x.step, x.after)
        for x in explore()
        if x.after is not None and x.after is not x.before and (imported or not x.imported)
    }
    rank = {stage: i for i, stage in enumerate(Stage)}
    return tuple(sorted(moved, key=lambda m: (rank[m[0]] if m[0] else -1, rank[m[2]], m[1])))


def facts_of(order: Order | None, command: Struct, actor: Actor, at: datetime) -> Facts:
    """Return the facts of a command, now; a contact is known only to steps that begin with one."""
    contact = _ANNAS if order is None or isinstance(command, ChangePhone) else None
    return Facts(WORLD, actor, "c", at, at, contact=contact, phone=_NEW_PHONE)


def _answer(
    order: Order | None, command: Struct, actor: Actor, at: datetime
) -> tuple[Observed, Order | None]:
    decision = decide(order, command, facts_of(order, command, actor, at))
    after = order
    when = decision.at or at
    for event in decision.events:
        if after is not None:
            movements(after, event)
        number = after.number if after else "200785804776"
        _, after = record(after, event, number, when, at, f"{actor.role}:{actor.id}", "c")
    if after is not None and decision.events:
        assert broken(after) == (), (command, order)
    names = tuple(TYPE_OF[type(event)] for event in decision.events)
    code = decision.refusal.code if decision.refusal else None
    before = order.stage if order else None
    step = ROW_OF[type(command)].step
    imported = after is not None and after.imported
    observed = Observed(step, before, after.stage if after else None, code, names, imported)
    return observed, after


def _situation(order: Order) -> object:
    """Return what steps look at; counters only as far as a step asks about them."""
    parcels = tuple(sorted((p.stage, p.back, p.condition is not None) for p in order.parcels))
    return (
        order.delivery,
        order.imported,
        order.lines[0].sku,
        order.stage,
        order.reason is Reason.NOT_COLLECTED,
        order.reason is Reason.PAYMENT_EXPIRED and order.stage is Stage.CANCELLED,
        parcels,
        order.stage in _PAYING and (order.paid > 0, Attention.MONEY in order.attention),
        order.called,
        (amount_due(order) > 0, order.refunds != ()),
        order.storage is not None and order.storage.extended,
        _of_the_desk(order) if parcels == ((Stage.SHELVED, False, False),) else (),
        order.refunds[-1].state if order.refunds else None,
        order.stage is Stage.ISSUED and order.help is not None,
    )


def _of_the_desk(order: Order) -> object:
    codes = order.codes
    trusted = (codes.trusted > 0, codes.trusted == codes.trusted_used)
    disputed = Attention.DISPUTE in order.attention
    return codes.wrong_tries, codes.rotations, codes.counter > 1, trusted, disputed


def _tries(order: Order | None, now: datetime) -> Iterator[tuple[Struct, Actor, datetime]]:
    if order is None:
        for command in _beginnings():
            yield command, SHOP, now
        yield Pack(), PETYA, now
        return
    for command, actor in (*_warehouse(order), *_desk(order), *_buyers(now), *_office(order, now)):
        yield command, actor, now
    if order.reason is Reason.PAYMENT_EXPIRED and order.payment_due_at is not None:
        yield stories.pay(_COST, "reported late"), SHOP, order.payment_due_at - _HOUR
    due = next_due(order)
    for command in (ExpirePayment(), MarkLate(), RemindOfStorage(), LeaveHandover()):
        yield command, TIMER, due.at if due else now
    arrived = RecalculateStorage(RecalculationReason.MESSAGE_DELIVERED, now + _HOUR)
    unconfirmed = RecalculateStorage(RecalculationReason.MESSAGE_UNCONFIRMED)
    lost = RecalculateStorage(RecalculationReason.MESSAGE_NOT_DELIVERED)
    for command in (arrived, unconfirmed, lost, RecalculateStorage(), RecalculatePromise()):
        yield command, TIMER, now
    yield ExpireStorage(), TIMER, order.storage.deadline_at if order.storage else now
    yield basket(lines=_LINES), SHOP, now
    yield ClaimReturn(), ANNA, now + timedelta(days=8)
    yield StartPicking(), PETYA, datetime(1999, 1, 1, tzinfo=now.tzinfo)


def _beginnings() -> Iterator[Struct]:
    yield basket(lines=_LINES)
    yield basket(AT_HOME, _LINES)
    yield basket(lines=_MILK)
    yield basket(lines=_LINES, payment=PaymentTerm.AT_POINT)
    yield basket(lines=_MILK, payment=PaymentTerm.AT_POINT)
    yield basket(AT_HOME, _LINES, payment=PaymentTerm.AT_POINT)
    yield basket(lines=(NewLine("tea", "Чай", 1, 0),))
    yield basket(lines=(NewLine("milk", "Молоко", 1, 0),))
    yield basket(lines=_LINES, imported=True)
    yield basket(AT_HOME, _LINES, imported=True)
    yield basket(lines=())
    yield basket(lines=(NewLine("salt", "Соль", 1, 10),))
    yield basket(lines=(NewLine("tea", "Чай", 1, -10),))
    yield basket(Pickup("KZN-9"), _LINES)
    yield basket(Pickup("KZN-4"), _LINES)
    yield replace(basket(lines=_LINES), warehouse="MSK")
    yield replace(basket(lines=_LINES), warehouse="ARC")


def _scans(order: Order) -> tuple[tuple[str, ...], ...]:
    """Return what may be scanned: everything, or each parcel alone."""
    return ((), *((parcel.barcode,) for parcel in order.parcels))


def _warehouse(order: Order) -> Iterator[tuple[Struct, Actor]]:
    first = tuple(p.barcode for p in order.parcels[:1])
    yield stories.pay(_COST, payment_id="one"), SHOP
    yield stories.pay(_COST, payment_id="two"), SHOP
    yield stories.pay(_COST + 1, "three"), SHOP
    yield stories.pay(_COST, "four", "USD"), SHOP
    yield stories.pay(1, "five"), SHOP
    yield stories.pay(2, "five"), SHOP
    yield stories.pay(0, "six"), SHOP
    yield StartPicking(), PETYA
    yield Pack(), PETYA
    yield Pack((Box((Units(1, 1),)), Box((Units(2, 1),)))), PETYA
    yield Pack((Box((Units(9, 1),)),)), PETYA
    for parcels in (*_scans(order), ("?",)):
        yield Dispatch(parcels=parcels), PETYA
        yield Receive(parcels=parcels), PETYA
    yield Dispatch(courier="kolya"), PETYA
    yield Cancel(Reason.LOST, lost=first), SONYA


def _desk(order: Order) -> Iterator[tuple[Struct, Actor]]:
    place = place_of(order)
    here = KOLYA if place == "courier" else LENA
    right = pickup_code(SECRET, order.number, place, order.codes.counter)
    sent = trusted_code(SECRET, order.number, place, order.codes.trusted)
    for parcels in _scans(order):
        yield Arrive(parcels=parcels), SONYA
        yield Shelve(parcels=parcels, cell="A1"), SONYA
        yield Withdraw(parcels=parcels), SONYA
    yield Arrive(), OLEG
    yield PayAtPoint(Money(_COST, "RUB"), place, "slip 1"), here
    yield PayAtPoint(Money(1, "RUB"), place, "slip 2", Tender.CASH), SONYA
    for code in ("", right, sent, "000000", pickup_code(SECRET, order.number, place, 1)):
        yield OpenHandover(code=code), SONYA
        yield HandOver(code=code), here
    yield HandOver(fact=True), here
    yield HandOver(code=right, scanned=("?",)), here
    yield HandOver(code=right), replace(here, own_customer=order.customer)
    yield HandOver(code=right, refused=(Units(2, 1),)), here
    defective = RefusedUnits(2, 1, GoodsRefusal.DEFECT)
    yield HandOver(code=right, refused=(defective,)), here
    yield HandOver(code=right, refused=(RefusedUnits(1, 1), defective)), here
    bare = WithoutCode(NoCodeReason.NO_PHONE)
    for without_code in (bare, replace(bare, approved_by="maria")):
        yield OpenHandover(without_code=without_code), here
        yield HandOver(without_code=without_code), here
    yield OpenHandover(same_buyer=order.number), here
    yield StopHandover(), ANNA
    yield LogCall(answered=True), KOLYA
    yield Depart(), KOLYA
    for reason in (AttemptReason.ABSENT, AttemptReason.NO_ATTEMPT, AttemptReason.REFUSED):
        yield RecordAttempt(reason), KOLYA


def _buyers(now: datetime) -> Iterator[tuple[Struct, Actor]]:
    slot = AgreeSlot(now + _HOUR, now + 2 * _HOUR)
    yield slot, KOLYA
    yield slot, ANNA
    longer = AgreeSlot(now + _HOUR, now + 3 * _HOUR)
    yield longer, KOLYA
    yield AgreeSlot(*next(delivery_slots(DAILY, now))), ANNA
    yield AgreeSlot(now + _HOUR, now), ANNA
    yield Cancel(), ANNA
    yield ExtendStorage(), ANNA
    yield NameTrusted(), ANNA
    yield RevokeTrusted(), ANNA
    yield RenewCode(), ANNA
    for delivery in (Pickup("KZN-1"), AT_HOME, Pickup("KZN-4"), Pickup("KZN-9")):
        yield Redirect(delivery), ANNA
    yield ClaimReturn(), ANNA
    for units in ((), (Units(1, 1),), (Units(9, 1),)):
        yield AcceptReturn(units, "KZN-1"), SONYA
    yield stories.declined(1), SONYA
    yield stories.declined(2), SONYA
    yield EraseContact(), ANNA
    yield ChangePhone(), ANNA


def _office(order: Order, now: datetime) -> Iterator[tuple[Struct, Actor]]:
    yield Cancel(Reason.SELLER_REQUEST), SONYA
    yield Reinstate(), SONYA
    later = now + timedelta(days=40)
    yield ChangePromise(later.date(), later, "snow"), PETYA
    yield ChangePromise(later.date(), None, "snow"), PETYA
    for refund in [refund.id for refund in order.refunds] or ["R1"]:
        yield SendRefund(refund), TIMER
        yield CompleteRefund(refund), SHOP
        yield FailRefund(refund), SONYA
        yield RerouteRefund(refund), SONYA
    yield AskHelp(HelpChannel.PHONE, now), SONYA
    yield AnswerHelp(), SONYA
    yield SettleHelp(now), SONYA
    yield RaiseAttention(Attention.DISPUTE), SONYA
    yield ClearAttention(Attention.DISPUTE), SONYA
    yield ClearAttention(Attention.DISPUTE, refund=True), SONYA
    yield ClearAttention(Attention.MONEY, refund=True), SONYA
    yield Correct(order.issued_version, "mistake"), BORIS
    yield Correct(order.issued_version, "mistake"), LENA
    yield Pack(), ANNA
