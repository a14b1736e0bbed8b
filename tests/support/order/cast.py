"""The cast: two points and a warehouse in Kazan, one buyer, a person for each role, and a driver.

A `Play` is one order on its way: it hands commands to the real `decide`, records what follows,
moves the stock, and stops at once when a law of `invariants` is broken.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import NamedTuple
from uuid import UUID

from msgspec import Struct, structs

from gotovo.order.decide import decide
from gotovo.order.facts import Decision, Facts, OrderTerms, World
from gotovo.order.lifecycle import ROW_OF
from gotovo.order.refusals import Code
from gotovo.order.replay import Recorded, record
from gotovo.order.steps.attention_clearance import ClearAttention
from gotovo.order.steps.payment import Pay, claimed_payment
from gotovo.order.steps.placement import NewLine, Place
from gotovo.order.steps.point_payment import PayAtPoint
from gotovo.order.steps.redirection import DeliveryChanged
from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.stock_movements import StockMovement, movements
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.customer import Contact
from gotovo.order.values.invariants import broken
from gotovo.order.values.number import draw
from gotovo.order.values.order import Courier, Delivery, Order, Pickup, Stage, place_of
from gotovo.order.values.payments.payment import PaymentId, PaymentTerm
from gotovo.order.values.pickup_codes import pickup_code, qr_text, trusted_code
from gotovo.order.values.settlement.charge import Charge, ChargeKind
from gotovo.order.values.status import status_of
from gotovo.order.values.texts.order_text import (
    NO_TEXT,
    OrderText,
    TextDigest,
    free_text_field,
    order_text,
)
from gotovo.points.point import Point
from gotovo.points.timetable import every_day
from gotovo.points.warehouse import Warehouse

SECRET = b"a secret for tests, 32 bytes long"
NOON = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday, twelve o'clock in Kazan."""

DAILY = every_day("Europe/Moscow", time(9), time(20))
KREMLIN = Point(
    code="KZN-1",
    title="Кремлёвская",
    address="Казань, Кремлёвская, 1",
    timetable=DAILY,
    warehouse="KZN",
)
LAKE = Point(
    code="KZN-2",
    title="Кабан",
    address="Казань, Марджани, 2",
    timetable=DAILY,
    warehouse="KZN",
    handover="qr",
)
BRIDGE = Point(
    code="KZN-3",
    title="Миллениум",
    address="Казань, Мост, 3",
    timetable=DAILY,
    warehouse="KZN",
    handover="number",
)
SHUT = Point(
    code="KZN-4",
    title="Закрыт",
    address="Казань, Тихая, 4",
    timetable=DAILY,
    warehouse="KZN",
    accepting=False,
)
POINTS = {point.code: point for point in (KREMLIN, LAKE, BRIDGE, SHUT)}
WAREHOUSES = {
    "KZN": Warehouse("KZN", "Казань", DAILY),
    "ARC": Warehouse("ARC", "Архив", DAILY, accepts_orders=False),
}

ANNA = Actor(Role.BUYER, "anna")
SHOP = Actor(Role.STOREFRONT, "shop")
PETYA = Actor(Role.WAREHOUSE, "petya")
LENA = Actor(Role.POINT, "lena", "KZN-1")
OLEG = Actor(Role.POINT, "oleg", "KZN-2")
VERA = Actor(Role.POINT, "vera", "KZN-3")
KOLYA = Actor(Role.COURIER, "kolya")
MITYA = Actor(Role.COURIER, "mitya")
SONYA = Actor(Role.SUPPORT, "sonya")
BORIS = Actor(Role.ADMIN, "boris")
READER = Actor(Role.FOLLOWER, "reader")
TIMER = Actor(Role.SYSTEM, "timer")
IMPORT = Actor(Role.ADMIN, "import", imports=True)
"""Who tells the histories of imported orders."""

EVERYBODY = (ANNA, SHOP, PETYA, LENA, OLEG, VERA, KOLYA, SONYA, BORIS, READER, TIMER)

TEA = NewLine("tea", "Чай", 2, 300)
CUP = NewLine("cup", "Чашка", 1, 500)
MORE_TEA = NewLine("tea", "Чай", 1, 250)
BASKET = (TEA, CUP, MORE_TEA)
"""Three lines, two of one sku: 1350 in all, three units of tea and a cup."""

