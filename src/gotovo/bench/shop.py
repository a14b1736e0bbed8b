"""A server with its database and its orders: what every measure over HTTP begins with.

The orders of a round are made before it, by the engine in this process, which then rests. Orders
that took a step in one round are the next step's in another, so few have to be made twice.
"""

from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager

from gotovo.assembly.house import House
from gotovo.bench.asking import Asking
from gotovo.bench.city import LIFE, SKUS, City, Made
from gotovo.bench.figure import Sample
from gotovo.bench.load import LoadResult, RequestBook, repeated_book, run_load, write_book
from gotovo.bench.processes import cpu_seconds, family, rss_mb
from gotovo.bench.stage import SECRET, ServerProcess, Stage
from gotovo.bench.statements import bench_statements
from gotovo.order.actor import Role

RATE = 6_000
"""Commands a second that a first book is written for; later ones go by the round before."""

SPARE = 1.25
"""How many more requests than last time a book holds."""

SETTLED = 2_000
"""Orders that are there from the beginning, handed over: no shop is measured on its first day."""

KEPT = 50_000
"""How many orders are kept for the next step: a few rounds' worth."""

_MICROSECONDS = 1e6
_sql = bench_statements("shop.sql")


class Shop:
    """A server under load, and the orders that it is asked about."""

    def __init__(self, stage: Stage, house: House, server: ServerProcess, asking: Asking) -> None:
        """Begin without orders."""
        self.house = house
        self.server = server
        self.asking = asking
        self.url = house.settings.database_url
        self._stage = stage
        self._orders: dict[str, list[Made]] = {step: [] for step in LIFE}
        self._rates: dict[str, float] = {}

    def book(self, name: str, requests: Iterable[bytes]) -> RequestBook:
        """Write requests down, to be sent once."""
        return write_book(self._stage.folder / f"book-{name}", requests)

    def repeated_book(self, name: str, requests: Iterable[bytes]) -> RequestBook:
        """Write requests down, to be sent over and over."""
        return repeated_book(self._stage.folder / f"book-{name}", *requests)

    async def load(
        self, book: RequestBook, connections: int, seconds: float, each: int = 1
    ) -> tuple[LoadResult, Sample]:
        """Put a load on the server; a request does `each` of what is counted."""
        used = self.used()
        result = await run_load(self.server.port, book, connections, seconds)
        return result, result.sample(each, **self.facts(used, result.count * each))

    async def place(self, name: str, connections: int, seconds: float) -> Sample:
        """Place orders over HTTP until the time is over."""
        requests = (self.asking.placement()[1] for _ in range(self.wanted(name, seconds)))
        result, sample = await self.load(self.book(name, requests), connections, seconds)
        self._rates[name] = result.per_second
        return sample

    async def step(
        self, name: str, step: str, connections: int, seconds: float, each: int = 1
    ) -> Sample:
        """Take a step of as many orders as there is time for, `each` of them a request."""
        before = LIFE[LIFE.index(step) - 1]
        requests = -(-self.wanted(name, seconds) // each)
        orders = await self.take(before, requests * each)
        book = self.book(name, self._requests(step, orders, each))
        result, sample = await self.load(book, connections, seconds, each)
        self._rates[name] = sample.per_second
        sent = (result.count + result.lost) * each
        self._orders[before] += orders[sent:]
        if not sample.failures:
            self._orders[step] = [*self._orders[step], *orders[:sent]][-KEPT:]
        return sample

    async def take(self, step: str, count: int) -> list[Made]:
        """Return orders that have come as far as this step, some of them perhaps made just now."""
        await self.prepare(step, count)
        kept = self._orders[step]
        taken, self._orders[step] = kept[:count], kept[count:]
        return taken

    async def prepare(self, step: str, count: int) -> None:
        """Have so many orders ready that have come as far as this step."""
        missing = count - len(self._orders[step])
        if missing > 0:
            self._orders[step] += await self.asking.city.orders(self.house, missing, step)

    def rate(self, name: str) -> float:
        """Return how many a second there were when it was last measured, or a guess."""
        return self._rates.get(name, RATE)

    def wanted(self, name: str, seconds: float) -> int:
        """Return for how many there may be time."""
        return max(int(self.rate(name) * SPARE * seconds), 1)

    def used(self) -> tuple[float, float]:
        """Return the processor seconds of the server and of the database until now."""
        database = self._stage.server_pid
        return cpu_seconds(self.server.pid), cpu_seconds(database) if database else 0.0

    def facts(self, before: tuple[float, float], count: int) -> dict[str, float]:
        """Return what so many took of the machine since `before`, and what memory is held now."""
        server, database = self.used()
        facts = {"cpu_us_server": (server - before[0]) * _MICROSECONDS / count, **self.memory()}
        if self._stage.server_pid:
            facts["cpu_us_database"] = (database - before[1]) * _MICROSECONDS / count
        return facts

    def memory(self) -> dict[str, float]:
        """Return what the worker holds, and what all processes of the server do."""
        return {
            "rss_mb_worker": _worker_mb(self.server.pid),
            "rss_mb_server": rss_mb(self.server.pid),
        }

    def _requests(self, step: str, orders: Sequence[Made], each: int) -> Iterator[bytes]:
        if each == 1:
            return (self.asking.step(step, made) for made in orders)
        groups = (orders[at : at + each] for at in range(0, len(orders), each))
        return (self.asking.commands(step, group) for group in groups)


@asynccontextmanager
async def open_shop(
    stage: Stage, seed: int, skus: int = SKUS, **settings: object
) -> AsyncGenerator[Shop]:
    """Furnish a new database and serve it, with an engine here that makes the orders."""
    url = await stage.new_database()
    async with stage.house(url) as house:
        city = City(SECRET, seed, skus)
        await city.furnish(house)
        await city.orders(house, SETTLED, LIFE[-1])
        await house.pool.execute(_sql["settle"])
        asking = Asking(city, await stage.key(url, Role.ADMIN))
        async with stage.server(url, **settings) as server:
            yield Shop(stage, house, server, asking)


def _worker_mb(pid: int) -> float:
    """Return the memory of the worker: the largest of the processes behind the first."""
    _, *started = family(pid)
    return max((rss_mb(each) for each in started), default=rss_mb(pid))
