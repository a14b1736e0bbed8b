"""What `serve` and `demo` print once the server is up: addresses, and how to sign in."""

import sys
from collections.abc import Sequence

from gotovo.assembly.setup_checks import Complaint
from gotovo.config import Settings
from gotovo.web.site.rendering.bundle import why_missing


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
        *staff_lines(why_missing()),
        *warning_lines(chosen, complaints),
        "Press Ctrl-C to stop.",
    ]


def staff_lines(missing: str) -> list[str]:
    """Return a line about the pages of staff where they are missing, with why and what to do."""
    if not missing:
        return []
    fix = "in a checkout, run frontend/build again and restart"
    return [f"The pages of staff are missing, everything else runs: {missing}\n    {fix}"]


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
