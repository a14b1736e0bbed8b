"""The JSON of an order: sums with currency, labels by language.

Nothing here depends on the time or on current settings, so the same version of an order always
gives the same bytes to clients with the same role and language.
"""

from datetime import date, datetime

from msgspec import UNSET, UnsetType

from gotovo.access.permissions import SEES_ADDRESS, SEES_COURIER, SEES_PAYMENTS, SEES_PHONE
from gotovo.order.checks.warehouse_choice import is_provisional
from gotovo.order.values.actor import Role
from gotovo.order.values.customer import Contact
from gotovo.order.values.money import Money
from gotovo.order.values.order import (
    Courier,
    Line,
    Order,
    Parcel,
    Pickup,
    ReceivedUnits,
    Units,
    received_units,
    refunded,
    total,
)
from gotovo.order.values.payments.captured import amount_due, payments_of
from gotovo.order.values.payments.payment import Payment, PaymentTerm
from gotovo.order.values.payments.refund import Refund
from gotovo.order.values.schema_org import schema_org_status
from gotovo.order.values.settlement.balance import paid_for_lines
from gotovo.order.values.status import status_of
from gotovo.value import Value
from gotovo.words.formats.phones import mask_phone
from gotovo.words.language import Language
from gotovo.words.statuses import status_label
from gotovo.words.storage_rule import storage_rule_sentence


class CustomerView(Value, frozen=True):
    """The buyer; everything but the id is null once the buyer was erased.

    The id is null as well for a point that is done with the order.
    """

    id: str | None
    phone: str | None
    name: str | None
    email: str | None
    locale: str | None


class LineView(Value, frozen=True):
    """One line, counted from 1; `price` is of one unit.

    `total` is what the line costs with its share of discount, coupon and rounding: as much is
    refunded when all of it comes back.
    """

    line: int
    sku: str
    title: str
    quantity: int
    price: Money
    total: Money
    goods_class: str
    issued: int
    refused: int
    returned: int
    released: int


class ChargeView(Value, frozen=True):
    """What the order costs beside its goods; a discount is below zero."""

    kind: str
    title: str
    amount: Money


class ParcelView(Value, frozen=True):
    """One parcel; `back` marks one of a return shipment.

    `received` is what has come back of it, line by line; `condition` is null while some of it is
    still to come, and where its units are in different conditions.
    """

    barcode: str
    stage: str
    point: str | None
    cell: str | None
    contents: tuple[Units, ...]
    back: bool
    condition: str | None
    received: tuple[ReceivedUnits, ...]


class AddressView(Value, frozen=True):
    """Where the courier goes, as one line of text."""

    text: str | None


class PickupView(Value, frozen=True, tag="pickup", tag_field="method"):
    """Handed over at a point."""

    point: str


class CourierView(Value, frozen=True, tag="courier", tag_field="method"):
    """Delivered by courier; the times are those of the agreed slot."""

    address: AddressView
    slot_begins_at: datetime | None
    slot_ends_at: datetime | None
    attempts: int


class PaymentView(Value, frozen=True):
    """A captured payment and what became of it.

    `use` is `applied`, `returned`, `held` for a person to decide on, or `contested`: then another
    order has it, or it contradicts an earlier report, and it counts as no money. `at` is when it
    was captured; `provider` is null where nobody recorded it.
    """

    provider: str | None
    payment_id: str
    amount: Money
    use: str
    at: datetime


class RefundSourceView(Value, frozen=True):
    """The part of a refund that goes back to one payment; `provider` is null where unrecorded."""

    provider: str | None
    payment_id: str
    amount: Money


class RefundView(Value, frozen=True):
    """A refund to the buyer; `payments` are those it goes back to, each with its part.

    `sent_at` is when the provider was asked the last time, `failed_at` and `failure` when and why
    it failed the last time, and `paid_back` the part that had reached the buyer by then; each is
    absent where that has not happened.
    """

    id: str
    amount: Money
    reason: str
    state: str
    route: str
    started_at: datetime
    promised_for: date
    completed_at: datetime | None
    provider_id: str | None
    payments: tuple[RefundSourceView, ...]
    sent_at: datetime | UnsetType = UNSET
    failed_at: datetime | UnsetType = UNSET
    failure: str | UnsetType = UNSET
    paid_back: Money | UnsetType = UNSET


class OrderVersion(Value, frozen=True, forbid_unknown_fields=True):
    """What is left of the order for a client that sent `Prefer: return=minimal`."""

    number: str
    version: int


class OrderView(Value, frozen=True):
    """The order. Instants are UTC, `promised_for` is a date at the place of delivery.

    `warehouse_provisional`: the warehouse, and what is promised from it, may change at payment.
    `paid` and `refunded` are in the order's currency; `due` is what is left to pay. Each refund
    and payment has a currency of its own. `shop` is absent for the default shop.
    `courier` is the id of the courier who carries it, present for the warehouse and the office.
    `payment` is `at_point` where it may be paid when it is handed over, and absent elsewhere.
    """

    number: str
    external_id: str | None
    status: str
    status_label: str
    schema_org_status: str
    outcome: str | None
    reason: str | None
    stage: str
    attention: tuple[str, ...]
    customer: CustomerView
    lines: tuple[LineView, ...]
    charges: tuple[ChargeView, ...]
    parcels: tuple[ParcelView, ...]
    delivery: PickupView | CourierView
    warehouse: str
    warehouse_provisional: bool
    total: Money
    paid: Money
    due: Money
    payments: tuple[PaymentView, ...]
    refunded: Money
    refunds: tuple[RefundView, ...]
    placed_at: datetime
    paid_at: datetime | None
    ready_at: datetime | None
    closed_at: datetime | None
    promised_for: date | None
    promised_until: datetime | None
    promise_kept: bool | None
    payment_due_at: datetime | None
    storage_deadline_at: datetime | None
    storage_rule: str | None
    storage_extended: bool
    version: int
    shop: str | UnsetType = UNSET
    courier: str | UnsetType = UNSET
    payment: PaymentTerm | UnsetType = UNSET


