"""Payment: a captured payment is recorded, then applied, refunded or left to a person (rule 4.8).

The payment that completes the sum begins processing and reserves the goods; when they are gone,
everything is refunded (rule 2.2). One made in time and reported after the order closed as unpaid
revives it. An order of nothing is in processing at once. One that is paid at its point is in
processing before it is paid: a payment only lowers what is due there.
"""

from datetime import datetime, timedelta

from msgspec import Struct, structs

from gotovo.order.checks.promise_terms import promised
from gotovo.order.checks.warehouse_choice import warehouse_with_goods
from gotovo.order.facts import ALREADY_DONE, Circumstances, Decision, Facts, accept, refuse
from gotovo.order.refunds import start_refund
from gotovo.order.refusals import Code
from gotovo.order.steps.attention import AttentionRaised
from gotovo.order.steps.cancellation import OrderCancelled
from gotovo.order.values.identity import IdentityKey, IdentityKind
from gotovo.order.values.money import Money
from gotovo.order.values.order import (
    Attention,
    Order,
    Outcome,
    Promised,
    Reason,
    Stage,
    refunded,
    total,
)
from gotovo.order.values.payments.captured import is_due_at_point, payments_of
from gotovo.order.values.payments.payment import PaymentId, PaymentUse
from gotovo.order.values.payments.payment_events import (
    OrderPaid,
    PaymentReceived,
    PaymentReturned,
    payment_received,
    payment_returned,
    with_payment,
)
from gotovo.value import Value

PAYMENT_MAX = 10**15
"""What one payment may be, in minor units: as much as an order may cost."""

SURPLUS = "surplus"
"""Why a refund was started: more was paid than the order costs."""


class Pay(Value, frozen=True, tag="payment", tag_field="step"):
    """Report a captured payment. It is one payment in the whole network by provider and id.

    It may be a part of the sum: the rest stays due. What is too much is refunded.
    """

    amount: Money
    provider: str
    payment_id: str

    @property
    def name(self) -> PaymentId:
        """Return what identifies the payment."""
        return PaymentId(self.provider, self.payment_id)

    @property
    def identity(self) -> IdentityKey:
        """Return the identity that the payment's order gets."""
        return IdentityKey(IdentityKind.PAYMENT, self.provider, self.payment_id)


class OrderRevived(Value, frozen=True, tag="order.revived", tag_field="type", omit_defaults=True):
    """The closing of an unpaid order is taken back: it was paid in time, which was reported late.

    `closed_at` is that of the closing. `order.paid` follows, and the promise is made anew.
    """

    closed_at: datetime
    reason: Reason


def may_pay(order: Order, _circumstances: Circumstances) -> Decision | None:
    """Refuse where nothing is due; a payment that was captured all the same is recorded."""
    if _is_due(order):
        return None
    return refuse(_not_due(order), "stage", order.stage, Stage.PLACED)


def pay(order: Order, command: Pay, facts: Facts) -> Decision:
    """Record the payment, and decide what becomes of it."""
    money = command.amount
    no_payment = _no_payment(order, money)
    if no_payment:
        return no_payment
    reports = [each.money for each in payments_of(order) if each.is_named(command.name)]
    if money in reports:
        return ALREADY_DONE
    if reports or facts.holder not in {"", order.number}:
        return _left_to_person(order, command, facts, PaymentUse.CONTESTED)
    if money.currency != order.currency:
        return _left_to_person(order, command, facts, PaymentUse.HELD)
    if _is_due(order):
        apply = _applied if order.stage is Stage.PLACED else _added
        return apply(order, command, facts)
    return _revived(order, command, facts) or _returned(order, command, facts)


def free_of_charge(order: Order, facts: Facts) -> tuple[Struct, ...]:
    """Return the events that begin the processing of an order of nothing (rule 4.8)."""
    event = with_goods(OrderPaid(amount=0, reserved=False), order, facts)
    return (event,) if event.reserved else (event, OrderCancelled(Reason.OUT_OF_STOCK))


