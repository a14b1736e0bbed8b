"""`python -m gotovo.cli.commands.fill --orders N`: a database to measure and to try things on."""

import argparse
import asyncio
import sys
from datetime import UTC, datetime

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from gotovo.assembly.runtime import open_house
from gotovo.bench.fill.fill import fill
from gotovo.bench.run.figure import BenchError
from gotovo.cli.context import database, print_status, settings
from gotovo.cli.exit_status import PROBLEM
from gotovo.config import Settings


def main() -> None:
    """Fill the database of GOTOVO_DATABASE_URL, or the one in GOTOVO_DATA_DIR."""
    parser = argparse.ArgumentParser(prog="python -m gotovo.cli.commands.fill", description=__doc__)
    parser.add_argument("--orders", type=int, required=True, help="how many orders, up to 10^8")
    told = parser.parse_args()
    chosen = settings()
    try:
        with database(chosen) as url:
            asyncio.run(_fill(url, chosen, told.orders))
    except BenchError as error:
        print_status(str(error))
        sys.exit(PROBLEM)


async def _fill(url: str, chosen: Settings, orders: int) -> None:
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=orders)

        def show(what: str, written: int) -> None:
            bar.update(task, description=what, completed=written)

        async with open_house(chosen, url) as house:
            await fill(house, url, orders=orders, until=datetime.now(UTC), on_progress=show)


if __name__ == "__main__":
    main()
