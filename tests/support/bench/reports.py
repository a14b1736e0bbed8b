"""A report as a run might produce it: one budget met, one missed, some wrong responses."""

from datetime import UTC, datetime

from gotovo.bench.report.ratios import ratios_of
from gotovo.bench.run.measure import Budget, Latencies
from gotovo.bench.run.results import Figure, Machine, Report

MACHINE = Machine(
    cpu="A Processor",
    cores=2,
    memory_gib=23.5,
    kernel="6.1.0",
    python="CPython 3.11.7",
    postgres="18.4",
    disk="ext4 on /dev/vda",
)

BUDGETS = (
    Budget("engine", "engine.life", "limits.tx", 8.0, "The engine against one transaction"),
    Budget("pay", "server.pay.32", "limits.tx", 2.0, "One command per request & 32 connections"),
    Budget("late", "server.pay.32", "", None, "p99 of a command", most=10.0, of="p99_ms"),
    Budget("absent", "growth.pay", "limits.tx", 1.0, "Never measured here"),
)


def figure(
    name: str, *values: float, p99_ms: float = 0, failures: int = 0, **facts: float
) -> Figure:
    """Return a figure of these rounds."""
    ordered = sorted(values)
    middle = ordered[len(ordered) // 2]
    return Figure(
        name=name,
        caption=f"caption of {name}",
        unit="commands/s",
        values=values,
        median=middle,
        spread=(ordered[-1] - ordered[0]) / middle,
        latencies=Latencies(p99_ms / 2, p99_ms, p99_ms * 2) if p99_ms else None,
        failures=failures,
        facts=facts,
    )


def report(pay: float = 1_500) -> Report:
    """Return the report of three rounds; `pay` is the rate of the server per second."""
    figures = [
        figure("limits.tx", 1_000, 1_100, 900),
        figure("engine.life", 9_000, 9_900, 8_100, rss_mb=75.5),
        figure("server.pay.32", pay, pay * 1.1, pay * 0.9, p99_ms=7),
        figure("store.order", 10_000, 11_000, 9_000, failures=3),
    ]
    return Report(
        commit="97dae48a52c1",
        dirty=True,
        machine=MACHINE,
        load="wrk",
        began_at=datetime(2026, 11, 23, 12, tzinfo=UTC),
        seconds=300,
        groups=("limits", "engine"),
        quick=False,
        rounds=3,
        seconds_a_round=1,
        figures=figures,
        ratios=ratios_of(figures, BUDGETS),
    )
