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
from gotovo.bench.run.measure import BenchError
from gotovo.exchange.imports.rehearsal import IMPORTER
from gotovo.order.deadlines import COMMANDS, next_due
from gotovo.order.decide import decide
from gotovo.order.facts import Facts, Terms, World
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
from gotovo.order.stock_movements import Movement, movements
from gotovo.order.values.actor import TIMER, Actor, Role
from gotovo.order.values.order import Courier, Delivery, Order, Pickup, place_of
from gotovo.order.values.pickup_codes import pickup_code
from gotovo.points.point import Point
from gotovo.points.warehouse import Warehouse

NUMBER = "987654321098"
CUSTOMER = "c" * 32
DIGEST = "d" * 32
"""What stands in a template for what each order has of its own; as long as the real thing."""

NUMBER_IN_ID = 24
"""Where in the text of a command id the number stands: its digits are good in any base."""

_STOREFRONT = Actor(Role.STOREFRONT, "shop")
_WAREHOUSE = Actor(Role.WAREHOUSE, "w-1")
_COURIER = Actor(Role.COURIER, "c-1")
_TITLES = ("Чай листовой 200 г", "Плед 150x200", "Кружка 330 мл", "Носки, 5 пар", "Мяч")
_LINES = (1, 1, 1, 1, 1, 1, 2, 2, 2, 3)
_QUANTITIES = (1, 1, 1, 2)
_DAY_BEGINS, _DAY_ENDS = 7, 17  # UTC; ten in the morning to eight in the evening in Kazan


class Answer(Struct, frozen=True):
    """What was answered to one command: its id, the order's version after it, and when."""

    command_id: UUID
    version: int
    at: datetime


class OrderTemplate(Struct, frozen=True):
    """One life, as far as it had come at the end of the time that is filled."""

    order: Order
    events: tuple[Recorded, ...]
    answers: tuple[Answer, ...]
    moved: tuple[Movement, ...]


class FillNetwork(Struct, frozen=True):
    """Where lives are played: the points, the warehouses, and the skus that are sold."""

    points: Mapping[str, Point]
    warehouses: Mapping[str, Warehouse]
    skus: tuple[str, ...]
    secret: bytes
    terms: Terms = Terms()


class TemplateBuilder:
    """Plays lives until an instant; the same chance plays the same ones."""

    def __init__(self, places: FillNetwork, until: datetime, chance: Random) -> None:
        """Play at these places, and stop every life at `until` wherever it is then."""
        self._codes = tuple(places.points)
        self._skus = places.skus
        self._until = until
        self._chance = chance
        self._world = World(
            places.points, places.warehouses, _Plenty(), places.secret, places.terms
        )

    def play(self, placed_at: datetime) -> OrderTemplate:
        """Return a life that begins at an instant before the end."""
        life = self._chance.choices(SCENARIOS, [life.share for life in SCENARIOS])[0]
        playing = _ScenarioRun(self._world, self._chance)
        playing.do(self._placement(life), _STOREFRONT, placed_at)
        at = placed_at
        for step in life.steps:
            at = self._next(step, at)
            playing.let_timers_act(min(at, self._until))
            if at > self._until:
                break
            command = self._with_code(step.command(playing.order, at), playing.order)
            playing.do(command, _who(command, playing.order), at)
        playing.let_timers_act(self._until)
        return playing.template()

    def build_imported(self, placed_at: datetime, recorded_at: datetime) -> OrderTemplate:
        """Return a life that an earlier system has led, written down here at one instant."""
        playing = _ScenarioRun(self._world, self._chance, recorded_at)
        playing.do(self._placement(IMPORTED, "before"), IMPORTER, placed_at)
        at = placed_at
        for step in IMPORTED.steps:
            at = self._next(step, at)
            playing.do(step.command(playing.order, at), IMPORTER, at)
        return playing.template()

    def _placement(self, life: OrderScenario, before: str = "") -> Place:
        chance = self._chance
        lines = tuple(
            NewLine(sku, chance.choice(_TITLES), chance.choice(_QUANTITIES), price)
            for sku in chance.sample(self._skus, 1 if before else chance.choice(_LINES))
            for price in [100 * chance.randrange(150, 4_000)]
        )
        delivery: Delivery = Courier() if life.courier else Pickup(chance.choice(self._codes))
        return Place(
            number=NUMBER,
            customer=CUSTOMER,
            contact_digest="" if before else DIGEST,
            delivery=delivery,
            lines=lines,
            origin=before or _STOREFRONT.id,
            external_id=f"S-{NUMBER}",
            carried_over=bool(before),
        )

    def _next(self, step: ScenarioStep, before: datetime) -> datetime:
        at = before + timedelta(hours=self._chance.uniform(*step.hours))
        if step.by_day and not _DAY_BEGINS <= at.hour < _DAY_ENDS:
            days = 0 if at.hour < _DAY_BEGINS else 1
            opens = at.replace(hour=_DAY_BEGINS, minute=self._chance.randrange(60))
            at = opens + timedelta(days=days)
        return at

    def _with_code(self, command: Struct, order: Order) -> Struct:
        if not isinstance(command, HandOver):
            return command
        secret, counter = self._world.secret, order.codes.counter
        return HandOver(code=pickup_code(secret, NUMBER, place_of(order), counter))


class _Plenty:
    """Goods that never run out: what templates reserve is counted when they are expand."""

    def known(self, warehouse: str, sku: str) -> bool:
        del warehouse, sku
        return True

    def available(self, warehouse: str, sku: str) -> int:
        del warehouse, sku
        return 1_000_000_000


class _ScenarioRun:
    """One order while its life is being played."""

    def __init__(self, world: World, chance: Random, recorded_at: datetime | None = None) -> None:
        self._world = world
        self._chance = chance
        self._recorded_at = recorded_at
        self._order: Order | None = None
        self._events: list[Recorded] = []
        self._answers: list[Answer] = []
        self._moved: list[Movement] = []

    @property
    def order(self) -> Order:
        """Return the order as it stands; it was placed."""
        assert self._order is not None
        return self._order

    def do(self, command: Struct, actor: Actor, at: datetime) -> None:
        """Take a step, written down at once unless it is carried over; it can't be refused."""
        now = self._recorded_at or at
        drawn = UUID(int=self._chance.getrandbits(128), version=4)
        command_id = UUID(str(drawn)[:NUMBER_IN_ID] + NUMBER)
        told = self._recorded_at is not None
        facts = Facts(self._world, actor, str(command_id), at, now, told)
        decision = decide(self._order, command, facts)
        if decision.refusal is not None or not decision.events:
            message = f"a life that can't be led: {command} at {at}: {decision.refusal}"
            raise BenchError(message)
        by = f"{actor.role}:{actor.id}"
        for event in decision.events:
            if self._order is not None:
                self._moved += movements(self._order, event)
            recorded, self._order = record(self._order, event, NUMBER, at, now, by, str(command_id))
            self._events.append(recorded)
        self._answers.append(Answer(command_id, self.order.version, now))

    def let_timers_act(self, until: datetime) -> None:
        """Do everything that falls due by an instant."""
        while (due := next_due(self.order)) is not None and due.at <= until:
            self.do(COMMANDS[due.what], TIMER, due.at)

    def template(self) -> OrderTemplate:
        """Return the life as it was led."""
        return OrderTemplate(
            self.order, tuple(self._events), tuple(self._answers), tuple(self._moved)
        )


def _who(command: Struct, order: Order) -> Actor:
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