BASKET_COST = 1350

FEE = Charge(ChargeKind.DELIVERY_FEE, "Доставка", 199)
DISCOUNT = Charge(ChargeKind.DISCOUNT, "Скидка", -100)
CHARGES = (FEE, DISCOUNT)
"""A fee, and a discount that the lines can't share evenly: they cost 556, 463 and 231 then."""

CHARGED_COST = 1449
"""What the basket costs with these charges."""

_CLERKS = {"KZN-1": LENA, "KZN-2": OLEG, "KZN-3": VERA}


class Stock:
    """What a warehouse has: units on hand and units reserved of each sku."""

    def __init__(self, **on_hand: int) -> None:
        self.on_hand: Counter[str] = Counter(on_hand)
        self.reserved: Counter[str] = Counter()

    def known(self, warehouse: str, sku: str) -> bool:
        return warehouse == "KZN" and sku in self.on_hand

    def available(self, warehouse: str, sku: str) -> int:
        return self.on_hand[sku] - self.reserved[sku] if self.known(warehouse, sku) else 0

    def move(self, moved: Iterable[StockMovement]) -> None:
        for x in moved:
            self.on_hand[x.sku] += x.on_hand
            self.reserved[x.sku] += x.reserved
            assert 0 <= self.reserved[x.sku] <= self.on_hand[x.sku], x


class Accepted(NamedTuple):
    """A command that did something, as it was handed in, and the order after it."""

    command: Struct
    facts: Facts
    order: Order


_text_field = cache(free_text_field)


def text_of(command: Struct) -> OrderText | None:
    """Return the text of a command, None without one; the same words have the same digest."""
    field = _text_field(type(command))
    words = "" if field is None else getattr(command, field)
    return order_text(bytes(16), words) if words else None


