"""Health checks and metrics: is the process alive, can it serve, what has it counted."""

from collections.abc import Mapping
from http import HTTPStatus

from starlette.responses import Response

from gotovo.api.dispatch.dependencies import ApiDependencies, Readiness
from gotovo.api.dispatch.responses import json_response
from gotovo.api.metrics import MetricsSnapshot
from gotovo.http.hot_paths import HotResponse
from gotovo.store.postgres.unreachable import DATABASE_UNREACHABLE
from gotovo.value import Value

PROMETHEUS_TEXT = b"text/plain; version=0.0.4; charset=utf-8"


class Health(Value, frozen=True):
    """The process answers."""

    status: str


async def healthz(_dependencies: ApiDependencies) -> Response:
    """Report that the process is alive, whatever else is not."""
    return json_response(Health("alive"))


async def readyz(dependencies: ApiDependencies) -> Response:
    """Report whether requests can be served, and what is missing."""
    try:
        readiness = await dependencies.ready()
    except DATABASE_UNREACHABLE:
        readiness = Readiness(("the database can't be reached",))
    status = HTTPStatus.SERVICE_UNAVAILABLE if readiness.faults else HTTPStatus.OK
    return json_response(readiness, status)


async def metrics(dependencies: ApiDependencies) -> Response:
    """Return the counters of this process, and gauges of the whole shop from the database."""
    open_orders: Mapping[str, int] = {}
    lag: Mapping[str, int] = {}
    try:
        open_orders = await dependencies.metrics.open_orders(dependencies.reads.open_orders)
        lag = (await dependencies.ready()).lag
    except DATABASE_UNREACHABLE:
        # Unknown gauges are left out: a gap in the chart is more honest than an old number.
        open_orders = lag = {}
    snapshot = MetricsSnapshot(
        dependencies.engine.counts, dependencies.engine.open_count, open_orders, lag
    )
    return HotResponse(dependencies.metrics.text(snapshot), HTTPStatus.OK, PROMETHEUS_TEXT)
