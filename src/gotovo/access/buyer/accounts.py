"""Accounts: what a phone opens after it may have changed hands.

Operators give an unused number to somebody else. A buyer who has not signed in for longer than an
idle phone (a setting, a year) is therefore anybody who has the phone now: orders placed before are
closed to them, and stay closed until the number of one of them proves the person. A first sign-in
is the same: nothing tells that the phone had this owner then. Who signs in regularly never notices.
"""

from datetime import datetime, timedelta
from typing import Final

from gotovo.access.rate_limits import RateLimit, refused_for
from gotovo.store.tables.access.accounts import AccountStore
from gotovo.store.tables.access.rate_limits import RateLimitStore
from gotovo.store.tables.access.sign_in import Session

IDLE_PHONE: Final = timedelta(days=365)
"""By default; operators wait for half a year at least before they give a number away again."""

PROOFS_PER_SESSION: Final = RateLimit("older order proofs per session", 4, timedelta(minutes=15))
"""People mistype. Asked first: what one session is refused is not counted for the buyer."""

PROOFS_PER_BUYER: Final = RateLimit("older order proofs", 40, timedelta(minutes=5))
"""Ten sessions' worth, so that whoever has the phone now keeps no owner of a passkey waiting. Of
the 400 million numbers of a home 328 guesses a day find none."""

CONFIRMATIONS_PER_SESSION: Final = RateLimit("confirmations per session", 5, timedelta(minutes=5))
"""Whoever took a device must not find out its owner's number digit by digit."""

FRESH_FOR: Final = timedelta(minutes=10)
"""How long a proof of the person counts for what cannot be undone."""


def is_fresh(session: Session, now: datetime) -> bool:
    """Tell whether the person was proved lately, so that a device left open is of no use."""
    return now - session.proven_at <= FRESH_FOR


async def prove_with_order(  # noqa: PLR0917  (the stores, who asks, and what is shown as proof)
    accounts: AccountStore,
    limits: RateLimitStore,
    secret: bytes,
    session: Session,
    key: bytes,
    number: str,
    now: datetime,
) -> bool | timedelta:
    """Open older orders to whoever knows the number of one; return how long to wait if limited."""
    if session.orders_since is None:
        return True
    for limit, subject in (
        (PROOFS_PER_SESSION, key.hex()),
        (PROOFS_PER_BUYER, session.customer),
    ):
        wait = await refused_for(limits, secret, limit, subject, now)
        if wait is not None:
            return wait
    if not await accounts.is_older_order(session.customer, number, session.orders_since):
        return False
    await accounts.open(session.customer, key)
    return True
