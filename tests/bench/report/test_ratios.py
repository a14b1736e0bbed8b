"""Ratios compare figures of one round, and a missed budget is reported as missed."""

import pytest
from msgspec import structs

from gotovo.bench.report.ratios import agreements, ratios_of
from gotovo.bench.run.measure import Budget
from gotovo.bench.run.results import Ratio
from tests.support.bench.reports import BUDGETS, figure, report


def _one(budget: Budget, *figures: object) -> Ratio:
    [ratio] = ratios_of(figures, [budget])  # pyright: ignore[reportArgumentType]
    return ratio


def test_a_ratio_is_taken_in_each_round_so_that_drift_cancels_out() -> None:
    """The machine was twice as fast in the second round, for both."""
    ratio = _one(
        Budget("a", "ours", "limit", 2.0, "ours"),
        figure("ours", 300, 600, 330),
        figure("limit", 100, 200, 110),
    )
    assert (ratio.value, ratio.spread, ratio.met) == (3, 0, True)
    assert (ratio.figure, ratio.limit) == (330, 110)


def test_rounds_that_do_not_pair_are_compared_by_their_medians() -> None:
    ratio = _one(
        Budget("a", "ours", "limit", None, "ours", most=3),
        figure("ours", 300),
        figure("limit", 90, 100, 150),
    )
    assert (ratio.value, ratio.met) == (3, True)


def test_a_budget_without_a_limit_applies_to_the_figure_itself() -> None:
    late = figure("ours", 300, p99_ms=12, rss_mb=120)
    at_most = Budget("a", "ours", "", None, "late", most=10, of="p99_ms")
    assert (_one(at_most, late).value, _one(at_most, late).met) == (12, False)
    small = structs.replace(at_most, of="rss_mb", most=150)
    assert (_one(small, late).value, _one(small, late).met) == (120, True)
    plain = structs.replace(at_most, of="", most=None, least=200)
    assert _one(plain, late).value == pytest.approx(300)


def test_what_was_not_measured_is_never_met() -> None:
    absent = Budget("a", "ours", "", None, "memory", most=150, of="rss_mb")
    assert not _one(absent, figure("ours", 300)).met


def test_a_figure_with_failures_meets_no_budget() -> None:
    assert not _one(Budget("a", "ours", "", 1, "quick"), figure("ours", 300, failures=1)).met


def test_a_budget_of_a_group_that_did_not_run_has_no_row() -> None:
    assert [ratio.name for ratio in report().ratios] == ["engine", "pay", "late"]
    assert "absent" in {budget.name for budget in BUDGETS}


def test_two_runs_agree_where_their_spreads_meet() -> None:
    first = report(pay=1_500)
    near = {each.name: each.agrees for each in agreements(first, report(pay=1_500))}
    assert near == {"engine": True, "pay": True, "late": True}
    far = {each.name: each.agrees for each in agreements(first, report(pay=3_000))}
    assert far == {"engine": True, "pay": False, "late": True}
