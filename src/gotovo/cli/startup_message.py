"""What `serve` and `demo` print once the server is up: addresses, and how to sign in."""

import sys
from collections.abc import Sequence

from gotovo.config import Settings


def startup_lines(chosen: Settings, buyers: Sequence[str] = ()) -> list[str]:
    """Return a line for each surface with how to sign in; the demo says whom `buyers` are."""
    site = site_of(chosen)
    if not buyers:
        sign_in_off = "sign-in is off: no channel sends codes yet"
        buyers = [f"  {site}/            the buyers' pages; {sign_in_off}"]
    return [
        f"Gotovo is running on {site}",
        *buyers,
        f"  {site}/api/docs    the API; create a key: {_key_command(chosen)}",
        *_warnings(chosen),
        "Press Ctrl-C to stop.",
    ]


def site_of(chosen: Settings) -> str:
    """Return the address that the pages are opened at."""
    return chosen.public_url or f"http://{chosen.listen}"


def _key_command(chosen: Settings) -> str:
    """Return the command that creates a key for this installation."""
    return f"GOTOVO_DATA_DIR={chosen.data_dir} {sys.argv[0]} key create --role admin"


def _warnings(chosen: Settings) -> list[str]:
    if not chosen.unsafe:
        return []
    return ["Warning: GOTOVO_UNSAFE is set: the database may lose confirmed orders."]
