"""Placement: the order is recorded; nothing is reserved and nobody starts work (rule 2.1)."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from msgspec import field

from gotovo.order.facts import Decision, Facts, accept, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.order import Courier, Delivery, Line, Order, Pickup, Stage
from gotovo.points.point import Point
from gotovo.points.warehouse import Warehouse
from gotovo.value import Value

LINES_MAX = 200
"""Lines of one order: more than any basket, few enough that a state stays below 50 kB."""

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
    may skip steps that the other system did not record, and nothing falls due by itself.
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


class OrderPlaced(Value, frozen=True, tag="order.placed", tag_field="type", omit_defaults=True):
    """An order was placed; it can be paid until `payment_due_at`."""

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


def place(order: Order | None, command: Place, facts: Facts) -> Decision:
    """Decide whether the order can be placed."""
    if order is not None:
        return refuse(Code.NUMBER_TAKEN, "number", command.number)
    refusal = _unfit_lines(command) or _unfit_delivery(command, facts)
    if refusal:
        return refusal
    warehouse = warehouse_for(command, facts.world.points, facts.world.warehouses)
    if warehouse not in facts.world.warehouses:
        expected = ", ".join(sorted(facts.world.warehouses))
        return refuse(Code.UNKNOWN_WAREHOUSE, "delivery.warehouse", warehouse, expected)
    for index, line in enumerate(command.lines):
        if not command.imported and not facts.world.goods.known(warehouse, line.sku):
            return refuse(Code.UNKNOWN_SKU, f"lines[{index}].sku", line.sku)
    hours = timedelta(hours=facts.world.terms.payment_hours)
    return accept(
        OrderPlaced(
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
        )
    )


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
        lines=tuple(Line(x.sku, x.title, x.quantity, x.price, x.goods_class) for x in event.lines),
        stage=Stage.PLACED,
        stage_at=at,
        placed_at=at,
        last_at=at,
        last_step="placement",
        origin=event.origin,
        external_id=event.external_id,
        imported=event.imported,
        payment_due_at=event.payment_due_at,
    )


def warehouse_for(
    command: Place, points: Mapping[str, Point], warehouses: Mapping[str, Warehouse]
) -> str:
    """Return the code of the warehouse that serves the order; empty when there is none."""
    if command.warehouse:
        return command.warehouse
    match command.delivery:
        case Pickup(code):
            return points[code].warehouse if code in points else ""
        case Courier():
            return min(warehouses, default="")


def _unfit_lines(command: Place) -> Decision | None:
    if not 1 <= len(command.lines) <= LINES_MAX:
        return refuse(Code.WRONG_QUANTITY, "lines", len(command.lines), f"1..{LINES_MAX}")
    for index, line in enumerate(command.lines):
        if line.quantity < 1:
            return refuse(Code.WRONG_QUANTITY, f"lines[{index}].quantity", line.quantity, "1..")
        if line.price < 0:
            return refuse(Code.WRONG_AMOUNT, f"lines[{index}].price", line.price, "0..")
    units = sum(line.quantity for line in command.lines)
    if units > UNITS_MAX:
        return refuse(Code.WRONG_QUANTITY, "lines", units, f"..{UNITS_MAX}")
    cost = sum(line.quantity * line.price for line in command.lines)
    if cost > TOTAL_MAX:
        return refuse(Code.WRONG_AMOUNT, "lines", cost, f"..{TOTAL_MAX}")
    return None


def _unfit_delivery(command: Place, facts: Facts) -> Decision | None:
    match command.delivery:
        case Pickup(code) if code not in facts.world.points:
            return refuse(Code.UNKNOWN_POINT, "delivery.point", code)
        case Pickup(code) if not facts.world.points[code].accepting and not command.imported:
            return refuse(Code.POINT_CLOSED, "delivery.point", code)
        case _:
            return None
