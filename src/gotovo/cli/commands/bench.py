"""`gotovo bench`: groups of measures, shown as ratios; exit status 1 on a wrong response."""

import asyncio
import os
import signal
import sys
from collections.abc import Coroutine
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Annotated, Any, Self

import msgspec
import typer
import uvloop
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from gotovo.assembly.runtime import Runtime, open_runtime
from gotovo.bench.fixture.environment import Program, Variables
from gotovo.bench.fixture.peer_programs import CheckoutRequired
from gotovo.bench.report.picture import picture as draw_picture
from gotovo.bench.report.ratios import agreements
from gotovo.bench.report.table import show_agreements, show_report
from gotovo.bench.run.groups import FULL, QUICK, UnknownGroup, chosen_groups, expected_seconds
from gotovo.bench.run.measure import BenchError, RunPlan
from gotovo.bench.run.results import Report
from gotovo.bench.run.run import run_bench
from gotovo.cli.context import RunningDatabase, print_json, print_status, settings
from gotovo.cli.exit_status import PROBLEM, WrongUsage
from gotovo.cli.options import JsonOption
from gotovo.cli.server_process import HTTP_WORKER, Workers, open_listener, run_workers
from gotovo.settings_sources import load_settings

CONSTANT = "gotovo.bench.fixture.constant_server:application"

TERMINATED = 143
"""The status that a shell reports for a program ended by SIGTERM."""

FILE_COLUMNS = 190
"""The width of a table that is not shown in a terminal."""

_RUN = (sys.executable, "-c")
_SERVE = "import sys; sys.argv[1:] = ['serve']; from gotovo.cli.main import main; main()"
_CONSTANT = "from gotovo.cli.commands.bench import serve_constant; serve_constant()"


app = typer.Typer(add_completion=False)


@app.command()
def bench(
    groups: Annotated[
        list[str] | None,
        typer.Argument(metavar="GROUP", help="What to measure; the quick groups by default."),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Fewer and shorter rounds: under two minutes.")
    ] = False,
    rounds: Annotated[
        int, typer.Option(min=0, max=100, help="Number of rounds; 0: the default.")
    ] = 0,
    seconds: Annotated[
        float, typer.Option(min=0, max=600, help="Seconds per measure and round; 0: the default.")
    ] = 0,
    database_url: Annotated[
        str, typer.Option(help="Measure on this PostgreSQL, in databases created for it.")
    ] = "",
    orders_max: Annotated[
        int, typer.Option(min=0, help="Orders in the largest filled database; 0: the default.")
    ] = 0,
    picture: Annotated[
        Path | None, typer.Option(help="Draw the ratios into this SVG file.")
    ] = None,
    against: Annotated[
        Path | None, typer.Option(help="Compare the ratios with an earlier report (JSON).")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Measure this machine, the engine, the store and the server, and show them as ratios.

    Exit status 1 when a response was not the expected one.
    """
    default = QUICK if quick else FULL
    plan = RunPlan(quick, rounds or default.rounds, seconds or default.seconds, orders_max)
    try:
        chosen = chosen_groups(groups or [])
    except UnknownGroup as error:
        raise WrongUsage(str(error)) from error
    earlier = _earlier(against) if against else None
    if picture and not os.access(picture if picture.exists() else picture.parent, os.W_OK):
        message = f"--picture {picture}: can't be written there"
        raise WrongUsage(message)
    titles = ", ".join(group.name for group in chosen)
    print_status(f"Measuring {titles}: about {_in_words(expected_seconds(chosen, plan))}.")
    try:
        with TerminalProgress() as progress:
            run = run_bench(program(), chosen, plan, database_url, progress)
            found = uvloop.run(_cancel_on_sigterm(run))
    except CheckoutRequired as error:
        raise WrongUsage(str(error)) from error
    except BenchError as error:
        print_status(f"gotovo: {error}")
        sys.exit(PROBLEM)
    except asyncio.CancelledError:
        sys.exit(TERMINATED)
    _show(found, earlier, json=json)
    if picture:
        picture.write_text(draw_picture(found), "utf-8")
    sys.exit(PROBLEM if any(figure.failures for figure in found.figures) else 0)


def program() -> Program:
    """Return the program under test; the bench, a layer below, can't import it."""
    return Program(_runtime, serve=(*_RUN, _SERVE), constant=(*_RUN, _CONSTANT))


def serve_constant() -> None:
    """Serve constant responses until stopped, with the server that serves the program."""
    chosen = settings()
    with open_listener(chosen) as listener:
        run_workers(
            Workers(
                module=HTTP_WORKER,
                target=CONSTANT,
                settings=settings,
                database=RunningDatabase(""),
                count=1,
                listener=listener,
            )
        )


class TerminalProgress:
    """Shows the progress of a run in the terminal."""

    def __init__(self) -> None:
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._bar.add_task("", total=None)
        self._under_way = 0.0

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def preparing(self, text: str) -> None:
        """Show what is being done."""
        self._bar.update(self._task, description=text)

    def prepared(self, seconds: float) -> None:
        """Show how long it takes from now on."""
        self._bar.reset(self._task, total=seconds)
        self._bar.console.print(f"Preparation is done; about {_in_words(seconds)} left.")

    def measuring(self, measure: str, seconds: float) -> None:
        """Show what is measured now."""
        self._bar.update(self._task, advance=self._under_way, description=measure)
        self._under_way = seconds


def _show(found: Report, earlier: Report | None, *, json: bool) -> None:
    """Print the report and, where there is an earlier one, the comparison."""
    console = Console(stderr=json)
    if not console.is_terminal:
        console = Console(stderr=json, width=FILE_COLUMNS)
    if json:
        print_json(found)
    else:
        show_report(found, console)
    if earlier:
        show_agreements(agreements(earlier, found), console)


async def _cancel_on_sigterm(run: Coroutine[Any, Any, Report]) -> Report:
    """Run; on SIGTERM, cancel the run so that it cleans up, as Ctrl-C does."""
    task = asyncio.create_task(run)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task


def _runtime(url: str, variables: Variables) -> AbstractAsyncContextManager[Runtime]:
    return open_runtime(load_settings(variables), url)


def _earlier(file: Path) -> Report:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Report)
    except OSError as error:
        raise WrongUsage(f"--against {file}: {error.strerror}") from error
    except msgspec.MsgspecError as error:
        raise WrongUsage(f"--against {file}: {error}") from error


def _in_words(seconds: float) -> str:
    """Return a duration in minutes and seconds."""
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
