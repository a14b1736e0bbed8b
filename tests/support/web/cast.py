"""A buyer with an order in every place an order can be, made by the real engine on a set clock."""

from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from itertools import count
from uuid import UUID

from msgspec import Struct, structs

from gotovo.engine.engine import Engine
from gotovo.engine.submission import ResultKind, Submission, SubmissionResult
from gotovo.order.steps.arrival import Arrive
from gotovo.order.steps.attempt import AttemptReason, RecordAttempt
from gotovo.order.steps.attention import RaiseAttention
from gotovo.order.steps.call import LogCall
from gotovo.order.steps.cancellation import Cancel
from gotovo.order.steps.departure import Depart
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.handover_opening import OpenHandover
from gotovo.order.steps.lateness import MarkLate
from gotovo.order.steps.packing import Box, Pack
from gotovo.order.steps.payment import Pay
from gotovo.order.steps.payment_expiry import ExpirePayment
from gotovo.order.steps.picking import StartPicking
from gotovo.order.steps.placement import NewLine, Place
from gotovo.order.steps.reception import Receive
from gotovo.order.steps.refund_completion import CompleteRefund
from gotovo.order.steps.return_acceptance import AcceptReturn
from gotovo.order.steps.return_claim import ClaimReturn
from gotovo.order.steps.shelving import Shelve
from gotovo.order.steps.slot import AgreeSlot
from gotovo.order.steps.storage_expiry import ExpireStorage
from gotovo.order.steps.storage_reminder import RemindOfStorage
from gotovo.order.steps.trusted_person import NameTrusted
from gotovo.order.values.actor import TIMER, Actor, Role
from gotovo.order.values.customer import Contact, contact_digest, customer_id, home_of_customer
from gotovo.order.values.money import Money
from gotovo.order.values.number import draw
from gotovo.order.values.order import (
    Attention,
    Condition,
    Courier,
    Delivery,
    Order,
    Pickup,
    Units,
    place_of,
    total,
)
from gotovo.order.values.pickup_codes import pickup_code
from gotovo.order.values.settlement.charge import Charge
from gotovo.points.point import Point
from gotovo.points.timetable import ExceptionalDay, every_day
from gotovo.points.warehouse import Warehouse

SECRET = b"a secret that only tests use, 32"
NOW = datetime(2026, 11, 22, 11, 5, tzinfo=UTC)
"""A Sunday, 14:05 in Kazan."""

ALINA = "+79001234567"
BORIS = "+79007654321"
NOBODY = "+79000000000"

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
KAZAN = "Europe/Moscow"
POINT = Point(
    code="KZN-1",
    title="ПВЗ «Баумана»",
    address="Казань, ул. Баумана, 44",
    timetable=every_day(KAZAN, time(9), time(21)),
    warehouse="KZN",
    phone="+78432000000",
)
CLOSING_POINT = Point(
    code="KZN-2",
    title="ПВЗ «Чистопольская»",
    address="Казань, ул. Чистопольская, 20",
    timetable=every_day(KAZAN, time(10), time(20)),
    warehouse="KZN",
)

FAR_POINT = Point(
    code="EKB-1",
    title="ПВЗ «Малышева»",
    address="Екатеринбург, ул. Малышева, 51",
    timetable=every_day("Asia/Yekaterinburg", time(9), time(21)),
    warehouse="KZN",
    transit_days=2,
)
CLOSING_POINT.timetable.exceptions[date(2026, 11, 27)] = ExceptionalDay((), "учёт")
POINTS = {point.code: point for point in (POINT, CLOSING_POINT, FAR_POINT)}
WAREHOUSES = {"KZN": Warehouse("KZN", "Склад Казань", every_day(KAZAN, time(0), time(0)))}

