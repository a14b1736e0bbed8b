"""Options that several commands share."""

from typing import Annotated

import typer

JsonOption = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]
ListenOption = Annotated[str, typer.Option(help="HOST:PORT to serve on; overrides GOTOVO_LISTEN.")]
