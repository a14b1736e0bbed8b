"""Orders carried over HTTP by whatever server does it: ours, or a peer's.

Nothing goes past a server: orders are placed and carried by requests alone. A round takes every
later step of as many orders as the round before did, each step of another order, so that no
request waits for the one before it.
"""

import asyncio
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

import msgspec
from msgspec import Struct, structs
from typing_extensions import override

from gotovo.bench.fixture.dataset import ORDER_STEPS, Dataset, DatasetOrder
from gotovo.bench.fixture.environment import SECRET, ServerProcess
from gotovo.bench.fixture.processes import cpu_seconds, rss_mb
from gotovo.bench.load.connection import Connection, connect_all
from gotovo.bench.load.generator import (
    LoadResult,
    RequestFile,
    repeated_request_file,
    run_load,
    write_request_file,
)
from gotovo.bench.load.requests import RequestBuilder
from gotovo.bench.run.figure import BenchError, Sample
from gotovo.engine.submission import Submission

CONNECTIONS = 32

ORDERS_EACH = 20
"""A page of a buyer who orders often, as in the group `server`."""

LATER_STEPS = ORDER_STEPS[1:]

RATE = 500
"""Steps a second that a first book is written for; later ones go by the round before."""

PATIENCE = 4.0
"""How many times longer than meant a round may take until its book is used up."""

PATIENCE_SECONDS = 5.0
"""And how much longer besides, for rounds that are very short."""

CARRY_SECONDS = 120.0
"""How long one step of the orders that are made beforehand may take."""

BUYERS = 10_000
"""So many that no_progress's list grows long while steps are taken."""

SEED, READ_SEED = 7_101, 7_102

_MICROSECONDS = 1e6


class OrderClient(Protocol):
    """OrderOwner writes the requests of orders' lives for one server."""

    async def begin(self, count: int) -> list[DatasetOrder]:
        """Return so many new orders, which have taken the first step of a life."""
        ...

    def step(self, step: str, made: DatasetOrder) -> bytes:
        """Return the request that takes one of the later steps."""
        ...


class OrderServer:
    """A server of orders under load, and how far its orders have come."""

    def __init__(
        self, server: ServerProcess, asker: OrderClient, folder: Path, database: int
    ) -> None:
        """Load this server; `database` is the process that stores its orders, 0 if unknown."""
        self._server = server
        self._asker = asker
        self._folder = folder
        self._database = database
        self._orders: dict[str, list[DatasetOrder]] = {step: [] for step in ORDER_STEPS}
        self._rate = float(RATE)

    async def steps(self, seconds: float) -> Sample:
        """Take each of the later steps of as many orders as worker is time for."""
        count = max(round(self._rate * seconds / len(LATER_STEPS)), CONNECTIONS)
        taken = {step: await self._take(_before(step), count) for step in reversed(LATER_STEPS)}
        requests = (
            self._asker.step(step, taken[step][index])
            for index in range(count)
            for step in LATER_STEPS
        )
        book = self.book("steps", requests)
        result, sample = await self._load(book, seconds * PATIENCE + PATIENCE_SECONDS)
        self._rate = sample.per_second
        if result.count == book.count and not sample.failures:
            for step, orders in taken.items():
                self._orders[step] += orders
        self._orders[LATER_STEPS[-1]].clear()
        return sample

    async def carry(self, orders: list[DatasetOrder], until: str) -> None:
        """Let orders that were just placed take every step up to this one."""
        for step in LATER_STEPS[: LATER_STEPS.index(until) + 1]:
            await self._carry(step, orders)

    async def load(self, book: RequestFile, seconds: float) -> Sample:
        """Send requests for so long or until they are used up."""
        _, sample = await self._load(book, seconds)
        return sample

    def book(self, name: str, requests: Iterator[bytes]) -> RequestFile:
        """Write requests down, each to be sent once."""
        return write_request_file(self._file(name), requests)

    def repeated_request_file(self, name: str, requests: Iterator[bytes]) -> RequestFile:
        """Write requests down, to be sent over and over."""
        return repeated_request_file(self._file(name), *requests)

    async def _take(self, step: str, count: int) -> list[DatasetOrder]:
        """Return orders that have come as far as this step, some perhaps carried there just now."""
        kept = self._orders[step]
        missing = count - len(kept)
        if missing > 0 and step == ORDER_STEPS[0]:
            kept += await self._asker.begin(missing)
        elif missing > 0:
            orders = await self._take(_before(step), missing)
            await self._carry(step, orders)
            kept += orders
        taken, self._orders[step] = kept[:count], kept[count:]
        return taken

    async def _carry(self, step: str, orders: list[DatasetOrder]) -> None:
        requests = (self._asker.step(step, made) for made in orders)
        result, sample = await self._load(self.book("carry", requests), CARRY_SECONDS)
        done = result.count - sample.failures
        if done < len(orders):
            told = f"{result.statuses}, {result.lost} lost"
            message = f"{step}: only {done} of {len(orders)} orders took this step: {told}"
            raise BenchError(message)

    async def _load(self, book: RequestFile, seconds: float) -> tuple[LoadResult, Sample]:
        before = self._used()
        result = await run_load(self._server.port, book, CONNECTIONS, seconds)
        facts = {
            f"cpu_us_{name}": (now - before[name]) * _MICROSECONDS / result.count
            for name, now in self._used().items()
        }
        facts["rss_mb_server"] = rss_mb(self._server.pid)
        return result, result.sample(1, **facts)

    def _used(self) -> dict[str, float]:
        """Return the processor seconds of the server, and of the database if that is ours."""
        used = {"server": cpu_seconds(self._server.pid)}
        if self._database:
            used["database"] = cpu_seconds(self._database)
        return used

    def _file(self, name: str) -> Path:
        return self._folder / f"book-{self._server.port}-{name}"