HEADPHONES = NewLine("HEAD-1", "Наушники беспроводные Sokol Air", 1, 349_000)
KETTLE = NewLine("KETL-1", "Чайник электрический, 1,7 л", 1, 189_900)
MUG = NewLine("MUGS-1", "Кружка «Доброе утро», 350 мл", 2, 45_050)
BOOTS = NewLine("BOOT-1", "Сапоги детские утеплённые, размер 31", 1, 274_900)
LAMP = NewLine("LAMP-1", "Лампа настольная с регулировкой яркости", 1, 159_000)
LAST_ONE = NewLine("LAST-1", "Пазл «Кремль», 1000 деталей, последний на складе", 1, 99_000)
CATALOGUE = (HEADPHONES, KETTLE, MUG, BOOTS, LAMP)


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
    ) -> Order:
        """Place an order."""
        address = DOOR if isinstance(delivery, Courier) else ""
        contact = Contact(phone, "Алина", locale="ru", address=address)
        customer = customer_id(SECRET, phone)
        number = draw(home_of_customer(customer), 7_919 * next(self._ids))
        digest, point = contact_digest(SECRET, contact), delivery or Pickup("KZN-1")
        place = Place(number, customer, digest, point, lines, charges=charges)
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
        """Pay an order whole, or report another payment; `told` is when it was captured."""
        whole = money or Money(total(order), order.currency)
        command = Pay(whole, "demo", f"{order.number}-{order.version}")
        return await self._done(order.number, command, Actor(Role.ADMIN, "admin"), at, told=told)

    async def send(self, order: Order, at: datetime, boxes: tuple[Box, ...] = ()) -> Order:
        """Pay, pick, pack and dispatch an order, an hour apart."""
        order = await self.pay(order, at)
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
        self._clock.now = at
        outcome = await self._engine.submit(
            _submission(next(self._ids), order.number, HandOver(code), _DESK)
        )
        self._clock.now = NOW
        return outcome

    async def _done(
        self,
        number: str,
        command: Struct,
        actor: Actor,
        at: datetime,
        contact: Contact | None = None,
        address: str = "",
        told: datetime | None = None,
    ) -> Order:
        self._clock.now = at
        args = (number, command, actor, contact, address, told)
        submission = _submission(next(self._ids), *args)
        outcome = await self._engine.submit(submission)
        self._clock.now = NOW
        assert outcome.kind is not ResultKind.REFUSED, outcome.refusal
        assert outcome.order is not None
        return outcome.order


_DESK = Actor(Role.POINT, "desk")


def closed_on(*days: date) -> Point:
    """Return the settings of the point once closures were entered."""
    shut = {day: ExceptionalDay((), "учёт") for day in days}
    return structs.replace(POINT, timetable=structs.replace(POINT.timetable, exceptions=shut))


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


async def waiting_for_payment(cast: Cast) -> Order:
    """Placed an hour ago."""
    return await cast.place(ALINA, NOW - HOUR, HEADPHONES, MUG)


async def being_picked(cast: Cast) -> Order:
    """Paid this morning."""
    order = await cast.place(ALINA, NOW - 5 * HOUR, KETTLE)
    order = await cast.pay(order, NOW - 4 * HOUR)
    return await cast.step(order, StartPicking("wave-1"), NOW - 2 * HOUR)


async def on_the_way(cast: Cast) -> Order:
    """Promised for today."""
    order = await cast.place(ALINA, NOW - 27 * HOUR, LAMP, MUG)
    return await cast.send(order, NOW - 26 * HOUR)


async def late(cast: Cast) -> Order:
    """Promised for yesterday, and still on its way."""
    order = await cast.place(ALINA, NOW - 52 * HOUR, BOOTS)
    order = await cast.send(order, NOW - 50 * HOUR)
    return await cast.step(order, MarkLate(), NOW - 16 * HOUR, Role.SYSTEM)


async def ready(cast: Cast) -> Order:
    """On the shelf since this morning, in two parcels, promise kept."""
    order = await cast.place(ALINA, NOW - 30 * HOUR, HEADPHONES, LAMP)
    boxes = (Box((Units(1, 1),)), Box((Units(2, 1),)))
    order = await cast.send(order, NOW - 29 * HOUR, boxes)
    return await cast.shelve(order, NOW - 5 * HOUR)


async def ready_where_it_closes(cast: Cast) -> Order:
    """Ready a day later than promised, at a point that closes within the week."""
    order = await cast.place(ALINA, NOW - 4 * DAY, KETTLE, delivery=Pickup("KZN-2"))
    order = await cast.send(order, NOW - 4 * DAY + HOUR)
    return await cast.shelve(order, NOW - 2 * DAY)


async def being_handed_over(cast: Cast) -> Order:
    """At the desk this very minute."""
    order = await cast.place(ALINA, NOW - 3 * DAY, MUG)
    order = await cast.shelve(await cast.send(order, NOW - 3 * DAY + HOUR), NOW - 2 * DAY)
    return await cast.step(order, OpenHandover(code_of(order)), NOW - HOUR / 60)


async def partly_issued(cast: Cast) -> Order:
    """Issued last week; one of two mugs stayed at the desk and was refunded."""
    order = await cast.place(ALINA, NOW - 9 * DAY, KETTLE, MUG)
    order = await cast.shelve(await cast.send(order, NOW - 9 * DAY + HOUR), NOW - 8 * DAY)
    order = await cast.hand_over(order, NOW - 7 * DAY, Units(2, 1))
    return await cast.step(order, CompleteRefund(order.refunds[0].id), NOW - 5 * DAY)


async def issued_lately(cast: Cast) -> Order:
    """Issued two days ago, so that it can still be brought back."""
    order = await cast.place(ALINA, NOW - 5 * DAY, KETTLE, MUG)
    order = await cast.shelve(await cast.send(order, NOW - 5 * DAY + HOUR), NOW - 4 * DAY)
    return await cast.hand_over(order, NOW - 2 * DAY)


