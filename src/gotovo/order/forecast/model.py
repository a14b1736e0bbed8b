"""Duration model: when a stage will be over, from the narrowest history that is long enough.

Ageing: a duration weighs twice as much as one that ended `HALF_LIFE` earlier. Weights grow with
time instead of being taken down later (forward decay: Cormode and others, 2009), so nothing has
to be touched for history to grow old, and sketches still add up.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from gotovo.order.forecast.duration_key import DurationKey, widening
from gotovo.order.forecast.observation import Observation
from gotovo.order.forecast.quantile_sketch import (
    QuantileSketch,
    merged,
    quantile,
    sketch_of,
    total_weight,
    weight_after,
)
from gotovo.value import Value

HALF_LIFE: Final = timedelta(days=60)
"""Last month counts at least seven tenths, last year a seventieth."""

CASES_MIN: Final = 30
"""Fewer cases than this say nothing: 9 of 10 would hang on three of them."""

LASTING_MIN: Final = 15
"""How many cases must have lasted as long as the present one already has."""

USUAL: Final = 0.9
"""9 cases out of 10: what the buyer is shown, and what it takes to be called late."""

HALF: Final = 0.5

_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
"""Where a weight is one; in 2080 it is 2^365, which a double still holds."""


class Expected(Value, frozen=True):
    """When something will have happened in 5 and in 9 cases out of 10; both None beyond history.

    `cases`: how many it rests on, old ones counted less. `overdue`: of those that began at this
    time of the week, 9 of 10 were over by now. `width` is 0 for the narrowest history and grows
    with each step back.
    """

    half_at: datetime | None
    usual_at: datetime | None
    cases: float
    overdue: bool
    width: int


def weight_at(at: datetime) -> float:
    """Return the weight of a duration that ended at an instant."""
    return 2.0 ** ((at - _EPOCH) / HALF_LIFE)


def learn(
    observations: Iterable[Observation],
) -> dict[DurationKey, QuantileSketch]:
    """Return sketches of these durations, under every key that they count for."""
    found: dict[DurationKey, list[tuple[float, float]]] = {}
    for each in observations:
        pair = (each.seconds, weight_at(each.ended_at))
        for key in widening(each.key):
            found.setdefault(key, []).append(pair)
    return {key: sketch_of(pairs) for key, pairs in found.items()}


class DurationModel:
    """All sketches by key, as they are in a process; replaced, never changed while it is read."""

    def __init__(self, sketches: Mapping[DurationKey, QuantileSketch] | None = None) -> None:
        """Begin with these, or with nothing."""
        self._sketches = dict(sketches or {})

    def __len__(self) -> int:
        """Return how many sketches there are."""
        return len(self._sketches)

    def replace(self, sketches: Mapping[DurationKey, QuantileSketch]) -> None:
        """Put newer sketches in the place of older ones."""
        self._sketches.update(sketches)

    def add(self, sketches: Mapping[DurationKey, QuantileSketch]) -> None:
        """Learn more."""
        for key, sketch in sketches.items():
            known = self._sketches.get(key)
            self._sketches[key] = merged(known, sketch) if known else sketch

    def sketch(self, key: DurationKey) -> QuantileSketch | None:
        """Return one sketch, if there is one."""
        return self._sketches.get(key)

    def expect(self, key: DurationKey, began_at: datetime, now: datetime) -> Expected | None:
        """Return when what began at an instant, and still lasts, will be over; None: not known."""
        elapsed = max((now - began_at).total_seconds(), 0.0)
        one = weight_at(now)
        overdue: Expected | None = None
        for width, wide in enumerate(widening(key)):
            sketch = self._sketches.get(wide)
            whole = total_weight(sketch) if sketch else 0.0
            if sketch is None or whole < CASES_MIN * one:
                continue
            lasting = weight_after(sketch, elapsed)
            # Cases of any time of the week call nothing late: a Sunday lasts, a Monday does not.
            of_this_time = wide.slot == key.slot
            is_overdue = of_this_time and elapsed > 0 and lasting <= (1 - USUAL) * whole
            if lasting >= LASTING_MIN * one:
                return Expected(
                    _instant_within(sketch, HALF, began_at, elapsed, lasting / one),
                    _instant_within(sketch, USUAL, began_at, elapsed, lasting / one),
                    whole / one,
                    is_overdue or overdue is not None,
                    width,
                )
            if is_overdue and overdue is None:
                overdue = Expected(None, None, whole / one, overdue=True, width=width)
        return overdue


def _instant_within(
    sketch: QuantileSketch, share: float, began_at: datetime, elapsed: float, cases: float
) -> datetime:
    """Return the instant by which a share is over.

    One case more than was seen is counted, the one forecast, so that few cases promise later.
    This is the rank of split conformal prediction, right for any kind of distribution.
    """
    rank = min(share * (cases + 1) / cases, 1.0)
    return began_at + timedelta(seconds=quantile(sketch, rank, elapsed))
