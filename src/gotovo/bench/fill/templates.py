"""Order templates: orders made by the core itself, from which a filled database is expanded.

A template has placeholders for what differs from order to order: the number, the customer and the
digest of the contact. Its times, its promise, its storage deadline and what its timers did are
those of a real order placed at that moment.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from msgspec import Struct

from gotovo.bench.fill.scenarios import IMPORTED, SCENARIOS, OrderScenario, ScenarioStep
from gotovo.bench.fixture.unlimited_stock import UnlimitedStock
from gotovo.bench.run.measure import BenchError
from gotovo.exchange.imports.preflight import importer_of
from gotovo.order.deadlines import COMMANDS, next_due
from gotovo.order.decide import decide
from gotovo.order.facts import Facts, OrderTerms, World
from gotovo.order.replay import Recorded, record
from gotovo.order.steps.call import LogCall
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.departure import Depart
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.packing import Pack
from gotovo.order.steps.payment import Pay
from gotovo.order.steps.picking import StartPicking
from gotovo.order.steps.placement import NewLine, Place
from gotovo.order.steps.reception import Receive
from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.steps.slot import AgreeSlot
from gotovo.order.stock_movements import StockMovement, movements
from gotovo.order.values.actor import DEFAULT_SHOP, TIMER, Actor, Role
from gotovo.order.values.customer import Contact
from gotovo.order.values.order import Courier, Delivery, Order, Pickup, place_of
from gotovo.order.values.pickup_codes import pickup_code
from gotovo.points.point import Point
from gotovo.points.warehouse import Warehouse

NUMBER = "987654321098"
CUSTOMER = "c" * 32
DIGEST = "d" * 32
"""Placeholders for what differs from order to order, as long as the real values."""

NUMBER_IN_ID = 24
"""Where the number is in the text of a command id: its digits are also hexadecimal digits."""

_STOREFRONT = Actor(Role.STOREFRONT, "shop")
_WAREHOUSE = Actor(Role.WAREHOUSE, "w-1")
_COURIER = Actor(Role.COURIER, "c-1")
_TITLES = ("Чай листовой 200 г", "Плед 150x200", "Кружка 330 мл", "Носки, 5 пар", "Мяч")
_LINES = (1, 1, 1, 1, 1, 1, 2, 2, 2, 3)
_QUANTITIES = (1, 1, 1, 2)
_DAY_BEGINS, _DAY_ENDS = 7, 17  # UTC; ten in the morning to eight in the evening in Kazan


class CommandRecord(Struct, frozen=True):
    """The idempotency record of one command: its id, the order's version after it, and when."""

    command_id: UUID
    version: int
    at: datetime


class OrderTemplate(Struct, frozen=True):
    """One order as it is at the end of the time that is filled, and how it got there."""

    order: Order
    events: tuple[Recorded, ...]
    commands: tuple[CommandRecord, ...]
    stock_movements: tuple[StockMovement, ...]


class FillNetwork(Struct, frozen=True):
    """The points, the warehouses and the skus of the filled database."""

    points: Mapping[str, Point]
    warehouses: Mapping[str, Warehouse]
    skus: tuple[str, ...]
    secret: bytes
    terms: OrderTerms = OrderTerms()


_SOMEBODY = Contact("+79000000000", address="Казань, ул. Баумана, 44")
"""Decides in place of the buyers, whose contacts are made when the template is expanded."""


