"""`gotovo serve`: the database, the workers in front of it, and the background work."""

import os

import typer

from gotovo.assembly.notices.channels import check_channels
from gotovo.assembly.notices.own_texts import message_texts_of
from gotovo.assembly.observability.traces import are_sent
from gotovo.assembly.payments.cash_register import check_register
from gotovo.assembly.payments.providers import check_providers
from gotovo.assembly.setup_checks import refuse_public_demo
from gotovo.assembly.setup_facts import start_complaints
from gotovo.cli.context import print_status, running_database, settings
from gotovo.cli.options import ListenOption
from gotovo.cli.server_process import (
    APPLICATION,
    DEMO_APPLICATION,
    HTTP_WORKER,
    Workers,
    open_listener,
    run_workers,
)
from gotovo.cli.startup_message import startup_lines
from gotovo.config import Settings
from gotovo.keyring.sources import read_secrets
from gotovo.words.language import terminal_language

app = typer.Typer(add_completion=False)


@app.command()
def serve(listen: ListenOption = "") -> None:
    """Serve the pages and the API, with the background work, until Ctrl-C.

    Without GOTOVO_DATABASE_URL, an embedded PostgreSQL server runs in GOTOVO_DATA_DIR and stops
    with Gotovo.
    """
    serve_until_stopped(listen=listen)


def serve_until_stopped(**overrides: str) -> None:
    """Serve until Ctrl-C or SIGTERM, then stop everything that was started."""
    chosen = _settings(**overrides)
    with open_listener(chosen) as listener:
        read_secrets(chosen.secret_file)
        check_channels(chosen)
        check_providers(chosen)
        check_register(chosen)
        message_texts_of(chosen, terminal_language(os.environ))
        with running_database(chosen) as running:
            warnings = start_complaints(chosen, os.environ, running.url)
            run_workers(
                Workers(
                    module=HTTP_WORKER,
                    target=DEMO_APPLICATION if chosen.demo else APPLICATION,
                    settings=lambda: _settings(**overrides),
                    database=running,
                    count=1 if chosen.demo else chosen.workers,
                    listener=listener,
                    lines=lambda notes: startup_lines(chosen, notes, warnings),
                )
            )
    print_status("Stopped.")


def _settings(**overrides: str) -> Settings:
    chosen = settings(**overrides)
    refuse_public_demo(chosen)
    are_sent(os.environ)
    return chosen
