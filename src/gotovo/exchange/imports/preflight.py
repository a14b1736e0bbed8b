"""The preflight: all steps of a row are decided in memory first, so it is imported whole or not."""

from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from gotovo.exchange.imports.order_steps import ImportStep
from gotovo.order.decide import decide
from gotovo.order.facts import Facts, OrderTerms, World
from gotovo.order.refusals import Refusal
from gotovo.order.replay import record
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.order import Order
from gotovo.points.point import Point
from gotovo.points.warehouse import Warehouse


def importer_of(shop: str) -> Actor:
    """Return who takes the steps of an import: it acts for one shop alone (rule 4.18)."""
    return Actor(Role.ADMIN, "import", shop=shop, imports=True)


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


class TakenStep(Struct, frozen=True):
    """A step of an order as its history has it: when it was taken, and its first event."""

    at: datetime
    event: Struct


class RefusedStep(Struct, frozen=True):
    """The first step that was refused, and why."""

    step: ImportStep
    refusal: Refusal


def preflight(
    number: str,
    order: Order | None,
    steps: Mapping[str, ImportStep],
    actor: Actor,
    context: PreflightContext,
) -> tuple[Order, Mapping[str, TakenStep]] | RefusedStep:
    """Return the order that these steps lead to from where it stands, and what each step did.

    Steps have their command ids; one that changes nothing is left out of the answer.
    """
    world = World(context.points, context.warehouses, _NoStock(), context.secret, OrderTerms())
    taken: dict[str, TakenStep] = {}
    for id_, step in steps.items():
        facts = Facts(world, actor, step.name, step.at, context.now, client_time=True)
        decision = decide(order, step.command, facts)
        if decision.refusal is not None:
            return RefusedStep(step, decision.refusal)
        at = decision.at or step.at
        for event in decision.events:
            taken.setdefault(id_, TakenStep(at, event))
            order = _with(order, event, number, at)
    assert order is not None
    return order, taken


def _with(order: Order | None, event: Struct, number: str, at: datetime) -> Order:
    _recorded, after = record(order, event, number, at, at, "admin:import", "preflight")
    return after
