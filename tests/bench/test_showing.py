"""A report as it is shown: whole, with what was missed as plain as what was met."""

from io import StringIO
from xml.etree import ElementTree as ET

import msgspec
from rich.console import Console

from gotovo.bench.report.picture import WIDTH, picture
from gotovo.bench.report.ratios import agreements
from gotovo.bench.report.table import show_agreements, show_report, shown
from gotovo.bench.run.results import Report
from tests.support.bench.reports import report

SVG = "{http://www.w3.org/2000/svg}"
CHARACTER = 8
"""Pixels of a letter in the widest usual font."""


def _shown(told: Report, width: int = 150) -> str:
    console = Console(file=StringIO(), width=width)
    show_report(told, console)
    assert isinstance(console.file, StringIO)
    return console.file.getvalue()


def test_a_report_survives_json() -> None:
    told = report()
    assert msgspec.json.decode(msgspec.json.encode(told), type=Report) == told


def test_the_table_says_figure_limit_ratio_budget_and_verdict_in_a_row() -> None:
    lines = _shown(report()).splitlines()
    [engine] = [line for line in lines if "The engine against" in line]
    for part in ("9,000", "1,000", "9.00", "≥ 8 × limits.tx", "met"):
        assert part in engine
    assert "NOT" not in engine
    [pay] = [line for line in lines if "& 32 connections" in line]
    assert "1.50" in pay
    assert "NOT MET" in pay


def test_the_table_says_commit_machine_spread_and_wrong_answers() -> None:
    text = _shown(report())
    for part in ("97dae48a52c1 with changes", "A Processor", "load by wrk", "±10 %"):
        assert part in text
    assert "store.order: 3 answers were not the expected ones" in text


def test_a_narrow_terminal_loses_captions_and_no_figure() -> None:
    text = _shown(report(), width=100)
    assert "caption of" not in text
    for part in ("limits.tx", "1,000", "10,000", "rss_mb 75.5"):
        assert part in text


def test_agreement_is_said_for_each_ratio() -> None:
    console = Console(file=StringIO(), width=150)
    show_agreements(agreements(report(1_500), report(3_000)), console)
    assert isinstance(console.file, StringIO)
    text = console.file.getvalue()
    [pay] = [line for line in text.splitlines() if "& 32 connections" in line]
    assert pay.rstrip().endswith("NO")
    assert text.count("yes") == 2


def test_figures_have_as_many_digits_as_mean_something() -> None:
    assert [shown(x) for x in (0.4567, 2.345, 23.45, 234.5, 23_456.7, float("nan"))] == [
        "0.46", "2.35", "23.4", "234", "23,457", "not measured",
    ]  # fmt: skip


def test_the_picture_is_xml_with_a_bar_a_tick_and_words_for_each_ratio() -> None:
    root = ET.fromstring(picture(report()))  # noqa: S314  (our own)
    kinds = [rect.get("class") for rect in root.iter(f"{SVG}rect")]
    assert (kinds.count("track"), kinds.count("met"), kinds.count("missed")) == (3, 2, 1)
    assert len(list(root.iter(f"{SVG}line"))) == 3
    words = [text.text or "" for text in root.iter(f"{SVG}text")]
    assert "One command a request & 32 connections" in words
    assert any("≥ 2 × limits.tx: not met" in each for each in words)


def test_nothing_in_the_picture_leaves_it_and_nothing_comes_from_elsewhere() -> None:
    root = ET.fromstring(picture(report()))  # noqa: S314  (our own)
    height = int((root.get("viewBox") or "").split()[3])
    for text in root.iter(f"{SVG}text"):
        assert int(text.get("x", "0")) + CHARACTER * len(text.text or "") < WIDTH
        assert 0 < int(text.get("y", "0")) < height
    for rect in root.iter(f"{SVG}rect"):
        assert float(rect.get("x", "0")) + float(rect.get("width", "0")) <= WIDTH
    drawn = picture(report())
    assert "prefers-color-scheme: dark" in drawn
    assert drawn.count("http") == 1, "the namespace alone"
