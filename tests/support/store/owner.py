"""A program that starts the embedded server and holds it until its stdin is closed.

    owner.py DATA_DIR [UID]
    owner.py DATA_DIR --die-in MODULE:FUNCTION

Prints one JSON document when the server is there, or `{"error": …}`. It is a process of its own
because locks, accounts and sudden deaths are what the tests are about.
"""

import importlib
import json
import os
import signal
import sys
from pathlib import Path

from gotovo.store.embedded.server import EmbeddedPostgres
from gotovo.store.postgres.errors import EmbeddedError


def main() -> None:
    """Start, tell, wait, stop."""
    data_dir = Path(sys.argv[1])
    for name in ("email.parser", "encodings.idna"):  # where another account can't read them later
        importlib.import_module(name)
    if sys.argv[2:3] == ["--die-in"]:
        die_in(*sys.argv[3].split(":"))
    elif len(sys.argv) > 2:
        uid = int(sys.argv[2])
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)
    said: list[str] = []
    server = EmbeddedPostgres(data_dir, said.append)
    try:
        started = server.start()
    except EmbeddedError as error:
        tell({"error": str(error)})
        return
    tell({"url": started.url, "pid": started.pid, "is_ours": started.is_ours, "said": said})
    sys.stdin.read()
    server.stop()


def die_in(module: str, function: str) -> None:
    """Have this process killed when it gets to a function."""

    def die(*_arguments: object) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(importlib.import_module(module), function, die)


def tell(document: dict[str, object]) -> None:
    """Print a document and let it go at once."""
    sys.stdout.write(json.dumps(document) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
