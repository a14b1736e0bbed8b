"""Placement: the order is recorded; nothing is reserved and nobody starts work (rule 2.1).

Two are in processing at once (rule 4.8): an order of nothing, and one that is paid when it is
handed over at a point that offers this.
"""

from datetime import date, datetime, timedelta

from msgspec import Struct, field, structs

from gotovo.order.checks.delivery_check import prepayment_required, sum_too_large, unfit_delivery
from gotovo.order.checks.money.charge_check import unfit_charges
from gotovo.order.checks.promise_terms import promised
from gotovo.order.checks.warehouse_choice import (
    EXPECTED_MAX,
    warehouse_for,
    warehouse_with_goods,
)
from gotovo.order.facts import Decision, Facts, accept, refuse
from gotovo.order.refusals import Code
from gotovo.order.steps.cancellation import OrderCancelled
from gotovo.order.steps.payment import claimed_payment, free_of_charge
from gotovo.order.values.actor import DEFAULT_SHOP
from gotovo.order.values.identity import IdentityKey, IdentityKind
from gotovo.order.values.order import Delivery, Line, Order, Pickup, Promised, Reason, Stage
from gotovo.order.values.payments.payment import PaymentTerm
from gotovo.order.values.pickup_codes import CodeState
from gotovo.order.values.promise import PromiseRule
from gotovo.order.values.settlement.charge import Charge
from gotovo.value import Value

LINES_MAX = 200
"""Lines of one order: more than any basket, few enough that a state stays below 50 kB."""

QUANTITY_MAX = 10_000
"""Units of one line; more of one thing is a typing mistake."""

PRICE_MAX = 10**12
"""Minor units of one price or charge: ten billion roubles is a typing mistake, and with the other
limits a total fits into 63 bits."""

SKU_CHARACTERS_MAX = 100
TITLE_CHARACTERS_MAX = 500
EXTERNAL_ID_CHARACTERS_MAX = 100
"""Characters of texts that a placement brings, at every entrance."""

UNITS_MAX = 100_000
"""Units of one order; a larger number is a typing mistake."""

TOTAL_MAX = 10**15
"""What one order may cost, in minor units: sums of many orders still fit into 63 bits."""


class NewLine(Value, frozen=True, omit_defaults=True):
    """One line as it is ordered; `price` is of one unit, minor units."""

    sku: str
    title: str
    quantity: int
    price: int
    goods_class: str = ""


class Place(Value, frozen=True, tag="placement", tag_field="step", omit_defaults=True):
    """Record an order that its customer may pay until a deadline.

    `imported` (stored as `carried_over`) marks an order from another system: it reserves no goods,
    may skip steps that the other system did not record, and nothing falls due by itself. With
    `payment` at the point it is in processing at once, and is paid when it is handed over.
    """

    number: str
    customer: str
    contact_digest: str
    delivery: Delivery
    lines: tuple[NewLine, ...]
    currency: str = "RUB"
    warehouse: str = ""
    origin: str = ""
    external_id: str = ""
    imported: bool = field(default=False, name="carried_over")
    charges: tuple[Charge, ...] = ()
    shop: str = DEFAULT_SHOP
    payment: PaymentTerm = PaymentTerm.IN_ADVANCE

    @property
    def identity(self) -> IdentityKey | None:
        """Return the identity that the order gets, None without an external id."""
        return _identity(self.shop, self.external_id)


_FIRST_CODE = CodeState()


class OrderPlaced(Value, frozen=True, tag="order.placed", tag_field="type", omit_defaults=True):
    """An order was placed; it can be paid until `payment_due_at`.

    `warehouse_unnamed`: the shop named no warehouse, so it follows the delivery until payment.
    `codes_key` is the version of the secret that its pick-up codes are made under.
    """

    number: str
    customer: str
    contact_digest: str
    delivery: Delivery
    warehouse: str
    currency: str
    lines: tuple[NewLine, ...]
    payment_due_at: datetime | None = None
    origin: str = ""
    external_id: str = ""
    imported: bool = field(default=False, name="carried_over")
    warehouse_unnamed: bool = False
    charges: tuple[Charge, ...] = ()
    shop: str = DEFAULT_SHOP
    codes_key: int = 1
    pays_at_point: bool = False


