"""What the commands of the secret share: the database they compare with, and how they fail."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, Any, NoReturn, TypeVar

import asyncpg
import typer

from gotovo.assembly.runtime import bring_up
from gotovo.cli.context import database, print_json, print_line
from gotovo.cli.exit_status import PROBLEM
from gotovo.config import Settings
from gotovo.store.postgres.pool import open_pool

HOURS_MAX = 168
"""A week: a rotation that nobody remembers any more should not begin by itself."""

POOL_SIZE = 3
"""One connection holds the job, one reads, and one writes."""

T = TypeVar("T")

YesOption = Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")]
DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Show what would be done and change nothing.")
]
HoursOption = Annotated[
    int,
    typer.Option(
        min=0, max=HOURS_MAX, help="Wait so long, to copy the file to other machines first."
    ),
]


def with_pool(chosen: Settings, work: Callable[["asyncpg.Pool[Any]"], Awaitable[T]]) -> T:
    """Return what the work returns, with a pool for an up-to-date database."""

    async def run(url: str) -> T:
        pool = await open_pool(url, size=POOL_SIZE, unsafe=chosen.unsafe)
        try:
            await bring_up(pool)
            return await work(pool)
        finally:
            await pool.close()

    with database(chosen) as url:
        return asyncio.run(run(url))


def instant_text(at: datetime) -> str:
    """Return an instant as the commands print it."""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def fail(problem: str, *, json: bool) -> NoReturn:
    """Say what is wrong, and end with the exit status of a problem."""
    if json:
        print_json({"right": False, "problem": problem})
    else:
        print_line(problem)
    raise typer.Exit(PROBLEM)
