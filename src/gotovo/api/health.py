"""What machines ask about this process: does it live, can it serve, what has it counted."""

from collections.abc import Mapping
from http import HTTPStatus

from gotovo.api.answer import Answer, json_answer
from gotovo.api.dispatch.dependencies import ApiParts, Readiness
from gotovo.api.metrics import Standing
from gotovo.engine.ports import JournalUnreachable
from gotovo.store.postgres.unreachable import UNREACHABLE
from gotovo.value import Value

PROMETHEUS_TEXT = b"text/plain; version=0.0.4; charset=utf-8"


class Health(Value, frozen=True):
    """The process answers."""

    status: str


async def healthz(_parts: ApiParts) -> Answer:
    """Say that the process lives, whatever else does not."""
    return json_answer(Health("alive"))


async def readyz(parts: ApiParts) -> Answer:
    """Say whether requests can be served, and what is missing."""
    try:
        readiness = await parts.ready()
    except UNREACHABLE:
        readiness = Readiness(("the database can't be reached",))
    status = HTTPStatus.SERVICE_UNAVAILABLE if readiness.faults else HTTPStatus.OK
    return json_answer(readiness, status)


async def metrics(parts: ApiParts) -> Answer:
    """Return the counters of this process, and what the database says of the whole shop."""
    open_orders: Mapping[str, int] = {}
    lag: Mapping[str, int] = {}
    try:
        open_orders = await parts.metrics.open_orders(parts.reads.open_orders)
        lag = (await parts.ready()).lag
    except (JournalUnreachable, *UNREACHABLE):
        # What cannot be asked is left out: a gap in the chart says more than an old number.
        open_orders = lag = {}
    standing = Standing(parts.engine.counts, parts.engine.open_count, open_orders, lag)
    return Answer(HTTPStatus.OK, parts.metrics.text(standing), PROMETHEUS_TEXT)
