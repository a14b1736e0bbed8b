"""`gotovo serve`: the database, the server in front of it, and the background work."""

import typer
import uvloop

from gotovo.assembly.runtime import open_runtime
from gotovo.cli.context import database, print_status, settings
from gotovo.cli.options import ListenOption
from gotovo.cli.server_process import (
    APPLICATION,
    DEMO_APPLICATION,
    check_ports,
    export_settings,
    new_server,
)
from gotovo.cli.startup_message import print_when_ready, startup_lines
from gotovo.config import Settings, read_secret
from gotovo.town.demo import demo as town

app = typer.Typer(add_completion=False)


@app.command()
def serve(listen: ListenOption = "") -> None:
    """Serve the pages and the API, with the background work, until Ctrl-C.

    Without GOTOVO_DATABASE_URL, an embedded PostgreSQL server runs in GOTOVO_DATA_DIR and stops
    with Gotovo.
    """
    serve_until_stopped(settings(listen=listen))


def serve_until_stopped(chosen: Settings) -> None:
    """Serve until Ctrl-C or SIGTERM, then stop everything that was started."""
    check_ports(chosen)
    read_secret(chosen.secret_file)
    with database(chosen) as url:
        if chosen.demo:
            uvloop.run(_seed_demo(chosen, url))
        export_settings(chosen, url)
        people = town.showcase_buyers() if chosen.demo else ()
        print_when_ready(chosen, startup_lines(chosen, people))
        new_server(chosen, DEMO_APPLICATION if chosen.demo else APPLICATION).serve()
    print_status("Stopped.")


async def _seed_demo(chosen: Settings, url: str) -> None:
    async with open_runtime(chosen, url) as runtime:
        if not await runtime.journal.feed(0, 0, 1):
            print_status("Simulating the town's past days …")
        await town.seed_town(runtime)
