"""Ratios of figures: whether budgets are met, and whether two runs agree."""

from collections.abc import Iterable, Sequence
from math import isnan
from statistics import median

from msgspec import Struct

from gotovo.bench.run.measure import Budget
from gotovo.bench.run.results import Figure, Ratio, Report
from gotovo.bench.run.rounds import spread_of


class Agreement(Struct, frozen=True):
    """One ratio in two runs; they agree when the ranges of their spreads overlap."""

    name: str
    caption: str
    earlier: float
    now: float
    agrees: bool


def ratios_of(figures: Iterable[Figure], budgets: Iterable[Budget]) -> list[Ratio]:
    """Return the ratio of every budget whose figures were measured, in the order of budgets."""
    by_name = {figure.name: figure for figure in figures}
    found: list[Ratio] = []
    for budget in budgets:
        measured = by_name.get(budget.measure)
        limit = by_name.get(budget.against) if budget.against else None
        if measured is None or (budget.against and limit is None):
            continue
        values = _values(measured, limit, budget.of)
        value = median(values)
        found.append(
            Ratio(
                name=budget.name,
                caption=budget.caption,
                measure=budget.measure,
                against=budget.against,
                figure=_part(measured, budget.of),
                limit=_part(limit, budget.of) if limit else None,
                value=value,
                spread=spread_of(values),
                least=budget.least,
                most=budget.most,
                met=_met(value, budget) and not measured.failures,
                of=budget.of,
            )
        )
    return found


def agreements(earlier: Report, now: Report) -> list[Agreement]:
    """Compare each ratio that both runs have."""
    before = {ratio.name: ratio for ratio in earlier.ratios}
    found: list[Agreement] = []
    for ratio in now.ratios:
        other = before.get(ratio.name)
        if other is None:
            continue
        difference = abs(other.value - ratio.value)
        reach = (other.value * other.spread + ratio.value * ratio.spread) / 2
        found.append(
            Agreement(ratio.name, ratio.caption, other.value, ratio.value, difference <= reach)
        )
    return found


def _values(measured: Figure, limit: Figure | None, of: str) -> Sequence[float]:
    """Return the ratio of each round, or of the medians if the rounds can't be paired."""
    if limit is None:
        return [_part(measured, of)] if of else measured.values
    if of or len(measured.values) != len(limit.values) or 0 in limit.values:
        below = _part(limit, of)
        return [_part(measured, of) / below if below else 0.0]
    return [a / b for a, b in zip(measured.values, limit.values, strict=True)]


def _part(figure: Figure, of: str) -> float:
    """Return the part of a figure; one that was not measured is NaN, which meets no budget."""
    if not of:
        return figure.median
    if figure.latencies is not None and hasattr(figure.latencies, of):
        return getattr(figure.latencies, of)
    return figure.facts.get(of, float("nan"))


def _met(value: float, budget: Budget) -> bool:
    if isnan(value):
        return False
    return (budget.least is None or value >= budget.least) and (
        budget.most is None or value <= budget.most
    )
