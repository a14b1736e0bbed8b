"""Load of orders on any server, ours or a peer, through its HTTP API alone.

A round takes every later step of as many orders as the round before managed, each step of another
order, so that no request waits for the one before it.
"""

import asyncio
from collections.abc import Callable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from msgspec import structs
from typing_extensions import override

from gotovo.bench.fixture.dataset import ORDER_STEPS, Dataset, DatasetOrder
from gotovo.bench.fixture.environment import SECRET, ServerProcess
from gotovo.bench.fixture.processes import cpu_seconds, rss_mb
from gotovo.bench.load.connection import LoadConnection, connect_all
from gotovo.bench.load.generator import (
    LoadResult,
    RequestFile,
    repeated_request_file,
    run_load,
    write_request_file,
)
from gotovo.bench.load.requests import RequestBuilder, placement_response
from gotovo.bench.run.measure import BenchError, Sample
from gotovo.bench.run.stopwatch import MICROSECONDS
from gotovo.engine.submission import Submission

CONNECTIONS = 32

ORDERS_EACH = 20
"""A page of a buyer who orders often, as in the group `server`."""

LATER_STEPS = ORDER_STEPS[1:]

RATE = 500
"""Steps per second that the first request file is written for; later ones follow the round
before."""

PATIENCE = 4.0
"""How many times longer than planned a round may take to send all its requests."""

PATIENCE_SECONDS = 5.0
"""And how much longer in addition, for very short rounds."""

CARRY_SECONDS = 120.0
"""How long one step of the orders that are made in advance may take."""

BUYERS = 10_000
"""So many that no buyer's list grows long while steps are taken."""

SEED, READ_SEED = 7_101, 7_102


class OrderClient(Protocol):
    """Client of one server: places orders, and builds the requests for their later steps."""

    async def begin(self, count: int) -> list[DatasetOrder]:
        """Return `count` newly placed orders."""
        ...

    def step(self, step: str, order: DatasetOrder) -> bytes:
        """Return the request that takes one of the later steps."""
        ...


class OrderServer:
    """A server under load, and its orders by the last step they have taken.

    `database` is the process of the database server, 0 if unknown.
    """

    def __init__(
        self, server: ServerProcess, client: OrderClient, folder: Path, database: int
    ) -> None:
        self._server = server
        self._client = client
        self._folder = folder
        self._database = database
        self._orders: dict[str, list[DatasetOrder]] = {step: [] for step in ORDER_STEPS}
        self._rate = float(RATE)

    async def steps(self, seconds: float) -> Sample:
        """Take each of the later steps of as many orders as there is time for."""
        count = max(round(self._rate * seconds / len(LATER_STEPS)), CONNECTIONS)
        taken = {step: await self._take(_before(step), count) for step in reversed(LATER_STEPS)}
        requests = (
            self._client.step(step, taken[step][index])
            for index in range(count)
            for step in LATER_STEPS
        )
        request_file = self.request_file("steps", requests)
        result, sample = await self._load(request_file, seconds * PATIENCE + PATIENCE_SECONDS)
        self._rate = sample.per_second
        if result.count == request_file.count and not sample.failures:
            for step, orders in taken.items():
                self._orders[step] += orders
        self._orders[LATER_STEPS[-1]].clear()
        return sample

    async def carry(self, orders: list[DatasetOrder], until: str) -> None:
        """Let newly placed orders take every step up to this one."""
        for step in LATER_STEPS[: LATER_STEPS.index(until) + 1]:
            await self._carry(step, orders)

    async def load(self, request_file: RequestFile, seconds: float) -> Sample:
        """Send requests until the time is over or they are used up."""
        _, sample = await self._load(request_file, seconds)
        return sample

    def request_file(self, name: str, requests: Iterator[bytes]) -> RequestFile:
        """Write requests to a file, each to be sent once."""
        return write_request_file(self._file(name), requests)

    def repeated_request_file(self, name: str, requests: Iterator[bytes]) -> RequestFile:
        """Write requests to a file, to be sent in a cycle."""
        return repeated_request_file(self._file(name), *requests)

    async def _take(self, step: str, count: int) -> list[DatasetOrder]:
        """Return orders that have taken this step last; let more take it if some are missing."""
        orders = self._orders[step]
        missing = count - len(orders)
        if missing > 0 and step == ORDER_STEPS[0]:
            orders += await self._client.begin(missing)
        elif missing > 0:
            taken = await self._take(_before(step), missing)
            await self._carry(step, taken)
            orders += taken
        self._orders[step] = orders[count:]
        return orders[:count]

    async def _carry(self, step: str, orders: list[DatasetOrder]) -> None:
        requests = (self._client.step(step, order) for order in orders)
        result, sample = await self._load(self.request_file("carry", requests), CARRY_SECONDS)
        done = result.count - sample.failures
        if done < len(orders):
            statuses = f"{result.statuses}, {result.lost} lost"
            message = f"{step}: only {done} of {len(orders)} orders took this step: {statuses}"
            raise BenchError(message)

    async def _load(self, request_file: RequestFile, seconds: float) -> tuple[LoadResult, Sample]:
        before = self._used()
        result = await run_load(self._server.port, request_file, CONNECTIONS, seconds)
        facts = {
            f"cpu_us_{name}": (now - before[name]) * MICROSECONDS / result.count
            for name, now in self._used().items()
        }
        facts["rss_mb_server"] = rss_mb(self._server.pid)
        return result, result.sample(1, **facts)

    def _used(self) -> dict[str, float]:
        """Return the processor seconds used by the server, and by the database if it is ours."""
        used = {"server": cpu_seconds(self._server.pid)}
        if self._database:
            used["database"] = cpu_seconds(self._database)
        return used

    def _file(self, name: str) -> Path:
        return self._folder / f"requests-{self._server.port}-{name}"


