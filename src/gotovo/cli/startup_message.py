"""What `serve` and `demo` print once the server is up: addresses, and how to sign in."""

import sys
import threading
import time
import urllib.request
from collections.abc import Sequence

from gotovo.cli.context import print_status
from gotovo.config import Settings
from gotovo.town.dataset.people import Person

PROBE_SECONDS = 0.05


def print_when_ready(chosen: Settings, lines: Sequence[str]) -> None:
    """Print the lines as soon as the server responds, from a thread."""
    threading.Thread(target=_probe_and_print, args=(chosen, lines), daemon=True).start()


def startup_lines(chosen: Settings, people: Sequence[Person] = ()) -> list[str]:
    """Return a line for each surface with how to sign in; the demo has `people` to sign in as."""
    site = chosen.public_url or f"http://{chosen.listen}"
    buyers = [f"  {site}/            the buyers' pages; sign-in is off: no channel sends codes yet"]
    if people:
        phones = "; ".join(f"{person.name} {person.phone}" for person in people)
        buyers = [
            f"  {site}/            the buyers' pages: sign in as {phones}",
            f"  {site}/phone       the town's phones: sign-in codes and messages",
        ]
    return [
        f"Gotovo is running on {site}",
        *buyers,
        f"  {site}/api/docs    the API; create a key: {_key_command(chosen)}",
        *_warnings(chosen),
        "Press Ctrl-C to stop.",
    ]


def _key_command(chosen: Settings) -> str:
    """Return the command that creates a key for this installation."""
    return f"GOTOVO_DATA_DIR={chosen.data_dir} {sys.argv[0]} key create --role admin"


def _warnings(chosen: Settings) -> list[str]:
    if not chosen.unsafe:
        return []
    return ["Warning: GOTOVO_UNSAFE is set: the database may lose confirmed orders."]


def _probe_and_print(chosen: Settings, lines: Sequence[str]) -> None:
    host = f"[{chosen.host}]" if ":" in chosen.host else chosen.host
    probe = f"http://{host.replace('0.0.0.0', '127.0.0.1')}:{chosen.port}/healthz"  # noqa: S104
    while True:
        try:
            with urllib.request.urlopen(probe, timeout=1):
                break
        except OSError:
            time.sleep(PROBE_SECONDS)
    for line in lines:
        print_status(line)
