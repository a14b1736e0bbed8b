"""Payment: goods are reserved when the money is accepted, or it is all refunded (rule 2.2)."""

from datetime import date, datetime

from msgspec import structs

from gotovo.order.checks.promise_terms import promised
from gotovo.order.checks.warehouse_choice import warehouse_with_goods
from gotovo.order.facts import ALREADY_DONE, Circumstances, Decision, Facts, accept, refuse
from gotovo.order.refunds import start_refund
from gotovo.order.refusals import Code
from gotovo.order.steps.cancellation import OrderCancelled
from gotovo.order.values.order import Order, Outcome, Promised, Reason, Stage, total
from gotovo.order.values.promise import PromiseRule
from gotovo.value import Value


class Pay(Value, frozen=True, tag="payment", tag_field="step", omit_defaults=True):
    """Report that the whole sum was captured; `payment_id` is the provider's."""

    amount: int
    currency: str = ""
    payment_id: str = ""
    provider: str = ""


class OrderPaid(Value, frozen=True, tag="order.paid", tag_field="type", omit_defaults=True):
    """The money was captured; `reserved` tells whether the goods were still there.

    The promise is absent when they were not, or when the order was imported. `warehouse` is
    where they are reserved, if that is not the provisional one.
    """

    amount: int
    reserved: bool
    payment_id: str = ""
    provider: str = ""
    promised_for: date | None = None
    promised_until: datetime | None = None
    promise_rule: PromiseRule | None = None
    warehouse: str = ""


class PaymentReturned(
    Value, frozen=True, tag="order.payment_returned", tag_field="type", omit_defaults=True
):
    """Money arrived that this order has no use for; its refund follows at once."""

    amount: int
    payment_id: str
    provider: str = ""


def pay(order: Order, command: Pay, facts: Facts) -> Decision:
    """Accept the payment and reserve, or cancel and refund when the goods are gone."""
    wrong = _wrong_money(order, command)
    if wrong:
        return wrong
    payment_id = command.payment_id or facts.command_id
    if order.imported:
        return accept(_unreserved(command, payment_id))
    warehouse = warehouse_with_goods(order, facts)
    if warehouse is None:
        return accept(
            _unreserved(command, payment_id),
            OrderCancelled(Reason.OUT_OF_STOCK),
            *start_refund(order, command.amount, Reason.OUT_OF_STOCK, facts),
        )
    promise = promised(structs.replace(order, warehouse=warehouse), order.delivery, facts)
    return accept(
        OrderPaid(
            amount=command.amount,
            reserved=True,
            payment_id=payment_id,
            provider=command.provider,
            promised_for=promise.promised_for,
            promised_until=promise.promised_until,
            promise_rule=promise.rule,
            warehouse="" if warehouse == order.warehouse else warehouse,
        )
    )


def cannot_pay(order: Order, _circumstances: Circumstances) -> Decision:
    """Refuse: the order is paid or was cancelled."""
    return refuse(_paid_or_cancelled(order), "stage", order.stage, Stage.PLACED)


def pay_again(order: Order, command: Pay, facts: Facts) -> Decision:
    """Refuse a payment that came too late, and send its money back if money came with it."""
    if order.payments and command.payment_id in {"", *order.payments}:
        return ALREADY_DONE
    code = _paid_or_cancelled(order)
    wrong = _wrong_money(order, command)
    if wrong:
        return wrong
    payment_id = command.payment_id or facts.command_id
    return refuse(
        code,
        "payment_id",
        payment_id,
        "",
        PaymentReturned(command.amount, payment_id, command.provider),
        *start_refund(order, command.amount, code, facts),
    )


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
        payments=(*order.payments, event.payment_id),
        paid_at=at,
        payment_due_at=None,
        promise=promise,
        warehouse=event.warehouse or order.warehouse,
    )


def payment_returned(order: Order, event: PaymentReturned, _at: datetime) -> Order:
    """Count the money as captured; the refund that follows balances it."""
    return structs.replace(
        order,
        paid=order.paid + event.amount,
        payments=(*order.payments, event.payment_id),
    )


def _paid_or_cancelled(order: Order) -> Code:
    return Code.CANCELLED if order.outcome is Outcome.CANCELLED else Code.ALREADY_PAID


def _wrong_money(order: Order, command: Pay) -> Decision | None:
    if command.currency and command.currency != order.currency:
        return refuse(Code.WRONG_CURRENCY, "currency", command.currency, order.currency)
    if command.amount != total(order):
        return refuse(Code.WRONG_AMOUNT, "amount", command.amount, total(order))
    return None


def _unreserved(command: Pay, payment_id: str) -> OrderPaid:
    return OrderPaid(
        command.amount, reserved=False, payment_id=payment_id, provider=command.provider
    )