class OrderAccepted(Value, frozen=True, tag="order.accepted", tag_field="type", omit_defaults=True):
    """The goods are reserved for an order that is paid when it is handed over (rule 4.8).

    `warehouse` is where, if that is not the provisional one.
    """

    promised_for: date
    promised_until: datetime | None
    promise_rule: PromiseRule
    warehouse: str = ""


def place(order: Order | None, command: Place, facts: Facts) -> Decision:
    """Decide whether the order can be placed."""
    if order is not None:
        return refuse(Code.NUMBER_TAKEN, "number", command.number)
    goods = sum([line.quantity * line.price for line in command.lines])
    total = goods + sum([charge.amount for charge in command.charges])
    at_point = command.payment is PaymentTerm.AT_POINT
    refusal = _unfit_lines(command, goods) or _unfit_delivery(command, facts)
    if at_point and not refusal:
        refusal = _unfit_payment(command, total, facts)
    if refusal:
        return refusal
    warehouse = _warehouse(command, facts)
    if isinstance(warehouse, Decision):
        return warehouse
    if facts.holder:
        return refuse(Code.EXTERNAL_ID_TAKEN, "external_id", command.external_id, facts.holder)
    hours = timedelta(hours=facts.world.terms.payment_hours)
    event = OrderPlaced(
        number=command.number,
        customer=command.customer,
        contact_digest=command.contact_digest,
        delivery=command.delivery,
        warehouse=warehouse,
        currency=command.currency,
        lines=command.lines,
        payment_due_at=None if command.imported else facts.known_at + hours,
        origin=command.origin,
        external_id=command.external_id,
        imported=command.imported,
        warehouse_unnamed=not command.warehouse and not command.imported,
        charges=command.charges,
        shop=command.shop,
        codes_key=facts.world.code_keys.version,
    )
    if command.imported or (total and not at_point):
        return accept(event)
    event = structs.replace(event, payment_due_at=None, pays_at_point=at_point and total > 0)
    begin = _accepted if event.pays_at_point else free_of_charge
    return accept(event, *begin(placed(event, facts.at), facts))


def placed(event: OrderPlaced, at: datetime) -> Order:
    """Return the new order; `last_hash` is filled in by `replay`."""
    return Order(
        number=event.number,
        version=0,
        last_hash=b"",
        customer=event.customer,
        delivery=event.delivery,
        warehouse=event.warehouse,
        currency=event.currency,
        lines=tuple(
            [Line(x.sku, x.title, x.quantity, x.price, x.goods_class) for x in event.lines]
        ),
        stage=Stage.PLACED,
        stage_at=at,
        placed_at=at,
        last_at=at,
        last_step="placement",
        origin=event.origin,
        external_id=event.external_id,
        imported=event.imported,
        payment_due_at=event.payment_due_at,
        warehouse_unnamed=event.warehouse_unnamed,
        charges=event.charges,
        shop=event.shop,
        pays_at_point=event.pays_at_point,
        codes=_FIRST_CODE if event.codes_key == 1 else CodeState(key=event.codes_key),
    )


def accepted(order: Order, event: OrderAccepted, _at: datetime) -> Order:
    """Let processing begin; the promise counts from the placement."""
    rule = event.promise_rule
    return structs.replace(
        order,
        stage=Stage.PAID,
        reserved=True,
        promise=Promised(event.promised_for, event.promised_until, counted_from=rule.paid_at),
        warehouse=event.warehouse or order.warehouse,
    )


def claimed_identity(event: object) -> IdentityKey | None:
    """Return the identity that the event's order has from now on, if it tells of one."""
    if isinstance(event, OrderPlaced):
        return _identity(event.shop, event.external_id)
    payment = claimed_payment(event)
    if payment is None:
        return None
    return IdentityKey(IdentityKind.PAYMENT, payment.provider, payment.payment_id)


