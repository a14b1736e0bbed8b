"""Limits of the machine: the yardsticks that all other figures are compared with.

`limits.tx` and `limits.tx1` are pgbench on the real schema with 32 clients and one transaction per
command, in several statements or in one. They take positions from a sequence instead of the lane's
counter, whose lock would be held over each commit and make the yardstick slower than it has to be.
`limits.batched` puts 200 commands into one commit, as the engine does, with as many clients as the
engine has batches under way. `limits.sync` is the disk alone: a page appended and synced.
`limits.constant.*` is the same server sending the bytes of an order from memory.
"""

import asyncio
import hashlib
import os
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg

from gotovo.api.dispatch.responses import json_response
from gotovo.api.schemas.order_view import order_view
from gotovo.bench.fixture.dataset import Dataset
from gotovo.bench.fixture.environment import SECRET, BenchEnvironment
from gotovo.bench.fixture.statements import bench_statements
from gotovo.bench.load.generator import RequestFile, raw_request, repeated_request_file, run_load
from gotovo.bench.load.pgbench import run_pgbench, whole_seconds
from gotovo.bench.run.measure import Budget, Measure, Run, RunPlan, Sample
from gotovo.order.values.actor import Role
from gotovo.store.reads.programs import ProgramReads

BUDGETS: tuple[Budget, ...] = ()
"""The machine has no budget."""

ORDERS = 50_000
ORDERS_QUICK = 10_000
"""Many more than clients, so that two of them seldom need the same row."""

CLIENTS = 32
BATCHED_CLIENTS = 2
BATCH = 200

PAGE = bytes(8192)
"""A page of the size that PostgreSQL writes its log in."""

CONNECTIONS = (32, 128, 512)
CONNECTIONS_QUICK = (32,)

PATH = "/api/v1/orders/123456789012"
"""As long as the real path of an order."""

_sql = bench_statements("measures/limits.sql")


@asynccontextmanager
async def open_limits(
    environment: BenchEnvironment, plan: RunPlan
) -> AsyncGenerator[list[Measure]]:
    """Fill a database for pgbench and start the constant server."""
    count = ORDERS_QUICK if plan.quick else ORDERS
    url = await environment.new_database()
    variables, body = await _prepare(environment, url, count)
    async with environment.constant_server({PATH: body}) as server:
        measures = [
            *_database_measures(environment, plan, url, variables),
            Measure(
                "limits.sync",
                "a page of 8 KiB appended and synced",
                "syncs/s",
                _sync(environment.folder / "synced"),
            ),
            *_constant_measures(environment, plan, server.port),
        ]
        yield measures


def sync_pages(file: Path, seconds: float) -> Sample:
    """Append pages until the time is over, each synced before the next."""
    count = 0
    began = time.perf_counter()
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        while time.perf_counter() - began < seconds:
            os.write(descriptor, PAGE)
            os.fdatasync(descriptor)
            count += 1
    finally:
        took = time.perf_counter() - began
        os.close(descriptor)
        file.unlink()
    return Sample(count / took)


async def _prepare(
    environment: BenchEnvironment, url: str, count: int
) -> tuple[dict[str, str], bytes]:
    """Make one real order, copy it, and return the scripts' variables and the order as JSON."""
    async with environment.runtime(url) as runtime:
        dataset = Dataset(SECRET)
        await dataset.seed(runtime)
        [order] = await dataset.orders(runtime, 1, "picking")
        found = await ProgramReads(runtime.pool).order(order.number)
        assert found is not None, order.number
        view = order_view(found.order, found.contact, Role.ADMIN, "ru")
        at = runtime.clock().isoformat()
    connection = await asyncpg.connect(url)
    try:
        texts: Any = await connection.fetchrow(_sql["sizes"], order.number)
        await connection.execute(_sql["make_positions"])
        await connection.execute(_sql["multiply"], order.number, count)
        await connection.execute(_sql["settle"])
    finally:
        await connection.close()
    variables = {
        "orders": str(count),
        "state": texts["state"],
        "body": texts["body"],
        "at": at,
        "hash": "\\x" + hashlib.sha256(b"event").hexdigest(),
        "customer": hashlib.sha256(b"customer").hexdigest()[:32],
        "fingerprint": "\\x" + hashlib.blake2b(b"command", digest_size=16).hexdigest(),
    }
    return variables, bytes(json_response(view).body)


def _database_measures(
    environment: BenchEnvironment, plan: RunPlan, url: str, variables: dict[str, str]
) -> list[Measure]:
    beyond = whole_seconds(plan.seconds) - plan.seconds
    kinds = (
        ("limits.tx", "one transaction per command, PostgreSQL alone", "load/pgbench_tx.sql", 1),
        ("limits.tx1", "the same as one statement", "load/pgbench_tx1.sql", 1),
        ("limits.batched", f"{BATCH} commands per commit", "load/pgbench_batched.sql", BATCH),
    )

    def runner(script: str, commands: int) -> Run:
        async def run(seconds: float) -> Sample:
            return await run_pgbench(
                environment.pg_bin,
                url,
                script,
                clients=CLIENTS if commands == 1 else BATCHED_CLIENTS,
                seconds=seconds,
                variables=variables,
                commands=commands,
            )

        return run

    return [
        Measure(
            name,
            caption,
            "commands/s",
            runner(script, commands),
            seconds=max(beyond, 0.0),
            warm_up=False,  # the orders have just been written, and each run reconnects
        )
        for name, caption, script, commands in kinds
    ]


def _sync(file: Path) -> Run:
    async def run(seconds: float) -> Sample:
        return await asyncio.to_thread(sync_pages, file, seconds)

    return run


def _constant_measures(environment: BenchEnvironment, plan: RunPlan, port: int) -> list[Measure]:
    headers = {"Authorization": "Bearer " + "x" * 53, "Accept": "application/json"}
    step = {**headers, "Content-Type": "application/json", "Idempotency-Key": "0" * 36}
    body = b'{"cell":"A-17"}'
    request_files = {
        "get": repeated_request_file(
            environment.folder / "constant-get", raw_request("GET", PATH, headers)
        ),
        "post": repeated_request_file(
            environment.folder / "constant-post", raw_request("POST", PATH, step, body)
        ),
    }

    def runner(request_file: RequestFile, connections: int) -> Run:
        async def run(seconds: float) -> Sample:
            return (await run_load(port, request_file, connections, seconds)).sample()

        return run

    return [
        Measure(
            f"limits.constant.{name}.{connections}",
            f"an order's bytes from memory, {name.upper()}, {connections} connections",
            "requests/s",
            runner(request_file, connections),
        )
        for connections in (CONNECTIONS_QUICK if plan.quick else CONNECTIONS)
        for name, request_file in request_files.items()
    ]
