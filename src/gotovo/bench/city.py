"""The city of a run: one point, one warehouse, plenty of goods, and orders made in bulk.

Orders are made by the real engine, step by step, so they are exactly what the program makes.
"""

import hashlib
from collections.abc import Sequence
from datetime import time
from random import Random
from uuid import UUID

import msgspec
from msgspec import Struct

from gotovo.bench.figure import BenchError
from gotovo.engine.submission import Kind, Submission
from gotovo.order.actor import Actor, Role
from gotovo.order.codes import pickup_code
from gotovo.order.customer import Contact, contact_digest, customer_id, home_of_customer
from gotovo.order.number import CHANCES, draw
from gotovo.order.order import Pickup
from gotovo.order.steps.arrival import Arrive
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.packing import Pack
from gotovo.order.steps.payment import Pay
from gotovo.order.steps.picking import StartPicking
from gotovo.order.steps.placement import NewLine, Place
from gotovo.order.steps.shelving import Shelve
from gotovo.points.point import Point
from gotovo.points.timetable import every_day
from gotovo.points.warehouse import Warehouse
from gotovo.store.stock import NewEntry
from gotovo.town.house import House

TIME_ZONE = "Europe/Moscow"

WAREHOUSE = Warehouse("KZN", "Казань", every_day(TIME_ZONE, time(5), time(23)))

POINT = Point(
    code="KZN-1",
    title="На Баумана",
    address="420111, Казань, ул. Баумана, 44/8",
    timetable=every_day(TIME_ZONE, time(10), time(21)),
    warehouse=WAREHOUSE.code,
    capacity=1_000_000,
)

SKUS = 1_000
"""So many that the skus of one batch are mostly different ones, as in a shop."""

UNITS = 10**9
"""More than any run sells."""

LINES = 2
"""Lines of an order: the usual basket of a marketplace holds one to three."""

LIFE = (
    "placement",
    "payment",
    "picking",
    "packing",
    "dispatch",
    "arrival",
    "shelving",
    "handover",
)
"""The eight steps of an ordinary life, in order."""

ACTOR = Actor(Role.ADMIN, "bench")

_PLAIN = {
    "picking": StartPicking(),
    "packing": Pack(),
    "dispatch": Dispatch(manifest="M-2014"),
    "arrival": Arrive(point=POINT.code),
    "shelving": Shelve(cell="A-17"),
}
_TITLES = ("Чай чёрный листовой 200 г", "Плед флисовый 150x200", "Конструктор «Маяк»")
_AT_ONCE = 2_000


class Made(Struct, frozen=True):
    """An order and what is needed to take its next steps."""

    number: str
    phone: str
    total: int


class City:
    """Draws buyers and orders; the same seed draws the same ones."""

    def __init__(self, secret: bytes, seed: int = 2014, skus: int = SKUS) -> None:
        """Make customers' ids and codes as an installation with this secret does."""
        self.secret = secret
        self.skus = [f"SKU-{number:05}" for number in range(skus)]
        self.chance = Random(seed)  # noqa: S311  (chance that repeats, no secret)

    async def furnish(self, house: House) -> None:
        """Put the places and the goods into an empty house."""
        now = house.clock()
        await house.directory.put_warehouse(WAREHOUSE, now)
        await house.directory.put_point(POINT, now)
        receipts = [
            NewEntry(self.command_id(), WAREHOUSE.code, sku, UNITS, "bench", _title(index))
            for index, sku in enumerate(self.skus)
        ]
        await house.stock.enter(receipts, "admin:bench", now)

    def command_id(self) -> UUID:
        """Return a fresh command id."""
        return UUID(bytes=self.chance.randbytes(16), version=4)

    def placement(self, *skus: str, phone: str = "") -> tuple[Made, Submission]:
        """Return a new order: one unit of each sku, two that chance picks unless some are named."""
        phone = phone or f"+7900{self.chance.randrange(10**7):07}"
        contact = Contact(phone=phone, name="Алия Хасанова", email="aliya@example.com")
        customer = customer_id(self.secret, phone)
        number = draw(home_of_customer(customer), self.chance.randrange(CHANCES))
        lines = tuple(
            NewLine(sku, _title(index), 1, 28_900 + 10_000 * index)
            for index, sku in enumerate(skus or self.chance.sample(self.skus, LINES))
        )
        made = Made(number, phone, sum(line.price * line.quantity for line in lines))
        command = Place(
            number=number,
            customer=customer,
            contact_digest=contact_digest(self.secret, contact),
            delivery=Pickup(POINT.code),
            lines=lines,
            origin=ACTOR.id,
        )
        return made, self._submission(number, command, contact)

    def step(self, step: str, made: Made) -> Submission:
        """Return one of the later steps of an ordinary life, with a fresh command id."""
        if step == "payment":
            return self._submission(made.number, Pay(made.total, "RUB"))
        if step == "handover":
            return self._submission(made.number, HandOver(code=self.code(made)))
        return self._submission(made.number, _PLAIN[step])

    def code(self, made: Made) -> str:
        """Return the pick-up code that the buyer would show."""
        return pickup_code(self.secret, made.number, POINT.code, 1)

    async def orders(
        self, house: House, count: int, until: str, skus: Sequence[str] = (), phone: str = ""
    ) -> list[Made]:
        """Make orders that have taken every step of `LIFE` up to `until`, and return them.

        The orders hold these skus and belong to this phone where they are given. Raises
        BenchError if a step was not done.
        """
        made: list[Made] = []
        for begin in range(0, count, _AT_ONCE):
            some = min(_AT_ONCE, count - begin)
            placed = [self.placement(*skus, phone=phone) for _ in range(some)]
            await _done(house, [submission for _, submission in placed])
            new = [order for order, _ in placed]
            for step in LIFE[1 : LIFE.index(until) + 1]:
                await _done(house, [self.step(step, order) for order in new])
            made += new
        return made

    def _submission(
        self, number: str, command: Struct, contact: Contact | None = None
    ) -> Submission:
        told = msgspec.json.encode(command)
        return Submission(
            command_id=self.command_id(),
            number=number,
            command=command,
            actor=ACTOR,
            fingerprint=hashlib.blake2b(told, digest_size=16).digest(),
            contact=contact,
        )


async def _done(house: House, submissions: list[Submission]) -> None:
    for outcome in await house.engine.submit_each(submissions):
        if isinstance(outcome, BaseException):
            raise outcome
        if outcome.kind is not Kind.DONE:
            message = f"order {outcome.number} was not made: {outcome.kind} {outcome.refusal}"
            raise BenchError(message)


def _title(index: int) -> str:
    return _TITLES[index % len(_TITLES)]
