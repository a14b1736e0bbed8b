"""Metrics of searches: how many parcels are looked for, and how many of them for too long."""

from collections.abc import Sequence
from typing import Final

from gotovo.api.metrics import MetricReading
from gotovo.assembly.runtime import Runtime
from gotovo.store.tables.shelf.searches import SearchStore

COUNTED_MAX: Final = 10_000
"""Open searches are counted no further: a large network has some dozens."""


async def search_readings(runtime: Runtime) -> Sequence[MetricReading]:
    """Return how many searches are open, and for how many of them time has run out."""
    found = await SearchStore(runtime.pool).count(runtime.clock(), COUNTED_MAX)
    return (
        MetricReading("gotovo_searches_open", "Parcels that are looked for.", {"": found.open}),
        MetricReading(
            "gotovo_searches_overdue",
            "Those whose buyers were told, or should have been.",
            {"": found.overdue},
        ),
    )
