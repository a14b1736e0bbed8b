"""`gotovo bench`: groups measured in turns, shown as ratios; exit 1 when an answer was wrong."""

import asyncio
import signal
import sys
from collections.abc import Coroutine
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, Self

import msgspec
import uvloop
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from gotovo.assembly.runtime import House, open_house
from gotovo.bench.fixture.environment import Environment, Program
from gotovo.bench.fixture.peer_programs import CheckoutRequired
from gotovo.bench.report.picture import picture
from gotovo.bench.report.ratios import agreements
from gotovo.bench.report.table import show_agreements, show_report
from gotovo.bench.run.figure import BenchError, Plan, Report
from gotovo.bench.run.groups import FULL, QUICK, UnknownGroup, chosen_groups, expected_seconds
from gotovo.bench.run.run import run_bench
from gotovo.cli.commands.serve import pass_on, server_of
from gotovo.cli.context import report, say, settings
from gotovo.cli.exit_status import PROBLEM, WrongUse
from gotovo.config import load_settings

CONSTANT = "gotovo.bench.fixture.constant_server:application"

TERMINATED = 143
"""What a shell says of a program that was told to end."""

FILE_COLUMNS = 190
"""Where no_progress's window sets a limit, there is room for everything."""

_RUN = (sys.executable, "-c")
_SERVE = "import sys; sys.argv[1:] = ['serve']; from gotovo.cli.main import main; main()"
_CONSTANT = "from gotovo.cli.commands.bench import serve_constant; serve_constant()"


def bench(
    *,
    names: list[str],
    quick: bool,
    rounds: int,
    seconds: float,
    database_url: str,
    orders_max: int,
    picture_file: Path | None,
    against: Path | None,
    json: bool,
) -> None:
    """Measure, show, and end with the status."""
    usual = QUICK if quick else FULL
    plan = Plan(quick, rounds or usual.rounds, seconds or usual.seconds, orders_max)
    try:
        groups = chosen_groups(names)
    except UnknownGroup as error:
        raise WrongUse(str(error)) from error
    earlier = _earlier(against) if against else None
    titles = ", ".join(group.name for group in groups)
    say(f"Measuring {titles}: about {_in_words(expected_seconds(groups, plan))}.")
    try:
        with TerminalProgress() as watcher:
            found = uvloop.run(_ending(run_bench(program(), groups, plan, database_url, watcher)))
    except CheckoutRequired as error:
        raise WrongUse(str(error)) from error
    except BenchError as error:
        say(f"gotovo: {error}")
        sys.exit(PROBLEM)
    except asyncio.CancelledError:
        sys.exit(TERMINATED)
    console = Console(stderr=json)
    if not console.is_terminal:
        console = Console(stderr=json, width=FILE_COLUMNS)
    if json:
        report(found)
    else:
        show_report(found, console)
    if picture_file:
        picture_file.write_text(picture(found), "utf-8")
    if earlier:
        show_agreements(agreements(earlier, found), console)
    sys.exit(PROBLEM if any(figure.failures for figure in found.figures) else 0)


def program() -> Program:
    """Return what the bench, which stands below the commands, can't know."""
    return Program(_house, serve=(*_RUN, _SERVE), constant=(*_RUN, _CONSTANT))


def serve_constant() -> None:
    """Serve constant answers until stopped, by the very server that serves the program."""
    chosen = settings()
    pass_on(chosen, "")
    server_of(chosen, CONSTANT).serve()


class TerminalProgress:
    """The progress of a run, on the terminal."""

    def __init__(self) -> None:
        """Show nothing until something is said."""
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
        """Begin to draw."""
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Take the bar away."""
        self._bar.stop()

    def say(self, text: str) -> None:
        """Show what is being done."""
        self._bar.update(self._task, description=text)

    def expect(self, seconds: float) -> None:
        """Show how long it takes from now on."""
        self._bar.reset(self._task, total=seconds)
        self._bar.console.print(f"Everything is prepared; {_in_words(seconds)} to go.")

    def progress(self, measure: str, seconds: float) -> None:
        """Show what is measured now."""
        self._bar.update(self._task, advance=self._under_way, description=measure)
        self._under_way = seconds


async def _ending(run: Coroutine[Any, Any, Report]) -> Report:
    """Run, and clear everything away also when told to end by a signal that is not Ctrl-C."""
    task = asyncio.create_task(run)
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    return await task


def _house(url: str, environment: Environment) -> AbstractAsyncContextManager[House]:
    return open_house(load_settings(environment), url)


def _earlier(file: Path) -> Report:
    try:
        return msgspec.json.decode(file.read_bytes(), type=Report)
    except (OSError, msgspec.MsgspecError) as error:
        message = f"--against {file}: {error}"
        raise WrongUse(message) from error


def _in_words(seconds: float) -> str:
    """Return a span as a person says it."""
    whole = round(seconds)
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
