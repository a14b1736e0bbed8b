"""The same orders carried by other stacks, beside ours: under one load, on one PostgreSQL.

`lean` and `sqlalchemy` speak our API and are asked with the very same requests. django-oscar, DBOS
and eventsourcing do what is natural for each; they are context, not the bar. What is compared and
what is not is written down in docs/concepts/peers.md. A peer that can't be had here is left out,
and the report says so with the reason.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import msgspec
from msgspec import Struct

from gotovo.bench.fixture.dataset import ORDER_STEPS, Dataset, DatasetOrder
from gotovo.bench.fixture.environment import SECRET, BenchEnvironment, ServerProcess
from gotovo.bench.fixture.measure_worker import measure_worker
from gotovo.bench.fixture.peer_programs import PeerServer, PeerUnavailable, open_peer, peer
from gotovo.bench.load.generator import raw_request
from gotovo.bench.measures.lifecycles import open_lifecycles
from gotovo.bench.measures.order_load import (
    CONNECTIONS,
    ORDERS_EACH,
    ApiOrderClient,
    OrderClient,
    OrderServer,
    open_request_files,
)
from gotovo.bench.run.figure import BenchError, Budget, Measure, Plan
from gotovo.order.values.actor import Role

CAPTIONS = {
    "lean": "FastAPI and asyncpg, no ORM",
    "sqlalchemy": "FastAPI and SQLAlchemy",
    "django_oscar": "django-oscar",
    "dbos": "DBOS",
    "eventsourcing": "eventsourcing",
}

BUYERS = 50
BUYERS_QUICK = 10
"""Several, so that the same rows are not read over and over."""

WORKERS = (1, 2)
TURNS = 2
TRY_PART = 0.5
"""What a peer's workers are tried with: so often, for this part of a round's time."""

MAKING_PART = 1.0
"""What making a round's orders takes of a round, for the estimate."""

OSCAR_FIRST_NUMBER = 100_000
OSCAR_ORDERS = 5_000
"""What its `prepare` has made."""

BUDGETS = (
    Budget(
        "peers.steps",
        "peers.gotovo.steps",
        "peers.lean.steps",
        6.0,
        f"Payment and each later step, {CONNECTIONS} connections, against FastAPI and asyncpg",
    ),
    Budget(
        "peers.orders",
        "peers.gotovo.orders",
        "peers.lean.orders",
        3.0,
        f"A buyer's {ORDERS_EACH} orders, {CONNECTIONS} connections, against FastAPI and asyncpg",
    ),
    Budget(
        "peers.timeline",
        "peers.gotovo.timeline",
        "peers.lean.timeline",
        3.0,
        f"An order and its timeline, {CONNECTIONS} connections, against FastAPI and asyncpg",
    ),
)

_OSCAR_STATUSES = ("paid", "picking", "packed", "in_transit", "arrived", "on_shelf", "handed_over")


@asynccontextmanager
async def open_peers(stage: BenchEnvironment, plan: Plan) -> AsyncGenerator[list[Measure]]:
    """Serve ours and every peer that can be had, each on a database of its own."""
    peer("lean")  # a missing checkout is said before anything is made
    async with AsyncExitStack() as stack:
        measures = await _ours(stack, stage, plan)
        for name, open_one in _PEERS.items():
            try:
                measures += await open_one(stack, stage, plan, name)
            except PeerUnavailable as reason:
                stage.notes.append(f"{CAPTIONS[name]} is skipped: {' '.join(str(reason).split())}")
        yield measures


async def _ours(stack: AsyncExitStack, stage: BenchEnvironment, plan: Plan) -> list[Measure]:
    url = await stage.new_database()
    async with stage.house(url) as house:
        await Dataset(SECRET).seed(house)
    token = await stage.key(url, Role.ADMIN)
    server = await stack.enter_async_context(stage.server(url))
    stepping = _order_server(stage, server, ApiOrderClient(server.port, token))
    worker = await stack.enter_async_context(
        measure_worker(open_lifecycles, server.port, token, CONNECTIONS)
    )
    return [
        *await _order_measures(stage, plan, "gotovo", PeerServer(server, token), stepping),
        Measure(
            "peers.gotovo.lives",
            "gotovo: whole lives, eight requests each",
            "lives/s",
            worker.run("life"),
        ),
    ]


async def _speaking_our_api(
    stack: AsyncExitStack, stage: BenchEnvironment, plan: Plan, name: str
) -> list[Measure]:
    """Keep the peer with as many workers as carry most here, and say how many that is."""
    async with AsyncExitStack() as trying:
        tries = [await _try(trying, stage, name, workers) for workers in WORKERS]
        for turn in range(1 + TURNS):  # the first one warms up
            for each in tries:
                sample = await each.stepping.steps(plan.seconds * TRY_PART)
                each.per_second += sample.per_second if turn else 0.0
        best = max(tries, key=lambda each: each.per_second)
        stack.push_async_exit(best.stack.pop_all())
    figures = ", ".join(f"{x.per_second / TURNS:,.0f}/s with {x.workers}" for x in tries)
    stage.notes.append(f"{CAPTIONS[name]}: workers {best.workers}, the better of {figures}")
    return await _order_measures(stage, plan, name, best.opened, best.stepping)


