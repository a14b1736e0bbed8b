"""A life led in the pure core before anything is written: a row is imported whole or not at all."""

from collections.abc import Mapping
from datetime import datetime
from functools import reduce

from msgspec import Struct

from gotovo.exchange.imports.order_steps import Step
from gotovo.exchange.imports.reader import Rejection
from gotovo.order.decide import decide
from gotovo.order.facts import Facts, Terms, World
from gotovo.order.replay import record
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.order import Order, total
from gotovo.points.point import Point
from gotovo.points.warehouse import Warehouse

IMPORTER = Actor(Role.ADMIN, "import")


class _NoGoods:
    """Carried-over lives reserve nothing, so there is no stock to look at."""

    def known(self, warehouse: str, sku: str) -> bool:
        """Tell that nothing is listed."""
        del warehouse, sku
        return False

    def available(self, warehouse: str, sku: str) -> int:
        """Tell that nothing is there."""
        del warehouse, sku
        return 0


class Stagehand(Struct, frozen=True):
    """What a rehearsal needs besides the life: places, the secret, the present moment."""

    points: Mapping[str, Point]
    warehouses: Mapping[str, Warehouse]
    secret: bytes
    now: datetime


def rehearse(number: str, steps: tuple[Step, ...], stage: Stagehand) -> Order | Rejection:
    """Return the order that these steps lead to, or the first refusal on the way."""
    world = World(stage.points, stage.warehouses, _NoGoods(), stage.secret, Terms())
    order: Order | None = None
    for step in steps:
        facts = Facts(world, IMPORTER, step.name, step.at, stage.now, told=True)
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


def is_same_life(one: Order, other: Order) -> bool:
    """Tell whether two orders lived the same life, however they were recorded."""
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
    _recorded, after = record(order, event, number, at, at, "admin:import", "rehearsal")
    return after
