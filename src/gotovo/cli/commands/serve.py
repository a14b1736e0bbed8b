"""`gotovo serve`: the database, the workers in front of it, and the background work."""

import typer

from gotovo.cli.context import database, print_status, settings
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
from gotovo.secret_files import read_mail_password, read_secret

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
    chosen = settings(**overrides)
    with open_listener(chosen) as listener:
        read_secret(chosen.secret_file)
        read_mail_password(chosen)
        with database(chosen) as url:
            run_workers(
                Workers(
                    module=HTTP_WORKER,
                    target=DEMO_APPLICATION if chosen.demo else APPLICATION,
                    settings=lambda: settings(**overrides),
                    url=url,
                    count=1 if chosen.demo else chosen.workers,
                    listener=listener,
                    lines=lambda notes: startup_lines(chosen, notes),
                )
            )
    print_status("Stopped.")
