"""Health checks and metrics: is the process alive, can it serve, what has it counted."""

import asyncio
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final

import structlog
from starlette.responses import Response

from gotovo.api.dispatch.dependencies import ApiDependencies, Readiness
from gotovo.api.dispatch.responses import json_response
from gotovo.api.exposition import merged
from gotovo.api.metrics import MetricReading, MetricsSnapshot, WorkerSnapshot, shared_text
from gotovo.http.hot_paths import HotResponse
from gotovo.store.postgres.unreachable import DATABASE_UNREACHABLE
from gotovo.value import Value

READY_SECONDS_MAX: Final = 4
"""A monitor gives up after five seconds or so, and would know nothing."""

PROMETHEUS_TEXT = b"text/plain; version=0.0.4; charset=utf-8"


_log: Final = structlog.get_logger("gotovo")


class Health(Value, frozen=True):
    """The process answers."""

    status: str


async def healthz(_dependencies: ApiDependencies) -> Response:
    """Report that the process is alive, whatever else is not."""
    return json_response(Health("alive"))


async def readyz(dependencies: ApiDependencies) -> Response:
    """Report whether requests can be served, and what is missing: in time, whatever is broken."""
    try:
        async with asyncio.timeout(READY_SECONDS_MAX):
            readiness = await dependencies.ready()
    except DATABASE_UNREACHABLE:
        readiness = Readiness(("the database can't be reached",))
    except Exception as error:  # noqa: BLE001  (a fault of ours makes us not ready, and no 500)
        _log.error("readiness can't be told", error=error)
        readiness = Readiness((f"readiness can't be told: {type(error).__name__}",))
    status = HTTPStatus.SERVICE_UNAVAILABLE if readiness.faults else HTTPStatus.OK
    return json_response(readiness, status)


async def metrics(dependencies: ApiDependencies) -> Response:
    """Return the figures of every worker, and gauges of the whole shop from the database."""
    open_orders: Mapping[str, int] = {}
    lag: Mapping[str, int] = {}
    readings = await dependencies.readings()
    others = await dependencies.other_workers()
    try:
        open_orders = await dependencies.metrics.open_orders(dependencies.reads.open_orders)
        lag = (await dependencies.ready()).lag
    except DATABASE_UNREACHABLE:
        # Unknown gauges are left out: a gap in the chart is more honest than an old number.
        open_orders = lag = {}
    shared = [each for each in readings if not each.of_worker]
    snapshot = MetricsSnapshot(open_orders, lag, shared, 1 + len(others))
    own = own_metrics(dependencies, readings)
    body = merged([own, *others, shared_text(snapshot)])
    return HotResponse(body, HTTPStatus.OK, PROMETHEUS_TEXT)


def own_metrics(dependencies: ApiDependencies, readings: Sequence[MetricReading]) -> bytes:
    """Return what this process tells of itself."""
    own = [each for each in readings if each.of_worker]
    engine = dependencies.engine
    return dependencies.metrics.own_text(WorkerSnapshot(engine.counts, engine.open_count, own))
