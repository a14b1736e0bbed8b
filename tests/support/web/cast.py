"""A buyer's orders, driven by the real engine on a set clock, each step at its own time."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import count
from uuid import UUID

from msgspec import Struct

from gotovo.engine.engine import Engine
from gotovo.engine.submission import ResultKind, Submission, SubmissionResult
from gotovo.keyring.keyring import plain_keyring
from gotovo.order.steps.arrival import Arrive
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.packing import Box, Pack
from gotovo.order.steps.payment import Pay
from gotovo.order.steps.picking import StartPicking
from gotovo.order.steps.placement import NewLine, Place
from gotovo.order.steps.shelving import Shelve
from gotovo.order.values.actor import TIMER, Actor, Role
from gotovo.order.values.customer import Contact, contact_digest, customer_id, home_of_customer
from gotovo.order.values.money import Money
from gotovo.order.values.number import draw
from gotovo.order.values.order import Courier, Delivery, Order, Pickup, Units, place_of, total
from gotovo.order.values.payments.payment import PaymentTerm
from gotovo.order.values.pickup_codes import pickup_code
from gotovo.order.values.settlement.charge import Charge

SECRET = b"a secret that only tests use, 32"
KEYRING = plain_keyring(SECRET)
NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
"""A Sunday, 14:05 in Kazan."""
ALINA = "+79001234567"
BORIS = "+79007654321"
NOBODY = "+79000000000"
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


class Clock:
    """A clock that stands where it is put, but never shows one instant twice."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """Return the time."""
        self.now += timedelta(microseconds=1)
        return self.now


DOOR = "Лесная, 7"
"""Where Alina's courier goes, as the shop wrote it: without a city."""


class Cast:
    """Drives orders through the engine, each step at its own time."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._ids = count(1)

    async def place(
        self,
        phone: str,
        at: datetime,
        *lines: NewLine,
        delivery: Delivery | None = None,
        charges: tuple[Charge, ...] = (),
        email: str = "",
        payment: PaymentTerm = PaymentTerm.IN_ADVANCE,
    ) -> Order:
        """Place an order."""
        address = DOOR if isinstance(delivery, Courier) else ""
        contact = Contact(phone, "Алина", email, "ru", address)
        customer = customer_id(SECRET, phone)
        number = draw(home_of_customer(customer), 7_919 * next(self._ids))
        digest, point = contact_digest(SECRET, contact), delivery or Pickup("KZN-1")
        place = Place(number, customer, digest, point, lines, charges=charges, payment=payment)
        return await self._done(number, place, Actor(Role.STOREFRONT, "shop"), at, contact)

    async def step(
        self,
        order: Order,
        command: Struct,
        at: datetime,
        role: Role = Role.ADMIN,
        address: str = "",
    ) -> Order:
        """Take a step with an order; a refusal fails the test."""
        actor = TIMER if role is Role.SYSTEM else Actor(role, role)
        return await self._done(order.number, command, actor, at, address=address)

    async def pay(
        self, order: Order, at: datetime, money: Money | None = None, told: datetime | None = None
    ) -> Order:
        """Pay an order whole, or report another payment; `told` is when it was captured.

        A payment that is refused is recorded all the same (rule 4.8).
        """
        whole = money or Money(total(order), order.currency)
        command = Pay(whole, "demo", f"{order.number}-{order.version}")
        admin = Actor(Role.ADMIN, "admin")
        outcome = await self._submit(order.number, command, admin, at, told=told)
        assert outcome.order is not None
        assert outcome.order.version > order.version, outcome.refusal
        return outcome.order

    async def send(self, order: Order, at: datetime, boxes: tuple[Box, ...] = ()) -> Order:
        """Pay, pick, pack and dispatch an order, an hour apart."""
        order = await self.pay(order, at)
        return await self.send_unpaid(order, at, boxes)

    async def send_unpaid(self, order: Order, at: datetime, boxes: tuple[Box, ...] = ()) -> Order:
        """Pick, pack and dispatch an order that was paid, or is paid at its point."""
        order = await self.step(order, StartPicking("wave-1"), at + HOUR)
        order = await self.step(order, Pack(boxes), at + 2 * HOUR)
        return await self.step(order, Dispatch(manifest="R-1"), at + 3 * HOUR)

    async def shelve(self, order: Order, at: datetime) -> Order:
        """Let a dispatched order arrive and be shelved half an hour later."""
        order = await self.step(order, Arrive(), at)
        return await self.step(order, Shelve(cell="A-12"), at + HOUR / 2)

    async def hand_over(self, order: Order, at: datetime, *refused: Units) -> Order:
        """Hand an order over with its right code."""
        return await self.step(order, HandOver(code_of(order), refused=refused), at)

    async def try_code(self, order: Order, code: str, at: datetime) -> SubmissionResult:
        """Try a code at the desk."""
        return await self._submit(order.number, HandOver(code), _DESK, at)

    async def _done(
        self,
        number: str,
        command: Struct,
        actor: Actor,
        at: datetime,
        contact: Contact | None = None,
        address: str = "",
    ) -> Order:
        outcome = await self._submit(number, command, actor, at, contact, address)
        assert outcome.kind is not ResultKind.REFUSED, outcome.refusal
        assert outcome.order is not None
        return outcome.order

    async def _submit(
        self,
        number: str,
        command: Struct,
        actor: Actor,
        at: datetime,
        contact: Contact | None = None,
        address: str = "",
        told: datetime | None = None,
    ) -> SubmissionResult:
        self._clock.now = at
        args = (number, command, actor, contact, address, told)
        outcome = await self._engine.submit(_submission(next(self._ids), *args))
        self._clock.now = NOW
        return outcome


_DESK = Actor(Role.POINT, "desk")


def code_of(order: Order) -> str:
    """Return the right code of an order."""
    return pickup_code(SECRET, order.number, place_of(order), order.codes.counter)


def _submission(
    count: int,
    number: str,
    command: Struct,
    actor: Actor,
    contact: Contact | None = None,
    address: str = "",
    told: datetime | None = None,
) -> Submission:
    id_, key = UUID(int=count), sha256(str(count).encode()).digest()[:16]
    return Submission(id_, number, command, actor, key, told, contact, address or None)
