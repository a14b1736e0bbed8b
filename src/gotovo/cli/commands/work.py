"""`gotovo work`: the background work in a process of its own."""

import os

import typer

from gotovo.assembly.setup_facts import start_complaints
from gotovo.cli.context import database, settings
from gotovo.cli.server_process import BACKGROUND_WORKER, Workers, run_workers
from gotovo.cli.startup_message import warning_lines

app = typer.Typer(add_completion=False)


@app.command()
def work() -> None:
    """Run the background work until Ctrl-C: timers, followers and retention, but no pages."""
    chosen = settings()
    with database(chosen) as url:
        complaints = start_complaints(chosen, os.environ, url)
        run_workers(
            Workers(
                module=BACKGROUND_WORKER,
                target="",
                settings=settings,
                url=url,
                count=1,
                lines=lambda _: [
                    *warning_lines(chosen, complaints),
                    "The background work is running; press Ctrl-C to stop.",
                ],
            )
        )
