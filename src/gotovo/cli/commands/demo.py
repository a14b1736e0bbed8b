"""`gotovo demo`: the same server with a simulated town in it."""

from typing import Annotated

import typer

from gotovo.cli.commands.serve import serve_until_stopped
from gotovo.cli.options import ListenOption

ForceOption = Annotated[
    bool, typer.Option("--force", help="Serve it also where others than this machine reach it.")
]

app = typer.Typer(add_completion=False)


@app.command()
def demo(listen: ListenOption = "", force: ForceOption = False) -> None:
    """Serve a simulated town: orders are placed, paid, delivered and handed over while you watch.

    Messages to buyers, sign-in codes included, appear on the page /phone. So it is refused
    on an address that others than this machine reach.
    """
    serve_until_stopped(listen=listen, demo="1", demo_public="1" if force else "")
