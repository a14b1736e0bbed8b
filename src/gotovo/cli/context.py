"""What commands open before they can do anything: the settings and the database."""

import os
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import msgspec

from gotovo.config import PREFIX, Settings, load_settings
from gotovo.store.embedded.server import EmbeddedPostgres


def settings(**said: str) -> Settings:
    """Return the settings of this installation; what was said on the command line comes first."""
    named = {f"{PREFIX}{name.upper()}": value for name, value in said.items() if value}
    return load_settings({**os.environ, **named})


@contextmanager
def database(chosen: Settings) -> Generator[str]:
    """Give the database's address, starting our own server when no other is named."""
    if chosen.database_url:
        yield chosen.database_url
        return
    server = EmbeddedPostgres(chosen.data_dir, say)
    url = server.start().url
    try:
        yield url
    finally:
        server.stop()


def say(text: str) -> None:
    """Tell the person at the terminal what is going on; reports go to stdout, this does not."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201  (this is the terminal)


def report(document: Any) -> None:
    """Print a report as one JSON document."""
    pretty = msgspec.json.format(msgspec.json.encode(document), indent=2)
    sys.stdout.buffer.write(pretty + b"\n")
    sys.stdout.flush()


def show(text: str) -> None:
    """Print a line of a report."""
    print(text, flush=True)  # noqa: T201  (this is the terminal)
