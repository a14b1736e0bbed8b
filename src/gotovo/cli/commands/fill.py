"""`gotovo fill`: fill a database with any number of orders, for measuring and trying out."""

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer
import uvloop
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from gotovo.assembly.runtime import open_runtime
from gotovo.bench.fill.customers import ORDERS_MAX
from gotovo.bench.fill.fill import fill as fill_database
from gotovo.bench.run.measure import BenchError
from gotovo.cli.context import database, print_status, settings
from gotovo.cli.exit_status import PROBLEM
from gotovo.config import Settings

app = typer.Typer(add_completion=False)


@app.command()
def fill(
    orders: Annotated[int, typer.Option(min=1, max=ORDERS_MAX, help="Number of orders.")],
) -> None:
    """Fill the database with orders of the past year, for measuring and trying things out.

    The database must have no orders. If it has, nothing is written and the exit status is 1.
    """
    chosen = settings()
    try:
        with database(chosen) as url:
            uvloop.run(_fill(url, chosen, orders))
    except BenchError as error:
        print_status(f"gotovo: {error}")
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

        def show(description: str, written: int) -> None:
            bar.update(task, description=description, completed=written)

        async with open_runtime(chosen, url) as runtime:
            until = datetime.now(UTC)
            await fill_database(runtime, url, orders=orders, until=until, on_progress=show)
