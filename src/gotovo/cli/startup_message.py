"""What `serve` and `demo` print once the server is up: addresses, and how to sign in."""

import sys
from collections.abc import Sequence

from gotovo.assembly.setup_checks import Complaint
from gotovo.config import Settings


def startup_lines(
    chosen: Settings, buyers: Sequence[str] = (), complaints: Sequence[Complaint] = ()
) -> list[str]:
    """Return a line for each surface with how to sign in; the demo says whom `buyers` are."""
    site = site_of(chosen)
    if not buyers:
        sign_in = (
            "they sign in with a code by SMS"
            if chosen.sms_provider
            else "sign-in is off: no channel sends codes yet"
        )
        buyers = [f"  {site}/            the buyers' pages; {sign_in}"]
    return [
        f"Gotovo is running on {site}",
        *buyers,
        *([] if chosen.demo else [f"  {site}/staff       staff; invite one: {_invite(chosen)}"]),
        f"  {site}/api/docs    the API; create a key: {_key_command(chosen)}",
        *warning_lines(chosen, complaints),
        "Press Ctrl-C to stop.",
    ]


def site_of(chosen: Settings) -> str:
    """Return the address that the pages are opened at."""
    return chosen.public_url or f"http://{chosen.listen}"


def warning_lines(chosen: Settings, complaints: Sequence[Complaint]) -> list[str]:
    """Return what is wrong with the set-up, with its fix; advice is for `gotovo doctor`."""
    shown = [f"Warning: {each.problem}\n    {each.fix}" for each in complaints if not each.advice]
    if chosen.unsafe:
        shown.insert(0, "Warning: GOTOVO_UNSAFE is set: the database may lose confirmed orders.")
    return shown


def _invite(chosen: Settings) -> str:
    """Return the command that invites the first administrator."""
    program = f"GOTOVO_DATA_DIR={chosen.data_dir} {sys.argv[0]}"
    return f"{program} user invite LOGIN --name NAME --role admin"


def _key_command(chosen: Settings) -> str:
    """Return the command that creates a key for this installation."""
    return f"GOTOVO_DATA_DIR={chosen.data_dir} {sys.argv[0]} key create --role admin"