def order_view(
    order: Order,
    contact: Contact | None,
    role: Role,
    language: Language,
    *,
    is_nameless: bool = False,
) -> OrderView:
    """Return what this role may see of the order; nothing of the buyer where it is nameless."""
    contact = None if is_nameless else contact
    storage, promise = order.storage, order.promise
    status, currency = status_of(order), order.currency
    return OrderView(
        number=order.number,
        external_id=order.external_id or None,
        status=status,
        status_label=status_label(status, order.outcome, language),
        schema_org_status=schema_org_status(order),
        outcome=order.outcome,
        reason=order.reason,
        stage=order.stage,
        attention=order.attention,
        customer=customer_view(None if is_nameless else order.customer, contact, role),
        lines=_lines(order),
        charges=tuple(
            [ChargeView(x.kind, x.title, Money(x.amount, currency)) for x in order.charges]
        ),
        parcels=tuple([_parcel(parcel) for parcel in order.parcels]),
        delivery=_delivery(order, contact, role),
        warehouse=order.warehouse,
        warehouse_provisional=is_provisional(order),
        total=Money(total(order), currency),
        paid=Money(order.paid, currency),
        due=Money(amount_due(order), currency),
        payments=_payments(order, role),
        refunded=Money(refunded(order), currency),
        refunds=tuple([_refund(refund, currency, role) for refund in order.refunds]),
        placed_at=order.placed_at,
        paid_at=order.paid_at,
        ready_at=order.ready_at,
        closed_at=order.closed_at,
        promised_for=promise.promised_for if promise else None,
        promised_until=promise.promised_until if promise else None,
        promise_kept=promise.kept if promise else None,
        payment_due_at=order.payment_due_at,
        storage_deadline_at=storage.deadline_at if storage else None,
        storage_rule=storage_rule_sentence(storage.rule, language) if storage else None,
        storage_extended=storage is not None and storage.extended,
        version=order.version,
        shop=order.shop or UNSET,
        courier=(order.courier if role in SEES_COURIER else "") or UNSET,
        payment=PaymentTerm.AT_POINT if order.pays_at_point else UNSET,
    )


def customer_view(customer: str | None, contact: Contact | None, role: Role) -> CustomerView:
    """Return the buyer, masked for roles that only deliver or hand over."""
    if contact is None:
        return CustomerView(customer, None, None, None, None)
    full = role in SEES_PHONE
    return CustomerView(
        id=customer,
        phone=contact.phone if full else mask_phone(contact.phone),
        name=contact.name or None,
        email=(contact.email or None) if full else None,
        locale=contact.locale,
    )


def _lines(order: Order) -> tuple[LineView, ...]:
    paid, currency = paid_for_lines(order), order.currency
    return tuple([_line(i, line, paid[i], currency) for i, line in enumerate(order.lines)])


def _line(index: int, line: Line, paid: int, currency: str) -> LineView:
    return LineView(
        line=index + 1,
        sku=line.sku,
        title=line.title,
        quantity=line.quantity,
        price=Money(line.price, currency),
        total=Money(paid, currency),
        goods_class=line.goods_class,
        issued=line.issued,
        refused=line.refused,
        returned=line.returned,
        released=line.released,
    )


def _parcel(parcel: Parcel) -> ParcelView:
    return ParcelView(
        barcode=parcel.barcode,
        stage=parcel.stage,
        point=parcel.at or None,
        cell=parcel.cell or None,
        contents=parcel.contents,
        back=parcel.back,
        condition=parcel.condition,
        received=received_units(parcel),
    )


def _delivery(order: Order, contact: Contact | None, role: Role) -> PickupView | CourierView:
    match order.delivery:
        case Pickup(point):
            return PickupView(point)
        case Courier():
            text = contact.address if contact and role in SEES_ADDRESS else ""
            begins_at, ends_at = order.slot or (None, None)
            return CourierView(AddressView(text or None), begins_at, ends_at, order.attempts)


def _payments(order: Order, role: Role) -> tuple[PaymentView, ...]:
    """Return the payments for those who deal with money; nobody else needs a provider's ids."""
    if role not in SEES_PAYMENTS:
        return ()
    return tuple([_payment(payment) for payment in payments_of(order)])


def _payment(payment: Payment) -> PaymentView:
    return PaymentView(
        provider=payment.provider or None,
        payment_id=payment.payment_id,
        amount=payment.money,
        use=payment.use,
        at=payment.at,
    )


def _refund(refund: Refund, own_currency: str, role: Role) -> RefundView:
    currency = refund.currency or own_currency
    return RefundView(
        id=refund.id,
        amount=Money(refund.amount, currency),
        reason=refund.reason,
        state=refund.state,
        route=refund.route,
        started_at=refund.started_at,
        promised_for=refund.promised_for,
        completed_at=refund.completed_at,
        provider_id=refund.provider_id or None,
        payments=_sources(refund, currency) if role in SEES_PAYMENTS else (),
        sent_at=refund.sent_at or UNSET,
        failed_at=refund.failed_at or UNSET,
        failure=refund.failure or UNSET,
        paid_back=Money(refund.paid_back, currency) if refund.paid_back else UNSET,
    )


def _sources(refund: Refund, currency: str) -> tuple[RefundSourceView, ...]:
    return tuple(
        RefundSourceView(each.provider or None, each.payment_id, Money(each.amount, currency))
        for each in refund.sources
    )