class _WorkerTrial(Struct):
    """A peer with so many workers, and how much it carried."""

    workers: int
    stack: AsyncExitStack
    opened: PeerServer
    stepping: OrderServer
    per_second: float = 0.0


async def _try(
    trying: AsyncExitStack, stage: BenchEnvironment, name: str, workers: int
) -> _WorkerTrial:
    own = await trying.enter_async_context(AsyncExitStack())
    opened = await own.enter_async_context(open_peer(stage, peer(name), workers=workers))
    asker = ApiOrderClient(opened.server.port, opened.token)
    return _WorkerTrial(workers, own, opened, _order_server(stage, opened.server, asker))


async def _order_measures(
    stage: BenchEnvironment, plan: Plan, name: str, opened: PeerServer, stepping: OrderServer
) -> list[Measure]:
    title = CAPTIONS.get(name, name)
    server, token = opened.server, opened.token
    asked = partial(_order_server, stage, server)
    buyers = BUYERS_QUICK if plan.quick else BUYERS
    reading, lists, histories = await open_request_files(server, token, asked, buyers)
    return [
        Measure(
            f"peers.{name}.steps",
            f"{title}: payment and each later step",
            "commands/s",
            stepping.steps,
            MAKING_PART * plan.seconds,
        ),
        Measure(
            f"peers.{name}.orders",
            f"{title}: a buyer's {ORDERS_EACH} orders",
            "requests/s",
            partial(reading.load, lists),
        ),
        Measure(
            f"peers.{name}.timeline",
            f"{title}: an order and its timeline, in turns",
            "requests/s",
            partial(reading.load, histories),
        ),
    ]


async def _oscar(
    stack: AsyncExitStack, stage: BenchEnvironment, plan: Plan, name: str
) -> list[Measure]:
    opened = await stack.enter_async_context(open_peer(stage, peer(name)))
    stepping = _order_server(stage, opened.server, OscarOrderClient(opened.token))
    return [
        Measure(
            f"peers.{name}.steps",
            f"{CAPTIONS[name]}: each change of an order's status",
            "commands/s",
            stepping.steps,
            MAKING_PART * plan.seconds,
        )
    ]


async def _living(
    stack: AsyncExitStack, stage: BenchEnvironment, plan: Plan, name: str
) -> list[Measure]:
    del plan
    opened = await stack.enter_async_context(open_peer(stage, peer(name)))
    server = _order_server(stage, opened.server, OscarOrderClient(opened.token))
    request = raw_request("POST", "/lives", {"Authorization": f"Bearer {opened.token}"})
    book = server.repeated_request_file("lives", iter([request]))
    return [
        Measure(
            f"peers.{name}.lives",
            f"{CAPTIONS[name]}: whole lives of eight steps, one request each",
            "lives/s",
            partial(server.load, book),
        )
    ]


class OscarOrderClient:
    """Asks django-oscar to change statuses of the orders it was prepared with."""

    def __init__(self, token: str) -> None:
        """Begin with the first order."""
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._begun = 0

    async def begin(self, count: int) -> list[DatasetOrder]:
        """Return orders that no_progress has touched; raise BenchError when all are used up."""
        first, self._begun = self._begun, self._begun + count
        if self._begun > OSCAR_ORDERS:
            message = f"all {OSCAR_ORDERS} orders of django-oscar are used up; ask for fewer rounds"
            raise BenchError(message)
        return [
            DatasetOrder(str(OSCAR_FIRST_NUMBER + index), "", 0)
            for index in range(first, self._begun)
        ]

    def step(self, step: str, made: DatasetOrder) -> bytes:
        """Return the request for the status that this step leads to."""
        status = _OSCAR_STATUSES[ORDER_STEPS.index(step) - 1]
        body = msgspec.json.encode({"status": status})
        return raw_request("POST", f"/orders/{made.number}/status", self._headers, body)


_Opener = Callable[[AsyncExitStack, BenchEnvironment, Plan, str], Awaitable[list[Measure]]]

_PEERS: dict[str, _Opener] = {
    "lean": _speaking_our_api,
    "sqlalchemy": _speaking_our_api,
    "django_oscar": _oscar,
    "dbos": _living,
    "eventsourcing": _living,
}


def _order_server(
    stage: BenchEnvironment, server: ServerProcess, asker: OrderClient
) -> OrderServer:
    return OrderServer(server, asker, stage.folder, stage.server_pid)