def claimed_payment(event: object) -> PaymentId | None:
    """Return the payment that belongs to the event's order from now on, if it tells of one."""
    match event:
        case PaymentReceived(use=PaymentUse.CONTESTED):
            return None
        case OrderPaid() | PaymentReceived() | PaymentReturned() if (
            event.currency and event.payment_id
        ):
            return PaymentId(event.provider, event.payment_id)
        case _:
            return None


def paid(order: Order, event: OrderPaid, at: datetime) -> Order:
    """Take the money, and let processing begin if the goods are there."""
    begins = event.reserved or order.imported
    promise = order.promise
    if event.promised_for:
        rule = event.promise_rule
        counted_from = rule.paid_at if rule and rule.reported_late else None
        promise = Promised(event.promised_for, event.promised_until, counted_from=counted_from)
    return structs.replace(
        order,
        stage=Stage.PAID if begins else order.stage,
        reserved=event.reserved,
        paid=order.paid + event.amount,
        payments=with_payment(order, event, at, PaymentUse.APPLIED),
        paid_at=at,
        payment_due_at=None,
        promise=promise,
        warehouse=event.warehouse or order.warehouse,
    )


def revived(order: Order, _event: OrderRevived, _at: datetime) -> Order:
    """Open the order again, as if it had not been closed."""
    return structs.replace(
        order,
        outcome=None,
        reason=None,
        closed_at=None,
        stage=Stage.PAID,
        lines=tuple(structs.replace(line, released=0) for line in order.lines),
        payment_due_at=None,
    )


def _no_payment(order: Order, money: Money) -> Decision | None:
    """Refuse a sum that nobody captured; nothing at all is paid for an order of nothing."""
    if 0 < money.amount <= PAYMENT_MAX:
        return None
    least = 1 if total(order) else 0
    if not least <= money.amount <= PAYMENT_MAX:
        return refuse(Code.WRONG_AMOUNT, "amount", money.amount, f"{least}..{PAYMENT_MAX}")
    return None if order.stage is Stage.PLACED else ALREADY_DONE


def _added(order: Order, command: Pay, facts: Facts) -> Decision:
    """Take a payment for an order that is in processing already, and refund what is too much."""
    money = command.amount
    surplus = order.paid - refunded(order) + money.amount - total(order)
    event = PaymentReceived(
        money.amount,
        money.currency,
        command.provider,
        command.payment_id,
        completes=surplus >= 0,
    )
    if surplus <= 0:
        return accept(event)
    after = payment_received(order, event, facts.at)
    return accept(event, *start_refund(after, surplus, SURPLUS, facts))


def _applied(order: Order, command: Pay, facts: Facts) -> Decision:
    """Take a part of the sum, or begin processing once the sum is complete."""
    money, name = command.amount, command.name
    captured = order.paid - refunded(order) + money.amount
    surplus = captured - total(order)
    if surplus < 0:
        return accept(PaymentReceived(money.amount, money.currency, name.provider, name.payment_id))
    event = OrderPaid(
        amount=money.amount,
        reserved=False,
        payment_id=name.payment_id,
        provider=name.provider,
        currency=money.currency,
    )
    if not order.imported:
        event = with_goods(event, order, facts)
    if (event.reserved or order.imported) and not surplus:
        return accept(event)
    after = paid(order, event, facts.at)
    if event.reserved or order.imported:
        return accept(event, *start_refund(after, surplus, SURPLUS, facts))
    return accept(
        event,
        OrderCancelled(Reason.OUT_OF_STOCK),
        *start_refund(after, captured, Reason.OUT_OF_STOCK, facts),
    )


