"""Warehouse choice: the warehouse that serves an order, and when that is settled (rule 4.1).

A shop may name it. Otherwise a point is served by its own warehouse, and a courier order by one of
those that accept orders for its postal code: provisionally by the first that lists its goods, and
when they are reserved by the first that has all of them.
"""

from collections.abc import Mapping, Sequence

from gotovo.order.facts import Decision, Facts, World, refuse
from gotovo.order.refusals import Code
from gotovo.order.values.order import Courier, Delivery, Order, Pickup, Stage
from gotovo.points.eligible_warehouses import (
    accepting,
    eligible_warehouses,
    served_regions,
    serves,
)
from gotovo.points.point import Point
from gotovo.points.warehouse import Warehouse

EXPECTED_MAX = 20
"""Codes or regions that a refusal lists; a network may have hundreds."""


def placement_candidates(
    delivery: Delivery,
    postcode: str,
    named: str,
    points: Mapping[str, Point],
    warehouses: Mapping[str, Warehouse],
) -> tuple[str, ...]:
    """Return the codes that an unpaid order may be served from, the first choice first."""
    if named:
        return (named,)
    match delivery:
        case Pickup(code):
            return (points[code].warehouse,) if code in points else ()
        case Courier():
            return eligible_warehouses(warehouses, postcode)


def payment_candidates(
    order: Order, postcode: str, warehouses: Mapping[str, Warehouse]
) -> tuple[str, ...]:
    """Return the codes that the goods may be reserved in, the first choice first.

    The provisional one stays when settings were changed so that none is eligible any more.
    """
    if order.warehouse_unnamed and isinstance(order.delivery, Courier):
        return eligible_warehouses(warehouses, postcode) or (order.warehouse,)
    return (order.warehouse,)


def is_provisional(order: Order) -> bool:
    """Return whether another warehouse may still be chosen, when the order is paid."""
    unpaid = order.stage is Stage.PLACED
    return unpaid and order.warehouse_unnamed and isinstance(order.delivery, Courier)


def previewed_warehouse(
    order: Order,
    delivery: Delivery,
    points: Mapping[str, Point],
    warehouses: Mapping[str, Warehouse],
) -> str:
    """Return the warehouse for the preview of another place, where no address is known yet."""
    stays = order.stage is not Stage.PLACED or not order.warehouse_unnamed
    if stays or delivery == order.delivery:
        return order.warehouse
    candidates = placement_candidates(delivery, "", "", points, warehouses)
    return candidates[0] if candidates else order.warehouse


def warehouse_for(
    delivery: Delivery, skus: Sequence[str], postcode: str, named: str, world: World
) -> str | Decision:
    """Return the warehouse of an unpaid order, provisional with a courier, or the refusal.

    A sku is unknown when none of the warehouses that may serve the order lists it.
    """
    candidates = placement_candidates(delivery, postcode, named, world.points, world.warehouses)
    refusal = _not_served(candidates, postcode, world.warehouses)
    if refusal:
        return refusal
    known = world.goods.known
    for code in candidates:
        if all(known(code, sku) for sku in skus):
            return code
    for index, sku in enumerate(skus):
        if not any(known(code, sku) for code in candidates):
            return refuse(Code.UNKNOWN_SKU, f"lines[{index}].sku", sku)
    return candidates[0]


def warehouse_with_goods(order: Order, facts: Facts) -> str | None:
    """Return the warehouse to reserve the whole order in; None when no candidate has all of it."""
    postcode = facts.contact.postcode if facts.contact else ""
    wanted: dict[str, int] = {}
    for line in order.lines:
        wanted[line.sku] = wanted.get(line.sku, 0) + line.quantity
    available = facts.world.goods.available
    for code in payment_candidates(order, postcode, facts.world.warehouses):
        if all(available(code, sku) >= units for sku, units in wanted.items()):
            return code
    return None


def region_not_served(order: Order, postcode: str, world: World) -> Decision | None:
    """Refuse a courier from the warehouse that holds the goods to a region it does not serve."""
    warehouse = world.warehouses[order.warehouse]
    if not order.warehouse_unnamed or serves(warehouse, postcode):
        return None
    return _wrong_postcode(postcode, warehouse.regions)


def _not_served(
    candidates: tuple[str, ...], postcode: str, warehouses: Mapping[str, Warehouse]
) -> Decision | None:
    code = candidates[0] if candidates else ""
    if code in warehouses and warehouses[code].accepts_orders:
        return None
    others = accepting(warehouses)
    if not candidates and others:
        return _wrong_postcode(postcode, served_regions(warehouses))
    unknown = candidates and code not in warehouses
    refused = Code.UNKNOWN_WAREHOUSE if unknown else Code.WAREHOUSE_CLOSED
    return refuse(refused, "warehouse", code, ", ".join(others[:EXPECTED_MAX]))


def _wrong_postcode(postcode: str, regions: tuple[str, ...]) -> Decision:
    expected = ", ".join(f"{region}…" for region in regions[:EXPECTED_MAX])
    return refuse(Code.REGION_NOT_SERVED, "delivery.address.postcode", postcode, expected)
