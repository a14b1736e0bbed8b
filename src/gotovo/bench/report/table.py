"""A report as tables in the terminal: ratios with their budgets first, then every figure."""

from collections.abc import Iterator, Sequence
from math import isnan

from rich import box
from rich.console import Console, RenderableType
from rich.table import Table

from gotovo.bench.report.ratios import Agreement
from gotovo.bench.run.results import Figure, Machine, Ratio, Report

WIDE = 170
"""The width in columns from which the captions of measures are shown."""

_THOUSAND = 1_000
_HUNDRED = 100
_TEN = 10


def show_report(report: Report, console: Console) -> None:
    """Print the whole report."""
    for section in _sections(report, console.width):
        console.print(section, highlight=False)


def show_agreements(agreements: Sequence[Agreement], console: Console) -> None:
    """Print whether the ratios agree with those of an earlier run."""
    table = _table("ratio", "earlier", "now", "agrees within the spreads")
    for each in agreements:
        table.add_row(
            each.caption, shown(each.earlier), shown(each.now), "yes" if each.agrees else "NO"
        )
    console.print(table, highlight=False)


def shown(value: float) -> str:
    """Format a figure with its significant digits."""
    if isnan(value):
        return "not measured"
    if abs(value) >= _THOUSAND:
        return f"{value:,.0f}"
    if abs(value) >= _HUNDRED:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= _TEN else f"{value:.2f}"


def budget_text(ratio: Ratio) -> str:
    """Format a budget, like `≥ 2 × limits.tx` or `p99_ms ≤ 10`."""
    sign, bound = ("≥", ratio.least) if ratio.least is not None else ("≤", ratio.most)
    times = f" × {ratio.against}" if ratio.against else ""
    of = f"{ratio.of} " if ratio.of else ""
    return f"{of}{sign} {0.0 if bound is None else bound:g}{times}"


def plus_minus(spread: float) -> str:
    """Format a spread as half of it in either direction."""
    return f"±{spread * 50:.0f} %" if spread else ""


def verdict(ratio: Ratio) -> str:
    """Return whether a budget is met; a missed one is as plain as a met one."""
    return "met" if ratio.met else "NOT MET"


def machine_text(where: Machine) -> str:
    """Describe the machine in one line."""
    return (
        f"{where.cores} × {where.cpu}, {where.memory_gib:g} GiB, {where.disk}, "
        f"Linux {where.kernel}, {where.python}, PostgreSQL {where.postgres}"
    )


def _sections(report: Report, width: int) -> Iterator[RenderableType]:
    dirty = " with changes" if report.dirty else ""
    yield f"gotovo {report.commit}{dirty}, {report.began_at:%Y-%m-%d %H:%M} UTC"
    yield machine_text(report.machine)
    yield (
        f"{report.rounds} rounds of about {report.seconds_a_round:g} s in turns, "
        f"{report.seconds:.0f} s in all; load by {report.load}"
    )
    if report.ratios:
        yield _ratios(report.ratios)
    yield _figures(report.figures, width)
    yield from report.notes
    failed = [figure for figure in report.figures if figure.failures]
    for figure in failed:
        yield f"{figure.name}: {figure.failures} responses were not the expected ones"


def _ratios(ratios: Sequence[Ratio]) -> Table:
    table = _table("budget", "figure", "limit", "ratio", "", "has to be", "")
    for ratio in ratios:
        table.add_row(
            ratio.caption,
            shown(ratio.figure),
            "" if ratio.limit is None else shown(ratio.limit),
            shown(ratio.value) if ratio.against else "",
            plus_minus(ratio.spread),
            budget_text(ratio),
            verdict(ratio),
        )
    return table


def _figures(figures: Sequence[Figure], width: int) -> Table:
    table = _table("measure", "median", "unit", "", "p50", "p99", "p99.9 ms", "further")
    for figure in figures:
        late = figure.latencies
        times = (late.p50_ms, late.p99_ms, late.p999_ms) if late else ()
        name = figure.name if width < WIDE else f"{figure.name}  [dim]{figure.caption}[/dim]"
        table.add_row(
            name,
            shown(figure.median),
            figure.unit,
            plus_minus(figure.spread),
            *([shown(each) for each in times] or ["", "", ""]),
            "\n".join(f"{name} {shown(value)}" for name, value in figure.facts.items()),
        )
    return table


def _table(*heads: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    numbers = {"figure", "limit", "ratio", "median", "p50", "p99", "p99.9 ms", "earlier", "now"}
    for head in heads:
        justify = "right" if head in numbers else "left"
        table.add_column(head, justify=justify, no_wrap=head not in {"further", "budget"})
    return table