def _revived(order: Order, command: Pay, facts: Facts) -> Decision | None:
    """Revive an order that was paid in time, when the goods are there; the promise is of now."""
    at = max(facts.now, order.last_at)
    captured = order.paid - refunded(order) + command.amount.amount
    is_whole = captured >= total(order)
    if not (is_whole and _is_in_time(order, facts, at)):
        return None
    assert order.closed_at is not None, order.number
    known = structs.replace(facts, at=at)
    event = OrderPaid(
        amount=command.amount.amount,
        reserved=False,
        payment_id=command.payment_id,
        provider=command.provider,
        currency=command.amount.currency,
        captured_at=_unless_at(facts.at, at),
    )
    event = with_goods(event, order, known)
    if not event.reserved:
        return None
    taken_up = OrderRevived(order.closed_at, Reason.PAYMENT_EXPIRED)
    after = paid(revived(order, taken_up, at), event, at)
    surplus = start_refund(after, captured - total(order), SURPLUS, known)
    return Decision((taken_up, event, *surplus), at=at)


def _is_in_time(order: Order, facts: Facts, at: datetime) -> bool:
    """Return whether an unpaid order's payment was made in time, and reported soon enough."""
    due_at, closed_at = order.payment_due_at, order.closed_at
    if order.reason is not Reason.PAYMENT_EXPIRED or order.erased:
        return False
    if due_at is None or closed_at is None or facts.at >= due_at:
        return False
    return at <= closed_at + timedelta(hours=facts.world.terms.late_payment_hours)


def _returned(order: Order, command: Pay, facts: Facts) -> Decision:
    """Refuse a payment of which nothing is due, and send its money back.

    The refund begins now, whenever the money was captured.
    """
    code = _not_due(order)
    at = max(facts.now, order.last_at)
    event = PaymentReturned(
        command.amount.amount,
        command.payment_id,
        command.provider,
        command.amount.currency,
        _unless_at(facts.at, at),
    )
    after = payment_returned(order, event, at)
    refund = start_refund(after, command.amount.amount, code, structs.replace(facts, at=at))
    refusal = refuse(code, "payment_id", command.payment_id, "", event, *refund)
    return structs.replace(refusal, at=at)


def _left_to_person(order: Order, command: Pay, facts: Facts, use: PaymentUse) -> Decision:
    """Record a payment that no rule can apply, and ask for a person.

    Where nothing is due, it is refused all the same. The number of another shop's order is not
    told, for this shop reads the event (rule 4.18).
    """
    is_due = _is_due(order)
    at = facts.at if is_due else max(facts.now, order.last_at)
    is_told = facts.holder != order.number and facts.holder_shop == order.shop
    event = PaymentReceived(
        command.amount.amount,
        command.amount.currency,
        command.provider,
        command.payment_id,
        use,
        facts.holder if is_told else "",
        _unless_at(facts.at, at),
    )
    events = (event, AttentionRaised(Attention.MONEY))
    if is_due:
        return Decision(events, at=at)
    refusal = refuse(_not_due(order), "payment_id", command.payment_id, "", *events)
    return structs.replace(refusal, at=at)


def _unless_at(captured_at: datetime, at: datetime) -> datetime | None:
    return None if captured_at == at else captured_at


def _is_due(order: Order) -> bool:
    return order.stage is Stage.PLACED or is_due_at_point(order)


def _not_due(order: Order) -> Code:
    return Code.CANCELLED if order.outcome is Outcome.CANCELLED else Code.ALREADY_PAID


def with_goods(event: OrderPaid, order: Order, facts: Facts) -> OrderPaid:
    """Return the event with the goods reserved and promised, if a warehouse has all of them."""
    warehouse = warehouse_with_goods(order, facts)
    if warehouse is None:
        return event
    promise = promised(warehouse, order.delivery, facts)
    return structs.replace(
        event,
        reserved=True,
        promised_for=promise.promised_for,
        promised_until=promise.promised_until,
        promise_rule=promise.rule,
        warehouse="" if warehouse == order.warehouse else warehouse,
    )