class Play:
    """One order's life, driven command by command on a clock of its own.

    `payments` says which order has a payment; orders of one network share it.
    """

    def __init__(
        self,
        stock: Stock | None = None,
        *,
        number: str = draw(10, 4711),
        now: datetime = NOON,
        points: dict[str, Point] | None = None,
        terms: OrderTerms | None = None,
        address: str = "Казань, Лесная, 7",
        payments: dict[PaymentId, str] | None = None,
    ) -> None:
        self.stock = stock or Stock(tea=10, cup=10)
        self.number = number
        self.now = now
        self.world = World(points or POINTS, WAREHOUSES, self.stock, SECRET, terms or OrderTerms())
        self.contact = Contact("+79001234547", "Анна", address=address)
        self.state: Order | None = None
        self.history: list[Recorded] = []
        self.accepted: list[Accepted] = []
        self.payments = {} if payments is None else payments
        self.words: dict[TextDigest, str] = {}
        self._commands = 0

    @property
    def order(self) -> Order:
        """The order, which must have been placed."""
        assert self.state is not None
        return self.state

    @property
    def stage(self) -> Stage:
        return self.order.stage

    @property
    def status(self) -> str:
        return status_of(self.order)

    @property
    def barcodes(self) -> tuple[str, ...]:
        return tuple(parcel.barcode for parcel in self.order.parcels)

    def wait(self, **span: float) -> "Play":
        """Let time pass."""
        self.now += timedelta(**span)
        return self

    def try_(
        self,
        command: Struct,
        by: Actor | None = None,
        told: datetime | None = None,
        address: str = "",
    ) -> Decision:
        """Hand the command in and record what follows; `told` is when it is said to have been."""
        self._commands += 1
        actor = by or self.natural(command)
        command_id = str(UUID(int=self._commands))
        at = told or max(self.now, self.state.last_at if self.state else self.now)
        text = text_of(command)
        payment = command.payment if isinstance(command, PayAtPoint) else command
        named = payment.name if isinstance(payment, Pay) else None
        facts = Facts(
            self.world,
            actor,
            command_id,
            at,
            self.now,
            client_time=told is not None,
            contact=self.contact,
            address=address or None,
            holder=self.payments.get(named, "") if named else "",
            text_digest=NO_TEXT if text is None else text.digest,
        )
        decision = decide(self.state, command, facts)
        if text is not None:
            self.words[text.digest] = text.words
        who = f"{actor.role}:{actor.id}"
        at = decision.at or at
        for event in decision.events:
            before = self.state
            recorded, self.state = record(before, event, self.number, at, self.now, who, command_id)
            self.history.append(recorded)
            payment = claimed_payment(event)
            if payment is not None:
                self.payments[payment] = self.number
            if before is not None:
                self.stock.move(movements(before, event))
            if isinstance(event, DeliveryChanged) and event.contact_digest:
                self.contact = structs.replace(self.contact, address=address)
        if self.state is not None:
            assert broken(self.state) == ()
            if decision.events and decision.refusal is None:
                self.accepted.append(Accepted(command, facts, self.state))
        return decision

    def do(
        self,
        command: Struct,
        by: Actor | None = None,
        told: datetime | None = None,
        address: str = "",
    ) -> "Play":
        """Hand in a command that must be accepted, and go on."""
        decision = self.try_(command, by, told, address)
        assert decision.refusal is None, decision.refusal
        assert decision.events, "it was already done"
        return self

    def refused(
        self,
        command: Struct,
        by: Actor | None = None,
        told: datetime | None = None,
        address: str = "",
    ) -> Code:
        """Hand in a command that must be refused; return the code."""
        decision = self.try_(command, by, told, address)
        assert decision.refusal is not None, decision.events
        return decision.refusal.code

    def is_already_done(self, command: Struct, by: Actor | None = None) -> bool:
        """Hand in a command; tell whether it was found done before."""
        return self.try_(command, by) == Decision()

    def natural(self, command: Struct) -> Actor:
        """Return who would do this: the buyer, the clerk of the order's point, ..."""
        who = ROW_OF[type(command)].who
        if isinstance(command, CompleteRefund):
            who = who - {Role.POINT}  # They report what they paid out themselves, and no other.
        if isinstance(command, ClearAttention):
            who = who - {Role.SYSTEM}  # It takes down what it raised itself, and no other flag.
        clerk = _CLERKS.get(place_of(self.state)) if self.state else None
        for actor in (ANNA, PETYA, clerk, KOLYA, SHOP, TIMER, SONYA):
            if actor is not None and actor.role in who:
                return actor
        raise AssertionError(command)

    def code(self, counter: int | None = None) -> str:
        """Return the buyer's code, by the counter's present stand or another."""
        order = self.order
        return pickup_code(SECRET, order.number, place_of(order), counter or order.codes.counter)

    def trusted(self, counter: int | None = None) -> str:
        """Return the trusted person's code."""
        order = self.order
        return trusted_code(SECRET, order.number, place_of(order), counter or order.codes.trusted)

    def qr(self, at: datetime | None = None) -> str:
        """Return what the account's QR says."""
        order = self.order
        counter = order.codes.counter
        return qr_text(SECRET, order.number, place_of(order), counter, at or self.now)

    def wrong(self) -> str:
        """Return six digits that neither are nor were any code of this order."""
        order = self.order
        known = {self.code(n) for n in range(1, order.codes.counter + 1)}
        known |= {self.trusted(n) for n in range(1, order.codes.trusted + 1)}
        return next(code for code in ("000000", "000001", "000002") if code not in known)

    def types(self, since: int = 0) -> list[str]:
        """Return the names of the events after the first few."""
        return [recorded.type for recorded in self.history[since:]]


def basket(
    delivery: Delivery | None = None,
    lines: tuple[NewLine, ...] = BASKET,
    *,
    number: str = draw(10, 4711),
    imported: bool = False,
    charges: tuple[Charge, ...] = (),
    payment: PaymentTerm = PaymentTerm.IN_ADVANCE,
) -> Place:
    """Return Anna's order; to the Kremlin point by default."""
    return Place(
        number=number,
        customer="0a" + "b" * 30,
        contact_digest="c" * 32,
        delivery=delivery or Pickup("KZN-1"),
        lines=lines,
        imported=imported,
        charges=charges,
        payment=payment,
    )


AT_HOME = Courier()
