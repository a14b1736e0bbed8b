"""Peers: the same orders on other stacks, under the same load and on the same PostgreSQL.

`lean` and `sqlalchemy` have our API and get the same requests. django-oscar, DBOS and eventsourcing
do what is natural for each; they are context, not the bar. docs/concepts/peers.md says what is
compared and what is not. A peer that is not available here is left out, and the report says why.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial

import msgspec
from msgspec import Struct

from gotovo.bench.fixture.dataset import ORDER_STEPS, Dataset, DatasetOrder
from gotovo.bench.fixture.environment import SECRET, BenchEnvironment, ServerProcess
from gotovo.bench.fixture.measure_worker import measure_worker
from gotovo.bench.fixture.peer_programs import PeerServer, PeerUnavailable, find_peer, open_peer
from gotovo.bench.load.generator import raw_request
from gotovo.bench.measures.over_http.lifecycles import open_lifecycles
from gotovo.bench.measures.over_http.order_load import (
    CONNECTIONS,
    ORDERS_EACH,
    ApiOrderClient,
    OrderClient,
    OrderServer,
    open_request_files,
)
from gotovo.bench.run.measure import BenchError, Budget, Measure, RunPlan
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
"""Several, so that the same rows are not read each time."""

WORKERS = (1, 2)
TRIALS = 2
TRIAL_PART = 0.5
"""Each number of workers is tried this often, for this part of a round."""

MAKING_PART = 1.0
"""The part of a round that making its orders takes, for the estimate."""

OSCAR_FIRST_NUMBER = 100_000
OSCAR_ORDERS = 5_000
"""The orders that its `prepare` makes."""

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
async def open_peers(environment: BenchEnvironment, plan: RunPlan) -> AsyncGenerator[list[Measure]]:
    """Serve ours and every available peer, each on a database of its own."""
    find_peer("lean")  # a missing checkout is reported before anything is made
    async with AsyncExitStack() as stack:
        measures = await _ours(stack, environment, plan)
        for name, open_one in _PEERS.items():
            try:
                measures += await open_one(stack, environment, plan, name)
            except PeerUnavailable as reason:
                environment.notes.append(
                    f"{CAPTIONS[name]} is skipped: {' '.join(str(reason).split())}"
                )
        yield measures


async def _ours(
    stack: AsyncExitStack, environment: BenchEnvironment, plan: RunPlan
) -> list[Measure]:
    url = await environment.new_database()
    async with environment.runtime(url) as runtime:
        await Dataset(SECRET).seed(runtime)
    token = await environment.key(url, Role.ADMIN)
    server = await stack.enter_async_context(environment.server(url))
    stepping = _order_server(environment, server, ApiOrderClient(server.port, token))
    worker = await stack.enter_async_context(
        measure_worker(open_lifecycles, server.port, token, CONNECTIONS)
    )
    return [
        *await _order_measures(environment, plan, "gotovo", PeerServer(server, token), stepping),
        Measure(
            "peers.gotovo.lives",
            "gotovo: whole lifecycles, eight requests each",
            "lives/s",
            worker.run("life"),
        ),
    ]


async def _with_our_api(
    stack: AsyncExitStack, environment: BenchEnvironment, plan: RunPlan, name: str
) -> list[Measure]:
    """Serve the peer with the number of workers that is fastest here, and note that number."""
    async with AsyncExitStack() as trials:
        tries = [await _try(trials, environment, name, workers) for workers in WORKERS]
        for turn in range(1 + TRIALS):  # the first one warms up
            for each in tries:
                sample = await each.stepping.steps(plan.seconds * TRIAL_PART)
                each.per_second += sample.per_second if turn else 0.0
        best = max(tries, key=lambda each: each.per_second)
        stack.push_async_exit(best.stack.pop_all())
    figures = ", ".join(f"{x.per_second / TRIALS:,.0f}/s with {x.workers}" for x in tries)
    environment.notes.append(f"{CAPTIONS[name]}: workers {best.workers}, the better of {figures}")
    return await _order_measures(environment, plan, name, best.opened, best.stepping)


class _WorkerTrial(Struct):
    """A peer with a number of workers, and the rate that it reached."""

    workers: int
    stack: AsyncExitStack
    opened: PeerServer
    stepping: OrderServer
    per_second: float = 0.0


async def _try(
    trials: AsyncExitStack, environment: BenchEnvironment, name: str, workers: int
) -> _WorkerTrial:
    own = await trials.enter_async_context(AsyncExitStack())
    opened = await own.enter_async_context(open_peer(environment, find_peer(name), workers=workers))
    client = ApiOrderClient(opened.server.port, opened.token)
    return _WorkerTrial(workers, own, opened, _order_server(environment, opened.server, client))


async def _order_measures(
    environment: BenchEnvironment,
    plan: RunPlan,
    name: str,
    opened: PeerServer,
    stepping: OrderServer,
) -> list[Measure]:
    title = CAPTIONS.get(name, name)
    server, token = opened.server, opened.token
    server_of = partial(_order_server, environment, server)
    buyers = BUYERS_QUICK if plan.quick else BUYERS
    reading, lists, histories = await open_request_files(server, token, server_of, buyers)
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
    stack: AsyncExitStack, environment: BenchEnvironment, plan: RunPlan, name: str
) -> list[Measure]:
    opened = await stack.enter_async_context(open_peer(environment, find_peer(name)))
    stepping = _order_server(environment, opened.server, OscarOrderClient(opened.token))
    return [
        Measure(
            f"peers.{name}.steps",
            f"{CAPTIONS[name]}: each change of an order's status",
            "commands/s",
            stepping.steps,
            MAKING_PART * plan.seconds,
        )
    ]


async def _lifecycles(
    stack: AsyncExitStack, environment: BenchEnvironment, plan: RunPlan, name: str
) -> list[Measure]:
    del plan
    opened = await stack.enter_async_context(open_peer(environment, find_peer(name)))
    server = _order_server(environment, opened.server, OscarOrderClient(opened.token))
    request = raw_request("POST", "/lives", {"Authorization": f"Bearer {opened.token}"})
    request_file = server.repeated_request_file("lives", iter([request]))
    return [
        Measure(
            f"peers.{name}.lives",
            f"{CAPTIONS[name]}: whole lifecycles of eight steps, one request each",
            "lives/s",
            partial(server.load, request_file),
        )
    ]


class OscarOrderClient:
    """Client of django-oscar: changes the statuses of the orders it was prepared with."""

    def __init__(self, token: str) -> None:
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._begun = 0

    async def begin(self, count: int) -> list[DatasetOrder]:
        """Return unchanged orders; raise BenchError when all are used up."""
        first, self._begun = self._begun, self._begun + count
        if self._begun > OSCAR_ORDERS:
            message = f"all {OSCAR_ORDERS} orders of django-oscar are used up; ask for fewer rounds"
            raise BenchError(message)
        return [
            DatasetOrder(str(OSCAR_FIRST_NUMBER + index), "", 0)
            for index in range(first, self._begun)
        ]

    def step(self, step: str, order: DatasetOrder) -> bytes:
        """Return the request for the status after this step."""
        status = _OSCAR_STATUSES[ORDER_STEPS.index(step) - 1]
        body = msgspec.json.encode({"status": status})
        return raw_request("POST", f"/orders/{order.number}/status", self._headers, body)


_OpenPeer = Callable[[AsyncExitStack, BenchEnvironment, RunPlan, str], Awaitable[list[Measure]]]

_PEERS: dict[str, _OpenPeer] = {
    "lean": _with_our_api,
    "sqlalchemy": _with_our_api,
    "django_oscar": _oscar,
    "dbos": _lifecycles,
    "eventsourcing": _lifecycles,
}


def _order_server(
    environment: BenchEnvironment, server: ServerProcess, client: OrderClient
) -> OrderServer:
    return OrderServer(server, client, environment.folder, environment.server_pid)
