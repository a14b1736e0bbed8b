"""`gotovo timers`: what timers hold until a person has looked, the release, and exact instants."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import asyncpg
import typer
from msgspec import structs

from gotovo.cli.context import author, print_json, print_line, settings
from gotovo.cli.directory import with_directory
from gotovo.cli.exit_status import PROBLEM, WrongUsage
from gotovo.cli.options import JsonOption
from gotovo.engine.background.ports import CLOCK, Hold
from gotovo.order.deadlines import BRAKED_KIND
from gotovo.store.journal.journal import PostgresJournal
from gotovo.store.tables.network.directory import Directory
from gotovo.store.tables.orders.timer_holds import TimerHoldStore

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Show what timers hold until a person has looked, and release it.",
)


@app.command("status")
def status(json: JsonOption = False) -> None:
    """Show what is held, since when and why.

    Exit status 1 when something is held that nobody has released.
    """

    async def read(pool: "asyncpg.Pool[Any]", _directory: Directory) -> Sequence[Hold]:
        return await TimerHoldStore(pool).holds()

    holds = with_directory(settings(), read)
    if json:
        print_json([structs.asdict(hold) for hold in holds])
    else:
        for hold in holds:
            print_line(f"{hold.what}: {reason_of(hold)}\n    {_fix_of(hold)}")
        if not holds:
            print_line("Nothing is held.")
    sys.exit(PROBLEM if any(hold.released_at is None for hold in holds) else 0)


@app.command("release")
def release(
    what: Annotated[str, typer.Argument(help=f"What is held: {BRAKED_KIND} or {CLOCK}.")],
    json: JsonOption = False,
) -> None:
    """Let timers go on with what is held, within a second or two.

    Release `storage-expiry` when so many orders are really to go back. Release `clock` when the
    time of day of the machine is right.
    """
    if what not in {BRAKED_KIND, CLOCK}:
        message = f"WHAT: {what!r}: expected {BRAKED_KIND} or {CLOCK}"
        raise WrongUsage(message)

    async def write(pool: "asyncpg.Pool[Any]", _directory: Directory) -> Sequence[Hold]:
        return await TimerHoldStore(pool).release(what, datetime.now(UTC), author())

    released = with_directory(settings(), write)
    if json:
        print_json({"released": [structs.asdict(hold) for hold in released]})
        return
    for hold in released:
        print_line(f"Released {hold.what}: {reason_of(hold)}")
    if not released:
        print_line(f"Nothing of {what} is held.")


@app.command("settle")
def settle(json: JsonOption = False) -> None:
    """Store of every order when it is really due, before an older release is put back.

    A step that puts off what is due leaves the stored instant alone, and timers set it right when
    they find it; a release before schema 39 takes it at its word. Stop the program first.
    """

    async def write(pool: "asyncpg.Pool[Any]", _directory: Directory) -> int:
        return await PostgresJournal(pool).settle_due()

    count = with_directory(settings(), write)
    if json:
        print_json({"settled": count})
    else:
        print_line(f"{count} orders have another instant now.")


def reason_of(hold: Hold) -> str:
    """Say why something is held."""
    if hold.expected_at is not None and hold.shown_at is not None:
        return (
            f"the clock showed {hold.shown_at:%Y-%m-%d %H:%M:%S} UTC"
            f" where {hold.expected_at:%Y-%m-%d %H:%M:%S} UTC was expected"
        )
    return (
        f"more than {hold.allowed} orders would go back in one day"
        f" (since {hold.since:%Y-%m-%d %H:%M} UTC)"
    )


def _fix_of(hold: Hold) -> str:
    if hold.released_at is not None:
        return f"released {hold.released_at:%Y-%m-%d %H:%M:%S} UTC, not done yet"
    if hold.what == CLOCK:
        return "correct the clock; or, if it is right, run gotovo timers release clock"
    return f"check the orders; if they are to go back, run gotovo timers release {hold.what}"