class ApiOrderClient:
    """Client of a server with our API; all get the same bytes but for the key.

    It orders for `buyers` buyers in turn; another seed generates other requests.
    """

    def __init__(self, port: int, token: str, buyers: int = BUYERS, seed: int = SEED) -> None:
        self._port = port
        self._dataset = BuyerDataset(seed, buyers)
        self._requests = RequestBuilder(self._dataset, token)

    async def begin(self, count: int) -> list[DatasetOrder]:
        """Place orders and return them with the server's numbers."""
        connections = await connect_all(self._port, CONNECTIONS)
        placements = (self._requests.placement() for _ in range(count))
        try:
            placed = await asyncio.gather(*(self._place(each, placements) for each in connections))
        finally:
            for each in connections:
                each.close()
        return [order for some in placed for order in some]

    def step(self, step: str, order: DatasetOrder) -> bytes:
        """Return the request that takes one of the later steps."""
        return self._requests.step(step, order)

    def lists(self) -> Iterator[bytes]:
        """Return the requests for each buyer's orders."""
        return (
            self._requests.read(f"/orders?customer={quote(phone)}&limit={ORDERS_EACH}")
            for phone in self._dataset.phones
        )

    def histories(self, orders: list[DatasetOrder]) -> Iterator[bytes]:
        """Return the requests for each order and its timeline, in turns."""
        return (
            self._requests.read(f"/orders/{order.number}{path}")
            for order in orders
            for path in ("", "/timeline")
        )

    async def _place(
        self, connection: LoadConnection, placements: Iterator[tuple[DatasetOrder, bytes]]
    ) -> list[DatasetOrder]:
        orders: list[DatasetOrder] = []
        for order, request in placements:
            response = await connection.send(request)
            if response.status != HTTPStatus.CREATED:
                message = (
                    f"a placement was answered with {response.status}: {response.body[:300]!r}"
                )
                raise BenchError(message)
            placed = placement_response.decode(response.body)
            if placed.pickup_code:
                self._dataset.codes[placed.number] = placed.pickup_code
            orders.append(structs.replace(order, number=placed.number))
        return orders


class BuyerDataset(Dataset):
    """A dataset whose orders belong to `count` buyers in turn.

    Peers draw pick-up codes and return them to the storefront; ours are derived from a secret.
    """

    def __init__(self, seed: int, count: int) -> None:
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
    def code(self, order: DatasetOrder) -> str:
        return self.codes.get(order.number) or super().code(order)


async def open_request_files(
    server: ServerProcess, token: str, server_of: Callable[[OrderClient], OrderServer], buyers: int
) -> tuple[OrderServer, RequestFile, RequestFile]:
    """Make buyers' orders, half of them handed over, and the requests that read them.

    The first file reads each buyer's list, the second one order of each and its timeline.
    """
    client = ApiOrderClient(server.port, token, buyers, READ_SEED)
    reading = server_of(client)
    orders = await client.begin(buyers * ORDERS_EACH)
    await reading.carry(orders[: len(orders) // 2], "handover")
    await reading.carry(orders[len(orders) // 2 :], "shelving")
    lists = reading.repeated_request_file("lists", client.lists())
    one = reading.repeated_request_file("histories", client.histories(orders[:buyers]))
    return reading, lists, one


def _before(step: str) -> str:
    return ORDER_STEPS[ORDER_STEPS.index(step) - 1]
