"""Point payment: a clerk confirms what the buyer paid at the point's terminal or till (rule 4.8).

The terminal is no part of Gotovo, so a person says what it took. It is a captured payment like any
other: money that is not due any more is recorded and goes back by the same terminal.
"""

from msgspec import Struct, structs

from gotovo.order.checks.delivery_check import in_advance
from gotovo.order.checks.place_check import wrong_place
from gotovo.order.facts import Circumstances, Decision, Facts, refuse
from gotovo.order.refusals import Code
from gotovo.order.steps.payment import Pay, may_pay, pay
from gotovo.order.values.identity import IdentityKey
from gotovo.order.values.money import Money
from gotovo.order.values.order import Order, place_of
from gotovo.order.values.payments.payment import Tender, provider_at
from gotovo.order.values.payments.payment_events import PaymentReceived, PaymentReturned
from gotovo.value import Value


class PayAtPoint(Value, frozen=True, tag="point-payment", tag_field="step", omit_defaults=True):
    """Confirm money taken at a point. `reference` is the number on the slip or the till receipt.

    One reference of one point is one payment, whichever order it is told for.
    """

    amount: Money
    point: str
    reference: str
    method: Tender = Tender.CARD

    @property
    def payment(self) -> Pay:
        """Return the captured payment that this is."""
        return Pay(self.amount, provider_at(self.point), self.reference)

    @property
    def identity(self) -> IdentityKey:
        """Return the identity that the payment's order gets."""
        return self.payment.identity


def may_pay_at_point(order: Order, circumstances: Circumstances) -> Decision | None:
    """Refuse an order that is paid in advance, another point's, and one of which nothing is due."""
    refused = wrong_place(order, circumstances.actor) or _paid_in_advance(order)
    return refused or may_pay(order, circumstances)


def pay_at_point(order: Order, command: PayAtPoint, facts: Facts) -> Decision:
    """Record what was taken, and decide what becomes of it as of any payment."""
    refused = wrong_place(order, facts.actor) or _paid_in_advance(order)
    if refused:
        return refused
    if command.point != place_of(order):
        return refuse(Code.WRONG_POINT, "point", command.point, place_of(order))
    decision = pay(order, command.payment, facts)
    return structs.replace(decision, events=tuple(_told(e, command) for e in decision.events))


def _paid_in_advance(order: Order) -> Decision | None:
    return None if order.pays_at_point else in_advance()


def _told(event: Struct, command: PayAtPoint) -> Struct:
    """Return the event with what the clerk confirmed."""
    if isinstance(event, (PaymentReceived, PaymentReturned)):
        return structs.replace(event, point=command.point, method=command.method)
    return event