def _accepted(order: Order, facts: Facts) -> tuple[Struct, ...]:
    """Return the event that reserves the goods, or the cancellation where they are gone."""
    warehouse = warehouse_with_goods(order, facts)
    if warehouse is None:
        return (OrderCancelled(Reason.OUT_OF_STOCK),)
    promise = promised(warehouse, order.delivery, facts)
    named = "" if warehouse == order.warehouse else warehouse
    return (OrderAccepted(promise.promised_for, promise.promised_until, promise.rule, named),)


def _identity(shop: str, external_id: str) -> IdentityKey | None:
    return IdentityKey(IdentityKind.EXTERNAL_ID, shop, external_id) if external_id else None


def _warehouse(command: Place, facts: Facts) -> str | Decision:
    """Return the warehouse, where one can serve the order; an imported one needs no goods of it."""
    if not command.imported:
        postcode = facts.contact.postcode if facts.contact else ""
        skus = [line.sku for line in command.lines]
        return warehouse_for(command.delivery, skus, postcode, command.warehouse, facts.world)
    warehouses = facts.world.warehouses
    code = command.warehouse or _archive(command.delivery, facts)
    if code in warehouses:
        return code
    expected = ", ".join(sorted(warehouses)[:EXPECTED_MAX])
    return refuse(Code.UNKNOWN_WAREHOUSE, "warehouse", code, expected)


def _unfit_payment(command: Place, total: int, facts: Facts) -> Decision | None:
    """Refuse to leave an order unpaid; other systems' orders bring their payments with them."""
    if command.imported:
        return refuse(Code.WRONG_METHOD, "payment", command.payment, PaymentTerm.IN_ADVANCE)
    return prepayment_required(command.delivery, facts.world) or sum_too_large(total, facts.world)


def _archive(delivery: Delivery, facts: Facts) -> str:
    """Return where an imported order is kept when its import names no warehouse."""
    if isinstance(delivery, Pickup):
        return facts.world.points[delivery.point].warehouse
    warehouses = facts.world.warehouses
    return min(warehouses, key=lambda code: (warehouses[code].priority, code), default="")


def _unfit_lines(command: Place, goods: int) -> Decision | None:
    """Refuse lines and charges that nobody orders; `goods` is what the lines cost."""
    if not 1 <= len(command.lines) <= LINES_MAX:
        return refuse(Code.WRONG_QUANTITY, "lines", len(command.lines), f"1..{LINES_MAX}")
    for index, line in enumerate(command.lines):
        if not 1 <= line.quantity <= QUANTITY_MAX:
            expected = f"1..{QUANTITY_MAX}"
            field = f"lines[{index}].quantity"
            return refuse(Code.WRONG_QUANTITY, field, line.quantity, expected)
        if not 0 <= line.price <= PRICE_MAX:
            expected = f"0..{PRICE_MAX}"
            return refuse(Code.WRONG_AMOUNT, f"lines[{index}].price", line.price, expected)
    units = sum([line.quantity for line in command.lines])
    if units > UNITS_MAX:
        return refuse(Code.WRONG_QUANTITY, "lines", units, f"..{UNITS_MAX}")
    if goods > TOTAL_MAX:
        return refuse(Code.WRONG_AMOUNT, "lines", goods, f"..{TOTAL_MAX}")
    return unfit_charges(command.charges, command.currency, goods, TOTAL_MAX)


def _unfit_delivery(command: Place, facts: Facts) -> Decision | None:
    """Refuse a place where nothing can be handed over; an imported order was, or is elsewhere."""
    if not command.imported:
        return unfit_delivery(command.delivery, facts.contact, facts.world, facts.known_at)
    match command.delivery:
        case Pickup(code) if code not in facts.world.points:
            return refuse(Code.UNKNOWN_POINT, "delivery.point", code)
        case _:
            return None
