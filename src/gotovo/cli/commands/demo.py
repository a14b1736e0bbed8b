"""`gotovo demo`: the same server with a simulated town in it."""

import typer

from gotovo.cli.commands.serve import serve_until_stopped
from gotovo.cli.options import ListenOption

app = typer.Typer(add_completion=False)


@app.command()
def demo(listen: ListenOption = "") -> None:
    """Serve a simulated town: orders are placed, paid, delivered and handed over while you watch.

    Messages to buyers, sign-in codes included, appear on the page /phone.
    """
    serve_until_stopped(listen=listen, demo="1")
