"""The engine's cast: buyers whose orders go in as submissions, a clock, and journals to hold up."""

import asyncio
import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, Protocol
from uuid import UUID

from msgspec import Struct, json

from gotovo.engine.background.ports import Feed
from gotovo.engine.batch import Rules
from gotovo.engine.engine import Engine, EngineLimits, one_lane
from gotovo.engine.memory import MemoryJournal
from gotovo.engine.ports import (
    Batch,
    Deadlines,
    IdempotencyRecords,
    Journal,
    Places,
    Sku,
    SkuLevel,
)
from gotovo.engine.submission import Submission
from gotovo.order.steps.arrival import Arrive
from gotovo.order.steps.dispatch import Dispatch
from gotovo.order.steps.handover import HandOver
from gotovo.order.steps.packing import Pack
from gotovo.order.steps.payment import Pay
from gotovo.order.steps.placement import NewLine, Place
from gotovo.order.steps.shelving import Shelve
from gotovo.order.values.actor import Actor, Role
from gotovo.order.values.customer import Contact, contact_digest, customer_id, home_of_customer
from gotovo.order.values.money import Money
from gotovo.order.values.number import NUMBERS_PER_HOME, draw
from gotovo.order.values.order import Delivery, Pickup
from gotovo.order.values.pickup_codes import pickup_code
from tests.support.order.cast import NOON, POINTS, SECRET, WAREHOUSES

ADMIN = Actor(Role.ADMIN, "boris")
TEA = NewLine("tea", "Чай", 2, 300)
CUP = NewLine("cup", "Чашка", 1, 500)
COST = 1_100
"""What two teas and a cup cost, in kopecks."""


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)


class AnyJournal(Journal, Deadlines, Feed, IdempotencyRecords, Protocol):
    """All that a journal can do."""


class Shop:
    """One shop: a journal, its stock, a clock, and seeded randomness."""

    def __init__(
        self, journal: AnyJournal, *, lane_of: Callable[[str], int] = one_lane, seed: int = 7
    ) -> None:
        self.places: Places = (POINTS, WAREHOUSES)
        self.journal = journal
        self.lane_of = lane_of
        self.clock = Clock()
        self.rng = Random(seed)
        self._engines: list[Engine] = []

    def engine(self, **limits: Any) -> Engine:
        """Start a further engine on the same journal, as a further process would."""
        engine = Engine(
            self.journal,
            lambda: self.places,
            Rules(SECRET),
            self.clock,
            limits=EngineLimits(**limits),
            lane_of=self.lane_of,
            rng=self.rng,
        )
        self._engines.append(engine)
        return engine

    def buyer(self, home: int | None = None) -> "Buyer":
        """Return somebody new; with a `home`, somebody whose orders live there."""
        while True:
            buyer = Buyer(self.rng)
            if home is None or home_of_customer(buyer.customer) == home:
                return buyer

    async def close(self) -> None:
        """Let every engine finish."""
        for engine in self._engines:
            await engine.close()


class Buyer:
    """One buyer with one order, and the submissions of its life."""

    def __init__(self, chance: Random) -> None:
        self.rng = chance
        self.contact = Contact(f"+7900{chance.randrange(10**7):07d}", "Анна", address="дом 1")
        self.customer = customer_id(SECRET, self.contact.phone)
        self.number = draw(home_of_customer(self.customer), chance.randrange(NUMBERS_PER_HOME))

    def ask(
        self,
        command: Struct,
        *,
        id_: UUID | None = None,
        actor: Actor = ADMIN,
        at: datetime | None = None,
        number: str | None = None,
        address: str = "",
        postcode: str = "",
    ) -> Submission:
        """Return a submission; its fingerprint is of the command, as an edge would make it."""
        told = json.encode(command) if not isinstance(command, Place) else b"place"
        return Submission(
            command_id=id_ or UUID(bytes=self.rng.randbytes(16), version=4),
            number=number or self.number,
            command=command,
            actor=actor,
            fingerprint=hashlib.blake2b(told, digest_size=16).digest(),
            at=at,
            contact=self.contact if isinstance(command, Place) else None,
            address=address or None,
            postcode=postcode,
        )

    def place(
        self,
        *lines: NewLine,
        id_: UUID | None = None,
        delivery: Delivery | None = None,
        **more: Any,
    ) -> Submission:
        """Return the placement; two teas and a cup unless other lines are given."""
        command = Place(
            number=self.number,
            customer=self.customer,
            contact_digest=contact_digest(SECRET, self.contact),
            delivery=delivery or Pickup("KZN-1"),
            lines=lines or (TEA, CUP),
            **more,
        )
        return self.ask(command, id_=id_)

    def pay(self, amount: int = COST, payment_id: str = "") -> Submission:
        """Return the payment; each order has one of its own unless told otherwise."""
        return self.ask(Pay(Money(amount, "RUB"), "demo", payment_id or f"p-{self.number}"))

    def code(self) -> str:
        """Return the first pick-up code."""
        return pickup_code(SECRET, self.number, "KZN-1", 1)

    def hand_over(self) -> Submission:
        """Return a hand-over with the right code."""
        return self.ask(HandOver(code=self.code()))

    def until_shelved(self) -> list[Submission]:
        """Return everything from the placement to the shelf."""
        steps = (Pack(), Dispatch(), Arrive(), Shelve(cell="A1"))
        return [self.place(), self.pay(), *(self.ask(step) for step in steps)]


class GatedJournal(MemoryJournal):
    """A journal whose commits can be held up; it notes the batches that came."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.gate.set()
        self.entered = asyncio.Event()
        self.batches: list[Batch] = []

    async def write(self, batch: Batch) -> None:  # pyright: ignore[reportImplicitOverride]
        self.batches.append(batch)
        self.entered.set()
        await self.gate.wait()
        await super().write(batch)


async def settle() -> None:
    """Let everything that can run do so."""
    for _ in range(20):
        await asyncio.sleep(0)


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds; the test runner's limit is the limit."""
    while True:
        if holds():
            return
        await asyncio.sleep(0.001)


async def level(journal: Journal, sku: str) -> SkuLevel:
    """Return the stock of one sku in Kazan."""
    found: Mapping[Sku, SkuLevel] = await journal.levels([Sku("KZN", sku)])
    return found[Sku("KZN", sku)]


def numbers(batches: Sequence[Batch]) -> list[list[str]]:
    """Return the orders answered in each batch, in order."""
    return [[answer.number for answer in batch.records] for batch in batches]
