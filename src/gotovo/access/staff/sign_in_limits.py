"""Limits of signing in as staff, in the order in which they are asked.

Whoever asks is counted first, by address and network. Then one network has a share of each login,
smaller than the login's own, so that no stranger keeps somebody out alone; then the login's own.
A sign-in that succeeds gives back what it took of a login. Passkeys need none of this.
"""

from datetime import datetime, timedelta
from typing import Final

from gotovo.access.rate_limits import (
    RateLimit,
    give_back,
    network_of,
    refused_for_any,
    wide_network_of,
)
from gotovo.access.staff.staff_access import StaffAccess

SIGN_INS_PER_ADDRESS: Final = RateLimit("staff sign-ins per address", 30, timedelta(seconds=10))
"""A point has one address and few people; the whole shift signs in within a minute."""

SIGN_INS_PER_NETWORK: Final = RateLimit("staff sign-ins per network", 120, timedelta(seconds=2))

SIGN_INS_PER_LOGIN_AND_NETWORK: Final = RateLimit(
    "staff sign-ins per login and network", 6, timedelta(minutes=2)
)
"""Somebody who has mixed up two passwords tries both, with a typing mistake in each."""

SIGN_INS_PER_LOGIN: Final = RateLimit("staff sign-ins per login", 12, timedelta(minutes=5))
"""Twice what one network gets; about 300 a day, each of which needs a fresh one-time code too."""

INVITATIONS_PER_ADDRESS: Final = RateLimit(
    "staff invitations per address", 60, timedelta(seconds=5)
)
"""Links that are opened or used; nobody guesses 256 bits, but each look is a query."""


async def sign_in_wait(
    access: StaffAccess, login: str, address: str, now: datetime
) -> timedelta | None:
    """Count an attempt to sign in; return how long to wait if there were too many."""
    asker = {
        SIGN_INS_PER_ADDRESS: network_of(address),
        SIGN_INS_PER_NETWORK: wide_network_of(address),
    }
    return await _refused(access, asker, now) or await _refused(
        access, _of_login(login, address), now
    )


async def sign_in_succeeded(access: StaffAccess, login: str, address: str, now: datetime) -> None:
    """Give back what an attempt took of a login."""
    key = access.keyring().limits.key
    await give_back(access.rate_limits, key, _of_login(login, address), now)


async def invitation_wait(access: StaffAccess, address: str, now: datetime) -> timedelta | None:
    """Count a link that is opened or used; return how long to wait if there were too many."""
    return await _refused(access, {INVITATIONS_PER_ADDRESS: network_of(address)}, now)


def _of_login(login: str, address: str) -> dict[RateLimit, str]:
    return {
        SIGN_INS_PER_LOGIN_AND_NETWORK: f"{login} {wide_network_of(address)}",
        SIGN_INS_PER_LOGIN: login,
    }


async def _refused(
    access: StaffAccess, wanted: dict[RateLimit, str], now: datetime
) -> timedelta | None:
    return await refused_for_any(access.rate_limits, access.keyring().limits.key, wanted, now)
