"""Devices: where somebody is signed in, and signing out from afar.

A device is a session. It is named by a handle that only its owner is shown and that signs nobody
in: a digest of what is stored, which is itself a digest of the token.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from gotovo.access.buyer.sessions import key_of
from gotovo.store.tables.access.sign_in import Session, SignedIn, SignInStore

SEEN_EVERY: Final = timedelta(hours=1)
"""How often a use is written down: enough to tell a phone in use from one that was lost."""

LISTED_MAX: Final = 50
"""More than anybody has; who has more can still sign all of them out at once."""


async def note_use(store: SignInStore, token: str, session: Session, now: datetime) -> None:
    """Write down that a session is in use, unless that was done within the hour."""
    if now - session.last_used_at >= SEEN_EVERY:
        await store.note_use(key_of(token), now, now - SEEN_EVERY)


async def devices_of(
    store: SignInStore, session: Session, token: str, now: datetime
) -> Sequence[SignedIn]:
    """Return where the same person is signed in: here first, then the latest used."""
    return await store.sessions_of(session.customer, key_of(token), now, LISTED_MAX)


async def sign_out_one(store: SignInStore, session: Session, handle: str) -> None:
    """Sign one device of this person out; somebody else's is not touched."""
    await store.end_one_session(session.customer, handle)


async def sign_out_others(store: SignInStore, session: Session, token: str) -> None:
    """Sign all devices of this person out but the one with this token."""
    await store.end_other_sessions(session.customer, key_of(token))


async def sign_out_all(store: SignInStore, session: Session) -> None:
    """Sign all devices of this person out."""
    await store.end_all_sessions(session.customer)
