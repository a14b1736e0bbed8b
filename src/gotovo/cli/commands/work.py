"""`gotovo work`: the background work in a process of its own."""

import typer

from gotovo.cli.context import database, settings
from gotovo.cli.server_process import BACKGROUND_WORKER, Workers, run_workers

app = typer.Typer(add_completion=False)


@app.command()
def work() -> None:
    """Run the background work until Ctrl-C: timers, followers and retention, but no pages."""
    with database(settings()) as url:
        run_workers(
            Workers(
                module=BACKGROUND_WORKER,
                target="",
                settings=settings,
                url=url,
                count=1,
                lines=lambda _: ["The background work is running; press Ctrl-C to stop."],
            )
        )
