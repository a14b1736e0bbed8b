"""Server over HTTP as clients use it: authenticated, idempotent, with all rules.

Every step of an order is measured with one command per request; payment and shelving also over more
connections, payment also in lists of commands. A whole lifecycle is eight requests in a row.
"""

import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial

from gotovo.bench.fixture.dataset import ORDER_STEPS
from gotovo.bench.fixture.environment import BenchEnvironment
from gotovo.bench.fixture.measure_worker import measure_worker
from gotovo.bench.fixture.server_fixture import ServerFixture, open_server_fixture
from gotovo.bench.measures.over_http.lifecycles import open_lifecycles
from gotovo.bench.measures.over_http.reads import CAPTIONS, open_reads
from gotovo.bench.run.measure import Budget, Measure, Run, RunPlan, Sample

SEED = 7_000

CONNECTIONS = 32

MORE_CONNECTIONS = (128, 512)
REPRESENTATIVES = ("payment", "shelving")
"""Also measured over more connections: one changes stock, the other doesn't."""

LISTED_CONNECTIONS = {50: 8, 1_000: 2}
"""Connections by the number of commands in a request: a whole cage of parcels, and the maximum.
There are enough of them for the next request to be waiting when one is done; with more, the longer
lists would wait longer than half a second and be refused."""

QUICK_EACH = 50

MAKING_PART = 0.5
"""The part of a round that making its orders takes, for the estimate."""

START_SECONDS = 1.0
"""What starting and stopping takes beyond the round, for the estimate."""

_QUICK = ("placement", "payment", "shelving", "handover")
_LEAST = {32: 2.0, 128: 2.3, 512: 3.0}
_LEAST_A_SECOND = {"page.orders": 1_000.0, "page.order": 1_500.0, "events": 300.0}
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
            " against one transaction per command",
        )
        for step, connections in _AT_ONCE
    ),
    Budget(
        "server.commands.50",
        "server.commands.50",
        _TX,
        6.0,
        "50 commands per request, against one transaction per command",
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
            f"p99 of {step} over HTTP, {CONNECTIONS} connections, in milliseconds",
            most=10.0,
            of="p99_ms",
        )
        for step in REPRESENTATIVES
    ),
    *(
        Budget(
            f"server.{name}",
            f"server.{name}",
            "",
            least,
            f"{CAPTIONS[name][0].upper()}{CAPTIONS[name][1:]}, times a second",
        )
        for name, least in _LEAST_A_SECOND.items()
    ),
    Budget(
        "server.memory",
        "server.start",
        "",
        None,
        "Memory of a worker after all measures, in MB",
        most=150.0,
        of="rss_mb_worker",
    ),
    Budget(
        "server.start", "server.start", "", None, "Start until the first response, in s", most=1.0
    ),
    Budget(
        "server.page.bytes",
        "server.page.bytes",
        "",
        None,
        "A buyer's page of an order with everything it loads, in kB",
        most=50.0,
    ),
)


@asynccontextmanager
async def open_server(
    environment: BenchEnvironment, plan: RunPlan
) -> AsyncGenerator[list[Measure]]:
    """Serve a new database, and prepare every request that can be prepared."""
    async with (
        open_server_fixture(environment, SEED) as fixture,
        open_reads(fixture, environment, plan) as reads,
        measure_worker(
            open_lifecycles, fixture.server.port, fixture.requests.token, CONNECTIONS
        ) as worker,
    ):
        yield [
            *_steps(fixture, plan),
            *_lists(fixture, plan),
            *reads,
            Measure(
                "server.life",
                f"whole lifecycles, eight requests each, {CONNECTIONS} connections",
                "lives/s",
                worker.run("life"),
            ),
            Measure(
                "server.start",
                "from the command to the first response, with the database running",
                "s",
                partial(_start, environment, fixture),
                START_SECONDS,
                warm_up=False,
            ),
        ]


def _steps(fixture: ServerFixture, plan: RunPlan) -> list[Measure]:
    """Return the steps in their order, so that each leaves the orders that the next one needs."""
    connections = (CONNECTIONS,) if plan.quick else (CONNECTIONS, *MORE_CONNECTIONS)
    return [
        Measure(
            f"server.{step}.{count}",
            f"{step}, one per request, {count} connections",
            "commands/s",
            _run_step(fixture, step, count),
            MAKING_PART * plan.seconds,
        )
        for step in (_QUICK if plan.quick else ORDER_STEPS)
        for count in (connections if step in REPRESENTATIVES else connections[:1])
    ]


def _run_step(fixture: ServerFixture, step: str, connections: int) -> Run:
    name = f"{step}.{connections}"
    if step == "placement":
        return partial(fixture.place, name, connections)
    return partial(fixture.step, name, step, connections)


def _lists(fixture: ServerFixture, plan: RunPlan) -> list[Measure]:
    return [
        Measure(
            f"server.commands.{each}",
            f"payments, {each:,} per request, {connections} connections",
            "commands/s",
            partial(fixture.step, f"commands.{each}", "payment", connections, each=each),
            MAKING_PART * plan.seconds,
        )
        for each, connections in LISTED_CONNECTIONS.items()
        if not plan.quick or each == QUICK_EACH
    ]


async def _start(environment: BenchEnvironment, fixture: ServerFixture, seconds: float) -> Sample:
    """Start a second server beside the first, which is idle, and read the memory of the first."""
    del seconds
    began = time.perf_counter()
    async with environment.server(fixture.url):
        took = time.perf_counter() - began
    return Sample(took, facts=fixture.memory())
