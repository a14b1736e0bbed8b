"""Options that limit a key: its scopes, networks and expiry, read with messages that name them."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

import typer
from msgspec import Struct

from gotovo.access.programs.api_keys import in_order
from gotovo.access.programs.networks import EXPECTED_NETWORK, NETWORKS_MAX, parse_network
from gotovo.access.programs.scopes import KeyScope, foreign_to
from gotovo.cli.exit_status import WrongUsage
from gotovo.cli.options import text_in_one_form
from gotovo.order.values.actor import Role

ALL_SCOPES: Final = "all"
ANY_NETWORK: Final = "any"
NEVER: Final = "never"

_DAYS_MAX: Final = 3_650
"""Ten years: who means longer means never."""

_DAYS: Final = re.compile(r"([1-9][0-9]{0,3})d")

ScopesOption = Annotated[
    list[str] | None,
    typer.Option(
        "--scope",
        help=f"Restrict the key to this part of its role, like orders:read; repeatable. "
        f"`{ALL_SCOPES}`: all of its role.",
    ),
]
NetworksOption = Annotated[
    list[str] | None,
    typer.Option(
        "--network",
        help=f"A network from which the key may be used, like 203.0.113.0/24; repeatable. "
        f"`{ANY_NETWORK}`: from anywhere.",
    ),
]
ExpiresOption = Annotated[
    str,
    typer.Option(
        "--expires",
        help=f"When it ends: in days, like 90d, or at an instant, like 2027-03-01 (00:00 UTC). "
        f"`{NEVER}`: when it is revoked.",
    ),
]
KeyArgument = Annotated[
    str,
    typer.Argument(help="The key's id, as `gotovo key list` shows it.", callback=text_in_one_form),
]


class KeyChanges(Struct, frozen=True):
    """What the options say; each is None where they say nothing."""

    scopes: Sequence[str] | None = None
    networks: Sequence[str] | None = None
    expires: str = ""

    def check(self, now: datetime) -> None:
        """Raise the error of a network or an instant that is none, whichever key it is for."""
        self.networks_now(None)
        self.expiry(None, now)

    def scopes_of(self, role: Role, present: list[str] | None) -> list[str] | None:
        """Return the scopes of a key of this role; None for all of it."""
        listed = self.scopes or ()
        if not listed:
            return present
        if list(listed) == [ALL_SCOPES]:
            return None
        foreign = foreign_to(role, listed)
        if foreign is not None:
            known = ", ".join(scope for scope in KeyScope if not foreign_to(role, (scope,)))
            message = f"--scope: {foreign!r} is no scope of role {role}; these are: {known}"
            raise WrongUsage(message)
        return in_order(listed)

    def networks_now(self, present: list[str] | None) -> list[str] | None:
        """Return the networks of a key; None for any."""
        listed = self.networks or ()
        if not listed:
            return present
        if list(listed) == [ANY_NETWORK]:
            return None
        if len(listed) > NETWORKS_MAX:
            message = f"--network: {len(listed)} networks; at most {NETWORKS_MAX}"
            raise WrongUsage(message)
        return in_order([_network(each) for each in listed])

    def expiry(self, present: datetime | None, now: datetime) -> datetime | None:
        """Return when a key ends; None for never."""
        if not self.expires:
            return present
        if self.expires == NEVER:
            return None
        expires_at = _instant(self.expires, now)
        if expires_at is None or not now < expires_at <= now + timedelta(days=_DAYS_MAX):
            message = (
                f"--expires: {self.expires!r} is no instant of the next {_DAYS_MAX} days, like 90d,"
                f" 2027-03-01 or 2027-03-01T09:00+03:00; without end it is `{NEVER}`"
            )
            raise WrongUsage(message)
        return expires_at


def _network(text: str) -> str:
    network = parse_network(text)
    if network is None:
        message = f"--network: {text!r} is not {EXPECTED_NETWORK}"
        raise WrongUsage(message)
    return network


def _instant(text: str, now: datetime) -> datetime | None:
    """Return the instant that a text names, None where it names none; UTC unless it says else."""
    days = _DAYS.fullmatch(text)
    if days is not None:
        return now + timedelta(days=int(days[1]))
    try:
        parsed = datetime.fromisoformat(text)
        return parsed.replace(tzinfo=parsed.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
