"""The whole server over HTTP, as a client meets it: authenticated, idempotent, with all rules.

Every step of an ordinary life is one command a request; payments and shelving also over more
connections, payments also in lists of commands. A whole life is eight requests one after another.
"""

import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial

from gotovo.bench.fixture.dataset import ORDER_STEPS
from gotovo.bench.fixture.environment import BenchEnvironment
from gotovo.bench.fixture.measure_worker import measure_worker
from gotovo.bench.fixture.server_fixture import ServerFixture, open_server_fixture
from gotovo.bench.measures.lifecycles import open_lifecycles
from gotovo.bench.measures.reads import CAPTIONS, open_reads
from gotovo.bench.run.figure import Budget, Measure, Plan, Sample

SEED = 7_000

CONNECTIONS = 32

MORE_CONNECTIONS = (128, 512)
REPRESENTATIVES = ("payment", "shelving")
"""Taken over more connections, too: one moves stock, the other doesn't."""

LISTED_CONNECTIONS = {50: 8, 1_000: 2}
"""Commands in one request: a cage scanned at once, and as many as worker may be. The connections
are as many as it takes for the next request to be there when one is answered; with more of the
longer lists somebody would wait longer than half a second, and be turned away."""

QUICK_EACH = 50

MAKING_PART = 0.5
"""What making a round's orders takes of a round, for the estimate."""

START_SECONDS = 1.0
"""What a start and its end take beyond the round, for the estimate."""

_QUICK = ("placement", "payment", "shelving", "handover")
_LEAST = {32: 2.0, 128: 2.3, 512: 3.0}
_TX = "limits.tx"


_AT_ONCE = [(step, CONNECTIONS) for step in ORDER_STEPS] + [
    (step, connections) for step in REPRESENTATIVES for connections in MORE_CONNECTIONS
]

BUDGETS = (
    *(
        Budget(
            f"server.{step}.{connections}",
            f"server.{step}.{connections}",
            _TX,
            _LEAST[connections],
            f"{step.capitalize()} over HTTP, {connections} connections,"
            " against one transaction a command",
        )
        for step, connections in _AT_ONCE
    ),
    Budget(
        "server.commands.50",
        "server.commands.50",
        _TX,
        6.0,
        "50 commands a request, against one transaction a command",
    ),
    *(
        Budget(
            f"server.{name}",
            f"server.{name}",
            f"server.constant.{name}",
            0.5,
            f"{CAPTIONS[name].capitalize()}, against the same bytes from memory",
        )
        for name in ("orders", "timeline")
    ),
    *(
        Budget(
            f"server.{step}.p99",
            f"server.{step}.{CONNECTIONS}",
            "",
            None,
            f"99 of 100 {step} commands, {CONNECTIONS} connections, in milliseconds",
            most=10.0,
            of="p99_ms",
        )
        for step in REPRESENTATIVES
    ),
    Budget(
        "server.memory",
        "server.start",
        "",
        None,
        "Memory of a worker after all that, in MB",
        most=150.0,
        of="rss_mb_worker",
    ),
    Budget("server.start", "server.start", "", None, "Start until it answers, in s", most=1.0),
    Budget(
        "server.page.bytes",
        "server.page.bytes",
        "",
        None,
        "A buyer's page of an order with all it loads, in kB",
        most=50.0,
    ),
)


@asynccontextmanager
async def open_server(stage: BenchEnvironment, plan: Plan) -> AsyncGenerator[list[Measure]]:
    """Serve a new database, and get every request ready that can be."""
    async with (
        open_server_fixture(stage, SEED) as shop,
        open_reads(shop, stage, plan) as reads,
        measure_worker(open_lifecycles, shop.server.port, shop.asking.token, CONNECTIONS) as worker,
    ):
        yield [
            *_steps(shop, plan),
            *_lists(shop, plan),
            *reads,
            Measure(
                "server.life",
                f"whole lives, eight requests each, {CONNECTIONS} connections",
                "lives/s",
                worker.run("life"),
            ),
            Measure(
                "server.start",
                "from the command to the first answer, the database running",
                "s",
                partial(_start, stage, shop),
                START_SECONDS,
                warm_up=False,
            ),
        ]


def _steps(shop: ServerFixture, plan: Plan) -> list[Measure]:
    """Return the steps in the order of a life, so that what one leaves is what the next needs."""
    connections = (CONNECTIONS,) if plan.quick else (CONNECTIONS, *MORE_CONNECTIONS)
    return [
        Measure(
            f"server.{step}.{so_many}",
            f"{step}, one a request, {so_many} connections",
            "commands/s",
            _taking(shop, step, so_many),
            MAKING_PART * plan.seconds,
        )
        for step in (_QUICK if plan.quick else ORDER_STEPS)
        for so_many in (connections if step in REPRESENTATIVES else connections[:1])
    ]


def _taking(
    shop: ServerFixture, step: str, connections: int
) -> Callable[[float], Awaitable[Sample]]:
    name = f"{step}.{connections}"
    if step == "placement":
        return partial(shop.place, name, connections)
    return partial(shop.step, name, step, connections)


def _lists(shop: ServerFixture, plan: Plan) -> list[Measure]:
    return [
        Measure(
            f"server.commands.{each}",
            f"payments, {each:,} a request, {connections} connections",
            "commands/s",
            partial(shop.step, f"commands.{each}", "payment", connections, each=each),
            MAKING_PART * plan.seconds,
        )
        for each, connections in LISTED_CONNECTIONS.items()
        if not plan.quick or each == QUICK_EACH
    ]


async def _start(stage: BenchEnvironment, shop: ServerFixture, seconds: float) -> Sample:
    """Start a second server beside the first, which rests, and look at the first one's memory."""
    del seconds
    began = time.perf_counter()
    async with stage.server(shop.url):
        took = time.perf_counter() - began
    return Sample(took, facts=shop.memory())