async def claimed(cast: Cast) -> Order:
    """Issued two days ago; a mug is to be brought back."""
    order = await issued_lately(cast)
    claim = ClaimReturn((Units(2, 1),), "defect")
    return await cast.step(order, claim, NOW - DAY, Role.BUYER)


async def sold_out(cast: Cast) -> Order:
    """Paid a moment after somebody else had bought the last one."""
    order = await cast.place(ALINA, NOW - 5 * HOUR, LAST_ONE)
    other = await cast.place(BORIS, NOW - 5 * HOUR, LAST_ONE)
    await cast.pay(other, NOW - 4 * HOUR)
    return await cast.pay(order, NOW - 4 * HOUR + HOUR / 60)


async def cancelled(cast: Cast) -> Order:
    """Cancelled by the buyer after dispatch."""
    order = await cast.send(await cast.place(ALINA, NOW - 12 * DAY, BOOTS), NOW - 12 * DAY + HOUR)
    return await cast.step(order, Cancel(), NOW - 12 * DAY + 5 * HOUR)


async def never_paid(cast: Cast) -> Order:
    """Closed by the timer."""
    order = await cast.place(ALINA, NOW - 15 * DAY, LAMP)
    return await cast.step(order, ExpirePayment(), NOW - 14 * DAY, Role.SYSTEM)


async def not_collected(cast: Cast) -> Order:
    """Reminded and then closed, because nobody came."""
    order = await cast.place(ALINA, NOW - 20 * DAY, LAMP)
    order = await cast.shelve(await cast.send(order, NOW - 20 * DAY + HOUR), NOW - 19 * DAY)
    order = await cast.step(order, RemindOfStorage(), NOW - 15 * DAY + HOUR, Role.SYSTEM)
    return await cast.step(order, ExpireStorage(), NOW - 11 * DAY, Role.SYSTEM)


async def returned(cast: Cast) -> Order:
    """Issued, brought back, looked at, refunded."""
    order = await cast.place(ALINA, NOW - 25 * DAY, HEADPHONES)
    order = await cast.shelve(await cast.send(order, NOW - 25 * DAY + HOUR), NOW - 24 * DAY)
    order = await cast.hand_over(order, NOW - 23 * DAY)
    order = await cast.step(order, AcceptReturn(point="KZN-1"), NOW - 20 * DAY)
    return await cast.step(order, Receive(condition=Condition.RESTOCKED), NOW - 19 * DAY)


async def with_a_courier(cast: Cast) -> Order:
    """The courier is on the way to the door."""
    order = await cast.place(ALINA, NOW - 28 * HOUR, BOOTS, delivery=Courier())
    order = await cast.send(order, NOW - 27 * HOUR)
    order = await cast.step(order, LogCall(answered=True), NOW - 3 * HOUR)
    order = await cast.step(order, AgreeSlot(NOW, NOW + 2 * HOUR), NOW - 3 * HOUR)
    return await cast.step(order, Depart(), NOW - HOUR)


async def attempted(cast: Cast) -> Order:
    """The courier came when nobody was at home; a new time is to be agreed."""
    order = await cast.place(ALINA, NOW - 30 * HOUR, KETTLE, delivery=Courier())
    order = await cast.send(order, NOW - 29 * HOUR)
    order = await cast.step(order, LogCall(answered=True), NOW - 6 * HOUR)
    order = await cast.step(order, AgreeSlot(NOW - 5 * HOUR, NOW - 3 * HOUR), NOW - 6 * HOUR)
    order = await cast.step(order, Depart(), NOW - 5 * HOUR)
    return await cast.step(order, RecordAttempt(AttemptReason.ABSENT), NOW - 3 * HOUR)


async def far_away(cast: Cast) -> Order:
    """Ready in another time zone, damaged on the way, for somebody else to collect."""
    order = await cast.place(ALINA, NOW - 4 * DAY, LAMP, delivery=Pickup("EKB-1"))
    order = await cast.shelve(await cast.send(order, NOW - 4 * DAY + HOUR), NOW - DAY)
    order = await cast.step(order, NameTrusted(), NOW - DAY + HOUR, Role.BUYER)
    return await cast.step(order, RaiseAttention(Attention.DAMAGED, "вмятина"), NOW - DAY + HOUR)


async def long_ago(cast: Cast, number: int) -> Order:
    """Issued months ago, one of many."""
    at = NOW - (60 + number) * DAY
    order = await cast.place(ALINA, at, CATALOGUE[number % len(CATALOGUE)])
    order = await cast.shelve(await cast.send(order, at + HOUR), at + DAY)
    return await cast.hand_over(order, at + 2 * DAY)


EVERYBODY = (
    waiting_for_payment,
    being_picked,
    on_the_way,
    late,
    ready,
    ready_where_it_closes,
    being_handed_over,
    partly_issued,
    issued_lately,
    claimed,
    sold_out,
    cancelled,
    never_paid,
    not_collected,
    returned,
    with_a_courier,
    attempted,
    far_away,
)
