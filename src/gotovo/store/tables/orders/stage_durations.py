"""Stage durations, learnt from the journal: each event exactly once, in bounded space.

Sketches and the position in the journal are written in one transaction, and the position only
advances from where the page began: of two processes that read the same page, one learns from it.
The tables do not grow with the number of orders: a row per stage, route and time of week, each with
`BUCKETS_MAX` buckets at most.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any, Final

import asyncpg

from gotovo.engine.ports import FeedEvent, PlacesSource
from gotovo.order.forecast.duration_key import DurationKey
from gotovo.order.forecast.model import DurationModel, learn
from gotovo.order.forecast.observation import MOVING, Observation, observed
from gotovo.order.forecast.quantile_sketch import QuantileSketch, merged
from gotovo.order.time_zone import time_zone_of
from gotovo.order.values.number import home_of
from gotovo.order.values.order import Order, Stage
from gotovo.store.journal.stored_event import recorded_of
from gotovo.store.postgres.statements import load_statements

FOLLOWER: Final = "pace"

RETENTION: Final = timedelta(days=730)
"""After two years without additions a sketch has a five-thousandth of its weight."""

READ_AT_ONCE: Final = 500
"""Sketches added to the model before other tasks get their turn: some ten milliseconds."""

_OVERLAP: Final = timedelta(seconds=30)
"""How much the clocks of two machines may differ; what they wrote in that time is read twice."""

_EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)

Connection = Any
"""A connection of the pool, which asyncpg hands out behind a proxy."""

_sql = load_statements("tables/orders/stage_durations.sql")


class DurationStore:
    """Sketches in the database, and a model of them in this process.

    Calling it returns the model; `learn` is a follower's handler; `refresh` adds new sketches.
    """

    def __init__(
        self,
        pool: "asyncpg.Pool[Any]",
        places: PlacesSource,
        clock: Callable[[], datetime],
        lane_of: Callable[[str], int],
    ) -> None:
        """Start with an empty model; `lane_of` returns the lane of an order's events."""
        self._pool = pool
        self._places = places
        self._clock = clock
        self._lane_of = lane_of
        self._model = DurationModel()
        self._read_until = _EARLIEST

    def __call__(self) -> DurationModel:
        """Return the model in this process; pages read nothing else."""
        return self._model

    async def learn(self, page: Sequence[FeedEvent]) -> None:
        """Learn from a page of one lane; a repeated page changes nothing."""
        lane, before = self._lane_of(page[0].event.number), page[0].position - 1
        if (await self._pool.fetchval(_sql["position"], FOLLOWER, lane) or 0) > before:
            return
        observations = await self._observed(page)
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_sql["lock"])
            moved = await connection.fetchval(
                _sql["advance"], FOLLOWER, lane, before, page[-1].position
            )
            if moved is not None and observations:
                await self._add(connection, learn(observations))

    async def refresh(self) -> None:
        """Add new rows to the model; rebuild it where rows are gone."""
        if await self._pool.fetchval(_sql["count"]) < len(self._model):
            self._model, self._read_until = DurationModel(), _EARLIEST
        after: tuple[Any, ...] = (self._read_until - _OVERLAP, "", "", "", 0)
        while True:
            rows = await self._pool.fetch(_sql["learnt_since"], *after, READ_AT_ONCE)
            self._model.replace({_key(row): _sketch(row) for row in rows})
            if rows:
                last = rows[-1]
                self._read_until = last["learnt_at"]
                after = tuple(last[x] for x in ("learnt_at", "stage", "goal", "route", "slot"))
            if len(rows) < READ_AT_ONCE:
                return

    async def forget(self) -> None:
        """Delete every sketch and return to the first event."""
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(_sql["lock"])
            await connection.execute(_sql["forget_all"])
            await connection.execute(_sql["begin_anew"], FOLLOWER)

    async def sweep(self, now: datetime) -> None:
        """Delete sketches that nothing was added to for `RETENTION`."""
        await self._pool.execute(_sql["forget"], now - RETENTION)

    async def _observed(self, page: Sequence[FeedEvent]) -> list[Observation]:
        """Return the durations that events of this page ended."""
        ends = {(x.event.number, x.event.version) for x in page if x.event.type in MOVING}
        numbers = sorted({number for number, _ in ends})
        if not numbers:
            return []
        homes = [home_of(number) for number in numbers]
        rows = await self._pool.fetch(_sql["histories"], homes, numbers)
        points, warehouses = self._places()

        def zone(order: Order) -> str:
            return time_zone_of(order, points, warehouses)

        found: list[Observation] = []
        for number, events in groupby(rows, key=lambda row: row["number"]):
            history = [recorded_of(row) for row in events]
            found += [x for x in observed(history, zone) if (number, x.version) in ends]
            await asyncio.sleep(0)  # Replaying a page takes long enough for others to wait.
        return found

    async def _add(
        self, connection: Connection, sketches: Mapping[DurationKey, QuantileSketch]
    ) -> None:
        keys = sorted(sketches, key=lambda key: (key.stage, key.goal, key.route, key.slot))
        columns = [[getattr(key, name) for key in keys] for name in _KEY_COLUMNS]
        rows = await connection.fetch(_sql["sketches"], *columns)
        known = {_key(row): _sketch(row) for row in rows}
        at = self._clock()
        grown = [(key, merged(known.get(key, QuantileSketch()), sketches[key])) for key in keys]
        await connection.executemany(
            _sql["put"],
            [
                (key.stage, key.goal, key.route, key.slot, each.buckets, each.weights, at)
                for key, each in grown
            ],
        )


_KEY_COLUMNS = ("stage", "goal", "route", "slot")


def _key(row: Mapping[str, Any]) -> DurationKey:
    return DurationKey(Stage(row["stage"]), row["goal"], row["route"], row["slot"])


def _sketch(row: Mapping[str, Any]) -> QuantileSketch:
    return QuantileSketch(tuple(row["buckets"]), tuple(row["weights"]))