class TemplateBuilder:
    """Builds order templates up to an instant; the same random numbers build the same ones."""

    def __init__(self, network: FillNetwork, until: datetime, rng: Random) -> None:
        self._codes = tuple(network.points)
        self._skus = network.skus
        self._until = until
        self._rng = rng
        self._world = World(
            network.points, network.warehouses, UnlimitedStock(), network.secret, network.terms
        )

    def build(self, placed_at: datetime) -> OrderTemplate:
        """Return an order placed at an instant, with a random scenario."""
        scenario = self._rng.choices(SCENARIOS, [x.share for x in SCENARIOS])[0]
        run = _ScenarioRun(self._world, self._rng)
        run.do(self._placement(scenario), _STOREFRONT, placed_at)
        at = placed_at
        for step in scenario.steps:
            at = self._next(step, at)
            run.run_timers(min(at, self._until))
            if at > self._until:
                break
            command = self._with_code(step.command(run.order, at), run.order)
            run.do(command, _actor_of(command, run.order), at)
        run.run_timers(self._until)
        return run.template()

    def build_imported(self, placed_at: datetime, recorded_at: datetime) -> OrderTemplate:
        """Return an order completed in an earlier system, which was imported at one instant."""
        run = _ScenarioRun(self._world, self._rng, recorded_at)
        run.do(self._placement(IMPORTED, "before"), importer_of(DEFAULT_SHOP), placed_at)
        at = placed_at
        for step in IMPORTED.steps:
            at = self._next(step, at)
            run.do(step.command(run.order, at), importer_of(DEFAULT_SHOP), at)
        return run.template()

    def _placement(self, scenario: OrderScenario, origin: str = "") -> Place:
        rng = self._rng
        lines = tuple(
            NewLine(sku, rng.choice(_TITLES), rng.choice(_QUANTITIES), price)
            for sku in rng.sample(self._skus, 1 if origin else rng.choice(_LINES))
            for price in [100 * rng.randrange(150, 4_000)]
        )
        delivery: Delivery = Courier() if scenario.courier else Pickup(rng.choice(self._codes))
        return Place(
            number=NUMBER,
            customer=CUSTOMER,
            contact_digest="" if origin else DIGEST,
            delivery=delivery,
            lines=lines,
            origin=origin or _STOREFRONT.id,
            external_id=f"S-{NUMBER}",
            imported=bool(origin),
        )

    def _next(self, step: ScenarioStep, last_at: datetime) -> datetime:
        at = last_at + timedelta(hours=self._rng.uniform(*step.hours))
        if step.by_day and not _DAY_BEGINS <= at.hour < _DAY_ENDS:
            days = 0 if at.hour < _DAY_BEGINS else 1
            opens = at.replace(hour=_DAY_BEGINS, minute=self._rng.randrange(60))
            at = opens + timedelta(days=days)
        return at

    def _with_code(self, command: Struct, order: Order) -> Struct:
        if not isinstance(command, HandOver):
            return command
        secret, counter = self._world.secret, order.codes.counter
        return HandOver(code=pickup_code(secret, NUMBER, place_of(order), counter))


class _ScenarioRun:
    """One order during its scenario; an imported one is recorded at a single instant."""

    def __init__(self, world: World, rng: Random, recorded_at: datetime | None = None) -> None:
        self._world = world
        self._rng = rng
        self._recorded_at = recorded_at
        self._order: Order | None = None
        self._events: list[Recorded] = []
        self._commands: list[CommandRecord] = []
        self._stock_movements: list[StockMovement] = []

    @property
    def order(self) -> Order:
        """Return the order, which has been placed."""
        assert self._order is not None
        return self._order

    def do(self, command: Struct, actor: Actor, at: datetime) -> None:
        """Take a step; raise BenchError if it is refused, as the scenario is then impossible."""
        now = self._recorded_at or at
        drawn = UUID(int=self._rng.getrandbits(128), version=4)
        command_id = UUID(str(drawn)[:NUMBER_IN_ID] + NUMBER)
        is_imported = self._recorded_at is not None
        facts = Facts(self._world, actor, str(command_id), at, now, is_imported, contact=_SOMEBODY)
        decision = decide(self._order, command, facts)
        if decision.refusal is not None or not decision.events:
            message = f"an impossible scenario: {command} at {at}: {decision.refusal}"
            raise BenchError(message)
        by = f"{actor.role}:{actor.id}"
        for event in decision.events:
            if self._order is not None:
                self._stock_movements += movements(self._order, event)
            recorded, self._order = record(
                self._order, event, NUMBER, decision.at or at, now, by, str(command_id)
            )
            self._events.append(recorded)
        self._commands.append(CommandRecord(command_id, self.order.version, now))

    def run_timers(self, until: datetime) -> None:
        """Submit what timers submit until an instant."""
        while (due := next_due(self.order)) is not None and due.at <= until:
            self.do(COMMANDS[due.what], TIMER, due.at)

    def template(self) -> OrderTemplate:
        """Return the template."""
        return OrderTemplate(
            self.order, tuple(self._events), tuple(self._commands), tuple(self._stock_movements)
        )


def _actor_of(command: Struct, order: Order) -> Actor:
    match command:
        case Pay() | Cancel() | CompleteRefund():
            return _STOREFRONT
        case StartPicking() | Pack() | Receive():
            return _WAREHOUSE
        case Dispatch() if order.outcome is None:
            return _WAREHOUSE
        case LogCall() | AgreeSlot() | Depart():
            return _COURIER
        case HandOver() if isinstance(order.delivery, Courier):
            return _COURIER
        case _:
            place = place_of(order)
            return Actor(Role.POINT, f"desk-{place}", place)
