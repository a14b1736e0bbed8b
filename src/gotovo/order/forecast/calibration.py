"""Calibration: how good forecasts are, by forecasting the past from what was known then.

Each duration is forecast at its beginning, or once it has lasted a while, from those alone that
were over by then; the first part of the time is training only. So no forecast is judged by the
durations that it was trained on.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count
from statistics import fmean, median
from typing import Final

from msgspec import Struct

from gotovo.order.forecast.duration_key import ANY_TIME, DurationKey, Goal, widening
from gotovo.order.forecast.forecast import rounded
from gotovo.order.forecast.model import CASES_MIN, HALF, USUAL, DurationModel, learn, weight_at
from gotovo.order.forecast.observation import Observation
from gotovo.order.forecast.quantile_sketch import (
    QuantileSketch,
    convolved,
    merged,
    quantile,
    sketch_of,
    total_weight,
)
from gotovo.order.values.order import Stage
from gotovo.points.timetable import Timetable

SIZES: Final = ((30, 100), (100, 300), (300, 1_000), (1_000, 10**9))
"""Histories by the number of cases they hold: from the first number, below the second."""

_TRAINING: Final = 0.5
"""The share of the time that is training only."""

_HOUR = 3_600.0

_WAY: Final[dict[Goal, tuple[Stage, ...]]] = {
    "next": (),
    "shelved": (
        Stage.PAID,
        Stage.PICKING,
        Stage.PACKED,
        Stage.DISPATCHED,
        Stage.ARRIVED_AT_POINT,
    ),
    "issued": (
        Stage.PAID,
        Stage.PICKING,
        Stage.PACKED,
        Stage.WITH_COURIER,
        Stage.SLOT_AGREED,
        Stage.OUT_FOR_DELIVERY,
    ),
}
"""The stages that a convolution adds up, when all goes well."""


class Trial(Struct, frozen=True):
    """One forecast and what came, in hours from the forecast.

    `naive_*` is what the median and the ninth tenth of all cases so far would forecast, whatever
    the route, the time and how long it has lasted.
    """

    key: DurationKey
    cases: float
    took: float
    half: float
    usual: float
    naive_half: float
    naive_usual: float


class _Known(Struct):
    """What is known at an instant; `everything` is by stage and goal alone, all counted alike."""

    model: DurationModel
    everything: dict[tuple[Stage, Goal], QuantileSketch]

    def add(self, each: Observation) -> None:
        """Train on one more duration."""
        self.model.add(learn([each]))
        name = (each.key.stage, each.key.goal)
        sketch = sketch_of([(each.seconds, 1.0)])
        self.everything[name] = merged(self.everything.get(name, QuantileSketch()), sketch)


class Figures(Struct, frozen=True):
    """What trials come to: shares of 1, and hours. `off` is how far the middle was off, on average.

    `span` is the median time ahead of the 9 of 10, `spread` how much later that is than the 5.
    """

    name: str
    forecasts: int
    half: float
    usual: float
    span: float
    spread: float
    off: float
    naive_half: float
    naive_usual: float
    naive_span: float
    naive_off: float


class Calibration(Struct, frozen=True):
    """All figures of one check; `silent` had no forecast, as too little was known."""

    silent: int
    figures: tuple[Figures, ...]
    sizes: tuple[Figures, ...]


def calibrate(
    observations: Sequence[Observation],
    opening_of: Callable[[DurationKey], Timetable | None] = lambda _key: None,
    lasted: timedelta = timedelta(),
) -> Calibration:
    """Forecast each of the later durations once it had lasted a while, and sum up."""
    trials: list[Trial] = []
    silent = 0
    for known, each, now in _replayed(observations, lasted):
        trial = _tried(known, each, now, opening_of(each.key))
        if trial is None:
            silent += 1
        else:
            trials.append(trial)
    groups: dict[str, list[Trial]] = {}
    for trial in trials:
        groups.setdefault(f"{trial.key.stage} → {trial.key.goal}", []).append(trial)
    sizes = [
        (f"{least}–{below - 1}" if below < SIZES[-1][1] else f"{least} and more", least, below)
        for least, below in SIZES
    ]
    return Calibration(
        silent,
        tuple(figures(name, of) for name, of in [("all", trials), *sorted(groups.items())] if of),
        tuple(
            figures(name, of)
            for name, least, below in sizes
            if (of := [t for t in trials if least <= t.cases < below])
        ),
    )


def compare_convolution(observations: Sequence[Observation], limit: int) -> tuple[Figures, ...]:
    """Return figures for the whole way forecast directly, and as the sum of its stages.

    The same trials for both, evenly taken, no more than `limit`: a convolution is slow.
    """
    whole = [
        (each, now)
        for _known, each, now in _replayed(observations, timedelta())
        if each.key.goal != "next" and each.key.stage is Stage.PAID
    ]
    step = max(len(whole) // limit, 1)
    chosen = {id(each) for each, _now in whole[::step]}
    direct: list[Trial] = []
    summed: list[Trial] = []
    for known, each, now in _replayed(observations, timedelta()):
        if id(each) not in chosen:
            continue
        one = _tried(known, each, now, None)
        sketch = _sum_of_stages(known.model, each.key, now)
        if one is None or sketch is None:
            continue
        half, usual = (quantile(sketch, share) / _HOUR for share in (HALF, USUAL))
        direct.append(one)
        summed.append(
            Trial(one.key, one.cases, one.took, half, usual, one.naive_half, one.naive_usual)
        )
    if not direct:
        return ()
    return figures("direct", direct), figures("convolved", summed)


def figures(name: str, trials: Sequence[Trial]) -> Figures:
    """Sum trials up; at least one."""
    return Figures(
        name=name,
        forecasts=len(trials),
        half=fmean(t.took <= t.half for t in trials),
        usual=fmean(t.took <= t.usual for t in trials),
        span=median(t.usual for t in trials),
        spread=median(t.usual - t.half for t in trials),
        off=fmean(abs(t.took - t.half) for t in trials),
        naive_half=fmean(t.took <= t.naive_half for t in trials),
        naive_usual=fmean(t.took <= t.naive_usual for t in trials),
        naive_span=median(t.naive_usual for t in trials),
        naive_off=fmean(abs(t.took - t.naive_half) for t in trials),
    )


def _replayed(
    observations: Sequence[Observation], lasted: timedelta
) -> Iterable[tuple[_Known, Observation, datetime]]:
    """Yield the durations to forecast, in order of time, with what was known just then."""
    tie = count()
    coming = sorted(
        ((each.ended_at - timedelta(seconds=each.seconds) + lasted, each) for each in observations),
        key=lambda pair: pair[0],
    )
    if not coming:
        return
    first, last = coming[0][0], coming[-1][0]
    training_until = first + (last - first) * _TRAINING
    known = _Known(DurationModel(), {})
    over: list[tuple[datetime, int, Observation]] = []
    for each in observations:
        heappush(over, (each.ended_at, next(tie), each))
    for now, each in coming:
        while over and over[0][0] <= now:
            known.add(heappop(over)[2])
        if now >= training_until and each.ended_at > now:
            yield known, each, now


def _tried(
    known: _Known, each: Observation, now: datetime, opening: Timetable | None
) -> Trial | None:
    began_at = each.ended_at - timedelta(seconds=each.seconds)
    expected = rounded(known.model.expect(each.key, began_at, now), opening, now)
    everything = known.everything.get((each.key.stage, each.key.goal), QuantileSketch())
    if expected is None:
        return None
    if expected.half_at is None or expected.usual_at is None:
        return None
    elapsed = (now - began_at).total_seconds()
    naive = [max(quantile(everything, share) - elapsed, 0.0) / _HOUR for share in (HALF, USUAL)]
    return Trial(
        each.key,
        expected.cases,
        (each.ended_at - now) / timedelta(hours=1),
        (expected.half_at - now) / timedelta(hours=1),
        (expected.usual_at - now) / timedelta(hours=1),
        naive[0],
        naive[1],
    )


def _sum_of_stages(model: DurationModel, key: DurationKey, now: datetime) -> QuantileSketch | None:
    """Return the convolution of the stages ahead: the first at its time of week, others at any."""
    way = _WAY[key.goal]
    found: QuantileSketch | None = None
    for stage in way[way.index(key.stage) :]:
        slot = key.slot if stage is key.stage else ANY_TIME
        known = (
            sketch
            for wide in widening(DurationKey(stage, "next", key.route, slot))
            if (sketch := model.sketch(wide)) is not None
            and total_weight(sketch) >= CASES_MIN * weight_at(now)
        )
        sketch = next(known, None)
        if sketch is not None:
            found = sketch if found is None else convolved(found, sketch)
    return found
