"""`gotovo simulate`: a town on a virtual clock, audited at the end; exit status 1 on findings."""

import asyncio
import hashlib
import sys
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Annotated

import typer
from msgspec import Struct
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from gotovo.cli.context import print_json, print_line
from gotovo.cli.exit_status import PROBLEM
from gotovo.cli.options import JsonOption
from gotovo.town.simulation.auditor import SimulationAudit, add_finding, audit
from gotovo.town.simulation.fault_injection import FaultyJournal, RepeatedRequests
from gotovo.town.simulation.runtime import MemoryRuntime
from gotovo.town.simulation.simulation import simulate_days, units_for
from gotovo.town.simulation.simulator import SimulationTally
from gotovo.town.simulation.virtual_clock import VirtualClock

BEGINS = datetime(2026, 3, 2, 5, tzinfo=UTC)
"""A Monday morning in Kazan: the same seed simulates the same days whenever it is run."""


app = typer.Typer(add_completion=False)


class Simulated(Struct, frozen=True):
    """The report: how the run went, and what its audit found."""

    seed: int
    days: int
    orders_per_day: int
    played: dict[str, object]
    faults: dict[str, int]
    audit: SimulationAudit
    clean: bool
    seconds: float


@app.command()
def simulate(
    seed: Annotated[int, typer.Option(help="The same seed gives the same town.")] = 1,
    days: Annotated[int, typer.Option(min=1, max=365, help="Days to simulate.")] = 9,
    orders_per_day: Annotated[
        int, typer.Option(min=1, max=100_000, help="Orders placed per day.")
    ] = 40,
    faults: Annotated[
        bool,
        typer.Option("--faults", help="Inject lost races, lost connections and repeated requests."),
    ] = False,
    json: JsonOption = False,
) -> None:
    """Simulate a town on a virtual clock with the real engine, in memory, and audit the result.

    Exit status 1 when there are findings.
    """
    began = monotonic()
    tally, audited, injected = asyncio.run(_simulate(seed, days, orders_per_day, faults=faults))
    done = Simulated(
        seed=seed,
        days=days,
        orders_per_day=orders_per_day,
        played={
            "deeds": dict(tally.actions),
            "kinds": dict(tally.kinds),
            "refusals": dict(tally.refusals),
            "by_timers": tally.timed,
        },
        faults=injected,
        audit=audited,
        clean=audited.clean,
        seconds=round(monotonic() - began, 3),
    )
    if json:
        print_json(done)
    else:
        _print_report(done)
    sys.exit(0 if audited.clean else PROBLEM)


async def _simulate(
    seed: int, days: int, a_day: int, *, faults: bool
) -> tuple[SimulationTally, SimulationAudit, dict[str, int]]:
    clock = VirtualClock(BEGINS)
    secret = hashlib.sha256(f"simulation {seed}".encode()).digest()
    journal = FaultyJournal(seed) if faults else None
    runtime = MemoryRuntime(secret, clock, journal)
    repeats = RepeatedRequests(seed, runtime.engine) if faults else None
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("simulating", total=days * 24 * 3600)

        def progress(now: datetime) -> None:
            bar.update(task, completed=(now - BEGINS) / timedelta(seconds=1))

        tally = await simulate_days(
            seed, runtime, clock, days, a_day, progress=progress, repeats=repeats
        )
        bar.update(task, description="audit")
        audited = await audit(runtime, tally.numbers, units_for(days, a_day))
    await runtime.engine.close()
    if journal is None or repeats is None:
        return tally, audited, {}
    for each in repeats.different:
        add_finding(
            audited, "repeat", f"{each.first.number}: {each.first.kind}, then {each.second.kind}"
        )
    injected = {
        "races": journal.races,
        "absences": journal.absences,
        "repeated": repeats.repeated,
    }
    return tally, audited, injected


def _print_report(done: Simulated) -> None:
    audited = done.audit
    print_line(
        f"seed {done.seed}: {done.days} days, {audited.orders} orders, {audited.events} events"
    )
    for title, counts in (
        ("statuses", audited.statuses),
        ("stages", audited.stages),
        ("outcomes", audited.outcomes),
        ("refusals", done.played["refusals"]),
        ("faults", done.faults),
    ):
        assert isinstance(counts, dict)
        shown = ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))
        print_line(f"  {title}: {shown or 'none'}")
    for sentence in audited.examples:
        print_line(f"  WRONG: {sentence}")
    found = sum(audited.findings.values())
    verdict = (
        f"{found} findings" if found else "replay, hash chains, invariants and stock all agree"
    )
    print_line(f"audit: {verdict} ({done.seconds:.1f} s)")
