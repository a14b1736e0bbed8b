"""Options that several commands share."""

from typing import Annotated

import typer

from gotovo.text import UnfitText, single_line


def text_in_one_form(text: str) -> str:
    """Return a text argument as the API would store it, trimmed and composed."""
    try:
        return single_line(text)
    except UnfitText as error:
        raise typer.BadParameter(f"{text!r}: expected {error.expected}") from error


JsonOption = Annotated[bool, typer.Option("--json", help="Print the report as JSON.")]
ListenOption = Annotated[str, typer.Option(help="HOST:PORT to serve on; overrides GOTOVO_LISTEN.")]
