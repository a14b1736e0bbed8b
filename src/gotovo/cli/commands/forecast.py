"""`gotovo forecast`: rebuild or evaluate the forecast of stage durations."""

import asyncio
import hashlib
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from msgspec import Struct

from gotovo.assembly.runtime import open_runtime
from gotovo.cli.commands.simulate import BEGINS
from gotovo.cli.context import database, print_json, print_line, print_status, settings
from gotovo.cli.exit_status import WrongUsage
from gotovo.cli.import_file import chosen_language, explained, open_regular
from gotovo.cli.options import JsonOption
from gotovo.config import Settings
from gotovo.engine.background.followers import Follower
from gotovo.engine.engine import one_lane
from gotovo.exchange.imports.columns import profile_for, with_mapping
from gotovo.exchange.imports.durations import durations
from gotovo.exchange.imports.files.table import FileFormat, detect_table
from gotovo.exchange.imports.olist import OLIST
from gotovo.order.forecast.calibration import Calibration, Figures, calibrate, compare_convolution
from gotovo.order.forecast.duration_key import DurationKey
from gotovo.order.forecast.observation import Observation, observed
from gotovo.order.time_zone import time_zone_of
from gotovo.order.values.order import Order
from gotovo.points.timetable import Timetable
from gotovo.store.tables.orders.stage_durations import FOLLOWER, DurationStore
from gotovo.town.simulation.runtime import MemoryRuntime
from gotovo.town.simulation.simulation import simulate_days
from gotovo.town.simulation.virtual_clock import VirtualClock

TOWN_DAYS = 42
"""Three weeks to train on and three to forecast: each has every weekday three times."""

TOWN_ORDERS_PER_DAY = 40
TOWN_SEED = 1

CONVOLUTIONS_MAX = 200
"""Whole deliveries also computed as the sum of their stages; each takes about ten milliseconds."""

_ELAPSED_FILE = (timedelta(days=1), timedelta(days=3), timedelta(days=7))
_ELAPSED_TOWN = (timedelta(hours=4), timedelta(hours=12))

Opening = Callable[[DurationKey], Timetable | None]


app = typer.Typer(add_completion=False)


class AfterElapsed(Struct, frozen=True):
    """The evaluation of forecasts made after a stage had already lasted this many hours."""

    hours: float
    calibration: Calibration


class Evaluation(Struct, frozen=True):
    """The report on one source; `convolution` compares whole deliveries with sums of stages."""

    source: str
    durations: int
    after_elapsed: tuple[AfterElapsed, ...]
    convolution: tuple[Figures, ...]


@app.command()
def forecast(
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Rebuild all durations from the journal.")
    ] = False,
    check: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Evaluate the forecast on another system's orders."),
    ] = None,
    check_town: Annotated[
        bool, typer.Option("--check-town", help="Evaluate the forecast on a simulated town.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Rebuild or evaluate the forecast of how long stages take.

    An evaluation trains on the earlier half of the durations and forecasts the later half.
    """
    if not (rebuild or check or check_town):
        raise WrongUsage("choose what to do: --rebuild, --check FILE or --check-town")
    done: list[Evaluation] = []
    if check is not None:
        done.append(_evaluate(str(check), _from_file(check), lambda _key: None, _ELAPSED_FILE))
    if check_town:
        observations, opening = asyncio.run(_from_town())
        done.append(_evaluate("the simulated town", observations, opening, _ELAPSED_TOWN))
        without_hours = "the simulated town, ignoring opening hours"
        done.append(_evaluate(without_hours, observations, lambda _key: None, ()))
    for each in done:
        if not json:
            _show(each)
    if json:
        print_json(done)
    if rebuild:
        chosen = settings()
        with database(chosen) as url:
            sketches = asyncio.run(_rebuild(chosen, url))
        print_status(f"Rebuilt {sketches} duration sketches from the journal.")


async def _rebuild(chosen: Settings, url: str) -> int:
    """Delete all sketches and read the journal from the start; a server may run meanwhile."""
    async with open_runtime(chosen, url) as runtime:
        store = DurationStore(runtime.pool, runtime.directory, runtime.clock, one_lane)
        await store.forget()
        await Follower(FOLLOWER, runtime.journal, store.learn).catch_up()
        await store.refresh()
        return len(store())


def _from_file(file: Path) -> list[Observation]:
    with explained(chosen_language("")), open_regular(file) as stream:
        table = detect_table(stream, FileFormat(str(file)))
        profile = with_mapping(profile_for(table.columns, (OLIST,)), [], table.columns)
        return list(durations(stream, table, profile))


async def _from_town() -> tuple[list[Observation], Opening]:
    clock = VirtualClock(BEGINS)
    runtime = MemoryRuntime(hashlib.sha256(f"simulation {TOWN_SEED}".encode()).digest(), clock)
    played = await simulate_days(TOWN_SEED, runtime, clock, TOWN_DAYS, TOWN_ORDERS_PER_DAY)
    histories = await runtime.journal.histories(0, played.numbers)
    await runtime.engine.close()
    points, warehouses = runtime.directory()

    def zone(order: Order) -> str:
        return time_zone_of(order, points, warehouses)

    hours = {f"{each.warehouse}>{each.code}": each.timetable for each in points.values()}

    def opening(key: DurationKey) -> Timetable | None:
        return hours.get(key.route) if key.goal == "shelved" else None

    return [x for history in histories.values() for x in observed(history, zone)], opening


def _evaluate(
    source: str,
    observations: Sequence[Observation],
    opening: Opening,
    elapsed: Sequence[timedelta],
) -> Evaluation:
    return Evaluation(
        source,
        len(observations),
        tuple(
            AfterElapsed(each / timedelta(hours=1), calibrate(observations, opening, each))
            for each in (timedelta(), *elapsed)
        ),
        compare_convolution(observations, CONVOLUTIONS_MAX),
    )


def _show(done: Evaluation) -> None:
    print_line(
        f"{done.source}: {done.durations} durations, the later half forecast from the earlier"
    )
    for each in done.after_elapsed:
        print_line("")
        print_line(
            f"after {each.hours:g} h in the stage; {each.calibration.silent} without a forecast"
        )
        _show_figures(each.calibration.figures)
        print_line("by the number of observations")
        _show_figures(each.calibration.sizes)
    print_line("")
    print_line("from payment to hand-over, forecast directly and as the sum of the stages")
    _show_figures(done.convolution)
    print_line("")


def _show_figures(figures: Sequence[Figures]) -> None:
    print_line(
        f"  {'':26} {'count':>6} {'5of10':>6} {'9of10':>6} {'ahead h':>8} {'5to9 h':>7}"
        f" {'off h':>7} | {'naive':>6} {'9of10':>6} {'ahead h':>8} {'off h':>7}"
    )
    for x in figures:
        print_line(
            f"  {x.name:26} {x.forecasts:6} {x.half:6.3f} {x.usual:6.3f} {x.span:8.1f}"
            f" {x.spread:7.1f} {x.off:7.1f} | {x.naive_half:6.3f} {x.naive_usual:6.3f}"
            f" {x.naive_span:8.1f} {x.naive_off:7.1f}"
        )
