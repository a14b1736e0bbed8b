"""The preflight: all steps of a row are decided in memory first, so it is imported whole or not."""

from collections.abc import Mapping
from datetime import datetime
from functools import reduce

from msgspec import Struct

from gotovo.exchange.imports.order_steps import ImportStep
from gotovo.exchange.imports.reader import Rejection
from gotovo.order.decide import decide
from gotovo.order.facts import Facts, OrderTerms, World
from gotovo.order.replay import record
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.order import Order, total
from gotovo.points.point import Point
from gotovo.points.warehouse import Warehouse

IMPORTER = Actor(Role.ADMIN, "import")


class _NoStock:
    """No stock: imported orders reserve nothing."""

    def known(self, warehouse: str, sku: str) -> bool:
        """Return False."""
        del warehouse, sku
        return False

    def available(self, warehouse: str, sku: str) -> int:
        """Return 0."""
        del warehouse, sku
        return 0


class PreflightContext(Struct, frozen=True):
    """What a decision needs besides the steps: places, the secret, the current time."""

    points: Mapping[str, Point]
    warehouses: Mapping[str, Warehouse]
    secret: bytes
    now: datetime


def preflight(
    number: str, steps: tuple[ImportStep, ...], context: PreflightContext
) -> Order | Rejection:
    """Return the order that these steps lead to, or the first refusal."""
    world = World(context.points, context.warehouses, _NoStock(), context.secret, OrderTerms())
    order: Order | None = None
    for step in steps:
        facts = Facts(world, IMPORTER, step.name, step.at, context.now, client_time=True)
        decision = decide(order, step.command, facts)
        if decision.refusal is not None:
            refusal = decision.refusal
            field = f"{step.name}.{refusal.field}" if refusal.field else step.name
            return Rejection(field, refusal.value, f"{refusal.expected or 'no'} {refusal.code}")
        order = reduce(
            lambda o, event, at=step.at: _with(o, event, number, at), decision.events, order
        )
    assert order is not None
    return order


def has_same_history(one: Order, other: Order) -> bool:
    """Whether two orders have the same history, however it was recorded."""
    return _traits(one) == _traits(other)


def _traits(order: Order) -> tuple[object, ...]:
    return (
        order.origin,
        order.external_id,
        order.customer,
        order.version,
        order.stage,
        order.outcome,
        order.reason,
        order.attention,
        order.placed_at,
        order.paid_at,
        order.closed_at,
        order.last_at,
        order.promise,
        order.currency,
        total(order),
    )


def _with(order: Order | None, event: Struct, number: str, at: datetime) -> Order:
    _recorded, after = record(order, event, number, at, at, "admin:import", "preflight")
    return after
