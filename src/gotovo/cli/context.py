"""What most commands share: settings, the database and printing."""

import os
import pwd
import sys
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import msgspec
from msgspec import Struct

from gotovo.assembly.logs import configure_structlog
from gotovo.config import PREFIX, Settings
from gotovo.settings_sources import load_settings
from gotovo.store.embedded.server import EmbeddedPostgres
from gotovo.store.tables.security.entries import Author


def settings(**overrides: str) -> Settings:
    """Return the settings, overridden by options of the command line; the log then follows them."""
    variables = {f"{PREFIX}{name.upper()}": value for name, value in overrides.items() if value}
    chosen = load_settings({**os.environ, **variables})
    configure_structlog(chosen.log_level, chosen.log_format)
    return chosen


class RunningDatabase(Struct, frozen=True):
    """The database of a command: its address, and our own server where none is configured."""

    url: str
    server: EmbeddedPostgres | None = None


@contextmanager
def running_database(chosen: Settings) -> Generator[RunningDatabase]:
    """Yield the database; start the embedded server when none is configured."""
    if chosen.database_url:
        yield RunningDatabase(chosen.database_url)
        return
    server = EmbeddedPostgres(chosen.data_dir, print_status)
    started = server.start()
    try:
        yield RunningDatabase(started.url, server)
    finally:
        server.stop()


@contextmanager
def database(chosen: Settings) -> Generator[str]:
    """Yield the database's URL, for a command that ends by itself."""
    with running_database(chosen) as running:
        yield running.url


def author() -> Author:
    """Return who typed the command, for the security log: the account that it runs under."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # Containers run under numbers that no account has.
        name = str(os.getuid())
    return Author(f"cli:{name}")


def print_status(text: str) -> None:
    """Print progress to stderr; reports go to stdout."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201  (this is the terminal)


def print_json(document: Any) -> None:
    """Print a report as one JSON document."""
    pretty = msgspec.json.format(msgspec.json.encode(document), indent=2)
    sys.stdout.buffer.write(pretty + b"\n")
    sys.stdout.flush()


def print_line(text: str) -> None:
    """Print a line of a report."""
    print(text, flush=True)  # noqa: T201  (this is the terminal)
