"""`gotovo retention`: what is stored about people, for how long, and what is due."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, TypeVar

import typer

from gotovo.assembly.retention import Retention, days_of
from gotovo.assembly.runtime import Runtime, open_runtime
from gotovo.cli.context import database, print_json, print_line, settings
from gotovo.cli.options import JsonOption
from gotovo.config import Settings
from gotovo.store.retention.retention import Progress, RetentionStore
from gotovo.store.retention.rules import RULES

T = TypeVar("T")

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Show what is stored about people and for how long; remove what is due.",
)


@app.command("status")
def status(json: JsonOption = False) -> None:
    """Show every retention rule, what it removed so far, and its last round through the orders."""
    chosen = settings()

    async def read(runtime: Runtime) -> Mapping[str, Progress]:
        return await RetentionStore(runtime.pool).progress()

    with database(chosen) as url:
        progress = asyncio.run(_with_runtime(chosen, url, read, is_dry=True))
    if json:
        print_json(
            [
                {
                    "rule": rule.name,
                    "holds": rule.holds,
                    "days": days_of(rule, chosen),
                    "setting": rule.setting or None,
                    "removed": (done := progress.get(rule.name, Progress(rule=rule.name))).removed,
                    "removed_at": done.removed_at,
                    "round_began_at": done.began_at,
                    "round_ended_at": done.ended_at,
                }
                for rule in RULES
            ]
        )
        return
    print_line(f"{'rule':<22} {'days':>6} {'removed':>10}  last removed      last round")
    for rule in RULES:
        done = progress.get(rule.name, Progress(rule=rule.name))
        print_line(
            f"{rule.name:<22} {days_of(rule, chosen):>6} {done.removed:>10}  "
            f"{f'{done.removed_at:%Y-%m-%d %H:%M}' if done.removed_at else 'never':<16}  "
            f"{_round(done)}"
        )


@app.command("run")
def run(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count what is due and change nothing.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Remove everything that is due, also in an installation that is serving."""
    chosen = settings()

    async def work(runtime: Runtime) -> Mapping[str, int]:
        retention = Retention(runtime)
        return await (retention.count_due() if dry_run else retention.run(whole=True))

    with database(chosen) as url:
        counts = asyncio.run(_with_runtime(chosen, url, work, is_dry=dry_run))
    if json:
        print_json({"dry_run": dry_run, "removed": counts})
        return
    for name, count in counts.items():
        if count:
            print_line(f"{name:<22} {count:>10}")
    total = sum(counts.values())
    print_line(f"{total} {'would be removed' if dry_run else 'removed'}.")


def _round(done: Progress) -> str:
    if done.began_at is None:
        return "-"
    began = f"began {done.began_at:%Y-%m-%d %H:%M}"
    return (
        f"{began}, ended {done.ended_at:%Y-%m-%d %H:%M}" if done.ended_at else f"{began}, goes on"
    )


async def _with_runtime(
    chosen: Settings, url: str, work: Callable[[Runtime], Awaitable[T]], *, is_dry: bool
) -> T:
    async with open_runtime(chosen, url, is_dry=is_dry) as runtime:
        return await work(runtime)
