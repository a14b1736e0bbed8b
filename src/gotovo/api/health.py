"""Health checks and metrics: is the process alive, can it serve, what has it counted."""

import asyncio
from collections.abc import Sequence
from http import HTTPStatus
from typing import Final

import structlog
from starlette.responses import Response

from gotovo.api.dispatch.dependencies import ApiDependencies, Readiness
from gotovo.api.dispatch.responses import json_response
from gotovo.api.exposition import merged
from gotovo.api.metrics import MetricReading, MetricsSnapshot, WorkerSnapshot, shared_text
from gotovo.api.scrape import Scrape
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
    """Return the figures of every worker, and gauges of the whole shop from the database.

    What can't be read is left out, and `gotovo_metrics_failed` says so: a gap in the chart is more
    honest than an old number, and the other numbers are needed most while something is broken.
    """
    scrape = Scrape()
    counted = dependencies.metrics
    open_orders, readiness, readings, others = await asyncio.gather(
        scrape.read("open_orders", lambda: counted.open_orders(dependencies.reads.open_orders), {}),
        scrape.read("readiness", dependencies.ready, None),
        scrape.read("readings", lambda: dependencies.readings(scrape), ()),
        scrape.read("workers", dependencies.other_workers, ()),
    )
    is_ready = readiness is not None and not readiness.faults
    ready = MetricReading("gotovo_ready", "1 while the installation is ready.", {"": int(is_ready)})
    snapshot = MetricsSnapshot(
        open_orders=open_orders,
        lag=readiness.lag if readiness is not None else {},
        readings=(ready, *(each for each in readings if not each.of_worker)),
        workers=1 + len(others),
    )
    own = own_metrics(dependencies, readings, scrape)
    body = merged([own, *others, shared_text(snapshot, scrape)])
    return HotResponse(body, HTTPStatus.OK, PROMETHEUS_TEXT)


def own_metrics(
    dependencies: ApiDependencies, readings: Sequence[MetricReading], scrape: Scrape
) -> bytes:
    """Return what this process tells of itself."""
    own = [each for each in readings if each.of_worker]
    engine = dependencies.engine
    snapshot = WorkerSnapshot(engine.counts, engine.open_count, own)
    return dependencies.metrics.own_text(snapshot, scrape)