class ApiOrderClient:
    """Asks a server that speaks our API; the same bytes for all, but for the key."""

    def __init__(self, port: int, token: str, buyers: int = BUYERS, seed: int = SEED) -> None:
        """Order for so many buyers in turn; another seed draws other requests."""
        self._port = port
        self._city = BuyerDataset(seed, buyers)
        self._asking = RequestBuilder(self._city, token)

    async def begin(self, count: int) -> list[DatasetOrder]:
        """Place orders and return them with the numbers that the server gave them."""
        connections = await connect_all(self._port, CONNECTIONS)
        placements = (self._asking.placement() for _ in range(count))
        try:
            placed = await asyncio.gather(*(self._place(each, placements) for each in connections))
        finally:
            for each in connections:
                each.close()
        return [made for some in placed for made in some]

    def step(self, step: str, made: DatasetOrder) -> bytes:
        """Return the request that takes one of the later steps."""
        return self._asking.step(step, made)

    def lists(self) -> Iterator[bytes]:
        """Return what reads each buyer's orders."""
        return (
            self._asking.read(f"/orders?customer={quote(phone)}&limit={ORDERS_EACH}")
            for phone in self._city.phones
        )

    def histories(self, orders: list[DatasetOrder]) -> Iterator[bytes]:
        """Return what reads an order and then its timeline."""
        return (
            self._asking.read(f"/orders/{made.number}{path}")
            for made in orders
            for path in ("", "/timeline")
        )

    async def _place(
        self, connection: Connection, placements: Iterator[tuple[DatasetOrder, bytes]]
    ) -> list[DatasetOrder]:
        orders: list[DatasetOrder] = []
        for made, request in placements:
            answer = await connection.ask(request)
            if answer.status != HTTPStatus.CREATED:
                message = f"a placement was answered with {answer.status}: {answer.body[:300]!r}"
                raise BenchError(message)
            told = _placed.decode(answer.body)
            if told.pickup_code:
                self._city.codes[told.number] = told.pickup_code
            orders.append(structs.replace(made, number=told.number))
        return orders


class BuyerDataset(Dataset):
    """A city whose orders are those of so many buyers in turn.

    The peers draw a code and tell it to the storefront; ours derives it, and so does the city.
    """

    def __init__(self, seed: int, count: int) -> None:
        """Begin without orders."""
        super().__init__(SECRET, seed)
        self.phones = [f"+7901{number:07}" for number in range(count)]
        self.codes: dict[str, str] = {}
        self._placed = 0

    @override
    def placement(self, *skus: str, phone: str = "") -> tuple[DatasetOrder, Submission]:
        self._placed += 1
        turn = self.phones[self._placed % len(self.phones)]
        return super().placement(*skus, phone=phone or turn)

    @override
    def code(self, made: DatasetOrder) -> str:
        return self.codes.get(made.number) or super().code(made)


async def open_request_files(
    server: ServerProcess, token: str, asked: Callable[[OrderClient], OrderServer], buyers: int
) -> tuple[OrderServer, RequestFile, RequestFile]:
    """Make buyers' orders, half of them handed over, and return what is then read of them.

    The first book reads each buyer's list, the second one order of each and its timeline.
    """
    asker = ApiOrderClient(server.port, token, buyers, READ_SEED)
    reading = asked(asker)
    orders = await asker.begin(buyers * ORDERS_EACH)
    await reading.carry(orders[: len(orders) // 2], "handover")
    await reading.carry(orders[len(orders) // 2 :], "shelving")
    lists = reading.repeated_request_file("lists", asker.lists())
    one = reading.repeated_request_file("histories", asker.histories(orders[:buyers]))
    return reading, lists, one


class _Placed(Struct):
    number: str
    pickup_code: str = ""


_placed = msgspec.json.Decoder(_Placed)


def _before(step: str) -> str:
    return ORDER_STEPS[ORDER_STEPS.index(step) - 1]
