"""`gotovo work`: the background work in a process of its own."""

import os

import typer

from gotovo.assembly.notices.own_texts import message_texts_of
from gotovo.assembly.observability.traces import are_sent
from gotovo.assembly.setup_facts import start_complaints
from gotovo.cli.context import running_database, settings
from gotovo.cli.server_process import BACKGROUND_WORKER, Workers, run_workers
from gotovo.cli.startup_message import warning_lines
from gotovo.config import Settings
from gotovo.words.language import terminal_language

app = typer.Typer(add_completion=False)


@app.command()
def work() -> None:
    """Run the background work until Ctrl-C: timers, followers and retention, but no pages."""
    chosen = _settings()
    message_texts_of(chosen, terminal_language(os.environ))
    with running_database(chosen) as running:
        complaints = start_complaints(chosen, os.environ, running.url)
        run_workers(
            Workers(
                module=BACKGROUND_WORKER,
                target="",
                settings=_settings,
                database=running,
                count=1,
                lines=lambda _: [
                    *warning_lines(chosen, complaints),
                    "The background work is running; press Ctrl-C to stop.",
                ],
            )
        )


def _settings() -> Settings:
    chosen = settings()
    are_sent(os.environ)
    return chosen
