"""The table shows the whole report, and missed budgets as plainly as met ones."""

from io import StringIO

import msgspec
from rich.console import Console

from gotovo.bench.report.ratios import agreements
from gotovo.bench.report.table import show_agreements, show_report, shown
from gotovo.bench.run.results import Report
from tests.support.bench.reports import report


def _shown(shown_report: Report, width: int = 150) -> str:
    console = Console(file=StringIO(), width=width)
    show_report(shown_report, console)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_a_report_survives_json() -> None:
    before = report()
    assert msgspec.json.decode(msgspec.json.encode(before), type=Report) == before


def test_a_row_has_the_figure_limit_ratio_budget_and_verdict() -> None:
    lines = _shown(report()).splitlines()
    [engine] = [line for line in lines if "The engine against" in line]
    for part in ("9,000", "1,000", "9.00", "≥ 8 × limits.tx", "met"):
        assert part in engine
    assert "NOT" not in engine
    [pay] = [line for line in lines if "& 32 connections" in line]
    assert "1.50" in pay
    assert "NOT MET" in pay


def test_the_report_names_commit_machine_spread_and_failures() -> None:
    text = _shown(report())
    for part in ("97dae48a52c1 with changes", "A Processor", "load by wrk", "±10 %"):
        assert part in text
    assert "store.order: 3 responses were not the expected ones" in text


def test_a_narrow_terminal_omits_captions_but_no_figure() -> None:
    text = _shown(report(), width=100)
    assert "caption of" not in text
    for part in ("limits.tx", "1,000", "10,000", "rss_mb 75.5"):
        assert part in text


def test_agreement_is_shown_for_each_ratio() -> None:
    console = Console(file=StringIO(), width=150)
    show_agreements(agreements(report(1_500), report(3_000)), console)
    assert isinstance(console.file, StringIO)
    text = console.file.getvalue()
    [pay] = [line for line in text.splitlines() if "& 32 connections" in line]
    assert pay.rstrip().endswith("NO")
    assert text.count("yes") == 2


def test_figures_have_only_significant_digits() -> None:
    assert [shown(x) for x in (0.4567, 2.345, 23.45, 234.5, 23_456.7, float("nan"))] == [
        "0.46", "2.35", "23.4", "234", "23,457", "not measured",
    ]  # fmt: skip
